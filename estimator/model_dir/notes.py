"""What a save is about to do, noted before it does it, so that recovery can finish what a crash has cut short.

A checkpoint is complete once its index has its name, counts once the state file names it, and pushes others out that
are deleted after that. A process that is killed in between leaves files of which nobody can tell by looking whether
somebody else put them there on purpose. So each save begins with a file ``.tmp.saving.<id>``::

    writes model.ckpt-300
    lists model.ckpt-300
    drops model.ckpt-100

    by {"pid": 4711, "host": "worker-1", ...}

and ends with its removal. Only names in a note are ever adopted or deleted by recovery; what a Saver of somebody else
wrote is in none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from estimator.core import errors
from estimator.core.frozen import frozen
from estimator.model_dir.file_names import is_note, note_name
from estimator.model_dir.lock import briefly_locked, has_ended, is_own, process_note
from estimator.model_dir.storage import FileOps, NewFile, retried

_written: set[str] = set()  # the notes of this process


@frozen
class SaveNote:
    """One save.

    Parameters
    ----------
    writes : str
        The name of the checkpoint that is written.
    is_listed : bool
        Whether the state file is to name it.
    drops : tuple of str
        The names of those that are to be deleted once it does.
    path : str
        Where the note lies; empty before it is written.
    process : str or None
        Who has written it; None if the note was never finished.
    """

    writes: str
    is_listed: bool = True
    drops: tuple[str, ...] = ()
    path: str = ""
    process: str | None = ""

    def encoded(self) -> bytes:
        """What this process writes into the file."""
        lines = [f"writes {self.writes}", *([f"lists {self.writes}"] if self.is_listed else [])]
        lines += [f"drops {name}" for name in self.drops]
        lines.append(f"by {process_note().decode().strip()}")
        return "".join(f"{line}\n" for line in lines).encode()

    @property
    def is_abandoned(self) -> bool:
        """Whether the process that was saving is known to be no more."""
        if self.process is None:
            return True  # who writes one holds the lock of the directory until it is whole
        if is_own(self.process.encode()):  # in a container, its successor often has its number
            return self.path not in _written
        return has_ended(self.process.encode())


def write_note(ops: FileOps, directory: str, note: SaveNote) -> str:
    """Write the note and return its path; it survives a power failure before anything that it tells of is done.

    Raises
    ------
    OSError
        If the system refuses; then nothing is left of it.
    """
    with briefly_locked(directory):  # so that nobody reads it before it is whole
        file = NewFile(ops, os.path.join(directory, note_name()))
        try:
            file.write(note.encoded())
            file.finish()
            retried(ops.fsync_dir, directory)
        except BaseException:
            file.abandon()
            raise
    _written.add(file.path)
    return file.path


def drop_note(ops: FileOps, path: str) -> None:
    """Remove the note: all that it tells of is done, and safe.

    Raises
    ------
    OSError
        If the system refuses.
    """
    try:
        retried(ops.unlink, path)
    except FileNotFoundError:
        pass
    _written.discard(path)


def read_notes(ops: FileOps, directory: str, listing: Iterable[str]) -> list[SaveNote]:
    """The notes in the directory; one that was never finished says nothing, since its save had not begun."""
    return [note for name in listing if is_note(name) and (note := _read(ops, os.path.join(directory, name)))]


def _read(ops: FileOps, path: str) -> SaveNote | None:
    try:
        text = retried(ops.read_bytes, path).decode()
    except (errors.OpError, OSError, UnicodeDecodeError):
        return None
    said: dict[str, list[str]] = {"writes": [], "lists": [], "drops": []}
    process = "" if text.endswith("\n") else None
    for line in text.split("\n")[:-1]:  # the last one is empty, or was never finished
        verb, _, name = line.partition(" ")
        if verb in said and name and os.path.basename(name) == name:
            said[verb].append(name)
        elif verb == "by" and process is not None:
            process = name
    if not said["writes"]:
        return None
    return SaveNote(said["writes"][0], bool(said["lists"]), tuple(said["drops"]), path, process)
