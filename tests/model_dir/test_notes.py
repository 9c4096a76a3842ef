"""What a save notes before it begins, and what is made of a note by somebody else's hand."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from estimator.model_dir.notes import SaveNote, read_notes, write_note
from estimator.model_dir.storage import LOCAL
from tests.model_dir.fault_ops import FaultOps

NOTES = [SaveNote("m-3"), SaveNote("model ckpt", is_listed=False), SaveNote("m-3", drops=("m-1", "é-2"))]


@pytest.mark.parametrize("note", NOTES)
def test_what_is_noted_is_read(tmp_path: Path, note: SaveNote) -> None:
    path = write_note(LOCAL, str(tmp_path), note)
    assert read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path)) == [note]
    assert os.path.dirname(path) == str(tmp_path)


@pytest.mark.parametrize(
    "contents", [b"", b"writes", b"writes \n", b"drops m-1\n", b"\xff\n", b"writes a/b\n", b"writes m"]
)
def test_a_note_that_is_no_note_says_nothing(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / ".tmp.saving.1").write_bytes(contents)
    assert read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path)) == []


def test_a_line_that_was_cut_off_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".tmp.saving.1").write_bytes(b"writes m-30\nlists m-30\ndrops m-10\ndrops m-1")
    assert read_notes(LOCAL, str(tmp_path), os.listdir(tmp_path)) == [SaveNote("m-30", True, ("m-10",))]


def test_a_failure_leaves_no_note(tmp_path: Path) -> None:
    for at in range(4):
        ops = FaultOps(at, lambda: OSError(errno.EIO, "Input/output error"))
        with pytest.raises(OSError, match="Input/output error"):
            write_note(ops, str(tmp_path), NOTES[0])
        ops.close_all()
        assert ops.fired and os.listdir(tmp_path) == []
