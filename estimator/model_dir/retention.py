"""Which checkpoints stay, and how the others go.

The choice is a pure function, :func:`plan_retention`: a list of checkpoints in, what is listed,
deleted and preserved out. The newest `keep_max` stay in the state file. When an older one drops out
of it, it is deleted, unless it is newer than the next time at which one is to be kept for good:
then its files stay, and that time moves on by `keep_every_n_hours`.

The deed is :func:`delete_checkpoints`. The index goes first and the directory is synced before the
meta file and the data go, so that at every instant a checkpoint is whole or does not exist.

Source
------
tf.train.Saver of TensorFlow 2.15: max_to_keep and keep_checkpoint_every_n_hours. Unlike
there, keeping everything (0 or None) also lists everything in the state file.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence

from estimator.core import errors, log
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.model_dir.file_names import owner_of, shards_counted, split_step
from estimator.model_dir.storage import FileOps, retried

SECONDS_PER_HOUR = 3600.0


@frozen
class SavedCheckpoint:
    """A checkpoint that the state file names.

    Parameters
    ----------
    name : str
        For example ``"model.ckpt-200"``.
    timestamp : float
        When it was saved, in seconds since 1970.
    """

    name: str
    timestamp: float

    @property
    def step(self) -> int | None:
        """The step in its name."""
        return split_step(self.name)[1]


@frozen
class Retention:
    """What becomes of each checkpoint.

    Parameters
    ----------
    listed : tuple of SavedCheckpoint
        Stay on disk and in the state file, oldest first.
    deleted : tuple of SavedCheckpoint
        Leave both.
    preserved : tuple of SavedCheckpoint
        Leave the state file, stay on disk for good.
    next_keep_time : float
        A checkpoint newer than this is preserved when its turn comes.
    """

    listed: tuple[SavedCheckpoint, ...]
    deleted: tuple[SavedCheckpoint, ...]
    preserved: tuple[SavedCheckpoint, ...]
    next_keep_time: float


def plan_retention(
    checkpoints: Sequence[SavedCheckpoint],
    *,
    keep_max: int | None,
    keep_every_n_hours: float = 10000.0,
    next_keep_time: float = float("inf"),
    pinned: Collection[str] = (),
) -> Retention:
    """Decide what becomes of `checkpoints`, oldest first; the last one is the latest and stays.

    Parameters
    ----------
    checkpoints : sequence of SavedCheckpoint
        In the order of saving.
    keep_max : int or None
        How many stay listed; None or 0 for all.
    keep_every_n_hours : float
        How far `next_keep_time` moves when one is preserved.
    next_keep_time : float
        See :class:`Retention`.
    pinned : collection of str
        Names that stay listed although newer ones are there, for example the best so far.
    """
    surplus = max(0, len(checkpoints) - max(keep_max, 1)) if keep_max else 0
    leaving = [checkpoint for checkpoint in checkpoints[:surplus] if checkpoint.name not in pinned]
    deleted, preserved = [], []
    for checkpoint in leaving:
        if checkpoint.timestamp > next_keep_time:
            preserved.append(checkpoint)
            next_keep_time += keep_every_n_hours * SECONDS_PER_HOUR
        else:
            deleted.append(checkpoint)
    listed = tuple(checkpoint for checkpoint in checkpoints if checkpoint not in leaving)
    return Retention(listed, tuple(deleted), tuple(preserved), next_keep_time)


def delete_checkpoints(ops: FileOps, directory: str, names: Iterable[str]) -> list[str]:
    """Delete checkpoints that left the state file and return the names of those that are gone.

    A failure is a warning: training goes on, and the files are there to be deleted by hand.
    """
    gone = []
    for name in names:
        try:
            remove_files(ops, directory, name)
        except OSError as error:
            log.warning("could not delete old checkpoint %r: %s. Delete its files by hand.", name, error)
        else:
            gone.append(name)
    return gone


def remove_files(ops: FileOps, directory: str, name: str) -> None:
    """Remove index, meta and data of one checkpoint, in that order; the directory is synced after the index.

    The data goes last: data without an index is how recovery knows a deletion that was interrupted.

    Raises
    ------
    OSError
        If the system refuses; what has not been removed is still there.
    """
    files = [file_name for file_name in retried(ops.listdir, directory) if owner_of(file_name) == name]
    index = f"{name}.index"
    if index in files:
        retried(ops.unlink, os.path.join(directory, index))
        retried(ops.fsync_dir, directory)
    for file_name in reversed(files):  # sorted: .data before .meta
        if file_name != index:
            retried(ops.unlink, os.path.join(directory, file_name))


def remove_superseded(ops: FileOps, directory: str, name: str) -> None:
    """Remove the data files that the index of a checkpoint does not speak of: those of the one it has replaced.

    Raises
    ------
    OSError
        If the system refuses; what has not been removed is still there.
    """
    count = indexed_shards(directory, name)
    if not count:  # without an index that can be read nobody knows which data counts
        return
    for file_name in retried(ops.listdir, directory):
        if owner_of(file_name) == name and shards_counted(file_name) not in (None, count):
            retried(ops.unlink, os.path.join(directory, file_name))


def indexed_shards(directory: str, name: str) -> int | None:
    """How many data files the index of a checkpoint counts; 0 if it cannot be read, None if there is none."""
    try:
        with BundleReader(os.path.join(directory, name)) as reader:
            return reader.header.num_shards
    except errors.NotFoundError:
        return None
    except errors.OpError:
        return 0
