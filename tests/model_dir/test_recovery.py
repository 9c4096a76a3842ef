"""What the start of a training clears away, and what it never touches."""

from __future__ import annotations

import errno
import os
import platform
from pathlib import Path

import numpy as np
import pytest

from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.finding import find_whole
from estimator.model_dir.lock import DirectoryLock
from estimator.model_dir.recovery import needs_recovery, recover, recover_if_abandoned
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LOCAL, LocalFileOps
from tests.disk import unchanged
from tests.model_dir.fault_ops import FaultOps

HOST = platform.node().encode()
NOTE = ".tmp.saving.0123"
TEMP = ".tmp.3.0123456789abcdef0123456789abcdef"


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    for step in (1, 2):
        write_checkpoint(LOCAL, str(tmp_path), f"m-{step}", {"a": np.zeros(2)}, b"meta")
    write_state(tmp_path, CheckpointState.of(["m-1", "m-2"]))
    return tmp_path


def indexed(directory: Path) -> list[str]:
    return sorted(name.removesuffix(".index") for name in os.listdir(directory) if name.endswith(".index"))


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
    (tmp_path / NOTE).write_bytes(b"writes m-3\nlists m-3\n")
    recover(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_data_of_a_deletion_that_was_interrupted_goes(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    for name in ("m-0.data-00000-of-00001", "m-0.meta"):
        (model_dir / name).write_bytes(b"x")
    assert recover(str(model_dir)) == ["m-0"]
    assert sorted(os.listdir(model_dir)) == before


def test_what_a_note_says_is_dropped_goes_unless_it_is_acknowledged(model_dir: Path) -> None:
    for name in ("m-0", "graph"):
        write_checkpoint(LOCAL, str(model_dir), name, {"a": np.zeros(2)})
    lines = b"writes m-2\nlists m-2\ndrops m-0\ndrops m-1\ndrops ../m-1\ndrops \ndeletes graph\ndrops gra"
    (model_dir / NOTE).write_bytes(lines)
    recover(str(model_dir))
    assert indexed(model_dir) == ["graph", "m-1", "m-2"]


def test_nothing_is_dropped_for_a_save_that_was_not_acknowledged(model_dir: Path) -> None:
    write_checkpoint(LOCAL, str(model_dir), "m-0", {"a": np.zeros(2)})
    (model_dir / NOTE).write_bytes(b"writes m-3\nlists m-3\ndrops m-0\n")
    recover(str(model_dir))
    assert indexed(model_dir) == ["m-0", "m-1", "m-2"]


def test_a_complete_checkpoint_of_an_interrupted_save_is_listed_and_not_the_latest(model_dir: Path) -> None:
    write_checkpoint(LOCAL, str(model_dir), "m-3", {"a": np.zeros(2)})
    (model_dir / NOTE).write_bytes(b"writes m-3\nlists m-3\ndrops m-1\n")
    recover(str(model_dir))
    assert read_state(model_dir) == CheckpointState("m-2", ("m-1", "m-3", "m-2"))
    assert indexed(model_dir) == ["m-1", "m-2", "m-3"]


def test_a_broken_one_is_not_listed(model_dir: Path) -> None:
    (model_dir / "m-3.index").write_bytes(b"x")
    (model_dir / NOTE).write_bytes(b"writes m-3\nlists m-3\n")
    recover(str(model_dir))
    assert read_state(model_dir) == CheckpointState.of(["m-1", "m-2"])


@pytest.mark.parametrize("note", [None, b"writes m-3\n"])
def test_what_a_saver_has_left_unlisted_on_purpose_stays_unlisted(
    model_dir: Path, note: bytes | None
) -> None:
    write_checkpoint(LOCAL, str(model_dir), "m-3", {"a": np.zeros(2)})
    if note is not None:
        (model_dir / NOTE).write_bytes(note)
    recover(str(model_dir))
    assert read_state(model_dir) == CheckpointState.of(["m-1", "m-2"])
    assert indexed(model_dir) == ["m-1", "m-2", "m-3"]


def test_the_data_of_a_replaced_checkpoint_goes_and_no_other(model_dir: Path) -> None:
    for name in ("m-1.data-00000-of-00002", "m-2.data-00000-of-00002"):
        (model_dir / name).write_bytes(b"x")
    (model_dir / NOTE).write_bytes(b"writes m-2\nlists m-2\n")
    recover(str(model_dir))
    assert (model_dir / "m-1.data-00000-of-00002").exists() and not (
        model_dir / "m-2.data-00000-of-00002"
    ).exists()
    assert find_whole(str(model_dir), "m-2", deep=True)


def test_a_note_stays_until_everything_in_it_is_done(
    model_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_checkpoint(LOCAL, str(model_dir), "m-0", {"a": np.zeros(2)})
    (model_dir / NOTE).write_bytes(b"writes m-2\nlists m-2\ndrops m-0\n")

    class Stubborn(LocalFileOps):
        def unlink(self, path: str) -> None:
            if path.endswith("m-0.index"):
                raise OSError(errno.EBUSY, "Device or resource busy", path)
            super().unlink(path)

    assert recover(str(model_dir), Stubborn()) == []
    assert "could not deal with 'm-0'" in caplog.text and (model_dir / NOTE).exists()
    assert recover(str(model_dir)) == ["m-0", NOTE]


def test_it_is_known_beforehand_whether_there_is_anything_to_do(model_dir: Path, tmp_path: Path) -> None:
    assert not needs_recovery(str(model_dir)) and not needs_recovery(str(tmp_path / "nowhere"))
    (model_dir / NOTE).write_bytes(b"writes m-2\n")
    assert needs_recovery(str(model_dir))


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


@pytest.mark.parametrize("note", [None, b"writes m-1\nlists m-1\n"])
def test_acknowledged_data_without_its_index_stays(model_dir: Path, note: bytes | None) -> None:
    (model_dir / "m-1.index").unlink()
    if note is not None:
        (model_dir / NOTE).write_bytes(note)
    assert recover(str(model_dir)) == ([] if note is None else [NOTE])
    assert (model_dir / "m-1.data-00000-of-00001").exists()


def test_a_failure_is_a_warning(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    (model_dir / (TEMP + ".index")).write_bytes(b"x")
    ops = FaultOps(1, lambda: PermissionError(1, "Operation not permitted"))
    assert recover(str(model_dir), ops) == []
    assert ops.fired and "could not deal with" in caplog.text


def test_a_note_that_is_a_fifo_goes_unread(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    os.mkfifo(model_dir / NOTE)
    assert recover(str(model_dir)) == [NOTE]
    assert sorted(os.listdir(model_dir)) == before


def test_a_script_clears_up_after_a_process_that_is_no_more(model_dir: Path) -> None:
    before = sorted(os.listdir(model_dir))
    (model_dir / NOTE).write_bytes(b'writes m-3\nby {"pid": 4194304, "host": "%s", "boot_id": "x"}\n' % HOST)
    (model_dir / f"{TEMP}.index").write_bytes(b"?")
    recover_if_abandoned(str(model_dir))
    assert sorted(os.listdir(model_dir)) == before


@pytest.mark.parametrize("by", [b"", b'by {"pid": 4194304, "host": "elsewhere", "boot_id": "x"}\n'])
def test_and_not_after_one_that_may_live(model_dir: Path, by: bytes) -> None:
    (model_dir / NOTE).write_bytes(b"writes m-3\n" + by)
    (model_dir / f"{TEMP}.index").write_bytes(b"?")
    with unchanged(model_dir):
        recover_if_abandoned(str(model_dir))


def test_nor_beside_a_trainer_or_where_no_note_says_whose_it_is(model_dir: Path) -> None:
    (model_dir / f"{TEMP}.index").write_bytes(b"?")
    with unchanged(model_dir):
        recover_if_abandoned(str(model_dir))
    (model_dir / NOTE).write_bytes(b"writes m")  # never finished
    with DirectoryLock(model_dir), unchanged(model_dir):
        recover_if_abandoned(str(model_dir))
    recover_if_abandoned(str(model_dir))
    assert not [name for name in os.listdir(model_dir) if name.startswith(".tmp.")]


def test_a_meta_file_that_a_power_failure_has_left_alone_goes(model_dir: Path) -> None:
    for name, note in (("m-3", b"writes m-3\n"), ("m-0", b"writes m-2\ndrops m-0\n")):
        (model_dir / f"{name}.meta").write_bytes(b"?")
        (model_dir / NOTE).write_bytes(note)
        assert recover(str(model_dir)) == [name, NOTE]
    (model_dir / "m-9.meta").write_bytes(b"a person's")
    assert recover(str(model_dir)) == []
