"""Numbered checkpoints of which the newest are kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint.checkpoint_manager import CheckpointManager
from estimator.checkpoint.object_based import Checkpoint
from estimator.formats import messages
from tests.conftest import FakeClock


def manager(
    directory: Path, clock: FakeClock, max_to_keep: int | None = 2, **options: Any
) -> CheckpointManager:
    return CheckpointManager(Checkpoint(w=np.zeros(2)), directory, max_to_keep, clock=clock, **options)


def names(found: CheckpointManager) -> list[str]:
    return [os.path.basename(each) for each in found.checkpoints]


def state_of(directory: Path) -> Any:
    return messages.parse_text("CheckpointState", (directory / "checkpoint").read_text(), "checkpoint")


def test_the_newest_are_kept_with_their_times(tmp_path: Path, clock: FakeClock) -> None:
    saves = manager(tmp_path / "new", clock)
    for _ in range(3):
        clock.advance(10)
        prefix = saves.save()
    assert prefix == saves.latest_checkpoint == str(tmp_path / "new" / "ckpt-3")
    assert sorted(os.listdir(tmp_path / "new")) == [
        "checkpoint", "ckpt-2.data-00000-of-00001", "ckpt-2.index", "ckpt-3.data-00000-of-00001", "ckpt-3.index",
    ]  # fmt: skip
    state = state_of(tmp_path / "new")
    assert list(state.all_model_checkpoint_paths) == ["ckpt-2", "ckpt-3"]
    assert list(state.all_model_checkpoint_timestamps) == [1_500_000_020.0, 1_500_000_030.0]
    assert state.last_preserved_timestamp == 1_500_000_000.0


def test_another_process_goes_on(tmp_path: Path, clock: FakeClock) -> None:
    first = manager(tmp_path, clock)
    first.checkpoint.w[:] = 7
    first.save()
    first.save()
    second = manager(tmp_path, clock)
    assert second.restore_or_initialize() == str(tmp_path / "ckpt-2") and second.checkpoint.w[0] == 7
    second.save()
    assert names(second) == ["ckpt-2", "ckpt-3"]


def test_one_in_so_many_hours_stays_for_good(tmp_path: Path, clock: FakeClock) -> None:
    saves = manager(tmp_path, clock, 1, keep_checkpoint_every_n_hours=1.0)
    for _ in range(5):
        clock.advance(1900)
        saves.save()
    # Saved after 1900, 3800, 5700, 7600 and 9500 s: the second an hour after the start, the fourth one after that.
    assert sorted(each.stem for each in tmp_path.glob("*.index")) == ["ckpt-2", "ckpt-4", "ckpt-5"]
    assert names(saves) == ["ckpt-5"]
    assert state_of(tmp_path).last_preserved_timestamp == 1_500_007_600.0


def test_none_keeps_and_lists_all(tmp_path: Path, clock: FakeClock) -> None:
    saves = manager(tmp_path, clock, None)
    for _ in range(7):
        saves.save()
    assert len(saves.checkpoints) == len(state_of(tmp_path).all_model_checkpoint_paths) == 7


def test_numbers_may_be_given(tmp_path: Path, clock: FakeClock) -> None:
    saves = manager(tmp_path, clock, checkpoint_name="m")
    assert saves.save(checkpoint_number=np.array(77)) == str(tmp_path / "m-77")
    assert int(saves.checkpoint.save_counter) == 1


def test_without_a_checkpoint_the_init_function_is_called(tmp_path: Path, clock: FakeClock) -> None:
    calls: list[int] = []
    assert manager(tmp_path, clock, init_fn=lambda: calls.append(1)).restore_or_initialize() is None
    assert manager(tmp_path, clock).restore_or_initialize() is None
    assert calls == [1]


def test_saves_wait_for_the_interval(tmp_path: Path, clock: FakeClock) -> None:
    step = np.array(0)
    saves = manager(tmp_path, clock, step_counter=step, checkpoint_interval=10)
    found = []
    for now, check in ((0, True), (5, True), (10, True), (10, False), (12, False)):
        step[...] = now
        found.append(saves.save(check_interval=check) is not None)
    assert found == [True, False, True, False, True]


def test_after_a_restore_the_interval_counts_from_there(tmp_path: Path, clock: FakeClock) -> None:
    step = np.array(0)
    manager(tmp_path, clock).save()
    saves = manager(tmp_path, clock, step_counter=step, checkpoint_interval=10)
    saves.restore_or_initialize()
    step[...] = 9
    assert saves.save() is None


@pytest.mark.parametrize("keep", [0, -1])
def test_how_many_stay_is_positive(tmp_path: Path, clock: FakeClock, keep: int) -> None:
    with pytest.raises(
        ValueError, match=f"Expected a positive integer or `None` for `max_to_keep`, got {keep}"
    ):
        manager(tmp_path, clock, keep)


def test_an_interval_needs_a_counter(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="`step_counter` should be passed"):
        manager(tmp_path, clock, checkpoint_interval=3)


@pytest.mark.parametrize("damage", ["missing", "garbage", "names a deleted one"])
def test_a_broken_state_file_is_rescued(
    tmp_path: Path, clock: FakeClock, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = manager(tmp_path, clock)
    first.save()
    first.save()
    if damage == "missing":
        (tmp_path / "checkpoint").unlink()
    elif damage == "garbage":
        (tmp_path / "checkpoint").write_text("garbage {")
    else:
        (tmp_path / "ckpt-2.index").unlink()
    second = manager(tmp_path, clock)
    left = "ckpt-1" if damage.startswith("names") else "ckpt-2"
    assert second.restore_or_initialize() == str(tmp_path / left)
    assert f"using {left!r}, the newest complete one there" in caplog.text
    second.save(checkpoint_number=9)
    assert names(second) == [left, "ckpt-9"]


def test_a_save_that_fails_uses_up_no_number(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "file").write_bytes(b"")
    saves = manager(tmp_path / "file", clock)
    with pytest.raises(Exception, match="file"):
        saves.save()
    assert int(saves.checkpoint.save_counter) == 0 and saves.checkpoints == []


def test_a_mapping_of_arrays_is_saved_and_restored(tmp_path: Path, clock: FakeClock) -> None:
    weights = np.array([1.0, 2.0])
    saves = CheckpointManager({"a b": weights}, tmp_path, 2, clock=clock)
    path = saves.save()
    weights[:] = 0
    saves.checkpoint.restore(path).assert_consumed()
    np.testing.assert_array_equal(weights, [1, 2])


def test_what_is_saved_has_names(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"of named objects, given: 3 \(int\).*Checkpoint\(weights=w\)"):
        CheckpointManager(3, tmp_path, 2)  # type: ignore[arg-type]


def test_a_number_as_text_is_no_number(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="for `max_to_keep`, got '3'"):
        manager(tmp_path, clock, "3")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["a/b", ""])
def test_the_name_has_no_directory_in_it(tmp_path: Path, clock: FakeClock, name: str) -> None:
    with pytest.raises(ValueError, match="must be a file's name such as 'ckpt', given: "):
        manager(tmp_path, clock, checkpoint_name=name)
