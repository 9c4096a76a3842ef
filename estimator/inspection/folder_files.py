"""The files of a model_dir and below, by what they are for: how many, how large, how old. None of them is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator

from estimator.core.frozen import frozen
from estimator.model_dir.file_names import LOCK_FILE, STATE_FILE, is_temporary, owner_of
from estimator.saved_model.folder import contains_saved_model

CHECKPOINTS, EVENTS, EXPORTS = "checkpoints", "events", "exports"
_EVENTS = ".tfevents."
_RECORDS = ("metadata", ".recipe", ".best", ".training", ".evaluated", STATE_FILE, LOCK_FILE)
_MOST_FILES = 1_000_000  # more are not a training's


@frozen
class FileGroup:
    """Files of one kind in one folder.

    Parameters
    ----------
    kind : str
        ``"checkpoints"``, ``"events"`` of TensorBoard, ``"graph"``, ``"records"`` of who trained, ``"exports"``,
        ``"unfinished"``, ``"other"``.
    folder : str
        From the model_dir on; empty for the model_dir itself.
    count, size_bytes : int
    newest : float
        When the last one was written, in seconds since 1970.
    """

    kind: str
    folder: str
    count: int
    size_bytes: int
    newest: float


def file_groups(directory: str) -> list[FileGroup]:
    """What there is, by folder and kind. Links are counted and not followed."""
    found: dict[tuple[str, str], FileGroup] = {}
    for folder, kind, size, written in _files(directory):
        group = found.get((folder, kind), FileGroup(kind, folder, 0, 0, 0.0))
        found[folder, kind] = FileGroup(
            kind, folder, group.count + 1, group.size_bytes + size, max(group.newest, written)
        )
    return [found[key] for key in sorted(found)]


def _files(directory: str) -> Iterator[tuple[str, str, int, float]]:
    """Folder, kind, size and time of every file."""
    count = 0
    for path, folders, names in os.walk(directory):
        folder = os.path.relpath(path, directory).replace(os.sep, "/")
        if contains_saved_model(path):  # what belongs to one export is told together
            yield from ((folder, EXPORTS, *_measured(file)) for file in _below(path))
            folders.clear()
            continue
        for name in names:
            count += 1
            yield "" if folder == "." else folder, _kind(name), *_measured(os.path.join(path, name))
        if count > _MOST_FILES:
            return


def _below(path: str) -> Iterator[str]:
    for folder, _, names in os.walk(path):
        yield from (os.path.join(folder, name) for name in names)


def _measured(path: str) -> tuple[int, float]:
    """Size and time; of a file that went since, nothing."""
    try:
        found = os.lstat(path)
    except OSError:
        return 0, 0.0
    return found.st_size, found.st_mtime


def _kind(name: str) -> str:
    if is_temporary(name):
        return "unfinished"
    if _EVENTS in name:
        return EVENTS
    if name.startswith("graph.") and name.endswith(".pbtxt"):
        return "graph"
    if owner_of(name) is not None:
        return CHECKPOINTS
    return "records" if name.startswith(_RECORDS) else "other"
