"""Which checkpoints stay. Expectations: tf.train.Saver of TensorFlow 2.15, observed."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.model_dir.retention import (
    SavedCheckpoint,
    delete_checkpoints,
    plan_retention,
    remove_files,
    remove_superseded,
)
from estimator.model_dir.storage import LOCAL
from tests.model_dir.fault_ops import FaultOps, RecordingOps


def saved(*steps: int, spacing: float = 1.0) -> list[SavedCheckpoint]:
    return [SavedCheckpoint(f"m-{step}", step * spacing) for step in steps]


def names(checkpoints: tuple[SavedCheckpoint, ...]) -> list[str]:
    return [each.name for each in checkpoints]


def make_files(directory: Path, *checkpoints: str) -> None:
    for name in checkpoints:
        for suffix in (".index", ".meta", ".data-00000-of-00001"):
            (directory / f"{name}{suffix}").write_bytes(b"x")


def test_the_newest_stay() -> None:
    plan = plan_retention(saved(1, 101, 201, 301), keep_max=2)
    assert (names(plan.listed), names(plan.deleted)) == (["m-201", "m-301"], ["m-1", "m-101"])


@pytest.mark.parametrize("keep_max", [None, 0])
def test_none_and_zero_keep_and_list_all(keep_max: int | None) -> None:
    plan = plan_retention(saved(*range(20)), keep_max=keep_max)
    assert (len(plan.listed), plan.deleted) == (20, ())


def test_one_in_so_many_hours_stays_for_good() -> None:
    # Saves every half second, max_to_keep=1, one to be kept each second: TensorFlow 2.15 keeps 2, 4, 6 and the last.
    next_keep_time, listed, kept = 1.0 - 1e-9, [], []
    for number in range(1, 8):
        listed = [*listed, SavedCheckpoint(f"m-{number}", number * 0.5)]
        plan = plan_retention(listed, keep_max=1, keep_every_n_hours=1 / 3600, next_keep_time=next_keep_time)
        listed, next_keep_time = list(plan.listed), plan.next_keep_time
        kept += names(plan.preserved)
    assert kept == ["m-2", "m-4", "m-6"]
    assert [each.name for each in listed] == ["m-7"]


def test_a_pinned_one_stays_beyond_the_number() -> None:
    plan = plan_retention(saved(1, 2, 3, 4), keep_max=2, pinned={"m-1"})
    assert (names(plan.listed), names(plan.deleted)) == (["m-1", "m-3", "m-4"], ["m-2"])


def test_a_pinned_one_that_is_new_enough_takes_the_place_of_none() -> None:
    plan = plan_retention(saved(1, 2, 3), keep_max=2, pinned={"m-3"})
    assert (names(plan.listed), names(plan.deleted)) == (["m-2", "m-3"], ["m-1"])


def test_the_latest_stays_even_if_all_others_are_pinned() -> None:
    plan = plan_retention(saved(1, 2), keep_max=1, pinned={"m-1"})
    assert names(plan.listed) == ["m-1", "m-2"]


def test_the_latest_stays_whatever_the_number_is() -> None:
    assert names(plan_retention(saved(1, 2), keep_max=-1).listed) == ["m-2"]


def test_nothing_to_decide_is_fine() -> None:
    assert plan_retention([], keep_max=5).listed == ()


def test_the_index_goes_first_and_is_synced(tmp_path: Path) -> None:
    make_files(tmp_path, "m-1", "m-2")
    ops = RecordingOps()
    assert delete_checkpoints(ops, str(tmp_path), ["m-1"]) == ["m-1"]
    assert ops.trace[1:] == [
        ("unlink", "m-1.index"),
        ("fsync_dir", tmp_path.name),
        ("unlink", "m-1.meta"),
        ("unlink", "m-1.data-00000-of-00001"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "m-2.data-00000-of-00001",
        "m-2.index",
        "m-2.meta",
    ]


def test_a_failure_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make_files(tmp_path, "m-1", "m-2")
    ops = FaultOps(1, lambda: PermissionError(1, "Operation not permitted"))
    assert delete_checkpoints(ops, str(tmp_path), ["m-1"]) == []
    assert ops.fired
    assert "could not delete old checkpoint 'm-1'" in caplog.text


def test_a_link_is_removed_and_not_what_it_points_to(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    (tmp_path / "m-1.index").symlink_to(victim)
    remove_files(LOCAL, str(tmp_path), "m-1")
    assert [path.name for path in tmp_path.iterdir()] == ["victim"]


@pytest.mark.parametrize("index", [None, b"", b"garbage"])
def test_without_an_index_that_can_be_read_no_data_is_superseded(tmp_path: Path, index: bytes | None) -> None:
    make_files(tmp_path, "m-1")
    (tmp_path / "m-1.data-00000-of-00002").write_bytes(b"x")
    if index is None:
        (tmp_path / "m-1.index").unlink()
    else:
        (tmp_path / "m-1.index").write_bytes(index)
    before = sorted(tmp_path.iterdir())
    remove_superseded(LOCAL, str(tmp_path), "m-1")
    assert sorted(tmp_path.iterdir()) == before
