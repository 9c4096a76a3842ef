"""The right to train in a model_dir: made if it is not there, locked, and cleared of a crash's remains.

A call that fails before it has written anything (labels out of range at the first step, say) leaves
nothing behind: the lock file and the directories that were made for it go again. Only empty ones can
go, so whatever else has been put there in the meantime stays.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from estimator.model_dir.file_names import LOCK_FILE
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.path import make_model_dir
from estimator.model_dir.recovery import recover
from estimator.model_dir.storage import LOCAL, FileOps


@contextlib.contextmanager
def claimed(directory: str, ops: FileOps = LOCAL) -> Iterator[None]:
    """A block that may write into the directory, alone.

    Raises
    ------
    OpError
        If the directory cannot be made, or another trainer has it.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     try:
    ...         with claimed(f"{parent}/models/iris"):
    ...             raise ValueError("no label 3")
    ...     except ValueError:
    ...         os.listdir(parent)
    []
    """
    new = _missing_levels(directory)
    make_model_dir(directory, ops)
    before = set(ops.listdir(directory))
    try:
        with DirectoryLock(directory):
            recover(directory, ops)
            try:
                yield
            except BaseException:
                if set(ops.listdir(directory)) - before == {LOCK_FILE}:
                    ops.unlink(os.path.join(directory, LOCK_FILE))  # while it is still ours
                raise
    except BaseException:
        with contextlib.suppress(OSError):  # one that is not empty stays, and so do those above it
            for level in new:
                ops.rmdir(level)
        raise


def _missing_levels(directory: str) -> list[str]:
    """The directories that have to be made, the innermost first."""
    missing = []
    current = os.path.normpath(directory)
    while current and not os.path.lexists(current):
        missing.append(current)
        current = os.path.dirname(current)
    return missing
