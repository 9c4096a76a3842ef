"""Saving, acknowledging, letting go; and the same with a crash at every call."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.reader import load_variable
from estimator.core import errors
from estimator.model_dir.finding import find_latest, list_checkpoints
from estimator.model_dir.recovery import recover
from estimator.model_dir.series import CheckpointStore
from estimator.model_dir.state import CheckpointState, read_state, write_state
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps

TF_MODEL_DIR = Path(__file__).parents[1] / "data" / "tf" / "dnn_iris_adagrad_default" / "model_dir"


def tensors(step: int) -> dict[str, Any]:
    return {"global_step": np.array(step), "w": np.full(50, step, np.float32)}


def save(directory: Path, *steps: int, ops: Any = None, **kwargs: Any) -> CheckpointStore:
    store = CheckpointStore(directory, **(kwargs if ops is None else kwargs | {"ops": ops}))
    for step in steps:
        store.save(step, tensors(step), b"meta")
    return store


def files_of(*steps: int) -> list[str]:
    parts = (".data-00000-of-00001", ".index", ".meta")
    return sorted(["checkpoint", *(f"model.ckpt-{step}{part}" for step in steps for part in parts)])


def test_the_directory_holds_exactly_tensorflows_files(tmp_path: Path) -> None:
    save(tmp_path / "new" / "iris", 1, 200)
    assert sorted(os.listdir(tmp_path / "new" / "iris")) == files_of(1, 200)


def test_the_newest_stay_also_over_several_processes(tmp_path: Path) -> None:
    save(tmp_path, 3, 6, 9, 10, keep_max=2)
    assert sorted(os.listdir(tmp_path)) == files_of(9, 10)
    store = save(tmp_path, 13, 14, keep_max=2)
    assert sorted(os.listdir(tmp_path)) == files_of(13, 14)
    assert store.checkpoints == [str(tmp_path / "model.ckpt-13"), str(tmp_path / "model.ckpt-14")]
    assert read_state(tmp_path) == CheckpointState.of(["model.ckpt-13", "model.ckpt-14"])


def test_keeping_all_lists_all(tmp_path: Path) -> None:
    save(tmp_path, *range(1, 9), keep_max=0)
    state = read_state(tmp_path)
    assert state is not None and len(state.all_model_checkpoint_paths) == 8


def test_one_in_so_many_hours_leaves_the_list_and_stays_on_disk(tmp_path: Path, clock: Any) -> None:
    store = CheckpointStore(tmp_path, keep_max=1, keep_every_n_hours=1.0, clock=clock)
    for step in range(1, 5):
        clock.advance(1900)
        store.save(step, tensors(step), b"meta")
    # Saved after 1900, 3800, 5700 and 7600 s: the second is the first after an hour, and 5700 s is no second hour.
    assert sorted(os.listdir(tmp_path)) == files_of(2, 4)
    assert store.checkpoints == [str(tmp_path / "model.ckpt-4")]


def test_a_step_that_this_process_saved_or_restored_is_not_saved_again(tmp_path: Path) -> None:
    first = save(tmp_path, 5)
    stamp = (tmp_path / "model.ckpt-5.index").stat().st_mtime_ns
    assert first.save(5, tensors(6)) == str(tmp_path / "model.ckpt-5")
    second = CheckpointStore(tmp_path)
    second.note_restored(str(tmp_path / "model.ckpt-5"))
    assert second.save(5, tensors(6)) == str(tmp_path / "model.ckpt-5")
    assert (tmp_path / "model.ckpt-5.index").stat().st_mtime_ns == stamp


def test_a_step_that_another_training_left_is_replaced(tmp_path: Path) -> None:
    save(tmp_path, 5, 6)
    store = CheckpointStore(tmp_path)
    store.note_restored("/elsewhere/model.ckpt-6")
    store.save(6, {"global_step": np.array(7)})
    assert load_variable(tmp_path, "global_step") == 7
    assert store.checkpoints == [str(tmp_path / "model.ckpt-5"), str(tmp_path / "model.ckpt-6")]


def test_a_directory_that_was_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    store = save(tmp_path / "iris", 1)
    shutil.rmtree(tmp_path / "iris")
    store.save(1, tensors(1), b"meta")
    assert sorted(os.listdir(tmp_path / "iris")) == files_of(1)


def test_the_state_file_is_replaced_after_the_commit_and_before_the_deletion(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, keep_max=2)
    ops = RecordingOps()
    save(tmp_path, 3, ops=ops, keep_max=2)
    changes = [call for call in ops.trace if call[0] in ("rename", "unlink", "fsync_dir")]
    names = [call[-1] for call in changes if call[0] != "fsync_dir" and ".tmp." not in call[-1]]
    assert names == [
        "model.ckpt-3.data-00000-of-00001",
        "model.ckpt-3.meta",
        "model.ckpt-3.index",
        "checkpoint",
        "model.ckpt-1.index",
        "model.ckpt-1.meta",
        "model.ckpt-1.data-00000-of-00001",
    ]
    for i, call in enumerate(changes):
        if call[-1] in ("model.ckpt-3.index", "checkpoint", "model.ckpt-1.index"):
            assert changes[i + 1] == ("fsync_dir", tmp_path.name)


def test_after_a_fallback_the_broken_one_leaves_the_list(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "model.ckpt-2.index").write_bytes(b"")
    store = save(tmp_path, 3)
    assert store.checkpoints == [str(tmp_path / "model.ckpt-1"), str(tmp_path / "model.ckpt-3")]


def test_a_model_dir_of_tensorflow_is_continued(tmp_path: Path) -> None:
    shutil.copytree(TF_MODEL_DIR, tmp_path / "iris")
    store = CheckpointStore(tmp_path / "iris", keep_max=2)
    store.note_restored(str(tmp_path / "iris" / "model.ckpt-200"))
    for step in (200, 201, 202):
        store.save(step, tensors(step), b"meta")
    assert sorted(os.listdir(tmp_path / "iris")) == sorted([*files_of(201, 202), "graph.pbtxt"])


def test_without_a_state_file_what_is_whole_is_kept_and_listed(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "checkpoint").unlink()
    assert len(save(tmp_path, 3).checkpoints) == 3


def count_calls(directory: Path, deed: Callable[[Any], object]) -> int:
    """How many calls `deed` makes; the directory is put back afterwards."""
    copy = directory.with_name(directory.name + "-copy")
    shutil.copytree(directory, copy)
    ops = RecordingOps()
    deed(ops)
    shutil.rmtree(directory)
    copy.rename(directory)
    return len(ops.trace)


def crash(deed: Callable[[Any], object], at: int, *, half: bool) -> None:
    ops = FaultOps(at, Crash, half=half)
    with pytest.raises(Crash):
        deed(ops)
    ops.close_all()
    assert ops.fired


def check_sound(directory: Path, acknowledged: int, possible: set[int]) -> None:
    """The latest is readable, not older than what was acknowledged, and so is everything the state file names."""
    found = find_latest(directory)
    assert found is not None and found.step in possible
    assert load_variable(found.prefix, "w")[0] == found.step >= acknowledged
    state = read_state(directory)
    whole = {info.name for info in list_checkpoints(directory, deep=True)}
    assert state is not None and whole >= set(state.all_model_checkpoint_paths)


def named(directory: Path) -> list[str]:
    state = read_state(directory)
    return [] if state is None else list(state.all_model_checkpoint_paths)


def reset(directory: Path, pristine: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(pristine, directory)


@pytest.mark.parametrize("half", [False, True])
def test_a_crash_at_any_call_of_a_save_loses_nothing_and_leaves_nothing(tmp_path: Path, half: bool) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)

    def save_3(ops: Any) -> None:
        save(directory, 3, ops=ops, keep_max=2)

    calls = count_calls(directory, save_3)
    assert calls > 25
    seen = set()
    for at in range(calls):
        reset(directory, pristine)
        crash(save_3, at, half=half)
        check_sound(directory, 2, {2, 3})
        recover(str(directory))
        check_sound(directory, 2, {2, 3})
        left = sorted(os.listdir(directory))
        seen.add(tuple(left))
        # Whole checkpoints only: before the commit, after it without acknowledgement, and acknowledged.
        unnamed = (files_of(1, 2), files_of(1, 2, 3))
        wanted = (files_of(2, 3),) if named(directory) == ["model.ckpt-2", "model.ckpt-3"] else unnamed
        assert left in wanted, f"left by a crash at call {at}"
    assert seen == {tuple(files_of(1, 2)), tuple(files_of(1, 2, 3)), tuple(files_of(2, 3))}


def test_a_crash_in_the_recovery_is_recovered_from(tmp_path: Path) -> None:
    pristine, directory, crashed = tmp_path / "pristine", tmp_path / "iris", tmp_path / "crashed"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)

    def save_3(ops: Any) -> None:
        save(directory, 3, ops=ops, keep_max=2)

    second_crashes = 0
    for at in range(count_calls(directory, save_3)):
        reset(directory, pristine)
        crash(save_3, at, half=False)
        shutil.rmtree(crashed, ignore_errors=True)
        shutil.copytree(directory, crashed)
        for again in range(count_calls(directory, lambda ops: recover(str(directory), ops))):
            reset(directory, crashed)
            crash(lambda ops: recover(str(directory), ops), again, half=False)
            second_crashes += 1
            check_sound(directory, 2, {2, 3})
            recover(str(directory))
            assert sorted(os.listdir(directory)) in (files_of(1, 2), files_of(1, 2, 3), files_of(2, 3))
    assert second_crashes > 60


def test_a_crash_while_an_unacknowledged_step_is_replaced_loses_nothing(tmp_path: Path) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, 3)
    write_state(pristine, CheckpointState.of(["model.ckpt-1", "model.ckpt-2"]))
    reset(directory, pristine)

    def save_3(ops: Any) -> None:
        save(directory, 3, ops=ops)

    for at in range(count_calls(directory, save_3)):
        reset(directory, pristine)
        crash(save_3, at, half=False)
        check_sound(directory, 2, {2, 3})
        recover(str(directory))
        assert sorted(os.listdir(directory)) in (files_of(1, 2), files_of(1, 2, 3)), (
            f"left by a crash at call {at}"
        )


def test_a_crash_in_the_first_save_of_all_leaves_an_empty_directory_or_a_checkpoint(tmp_path: Path) -> None:
    directory = tmp_path / "iris"
    directory.mkdir()
    seen = set()
    for at in range(count_calls(directory, lambda ops: save(directory, 1, ops=ops))):
        shutil.rmtree(directory)
        directory.mkdir()
        crash(lambda ops: save(directory, 1, ops=ops), at, half=False)
        recover(str(directory))
        found = find_latest(directory)
        assert found is None or found.step == 1
        seen.add(found is not None)
        if found is None:
            assert os.listdir(directory) == []
    assert seen == {True, False}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_at_any_call_leaves_the_earlier_ones_and_no_rest(tmp_path: Path, code: int) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)

    def save_3(ops: Any) -> str:
        return CheckpointStore(directory, keep_max=2, ops=ops).save(3, tensors(3), b"meta")

    failures = 0
    for at in range(count_calls(directory, save_3)):
        reset(directory, pristine)
        ops = FaultOps(at, lambda: OSError(code, os.strerror(code)), sticky=True)
        try:
            save_3(ops)
        except errors.OpError as error:
            failures += 1
            if named(directory) == ["model.ckpt-1", "model.ckpt-2"]:
                assert sorted(os.listdir(directory)) == files_of(1, 2), f"left by a failure at call {at}"
            assert str(directory) in error.message and errno.errorcode[code] in error.message
            assert "bytes needed" in error.message or error.message.startswith(("cannot make", "cannot list"))
        ops.close_all()
        assert ops.fired
        check_sound(directory, 2, {2, 3})
        assert not [
            name for name in os.listdir(directory) if name.startswith(".tmp.") and "evicting" not in name
        ]
    assert failures > 20


def test_a_failed_save_can_be_repeated(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    ops = FaultOps(6, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    store = CheckpointStore(tmp_path, ops=ops)
    with pytest.raises(errors.ResourceExhaustedError):
        store.save(3, tensors(3), b"meta")
    assert ops.fired
    store.save(3, tensors(3), b"meta")
    assert sorted(os.listdir(tmp_path)) == files_of(1, 2, 3)


def test_after_any_failure_the_next_save_and_start_leave_the_directory_tidy(tmp_path: Path) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)
    for at in range(count_calls(directory, lambda ops: save(directory, 3, ops=ops, keep_max=2))):
        reset(directory, pristine)
        ops = FaultOps(at, lambda: OSError(errno.EIO, os.strerror(errno.EIO)))
        store = CheckpointStore(directory, keep_max=2, ops=ops)
        with contextlib.suppress(errors.OpError):
            store.save(3, tensors(3), b"meta")
        ops.close_all()
        assert ops.fired
        store.save(4, tensors(4), b"meta")
        recover(str(directory))
        steps = [int(name.removeprefix("model.ckpt-")) for name in named(directory)]
        assert len(steps) == 2 and steps[-1] == 4
        assert sorted(os.listdir(directory)) == files_of(*steps), (
            f"after a failure at call {at}: {ops.trace[at]}"
        )
