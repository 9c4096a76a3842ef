"""What a save notes before it begins, and what is made of a note by somebody else's hand."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from estimator.model_dir.notes import SaveNote, drop_note, read_notes, write_note
from estimator.model_dir.storage import LOCAL
from tests.model_dir.fault_ops import FaultOps

NOTES = [SaveNote("m-3"), SaveNote("model ckpt", is_listed=False), SaveNote("m-3", drops=("m-1", "é-2"))]


def _said(note: SaveNote) -> tuple[str, bool, tuple[str, ...]]:
    return note.writes, note.is_listed, note.drops


@pytest.mark.parametrize("note", NOTES)
def test_what_is_noted_is_read(tmp_path: Path, note: SaveNote) -> None:
    path = write_note(LOCAL, str(tmp_path), note)
    (read,) = read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path))
    assert (read.writes, read.is_listed, read.drops, read.path) == (*_said(note), path)
    assert os.path.dirname(path) == str(tmp_path)


@pytest.mark.parametrize(
    "contents", [b"", b"writes", b"writes \n", b"drops m-1\n", b"\xff\n", b"writes a/b\n", b"writes m"]
)
def test_a_note_that_is_no_note_says_nothing(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / ".tmp.saving.1").write_bytes(contents)
    assert read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path)) == []


def test_a_line_that_was_cut_off_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".tmp.saving.1").write_bytes(b"writes m-30\nlists m-30\ndrops m-10\ndrops m-1")
    (read,) = read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path))
    assert _said(read) == ("m-30", True, ("m-10",)) and read.is_abandoned


def test_a_failure_leaves_no_note(tmp_path: Path) -> None:
    for at in range(5):
        ops = FaultOps(at, lambda: OSError(errno.EIO, "Input/output error"))
        with pytest.raises(OSError, match="Input/output error"):
            write_note(ops, str(tmp_path), NOTES[0])
        ops.close_all()
        assert ops.fired and os.listdir(tmp_path) == []


def written_by(tmp_path: Path, contents: bytes) -> SaveNote:
    (tmp_path / ".tmp.saving.1").write_bytes(contents)
    (note,) = read_notes(LOCAL, str(tmp_path), [".tmp.saving.1"])
    return note


def test_a_note_is_abandoned_once_its_process_is_no_more(tmp_path: Path) -> None:
    path = write_note(LOCAL, str(tmp_path), NOTES[0])
    (own,) = read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path))
    assert not own.is_abandoned
    contents = Path(path).read_bytes()
    drop_note(LOCAL, path)
    assert os.listdir(tmp_path) == []
    # of an earlier process of the same number, as in a container that was started again
    assert written_by(tmp_path, contents).is_abandoned
    ended = contents.replace(b'"pid": %d' % os.getpid(), b'"pid": 4194304')
    assert written_by(tmp_path, ended).is_abandoned
    assert not written_by(tmp_path, contents.replace(b'"host": "', b'"host": "another-')).is_abandoned
    assert not written_by(tmp_path, b"writes m-1\n").is_abandoned  # of a version that did not say who it was
