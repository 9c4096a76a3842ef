"""A model_dir kept in order by hand: checkpoints verified, pruned, and those removed that nobody acknowledged.

What deletes goes the way a training goes: under its lock, by the state file first and the files after, with a note of
what is to be done. So a crash at any moment leaves a directory that the next training, or the next call, finds good.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from estimator.core.errors import (
    DataLossError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
)
from estimator.core.files import explained, read_regular
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader
from estimator.formats.seal import is_sealed
from estimator.inspection.listing import MISSING, UNACKNOWLEDGED, ListedCheckpoint, read_listing
from estimator.inspection.makers import DEFAULT_KEEP_MAX, entries_of, setting
from estimator.inspection.report import series_of
from estimator.model_dir.claim import claimed
from estimator.model_dir.file_names import owner_of
from estimator.model_dir.finding import find_whole
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.notes import SaveNote, write_note
from estimator.model_dir.recovery import needs_recovery, recover
from estimator.model_dir.retention import delete_checkpoints
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL, FileOps

_MOST_META_BYTES = (1 << 31) - 1  # protobuf's own limit


@frozen
class Verified:
    """A checkpoint all of whose bytes were compared with their checksums.

    Parameters
    ----------
    checkpoint : ListedCheckpoint
    damages : tuple of str
        What is wrong, a sentence for every tensor; nothing if it is whole.
    """

    checkpoint: ListedCheckpoint
    damages: tuple[str, ...]


def verify(directory: str) -> list[Verified]:
    """Compare every checksum of every checkpoint; one that a trainer deletes meanwhile is left out.

    Raises
    ------
    OpError
        If the directory cannot be listed.
    """
    found = []
    for checkpoint in read_listing(directory).checkpoints:
        damages = tuple(_damages(directory, checkpoint))
        is_gone = damages and checkpoint.state != MISSING and not _is_there(directory, checkpoint)
        if not is_gone:
            found.append(Verified(checkpoint, damages))
    return found


def _damages(directory: str, checkpoint: ListedCheckpoint) -> Iterable[str]:
    if checkpoint.state == MISSING:
        yield str(checkpoint.damage)
        return
    prefix = os.path.join(directory, checkpoint.name)
    try:
        reader = BundleReader(prefix)
    except OpError as error:
        yield error.message
        return
    with reader:
        for name in reader.names():
            try:
                reader.verify([name])
            except (DataLossError, NotFoundError, PermissionDeniedError) as error:
                yield error.message
    if f"{checkpoint.name}.meta" in checkpoint.files:
        try:
            is_sealed(read_regular(f"{prefix}.meta", _MOST_META_BYTES), f"{prefix}.meta")
        except OpError as error:
            yield error.message


def _is_there(directory: str, checkpoint: ListedCheckpoint) -> bool:
    return any(
        other.name == checkpoint.name and other.saved == checkpoint.saved
        for other in read_listing(directory).checkpoints
    )


def usual_keep(directory: str) -> int:
    """How many checkpoints the last training kept; RunConfig's default if that is not known.

    Raises
    ------
    InvalidArgumentError
        If it kept all.
    """
    entries = entries_of(directory)
    keep = setting(entries[-1] if entries else None, "keep_checkpoint_max", DEFAULT_KEEP_MAX)
    if not isinstance(keep, int) or keep < 1:
        raise InvalidArgumentError(
            f"the last training of {directory!r} keeps all checkpoints (keep_checkpoint_max={keep}); say how many are "
            "to stay: --prune --keep N."
        )
    return keep


def prune(directory: str, keep: int, *, dry_run: bool = False, ops: FileOps = LOCAL) -> list[str]:
    """Delete all but so many of the newest listed checkpoints; the best stay, too. Gives the names of what is gone.

    What the state file does not list is left alone.

    Parameters
    ----------
    directory : str
    keep : int
        At least 1.
    dry_run : bool
        Say what would go, and leave it.
    ops : FileOps

    Raises
    ------
    FailedPreconditionError
        If a trainer is at work there, or the state file cannot be read.
    NotFoundError
        If nothing is listed.
    DataLossError
        If the latest checkpoint is not whole: those that would go may be needed.
    OpError
        If the system refuses.
    """
    deleted = _surplus(directory, keep)
    if dry_run or not (
        deleted or needs_recovery(directory)
    ):  # what an earlier call could not delete is noted
        return deleted
    with claimed(directory, ops):
        before = read_state(directory)
        latest, deleted = _latest(directory), _surplus(directory, keep)  # as they are now that nobody saves
        series_of(directory, latest, keep, ops=ops).save(latest, {})
        _keep_times(directory, before, ops)
    return _gone(directory, deleted)


def _keep_times(directory: str, before: CheckpointState | None, ops: FileOps) -> None:
    """Write the times of saving again, if the state file had them.

    tf.train.CheckpointManager deletes in later saves only what has a time after the last one that it keeps for good.
    """
    now = read_state(directory)
    if before is None or now is None or not before.all_model_checkpoint_timestamps:
        return
    times = dict(zip(before.all_model_checkpoint_paths, before.all_model_checkpoint_timestamps, strict=True))
    if all(name in times for name in now.all_model_checkpoint_paths):
        kept = tuple(times[name] for name in now.all_model_checkpoint_paths)
        preserved = before.last_preserved_timestamp
        write_state(
            directory,
            replace(now, all_model_checkpoint_timestamps=kept, last_preserved_timestamp=preserved),
            ops,
        )


def _surplus(directory: str, keep: int) -> list[str]:
    latest = _latest(directory)
    return [gone.name for gone in series_of(directory, latest, keep).plan(latest).deleted]


def _latest(directory: str) -> str:
    listing = read_listing(directory)
    latest = listing.latest
    if latest is None and listing.trouble is not None:
        raise FailedPreconditionError(
            f"nothing is deleted, since what is kept is not known: {listing.trouble}"
        )
    if latest is None:
        raise NotFoundError(
            f"the state file of {directory!r} names no checkpoint, so that none of them is known to be kept."
        )
    if find_whole(directory, latest.name, deep=True) is None:
        raise DataLossError(
            f"nothing is deleted: the latest checkpoint {latest.name!r} of {directory!r} is not whole, and an older "
            "one will be needed. estimator checkpoints --verify tells which are."
        )
    return latest.name


def remove_unacknowledged(directory: str, *, dry_run: bool = False, ops: FileOps = LOCAL) -> list[str]:
    """Delete the checkpoints that no save came to acknowledge, and what else interrupted saves have left.

    Gives the names of those checkpoints. Without a state file nothing counts as unacknowledged.

    Raises
    ------
    FailedPreconditionError
        If a trainer is at work there.
    OpError
        If the system refuses.
    """
    names = _unacknowledged(directory)
    if dry_run or not (names or read_listing(directory).leftovers):
        return names
    with explained(f"cannot delete in {directory!r}", directory), DirectoryLock(directory):
        names = _unacknowledged(directory)  # as they are now that nobody saves
        latest = read_listing(directory).latest
        if names and latest is not None:
            note = SaveNote(latest.name, True, tuple(names))
            with explained(f"cannot delete in {directory!r}", directory, len(note.encoded())):
                write_note(ops, directory, note)
            delete_checkpoints(ops, directory, names)
        recover(directory, ops)
    return _gone(directory, names)


def _unacknowledged(directory: str) -> list[str]:
    return [one.name for one in read_listing(directory).checkpoints if one.state == UNACKNOWLEDGED]


def _gone(directory: str, names: Sequence[str]) -> list[str]:
    """The names, if no file of them is left.

    Raises
    ------
    FailedPreconditionError
        If one is; a warning has said why.
    """
    with explained(f"cannot list {directory!r}", directory):
        there = set(map(owner_of, os.listdir(directory)))
    left = [name for name in names if name in there]
    if left:
        raise FailedPreconditionError(
            f"could not delete {', '.join(left)} of {directory!r}, see above. The next call tries again."
        )
    return list(names)
