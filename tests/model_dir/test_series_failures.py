"""A save that a crash, a full disk or an interruption ends at any of its calls."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.reader import load_variable
from estimator.core import errors
from estimator.model_dir.finding import find_latest, latest_prefix, list_checkpoints
from estimator.model_dir.recovery import recover
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import CheckpointState, read_state, write_state
from estimator.model_dir.storage import LocalFileOps
from tests.model_dir.fault_ops import Crash, FaultOps, RecordingOps
from tests.model_dir.saves import files_of, named, save, save_step, series_of, tensors


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
        # Listed checkpoints only: before the commit; after it, adopted; and acknowledged.
        assert left == files_of(*(int(name.removeprefix("model.ckpt-")) for name in named(directory))), (
            f"left by a crash at call {at}"
        )
        assert named(directory)[-1] == ("model.ckpt-3" if left == files_of(2, 3) else "model.ckpt-2")
    assert seen == {tuple(files_of(1, 2)), tuple(files_of(1, 2, 3)), tuple(files_of(2, 3))}


def test_a_crash_in_the_recovery_is_recovered_from(tmp_path: Path) -> None:
    pristine, directory, crashed = tmp_path / "pristine", tmp_path / "iris", tmp_path / "crashed"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)

    def save_3(ops: Any) -> None:
        save(directory, 3, ops=ops, keep_max=2)

    second_crashes = 0
    for at in _after_changes(directory, save_3):
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


def _after_changes(directory: Path, deed: Callable[[Any], object]) -> list[int]:
    """The calls before which the names in the directory are others than before the call before."""
    copy = directory.with_name(directory.name + "-copy")
    shutil.copytree(directory, copy)
    ops = RecordingOps()
    deed(ops)
    shutil.rmtree(directory)
    copy.rename(directory)
    changing = ("create", "link", "rename", "unlink")
    return [at + 1 for at, call in enumerate(ops.trace[:-1]) if call[0] in changing]


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("half", [False, True])
def test_a_crash_while_a_name_is_saved_again_leaves_the_old_values_or_the_new(
    tmp_path: Path, is_listed: bool, half: bool
) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, 3)
    if not is_listed:
        write_state(pristine, CheckpointState.of(["model.ckpt-1", "model.ckpt-2"]))
    reset(directory, pristine)

    def save_again(ops: Any) -> None:
        save_step(series_of(directory, ops=ops), 3, 33)

    seen = set()
    for at in range(count_calls(directory, save_again)):
        reset(directory, pristine)
        crash(save_again, at, half=half)
        for recovered in (False, True):
            if recovered:
                recover(str(directory))
            found = find_latest(directory)
            assert found is not None and found.step == (3 if is_listed or found.step == 3 else 2)
            value = load_variable(directory / "model.ckpt-3", "w")[0]
            assert value in (3, 33), f"lost by a crash at call {at}"
            seen.add(value)
        left = set(os.listdir(directory))
        bridge = "model.ckpt-3.data-00000-of-00002"
        assert left - {bridge} <= set(files_of(1, 2, 3)), f"left by a crash at call {at}"
        assert len(left) == len(files_of(1, 2, 3))  # the data has one name or the other
    assert seen == {3, 33}


def test_a_crash_while_the_only_name_is_saved_again_leaves_it_readable(tmp_path: Path) -> None:
    # As scripts do: saver.save(session, "models/mine/model.ckpt") after every epoch, without a step.
    pristine, directory = tmp_path / "pristine", tmp_path / "mine"
    CheckpointSeries(pristine).save("model.ckpt", tensors(1), b"meta")
    reset(directory, pristine)

    def save_again(ops: Any) -> None:
        CheckpointSeries(directory, ops=ops).save("model.ckpt", tensors(2), b"meta")

    calls = count_calls(directory, save_again)
    assert calls > 30
    seen = set()
    for at in range(calls):
        reset(directory, pristine)
        crash(save_again, at, half=False)
        prefix = latest_prefix(directory)
        assert prefix == str(directory / "model.ckpt")
        seen.add(load_variable(prefix, "w")[0])
        recover(str(directory))
        assert load_variable(directory, "w")[0] in (1, 2)
        save_again(RecordingOps())
        assert load_variable(directory, "w")[0] == 2
        assert sorted(os.listdir(directory)) == [
            "checkpoint", "model.ckpt.data-00000-of-00001", "model.ckpt.index", "model.ckpt.meta",
        ]  # fmt: skip
    assert seen == {1, 2}


def test_no_crash_makes_the_directory_grow(tmp_path: Path) -> None:
    # Killed between the renames of index and state file, and resumed on another schedule, each time at another step.
    step = 0
    for _ in range(12):
        for at in (28, 31, 36, 40):
            step += 7
            recover(str(tmp_path))
            with contextlib.suppress(Crash):
                ops = FaultOps(at, Crash)
                save_step(series_of(tmp_path, keep_max=3, ops=ops), step)
            ops.close_all()
    recover(str(tmp_path))
    save(tmp_path, step + 1, keep_max=3)
    assert len([name for name in os.listdir(tmp_path) if name.endswith(".index")]) == 3


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
        return save_step(series_of(directory, keep_max=2, ops=ops), 3)

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
            assert error.message.startswith(("cannot make", "cannot list", "cannot write"))
        ops.close_all()
        assert ops.fired
        check_sound(directory, 2, {2, 3})
        assert not [
            name for name in os.listdir(directory) if name.startswith(".tmp.") and "saving" not in name
        ]
    assert failures > 20


def test_an_interruption_at_any_call_of_a_save_changes_nothing(tmp_path: Path) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)

    def save_3(ops: Any) -> None:
        save_step(series_of(directory, keep_max=2, ops=ops), 3)

    for at in range(count_calls(directory, save_3)):
        reset(directory, pristine)
        ops = FaultOps(at, InterruptedError)
        save_3(ops)
        ops.close_all()
        assert ops.fired
        assert sorted(os.listdir(directory)) == files_of(2, 3), f"after an interruption of {ops.trace[at]}"


def test_what_could_not_be_taken_back_goes_with_the_next_save(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)

    class Stubborn(LocalFileOps):
        fails = True

        def rename(self, source: str, target: str) -> None:
            if self.fails and target.endswith("checkpoint"):
                raise OSError(errno.EIO, "Input/output error", target)
            super().rename(source, target)

        def unlink(self, path: str) -> None:
            if self.fails and path.endswith("model.ckpt-3.index"):
                raise OSError(errno.EIO, "Input/output error", path)
            super().unlink(path)

    series = series_of(tmp_path, ops=Stubborn())
    with pytest.raises(errors.UnavailableError, match="EIO"):
        save_step(series, 3)
    assert (tmp_path / "model.ckpt-3.index").exists()
    Stubborn.fails = False
    save_step(series, 4)
    assert sorted(os.listdir(tmp_path)) == files_of(1, 2, 4)


def test_what_was_there_before_is_not_taken_back(tmp_path: Path) -> None:
    class NoState(LocalFileOps):
        def rename(self, source: str, target: str) -> None:
            if target.endswith("checkpoint"):
                raise OSError(errno.EIO, "Input/output error", target)
            super().rename(source, target)

    save(tmp_path, 1, 2)
    save_step(CheckpointSeries(tmp_path), 3, acknowledge=False)  # another Saver's, which nothing lists
    with pytest.raises(errors.UnavailableError, match="EIO"):
        save_step(series_of(tmp_path, ops=NoState()), 3, 33)
    assert load_variable(tmp_path / "model.ckpt-3", "w")[0] == 33
    assert named(tmp_path) == ["model.ckpt-1", "model.ckpt-2"]


def test_data_that_a_failed_save_could_not_remove_goes_at_the_next_start(tmp_path: Path) -> None:
    class Stuck(LocalFileOps):
        def rename(self, source: str, target: str) -> None:
            if target.endswith(".index"):
                raise OSError(errno.EIO, "Input/output error", target)
            super().rename(source, target)

        def unlink(self, path: str) -> None:
            if path.endswith("model.ckpt-1.data-00000-of-00001"):
                raise OSError(errno.EBUSY, "Device or resource busy", path)
            super().unlink(path)

    with pytest.raises(errors.UnavailableError, match="EIO"):
        save_step(CheckpointSeries(tmp_path, ops=Stuck()), 1)
    assert (tmp_path / "model.ckpt-1.data-00000-of-00001").exists()
    recover(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_what_another_state_file_was_to_name_is_not_listed_in_the_usual_one(tmp_path: Path) -> None:
    class Killed(LocalFileOps):
        def rename(self, source: str, target: str) -> None:
            if target.endswith("best"):
                raise Crash
            super().rename(source, target)

    save(tmp_path, 1, 2)
    with pytest.raises(Crash):
        save_step(CheckpointSeries(tmp_path, state_file="best", ops=Killed()), 3)
    recover(str(tmp_path))
    assert named(tmp_path) == ["model.ckpt-1", "model.ckpt-2"]
    assert (tmp_path / "model.ckpt-3.index").exists()


def test_a_name_that_could_not_be_deleted_and_is_saved_again_stays(tmp_path: Path) -> None:
    class Stubborn(LocalFileOps):
        fails = True

        def unlink(self, path: str) -> None:
            if self.fails and path.endswith("model.ckpt-1.index"):
                raise OSError(errno.EBUSY, "Device or resource busy", path)
            super().unlink(path)

    series = CheckpointSeries(tmp_path, keep_max=1, ops=Stubborn())
    for step in (1, 2):
        save_step(series, step)
    Stubborn.fails = False
    save_step(series, 1, 11, anew=True)
    assert load_variable(tmp_path, "w")[0] == 11
    assert sorted(os.listdir(tmp_path)) == files_of(1)


def test_a_name_that_was_deleted_and_that_another_has_saved_is_saved_again(tmp_path: Path) -> None:
    series = CheckpointSeries(tmp_path, keep_max=1)
    for step in (1, 2):
        save_step(series, step)
    save_step(CheckpointSeries(tmp_path), 1, 9, acknowledge=False)
    save_step(series, 1)
    assert load_variable(tmp_path, "w")[0] == 1


def test_a_failed_save_can_be_repeated(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    ops = FaultOps(6, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    series = series_of(tmp_path, ops=ops)
    with pytest.raises(errors.ResourceExhaustedError):
        save_step(series, 3)
    assert ops.fired
    save_step(series, 3)
    assert sorted(os.listdir(tmp_path)) == files_of(1, 2, 3)


def test_after_any_failure_the_next_save_leaves_the_directory_tidy(tmp_path: Path) -> None:
    pristine, directory = tmp_path / "pristine", tmp_path / "iris"
    save(pristine, 1, 2, keep_max=2)
    reset(directory, pristine)
    for at in range(count_calls(directory, lambda ops: save(directory, 3, ops=ops, keep_max=2))):
        reset(directory, pristine)
        ops = FaultOps(at, lambda: OSError(errno.EIO, os.strerror(errno.EIO)))
        series = series_of(directory, keep_max=2, ops=ops)
        with contextlib.suppress(errors.OpError):
            save_step(series, 3)
        ops.close_all()
        assert ops.fired
        save_step(series, 4)
        steps = [int(name.removeprefix("model.ckpt-")) for name in named(directory)]
        assert len(steps) == 2 and steps[-1] == 4
        assert sorted(os.listdir(directory)) == files_of(*steps), (
            f"after a failure at call {at}: {ops.trace[at]}"
        )
