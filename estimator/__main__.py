"""``python -m estimator COMMAND ...``; `estimator.cli` has the commands."""

from __future__ import annotations

import sys

from estimator.cli.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
