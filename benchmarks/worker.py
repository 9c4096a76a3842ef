"""The process of a run: it makes ready, then takes a turn for each line that it reads, and answers with its figures.

``python -m benchmarks.worker MODULE FUNCTION ARGUMENTS``: what :class:`benchmarks.processes.Worker` starts.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def main() -> None:
    """Answer on what is standard output now; whatever else is printed goes to standard error."""
    module, function, arguments = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    turn = getattr(importlib.import_module(module), function)(*json.loads(arguments))
    for _ in sys.stdin:
        print(json.dumps(turn()), file=answers, flush=True)


if __name__ == "__main__":
    main()
