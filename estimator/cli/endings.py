"""How a command ends: one message on standard error, and an exit code that says of what kind it was.

A script that calls a command can tell by the code what to do: mend the call, choose another model_dir, call again. What
the user's own code raises keeps its traceback, from the user's line on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

PROGRAM = "estimator"

DONE = 0
FAILED = 1
MISUSED = 2  # argparse ends with it, too
DOES_NOT_FIT = 3  # the checkpoint has other variables than the model
INTERRUPTED = 130  # as a shell says of what Ctrl-C has ended; 143 is a SystemExit of the training's


def failed(command: str, error: object) -> int:
    """Say what was wrong, and give the exit code.

    Parameters
    ----------
    command : str
        Its name.
    error : object
        An exception of the package's, or a message.
    """
    from estimator.checkpoint.compare import mismatch_of  # loads numpy, which a help can do without
    from estimator.inspection.tables import printable

    said = "\n".join(
        map(printable, str(error).split("\n"))
    )  # names of files and variables may come from strangers
    print(f"{PROGRAM} {command}: {said}", file=sys.stderr)
    return DOES_NOT_FIT if mismatch_of(error) is not None else FAILED


def ended(command: str, work: Callable[[], int], misuse: tuple[type[Exception], ...] = ()) -> int:
    """Do the work of a command, and give its exit code, however it ends.

    Who reads its output may stop reading: then it ends quietly.

    Parameters
    ----------
    command : str
        Its name.
    work : callable
        Gives the exit code.
    misuse : tuple of classes
        Errors of the package's that tell of a wrong call, and no failure.

    Raises
    ------
    SystemExit
        As the work does: with 143 or 129 if a signal has ended a training, after it has saved.
    """
    try:
        code = work()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain at its end
        return DONE
    except KeyboardInterrupt:
        print(f"{PROGRAM} {command}: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        return _ended_by(command, error, misuse)


@contextmanager
def tidied_up() -> Iterator[None]:
    """A block that SIGTERM leaves as an exception does, so that what it has begun to write is removed.

    Raises
    ------
    SystemExit
        With 143, when the signal comes.
    """

    def leave(number: int, frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
    ):
        yield  # whoever called has a way of its own
        return
    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _ended_by(command: str, error: Exception, misuse: tuple[type[Exception], ...]) -> int:
    """Say what was wrong: in a message, or, where lines of the user's tell more, in a traceback."""
    from estimator.core.tracebacks import from_the_users_line, needs_no_traceback

    if needs_no_traceback(error):
        code = failed(command, error)
        return MISUSED if isinstance(error, misuse) and code == FAILED else code
    traceback.print_exception(from_the_users_line(error))
    return failed(command, f"{type(error).__name__}, see above.")
