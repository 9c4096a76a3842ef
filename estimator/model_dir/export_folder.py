"""A folder of exports: each is a folder called by the seconds since 1970, which appears complete; the newest stay.

An export is written in a folder ``temp-<seconds>-<chance>`` and moved to its final name; a complete one that is removed
gets such a name first, so that a reader never finds a part under a final name. What a killed process has left disturbs
nobody, and goes with the next export there or the next training: who writes has the folder marked, and no mark outlives
its process. What TensorFlow has left is called otherwise and has no mark: only who knows that he is alone removes it.

Source
------
tf.estimator's export directories, and gc.py for those that stay, TF 2.15. There two exports of one second wait for one
another; here the second one is called by the next second.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Callable

from estimator.core import log
from estimator.core.errors import OpError
from estimator.core.files import explained
from estimator.model_dir.file_names import is_temporary
from estimator.model_dir.lock import marked_as_used, taken_if_abandoned
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, remove_tree, retried

EXPORTS = "export"  # the folder of a model_dir in which exporters have theirs
_COMPLETE = re.compile(r"[0-9]{10}")
_UNFINISHED = re.compile(r"temp-[0-9]{10}(-[0-9a-f]{16})?")
_OWN = re.compile(r"temp-[0-9]{10}-[0-9a-f]{16}")
_TAKEN = frozenset((errno.ENOTEMPTY, errno.EEXIST))


def exports(folder: str, ops: FileOps = LOCAL) -> list[str]:
    """The names of the complete exports, oldest first.

    Raises
    ------
    OpError
        If the folder cannot be listed.
    """
    return [name for name in _listing(folder, ops) if _COMPLETE.fullmatch(name)]


def add_export(
    folder: str,
    write: Callable[[str], object],
    ops: FileOps = LOCAL,
    clock: Callable[[], float] = time.time,
) -> str:
    """Add an export and return its path; from then on it survives a power failure.

    Parameters
    ----------
    folder : str
        It is made with the first export.
    write : callable
        Called with the path of a folder that is not there, which it makes and fills.

    Raises
    ------
    OpError
        If the system refuses, or `write` does; then nothing of it is left.
    """
    newest = max(map(int, exports(folder, ops)), default=0)
    seconds = max(int(clock()), newest + 1)  # the newest is always the largest
    own = f"temp-{seconds:010d}-{secrets.token_hex(8)}"
    unfinished = os.path.join(folder, own, "export")
    remove_abandoned(folder, ops)
    try:
        make_directory(os.path.dirname(unfinished), ops)
        with marked_as_used(os.path.dirname(unfinished)):
            write(unfinished)
            with explained(f"cannot export to {folder!r}", folder):
                final = _placed(unfinished, folder, seconds, ops)
                retried(ops.rmdir, os.path.dirname(unfinished))
                retried(ops.fsync_dir, folder)
    except BaseException:
        if own in _listing(folder, ops):
            _remove(folder, own, ops)
        raise
    return final


def _placed(unfinished: str, folder: str, seconds: int, ops: FileOps) -> str:
    """Move the export to the name of its second, or, if another process has taken that, of the first that is free."""
    while True:
        final = os.path.join(folder, f"{seconds:010d}")
        try:
            retried(ops.rename, unfinished, final)
            return final
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        seconds += 1


def remove_unfinished(folder: str, ops: FileOps = LOCAL) -> None:
    """Remove what killed processes have left; what cannot be removed is a warning. Nobody may be exporting there."""
    for name in _listing(folder, ops):
        if _UNFINISHED.fullmatch(name) or is_temporary(name):  # these are of an exporter's memo
            _remove(folder, name, ops)


def remove_abandoned(folder: str, ops: FileOps = LOCAL) -> None:
    """Remove what killed processes have left of their exports, whoever is exporting there."""
    for name in _listing(folder, ops):
        if _OWN.fullmatch(name):
            with taken_if_abandoned(os.path.join(folder, name)) as is_abandoned:
                if is_abandoned:
                    _remove(folder, name, ops)


def clear_up_exports(model_dir: str, ops: FileOps = LOCAL) -> None:
    """Remove what killed exporters have left below a model_dir; what the system refuses is a warning."""
    parent = os.path.join(model_dir, EXPORTS)
    try:
        for name in _listing(parent, ops):
            if os.path.isdir(os.path.join(parent, name)):
                remove_abandoned(os.path.join(parent, name), ops)
    except OpError as error:
        log.warning("%s", error)


def keep_newest(folder: str, number: int, ops: FileOps = LOCAL) -> None:
    """Remove all exports but so many of the newest; what cannot be removed is a warning."""
    for name in exports(folder, ops)[:-number]:
        _remove(folder, name, ops)


def _listing(folder: str, ops: FileOps) -> list[str]:
    with explained(f"cannot list {folder!r}", folder):
        try:
            return retried(ops.listdir, folder)
        except FileNotFoundError:
            return []


def _remove(folder: str, name: str, ops: FileOps) -> None:
    path = os.path.join(folder, name)
    try:
        if _COMPLETE.fullmatch(name):
            path = os.path.join(folder, f"temp-{name}-{secrets.token_hex(8)}")
            retried(ops.rename, os.path.join(folder, name), path)
        remove_tree(path, ops)
    except OSError as error:
        log.warning("Can not delete %s recursively: %s", path, error)
