"""What the start of a training clears away, and what it never touches."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.recovery import recover
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import LOCAL
from tests.model_dir.fault_ops import FaultOps

TEMP = ".tmp.3.0123456789abcdef0123456789abcdef"


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    for step in (1, 2):
        write_checkpoint(LOCAL, str(tmp_path), "m", step, {"a": np.zeros(2)}, b"meta")
    write_state(tmp_path, CheckpointState.of(["m-1", "m-2"]))
    return tmp_path


def test_nothing_goes_from_a_tidy_directory(model_dir: Path, tmp_path: Path) -> None:
    before = sorted(os.listdir(model_dir))
    assert recover(str(model_dir)) == []
    assert sorted(os.listdir(model_dir)) == before
    assert recover(str(tmp_path / "nowhere")) == []


def test_unfinished_files_go(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    for name in (TEMP + ".index", TEMP + ".meta", TEMP + ".data-00000-of-00001", ".tmp.0123.graph.pbtxt"):
        (model_dir / name).write_bytes(b"x")
    assert len(recover(str(model_dir))) == 4
    assert sorted(os.listdir(model_dir)) == before


def test_data_whose_index_was_not_committed_goes(tmp_path: Path) -> None:
    for name in ("m-3.data-00000-of-00001", "m-3.meta", TEMP + ".index"):
        (tmp_path / name).write_bytes(b"x")
    recover(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_data_of_a_deletion_that_was_interrupted_goes(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    for name in ("m-0.data-00000-of-00001", "m-0.meta"):
        (model_dir / name).write_bytes(b"x")
    assert recover(str(model_dir)) == ["m-0"]
    assert sorted(os.listdir(model_dir)) == before


def test_what_an_eviction_note_names_goes_unless_it_is_acknowledged(model_dir: Path) -> None:
    write_checkpoint(LOCAL, str(model_dir), "m", 0, {"a": np.zeros(2)})
    (model_dir / ".tmp.evicting.1").write_bytes(b"m-0\nm-2\n../m-1\ngraph\nm-")
    recover(str(model_dir))
    indexes = sorted(name for name in os.listdir(model_dir) if name.endswith(".index"))
    assert indexes == ["m-1.index", "m-2.index"]


@pytest.mark.parametrize(
    "name",
    [
        "m-0.index",
        "m-0.meta",
        "other-0.data-00000-of-00001",
        "m.data-00000-of-00001",
        "notes-3.meta",
        "model.ckpt-1_temp",
    ],
)
def test_what_may_be_somebody_elses_stays(model_dir: Path, name: str) -> None:
    (model_dir / name).write_bytes(b"x")
    assert recover(str(model_dir)) == []
    assert (model_dir / name).exists()


def test_beside_a_state_file_of_tensorflow_no_data_goes(model_dir: Path) -> None:
    (model_dir / "checkpoint").write_text('model_checkpoint_path: "m-2"\n')
    (model_dir / "m-0.data-00000-of-00001").write_bytes(b"x")
    (model_dir / "m-1.index").unlink()
    assert recover(str(model_dir)) == []


def test_acknowledged_data_without_its_index_stays(model_dir: Path) -> None:
    (model_dir / "m-1.index").unlink()
    assert recover(str(model_dir)) == []
    assert (model_dir / "m-1.data-00000-of-00001").exists()


def test_a_failure_is_a_warning(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    (model_dir / (TEMP + ".index")).write_bytes(b"x")
    ops = FaultOps(1, lambda: PermissionError(1, "Operation not permitted"))
    assert recover(str(model_dir), ops) == []
    assert ops.fired and "could not remove" in caplog.text


def test_a_note_that_is_a_fifo_goes_unread(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    os.mkfifo(model_dir / ".tmp.evicting.1")
    assert recover(str(model_dir)) == [".tmp.evicting.1"]
    assert sorted(os.listdir(model_dir)) == before
