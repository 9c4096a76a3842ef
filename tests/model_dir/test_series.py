"""Saving, acknowledging, letting go; and the same with a crash at every call."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from estimator.checkpoint.reader import load_variable
from estimator.model_dir.series import CheckpointSeries
from estimator.model_dir.state import CheckpointState, read_state
from tests.model_dir.fault_ops import RecordingOps
from tests.model_dir.saves import files_of, named, names_of, save, save_step, series_of

TF_MODEL_DIR = Path(__file__).parents[1] / "data" / "tf" / "dnn_iris_adagrad_default" / "model_dir"


def test_the_directory_holds_exactly_tensorflows_files(tmp_path: Path) -> None:
    save(tmp_path / "new" / "iris", 1, 200)
    assert sorted(os.listdir(tmp_path / "new" / "iris")) == files_of(1, 200)


def test_the_newest_stay_also_over_several_processes(tmp_path: Path) -> None:
    save(tmp_path, 3, 6, 9, 10, keep_max=2)
    assert sorted(os.listdir(tmp_path)) == files_of(9, 10)
    series = save(tmp_path, 13, 14, keep_max=2)
    assert sorted(os.listdir(tmp_path)) == files_of(13, 14)
    assert names_of(series) == ["model.ckpt-13", "model.ckpt-14"]
    assert read_state(tmp_path) == CheckpointState.of(["model.ckpt-13", "model.ckpt-14"])


def test_keeping_all_lists_all(tmp_path: Path) -> None:
    save(tmp_path, *range(1, 9), keep_max=0)
    state = read_state(tmp_path)
    assert state is not None and len(state.all_model_checkpoint_paths) == 8


def test_one_in_so_many_hours_leaves_the_list_and_stays_on_disk(tmp_path: Path, clock: Any) -> None:
    series = CheckpointSeries(tmp_path, keep_max=1, keep_every_n_hours=1.0, clock=clock)
    for step in range(1, 5):
        clock.advance(1900)
        save_step(series, step)
    # Saved after 1900, 3800, 5700 and 7600 s: the second is the first after an hour, and 5700 s is not a second hour.
    assert sorted(os.listdir(tmp_path)) == files_of(2, 4)
    assert names_of(series) == ["model.ckpt-4"]


def test_a_step_that_this_process_saved_or_restored_is_not_saved_again(tmp_path: Path) -> None:
    first = save(tmp_path, 5)
    stamp = (tmp_path / "model.ckpt-5.index").stat().st_mtime_ns
    assert save_step(first, 5, 6) == str(tmp_path / "model.ckpt-5")
    second = series_of(tmp_path)
    second.note_restored(str(tmp_path / "model.ckpt-5"))
    assert save_step(second, 5, 6) == str(tmp_path / "model.ckpt-5")
    assert (tmp_path / "model.ckpt-5.index").stat().st_mtime_ns == stamp


def test_a_step_that_another_training_left_is_replaced(tmp_path: Path) -> None:
    save(tmp_path, 5, 6)
    series = series_of(tmp_path)
    series.note_restored("/elsewhere/model.ckpt-6")
    save_step(series, 6, 7)
    assert load_variable(tmp_path, "global_step") == 7
    assert names_of(series) == ["model.ckpt-5", "model.ckpt-6"]


def test_a_directory_that_was_deleted_meanwhile_is_made_again(tmp_path: Path) -> None:
    series = save(tmp_path / "iris", 1)
    shutil.rmtree(tmp_path / "iris")
    save_step(series, 1)
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
    series = save(tmp_path, 3)
    assert names_of(series) == ["model.ckpt-1", "model.ckpt-3"]


def test_a_model_dir_of_tensorflow_is_continued(tmp_path: Path) -> None:
    shutil.copytree(TF_MODEL_DIR, tmp_path / "iris")
    series = series_of(tmp_path / "iris", keep_max=2)
    series.note_restored(str(tmp_path / "iris" / "model.ckpt-200"))
    for step in (200, 201, 202):
        save_step(series, step)
    assert sorted(os.listdir(tmp_path / "iris")) == sorted([*files_of(201, 202), "graph.pbtxt"])


def test_without_a_state_file_what_is_whole_is_kept_and_listed(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    (tmp_path / "checkpoint").unlink()
    assert len(save(tmp_path, 3).saved) == 3


def test_nothing_is_deleted_but_what_the_series_has_saved_or_was_told_of(tmp_path: Path) -> None:
    save(tmp_path, 1, 2, 3)
    series = CheckpointSeries(tmp_path, keep_max=1)
    for step in (4, 5):
        save_step(series, step)
    assert sorted(os.listdir(tmp_path)) == files_of(1, 2, 3, 5)


@pytest.mark.parametrize(
    ("steps", "listed"),
    [  # TensorFlow 2.15's Saver(max_to_keep=2), observed
        ([1, 2, 1], [2, 1]), ([4, 3, 4], [3, 4]), ([1, 2, 3, 1, 2], [1, 2]), ([1, 2, 3, 2, 4], [2, 4]),
    ],
)  # fmt: skip
def test_what_is_saved_last_is_the_latest(tmp_path: Path, steps: list[int], listed: list[int]) -> None:
    series = CheckpointSeries(tmp_path, keep_max=2)
    for step in steps:
        save_step(series, step, 0)
    assert named(tmp_path) == [f"model.ckpt-{step}" for step in listed]
    assert sorted(os.listdir(tmp_path)) == files_of(*sorted(listed))


def test_a_save_that_would_say_what_is_said_writes_nothing(tmp_path: Path) -> None:
    series = CheckpointSeries(tmp_path)
    save_step(series, 1)
    series._ops = ops = RecordingOps()
    save_step(series, 1)
    assert {verb for verb, *_ in ops.trace} <= {"mkdir", "fsync_dir", "listdir"}


def test_a_plan_says_what_a_save_would_delete_and_changes_nothing(tmp_path: Path) -> None:
    series = save(tmp_path, 1, 2, keep_max=2)
    assert [gone.name for gone in series.plan("model.ckpt-3").deleted] == ["model.ckpt-1"]
    assert sorted(os.listdir(tmp_path)) == files_of(1, 2)
    save_step(series, 3)
    assert sorted(os.listdir(tmp_path)) == files_of(2, 3)
