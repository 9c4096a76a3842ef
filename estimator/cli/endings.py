"""How a command ends: one message on standard error, and an exit code that says of what kind it was.

A script that calls a command can tell by the code what to do: mend the call, choose another model_dir, call again.
"""

from __future__ import annotations

import sys

from estimator.checkpoint.compare import mismatch_of

PROGRAM = "estimator"

DONE = 0
FAILED = 1
MISUSED = 2  # argparse ends with it, too
DOES_NOT_FIT = 3  # the checkpoint has other variables than the model


def failed(command: str, error: object) -> int:
    """Say what was wrong, and give the exit code.

    Parameters
    ----------
    command : str
        Its name.
    error : object
        An exception of the package's, or a message.
    """
    print(f"{PROGRAM} {command}: {error}", file=sys.stderr)
    return DOES_NOT_FIT if mismatch_of(error) is not None else FAILED
