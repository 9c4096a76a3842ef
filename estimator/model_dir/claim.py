"""The right to train in a model_dir: made if it is not there, locked, and cleared of a crash's remains.

A call that fails before it has written anything (labels out of range at the first step, say) leaves
nothing behind: the lock file and the directories that were made for it go again. Only empty ones can
go, so whatever else has been put there in the meantime stays.

The right ends when what was begun under it has ended: a save that still runs in a thread, because somebody was too
much in a hurry to wait for it, gives up before the lock is free for the next one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from estimator.core import errors, log
from estimator.model_dir.background import give_up_saves
from estimator.model_dir.file_names import LOCK_FILE
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.recovery import needs_recovery, recover
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, missing_levels, retried


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
    new = missing_levels(directory)
    make_directory(directory, ops)
    before = set(retried(ops.listdir, directory))
    try:
        with DirectoryLock(directory):
            recover(directory, ops)
            _clear_up_exports(directory, ops)
            try:
                with _saves_ended(directory):
                    yield
            except BaseException:
                with contextlib.suppress(OSError):  # the first error is the one to see
                    if set(retried(ops.listdir, directory)) - before == {LOCK_FILE}:
                        retried(ops.unlink, os.path.join(directory, LOCK_FILE))  # while it is still ours
                raise
    except BaseException:
        with contextlib.suppress(OSError):  # one that is not empty stays, and so do those above it
            for level in new:
                retried(ops.rmdir, level)
        raise


@contextlib.contextmanager
def _saves_ended(directory: str) -> Iterator[None]:
    """A block behind which no save of this process runs in the directory."""
    try:
        yield
    finally:
        give_up_saves(directory)


def _clear_up_exports(directory: str, ops: FileOps) -> None:
    if os.path.isdir(os.path.join(directory, "export")):
        from estimator.model_dir.export_folder import clear_up_exports  # which most trainings have no use for

        clear_up_exports(directory, ops)


def tidy(directory: str, ops: FileOps = LOCAL) -> None:
    """Finish what an interrupted save has left, without training; nothing happens if somebody is at work there.

    A directory in which nothing is left is not touched.
    """
    _clear_up_exports(directory, ops)
    if not needs_recovery(directory, ops):
        return
    try:
        with claimed(directory, ops):
            pass
    except errors.OpError as error:
        log.debug("%r is not tidied up: %s", directory, error)
