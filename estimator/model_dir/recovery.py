"""Clearing away what an interrupted save or deletion has left, before training goes on.

Only under the lock of the directory, since a living writer's temporary files look the same. What
goes:

- what a note of an eviction names and the state file does not (killed before or in the deletion);
- ``.tmp.*``: files that were never finished;
- data (and meta) files without an index, if we know that they are ours: either the temporary index
  of a save of the same step lies beside them (killed between the renames of data and index), or the
  state file carries our checksum line, names checkpoints of that basename and not this one (killed
  between the deletion of index and data).

Everything else stays, above all what TensorFlow or a person has put there. The data goes before the
temporary index, so that a crash during recovery leaves what the next recovery needs to know.
"""

from __future__ import annotations

import os

from estimator.core import errors, log
from estimator.model_dir import file_names
from estimator.model_dir.retention import remove_files
from estimator.model_dir.state import read_state, was_written_by_us
from estimator.model_dir.storage import LOCAL, FileOps, retried


def recover(directory: str, ops: FileOps = LOCAL) -> list[str]:
    """Remove the remains of interrupted saves and deletions and return the names that are gone.

    A file that cannot be removed is a warning, and stays.
    """
    gone = []
    for name in leftovers(directory, ops):
        try:
            if file_names.is_temporary(name):
                retried(ops.unlink, os.path.join(directory, name))
            else:
                remove_files(ops, directory, name)
        except OSError as error:
            log.warning("could not remove %r, left by an interrupted save: %s.", name, error)
        else:
            gone.append(name)
    if gone:
        log.info("removed what an interrupted save had left in %r: %s.", directory, ", ".join(gone))
    return gone


def leftovers(directory: str, ops: FileOps = LOCAL) -> list[str]:
    """What :func:`recover` removes: checkpoints without an index, then temporary files."""
    try:
        listing = retried(ops.listdir, directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    temporary = [name for name in listing if file_names.is_temporary(name)]
    unfinished = {step for ours, step in map(file_names.unfinished_step, temporary) if ours}
    kept = _acknowledged(directory)
    basenames = {file_names.split_step(name)[0] for name in kept}
    evicted = _evicted(directory, [name for name in temporary if file_names.is_eviction(name)], ops)
    headless = [name for name in evicted if name not in kept and f"{name}.index" in listing]
    for name in file_names.data_owners(listing):
        basename, step = file_names.split_step(name)
        if f"{name}.index" in listing or step is None:
            continue
        if step in unfinished or (basename in basenames and name not in kept):
            headless.append(name)
    return headless + temporary


def _evicted(directory: str, notes: list[str], ops: FileOps) -> list[str]:
    """The numbered checkpoints in the notes, if our state file says which others are kept."""
    if not _acknowledged(directory):
        return []
    names = []
    for note in notes:
        try:
            contents = retried(ops.read_bytes, os.path.join(directory, note))
        except (errors.OpError, OSError):
            continue
        lines = os.fsdecode(contents).split("\n")[:-1]  # the last one is empty, or was never finished
        names += [name for name in lines if "/" not in name and file_names.step_of(name) is not None]
    return names


def _acknowledged(directory: str) -> tuple[str, ...]:
    """The names in our state file; none if it is not ours or cannot be trusted."""
    if not was_written_by_us(directory):
        return ()
    try:
        state = read_state(directory)
    except errors.OpError:
        return ()
    return () if state is None else state.all_model_checkpoint_paths
