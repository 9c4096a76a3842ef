"""The commit protocol: the order of its calls, and what is left when one of them fails."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes, errors
from estimator.formats.bundle import BundleReader
from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.storage import LOCAL, LocalFileOps
from tests.model_dir.fault_ops import FaultOps, RecordingOps, UnsyncedOps

TENSORS = {
    "b": np.arange(6, dtype=np.float32).reshape(2, 3),
    "a": np.array(200),
    "s": np.array(b"x\0", object),
}
FILES = ["m-1.data-00000-of-00001", "m-1.index", "m-1.meta"]


def save(ops: Any, directory: Path, step: int = 1, **kwargs: Any) -> None:
    write_checkpoint(ops, str(directory), f"m-{step}", TENSORS, b"meta", **kwargs)


def test_the_three_files_hold_what_was_given(tmp_path: Path) -> None:
    save(LOCAL, tmp_path)
    assert sorted(os.listdir(tmp_path)) == FILES
    assert (tmp_path / "m-1.meta").read_bytes() == b"meta"
    with BundleReader(tmp_path / "m-1") as reader:
        assert reader.names() == ["a", "b", "s"]
        np.testing.assert_array_equal(reader.get("b"), TENSORS["b"])
        assert reader.get("s").item() == b"x\0"


def test_without_a_graph_there_is_no_meta_file(tmp_path: Path) -> None:
    write_checkpoint(LOCAL, str(tmp_path), "m", [("a", np.zeros(2))])
    assert sorted(os.listdir(tmp_path)) == ["m.data-00000-of-00001", "m.index"]


@pytest.mark.parametrize("again", [False, True])
def test_the_calls_of_a_save_do_not_grow_with_the_number_of_tensors(tmp_path: Path, again: bool) -> None:
    calls = []
    for count in (3, 2000):
        ops, folder = RecordingOps(), tmp_path / str(count)
        folder.mkdir()
        for _ in range(1 + again):
            ops.trace.clear()
            tensors = {f"v{number}": np.full(100, number, np.float32) for number in range(count)}
            write_checkpoint(ops, str(folder), "m-1", tensors, b"meta")
        calls.append([call[0] for call in ops.trace])
    assert calls[0] == calls[1]
    assert calls[0].count("write") == (4 if again else 3)  # data, meta, index; the bridge's index


def test_the_tensors_lie_in_the_order_of_their_names(tmp_path: Path) -> None:
    # TensorFlow's Saver sorts the names before SaveV2 lays the bytes back to back.
    write_checkpoint(LOCAL, str(tmp_path), "m-1", [("b", np.float32([2.0])), ("a", np.float32([1.0]))])
    data = (tmp_path / "m-1.data-00000-of-00001").read_bytes()
    assert data == np.float32([1.0, 2.0]).tobytes()


def test_everything_is_synced_before_its_rename_and_the_index_comes_last(tmp_path: Path) -> None:
    ops = RecordingOps()
    save(ops, tmp_path)
    trace = ops.trace
    renames = [(i, call) for i, call in enumerate(trace) if call[0] == "rename"]
    assert [call[2] for _, call in renames] == ["m-1.data-00000-of-00001", "m-1.meta", "m-1.index"]
    for i, (_, source, _target) in renames:
        assert ("fsync", source) in trace[:i]
        last_write = max(j for j, call in enumerate(trace) if call == ("write", source))
        assert last_write < trace.index(("fsync", source))
    commit = renames[-1][0]
    sync = ("fsync_dir", tmp_path.name)
    assert trace[commit - 1] == sync and trace[commit + 1 :] == [sync]


def test_no_final_name_is_ever_opened_for_writing(tmp_path: Path) -> None:
    ops = RecordingOps()
    save(ops, tmp_path)
    created = [name for verb, name, *_ in ops.trace if verb == "create"]
    assert len(created) == 3 and all(name.startswith(".tmp.1.") for name in created)


def test_a_name_that_is_saved_again_has_its_usual_files_and_the_new_values(tmp_path: Path) -> None:
    write_checkpoint(LOCAL, str(tmp_path), "m-1", {"a": np.zeros(3)}, b"old meta")
    save(LOCAL, tmp_path)
    assert sorted(os.listdir(tmp_path)) == FILES
    assert (tmp_path / "m-1.meta").read_bytes() == b"meta"
    with BundleReader(tmp_path / "m-1") as reader:
        assert reader.header.num_shards == 1 and reader.get("a") == 200


def test_a_graph_that_is_not_written_again_stays(tmp_path: Path) -> None:
    save(LOCAL, tmp_path)
    write_checkpoint(
        LOCAL, str(tmp_path), "m-1", {"a": np.zeros(3)}
    )  # as TensorFlow with write_meta_graph=False
    assert sorted(os.listdir(tmp_path)) == FILES


def test_the_old_data_is_whole_until_the_index_speaks_of_the_new(tmp_path: Path) -> None:
    save(LOCAL, tmp_path)
    ops = RecordingOps()
    save(ops, tmp_path)
    calls = [call for call in ops.trace if call[0] in ("link", "rename", "unlink", "fsync_dir")]
    sync = ("fsync_dir", tmp_path.name)
    bridge = "m-1.data-00000-of-00002"
    assert [call if call == sync else (call[0], call[-1]) for call in calls] == [
        ("unlink", bridge), ("link", bridge), sync, ("rename", "m-1.index"), sync, ("rename", "m-1.meta"),
        ("rename", "m-1.data-00000-of-00001"), sync, ("rename", "m-1.index"), sync, ("unlink", bridge),
    ]  # fmt: skip


class NoLinkOps(UnsyncedOps):
    """A file system without hard links."""

    def link(self, source: str, target: str) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", source, None, target)


def test_without_links_the_data_has_its_two_names_in_turn(tmp_path: Path) -> None:
    found = []
    for value in range(3):
        write_checkpoint(NoLinkOps(), str(tmp_path), "m-1", {"a": np.array(value)})
        found.append(sorted(os.listdir(tmp_path)))
        with BundleReader(tmp_path / "m-1") as reader:
            assert reader.get("a") == value
    usual, other = (["m-1.data-00000-of-0000" + last, "m-1.index"] for last in "12")
    assert found == [usual, other, usual]


@pytest.mark.parametrize("ops_before", [UnsyncedOps(), NoLinkOps()])
def test_a_failure_while_a_name_is_saved_again_leaves_one_whole_and_no_rest(
    tmp_path: Path, ops_before: Any
) -> None:
    def reset() -> None:
        for name in os.listdir(tmp_path):
            (tmp_path / name).unlink()
        for value in range(2):
            write_checkpoint(ops_before, str(tmp_path), "m-1", {"a": np.array(value)}, b"meta")

    reset()
    ops = RecordingOps()
    save(ops, tmp_path)
    seen = set()
    for at in range(len(ops.trace)):
        reset()
        failing = FaultOps(at, lambda: OSError(errno.EIO, os.strerror(errno.EIO)))
        with contextlib.suppress(errors.OpError):  # a stale name that cannot be unlinked is only not there
            save(failing, tmp_path)
        failing.close_all()
        assert failing.fired
        with BundleReader(tmp_path / "m-1") as reader:
            reader.verify()
            seen.add(int(reader.get("a")))
        left = set(os.listdir(tmp_path)) - {"m-1.index", "m-1.meta"}
        allowed = 2 if failing.trace[at][0] == "unlink" else 1  # what could not be unlinked
        assert len(left) <= allowed, f"left by a failure at call {at}, {failing.trace[at]}: {left}"
    assert seen == {1, 200}


def test_a_link_that_fails_for_another_reason_is_a_failure(tmp_path: Path) -> None:
    class BrokenOps(LocalFileOps):
        def link(self, source: str, target: str) -> None:
            raise OSError(errno.EIO, "Input/output error", source)

    write_checkpoint(LOCAL, str(tmp_path), "m-1", {"a": np.zeros(3)})
    with pytest.raises(errors.UnavailableError, match="EIO"):
        save(BrokenOps(), tmp_path)
    with BundleReader(tmp_path / "m-1") as reader:
        assert reader.get("a").shape == (3,)
    assert sorted(os.listdir(tmp_path)) == ["m-1.data-00000-of-00001", "m-1.index"]


class HappenedOps(LocalFileOps):
    """A network file system: the rename of the index has happened, and is reported as failed.

    Parameters
    ----------
    is_readable : bool
        Whether the index can be read after that.
    """

    def __init__(self, is_readable: bool) -> None:
        self.fired = False
        self._is_readable = is_readable

    def rename(self, source: str, target: str) -> None:
        super().rename(source, target)
        if target.endswith("m-1.index") and not self.fired:
            self.fired = True
            raise OSError(errno.EIO, "Input/output error", target)

    def read_bytes(self, path: str) -> bytes:
        if self.fired and not self._is_readable:
            raise errors.UnavailableError(f"cannot read {path!r}")
        return super().read_bytes(path)


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_commit_that_has_happened_in_spite_of_its_error_keeps_its_data(
    tmp_path: Path, is_readable: bool
) -> None:
    write_checkpoint(LOCAL, str(tmp_path), "m-1", {"a": np.zeros(3)}, b"old meta")
    ops = HappenedOps(is_readable)
    with pytest.raises(errors.UnavailableError, match="EIO"):
        save(ops, tmp_path)
    assert ops.fired
    with BundleReader(tmp_path / "m-1") as reader:
        reader.verify()
        assert reader.get("a") == 200
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".tmp.")]


def count_calls(directory: Path) -> int:
    ops = RecordingOps()
    save(ops, directory)
    for name in os.listdir(directory):
        (directory / name).unlink()
    return len(ops.trace)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
def test_a_failure_at_any_call_leaves_nothing_and_names_path_and_code(tmp_path: Path, code: int) -> None:
    calls = count_calls(tmp_path)
    assert calls > 15
    for at in range(calls):
        ops = FaultOps(at, lambda: OSError(code, os.strerror(code)), sticky=True)
        with pytest.raises(errors.OpError) as caught:
            save(ops, tmp_path)
        ops.close_all()  # a close that failed
        assert ops.fired
        assert os.listdir(tmp_path) == [], f"left by a failure at call {at}: {ops.trace[at]}"
        assert str(tmp_path) in caught.value.message
        assert errno.errorcode[code] in caught.value.message
        assert "bytes needed" in caught.value.message


def test_an_interruption_at_any_call_changes_nothing(tmp_path: Path) -> None:
    for at in range(count_calls(tmp_path)):
        ops = FaultOps(at, InterruptedError)
        save(ops, tmp_path)
        ops.close_all()
        assert ops.fired
        with BundleReader(tmp_path / "m-1") as reader:
            reader.verify()
        for name in os.listdir(tmp_path):
            (tmp_path / name).unlink()


def test_too_little_room_is_seen_before_anything_is_written(tmp_path: Path) -> None:
    class FullOps(LocalFileOps):
        def free_bytes(self, path: str) -> int:
            return 1000

    ops = FullOps()
    with pytest.raises(errors.ResourceExhaustedError, match=r"'m-1'.*bytes needed.*only 1000 bytes are free"):
        save(ops, tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_tensors_that_are_not_finite_are_refused_by_name(tmp_path: Path, bad: float) -> None:
    tensors = {
        "good": np.ones(3),
        "bad": np.array([1.0, bad]),
        "bad2": np.full(3, bad, np.float16),
        "i": np.array(1),
    }
    with pytest.raises(errors.InvalidArgumentError, match=r"'m-7' is not written: 2 tensors .*\(bad, bad2\)"):
        write_checkpoint(LOCAL, str(tmp_path), "m-7", tensors)
    assert os.listdir(tmp_path) == []
    write_checkpoint(LOCAL, str(tmp_path), "m-7", tensors, may_be_nonfinite=tensors)


def test_bfloat16_is_looked_at_too_and_stored_as_such(tmp_path: Path) -> None:
    types = {"x": dtypes.bfloat16}
    nan, one = 0x7FC0, 0x3F80  # the upper halves of float32 NaN and 1.0
    with pytest.raises(errors.InvalidArgumentError, match="x"):
        write_checkpoint(LOCAL, str(tmp_path), "m-1", {"x": np.array([one, nan], np.uint16)}, dtype_of=types)
    write_checkpoint(LOCAL, str(tmp_path), "m-1", {"x": np.array([one], np.uint16)}, dtype_of=types)
    with BundleReader(tmp_path / "m-1") as reader:
        assert reader.dtype("x") is dtypes.bfloat16


def test_an_index_that_reads_back_wrong_is_not_committed(tmp_path: Path) -> None:
    class LyingOps(LocalFileOps):
        def read_bytes(self, path: str) -> bytes:
            return super().read_bytes(path)[:-1] + b"?"

    with pytest.raises(errors.DataLossError, match="not committed.*reads back differently"):
        save(LyingOps(), tmp_path)
    assert os.listdir(tmp_path) == []


def test_data_that_is_shorter_than_what_was_written_is_not_committed(tmp_path: Path) -> None:
    class LosingOps(LocalFileOps):
        def stat(self, path: str) -> os.stat_result:
            os.truncate(path, 1)
            return super().stat(path)

    with pytest.raises(errors.DataLossError, match="not committed.*its data reads back differently"):
        save(LosingOps(), tmp_path)
    assert os.listdir(tmp_path) == []
