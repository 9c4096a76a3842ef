"""Finishing or clearing away what an interrupted save or deletion has left, before training goes on.

Only under the lock of the directory, since a living writer's files look the same. What is done:

- a complete checkpoint that its save did not come to acknowledge (killed between the renames of index and state file)
  is kept: the state file lists it from now on, before its latest, so that it goes when its turn comes;
- what a save was to delete and the state file does not name any more is deleted (killed before or in the deletion);
- of a name that was being saved again, the data that its index does not speak of goes;
- data (and meta) files without an index go, if we know that they are ours: a note says that they were being written
  (killed between the renames of data and index), or the state file carries our checksum line, names checkpoints of
  that basename and not this one (killed between the deletion of index and data);
- ``.tmp.*`` goes: files that were never finished, and last the notes, so that a crash during recovery leaves what the
  next recovery needs to know. As long as something could not be done, the notes stay.

Everything else stays, above all what TensorFlow, a Saver of somebody else's or a person has put there.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from estimator.core import errors, log
from estimator.model_dir import file_names
from estimator.model_dir.finding import find_whole
from estimator.model_dir.lock import briefly_locked, demand_unlocked
from estimator.model_dir.notes import SaveNote, read_notes
from estimator.model_dir.retention import remove_files, remove_superseded
from estimator.model_dir.state import CheckpointState, read_state, was_written_by_us, write_state
from estimator.model_dir.storage import LOCAL, FileOps, retried


def recover(directory: str, ops: FileOps = LOCAL) -> list[str]:
    """Finish or remove what interrupted saves and deletions have left; returns the names of what is gone.

    What cannot be done is a warning, and stays.
    """
    return _recover(directory, _listing(directory, ops), ops)


def recover_if_abandoned(directory: str, ops: FileOps = LOCAL) -> None:
    """Do that for who does not have the right to train, as a Saver of a script, if nobody else is at work there.

    Somebody is, if a trainer has the lock, or a note is of a process that may live. What a save has in progress comes
    after its note, so that there is nothing of it in a listing without the note.
    """
    with contextlib.suppress(errors.FailedPreconditionError, OSError):  # what is refused, the save will say
        if needs_recovery(directory, ops):
            _recover_under_lock(directory, ops)


def _recover_under_lock(directory: str, ops: FileOps) -> None:
    with briefly_locked(directory):
        demand_unlocked(directory)
        listing = _listing(directory, ops)
        written = list(filter(file_names.is_note, listing))
        # one that says nothing was never finished, by a process that is no more: it would hold this lock
        if written and all(note.is_abandoned for note in read_notes(ops, directory, written)):
            _recover(directory, listing, ops)


def _recover(directory: str, listing: list[str], ops: FileOps) -> list[str]:
    temporary = sorted(filter(file_names.is_temporary, listing), key=file_names.is_note)  # notes come last
    notes = read_notes(ops, directory, temporary)
    state = _readable_state(directory)
    done = []
    for note in notes:  # before anything goes: only a state with what is adopted says what is kept
        state = _adopt(directory, note, state, ops)
        done.append(_attempt(note.writes, lambda name: remove_superseded(ops, directory, name)))
    leaving = _leaving(directory, listing, notes, state)
    gone = [name for name in leaving if _attempt(name, lambda name: remove_files(ops, directory, name))]
    is_done = all(done) and gone == leaving
    if (
        gone and is_done
    ):  # else the notes might be gone after a power failure, and what they drop be there again
        is_done = _attempt(directory, lambda name: retried(ops.fsync_dir, name))
    for name in temporary:
        is_needed = file_names.is_note(name) and not is_done
        if not is_needed and _attempt(name, lambda name: retried(ops.unlink, os.path.join(directory, name))):
            gone.append(name)
    if gone:
        log.info("removed what an interrupted save had left in %r: %s.", directory, ", ".join(gone))
    return gone


def needs_recovery(directory: str, ops: FileOps = LOCAL) -> bool:
    """Whether a save was interrupted there, or is going on."""
    return any(map(file_names.is_temporary, _listing(directory, ops)))


def _adopt(
    directory: str, note: SaveNote, state: CheckpointState | None, ops: FileOps
) -> CheckpointState | None:
    """The state after the checkpoint of the note has been listed, if it is complete and is not.

    Without a state file there is nothing to do: then whatever is whole counts.
    """
    name = note.writes
    if state is None or not note.is_listed or name in state.all_model_checkpoint_paths:
        return state
    found = find_whole(directory, name)
    if found is None:
        return state
    wider = state.with_older(name, found.timestamp)
    if not _attempt(name, lambda _: write_state(directory, wider, ops)):
        return state
    log.info("%r was saved but never listed in %r; it is now, and goes when its turn comes.", name, directory)
    return wider


def _leaving(
    directory: str, listing: list[str], notes: list[SaveNote], state: CheckpointState | None
) -> list[str]:
    """The checkpoints that are to go with all their files."""
    kept = state.all_model_checkpoint_paths if state else ()
    # A save deletes once the state file names what it has written; until then, what its note drops is still needed.
    dropped = {name for note in notes if note.writes in kept for name in note.drops if name not in kept}
    is_ours = was_written_by_us(directory)
    basenames = {file_names.split_step(name)[0] for name in kept} if is_ours else set()
    written = {note.writes for note in notes if note.writes not in kept}
    owners = set(map(file_names.owner_of, listing))
    found = [name for name in dropped if name in owners]  # a power failure may have left the .meta alone
    found += [name for name in written - dropped if name in owners and f"{name}.index" not in listing]
    for name in set(filter(None, map(file_names.data_owner, listing))).difference(found):
        basename, step = file_names.split_step(name)
        is_old = basename in basenames and step is not None and name not in kept
        if f"{name}.index" not in listing and is_old:
            found.append(name)
    return sorted(found)


def _attempt(name: str, deed: Callable[[str], object]) -> bool:
    """Whether it could be done."""
    try:
        deed(name)
    except (errors.OpError, OSError) as error:
        log.warning("could not deal with %r, left by an interrupted save: %s.", name, error)
        return False
    return True


def _readable_state(directory: str) -> CheckpointState | None:
    try:
        return read_state(directory)
    except errors.OpError:
        return None  # what is kept is not known, then: nothing counts as dropped or old, and only unfinished data goes


def _listing(directory: str, ops: FileOps) -> list[str]:
    try:
        return retried(ops.listdir, directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
