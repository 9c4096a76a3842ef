"""``python -m estimator COMMAND ...``; `estimator.cli` has the commands."""

from __future__ import annotations

from estimator.cli.program import program

if __name__ == "__main__":
    program()
