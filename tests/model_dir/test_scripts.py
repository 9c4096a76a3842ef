"""What scripts ask about a directory of checkpoints. The odd results are those that TensorFlow 2.15 gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.model_dir.scripts import (
    checkpoint_exists,
    checkpoints_iterator,
    generate_checkpoint_state_proto,
    get_checkpoint_mtimes,
    get_checkpoint_state,
    latest_checkpoint,
    remove_checkpoint,
    update_checkpoint_state,
    wait_for_new_checkpoint,
)
from estimator.model_dir.series import CheckpointSeries


def save(directory: Path, *steps: int, **options: Any) -> None:
    series = CheckpointSeries(directory, **options)
    for step in steps:
        series.save(f"m-{step}", {"w": np.full(3, step, np.float32)}, b"meta")


def test_the_state_has_paths_below_the_directory(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    state = get_checkpoint_state(tmp_path)
    assert state is not None
    assert state.model_checkpoint_path == str(tmp_path / "m-2")
    assert list(state.all_model_checkpoint_paths) == [str(tmp_path / "m-1"), str(tmp_path / "m-2")]


def test_a_relative_directory_gives_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)
    monkeypatch.chdir(tmp_path.parent)
    state = get_checkpoint_state(tmp_path.name)
    assert state is not None and state.model_checkpoint_path == os.path.join(tmp_path.name, "m-1")


def test_timestamps_are_read(tmp_path: Path) -> None:
    text = 'model_checkpoint_path: "m-1"\nall_model_checkpoint_paths: "m-1"\nall_model_checkpoint_timestamps: 5.5\n'
    (tmp_path / "checkpoint").write_text(text + "last_preserved_timestamp: 4.5\n")
    state = get_checkpoint_state(tmp_path)
    assert state is not None
    assert (state.all_model_checkpoint_timestamps, state.last_preserved_timestamp) == ([5.5], 4.5)


def test_without_a_state_file_there_is_no_state(tmp_path: Path) -> None:
    assert get_checkpoint_state(tmp_path) is None
    assert get_checkpoint_state(tmp_path / "not there") is None


def test_garbage_is_no_state_and_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "checkpoint").write_text("garbage {")
    assert get_checkpoint_state(tmp_path) is None
    assert "Checkpoint ignored" in caplog.text


def test_an_empty_state_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text("")
    with pytest.raises(ValueError, match="Invalid checkpoint state loaded from"):
        get_checkpoint_state(tmp_path)


def test_absolute_paths_are_taken_as_they_are_while_something_is_there(tmp_path: Path) -> None:
    save(tmp_path / "old", 1)
    text = f'model_checkpoint_path: "{tmp_path}/old/m-1"\nall_model_checkpoint_paths: "{tmp_path}/old/m-1"\n'
    (tmp_path / "old" / "checkpoint").write_text(text)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    state = get_checkpoint_state(tmp_path / "new")
    assert state is not None and state.model_checkpoint_path == str(tmp_path / "old" / "m-1")
    shutil.rmtree(tmp_path / "old")
    state = get_checkpoint_state(tmp_path / "new")
    assert state is not None and state.model_checkpoint_path == str(tmp_path / "new" / "m-1")
    assert latest_checkpoint(tmp_path / "new") == str(tmp_path / "new" / "m-1")


def test_the_latest_checkpoint_is_one_that_is_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert latest_checkpoint(tmp_path) is None
    save(tmp_path, 1, 2)
    assert latest_checkpoint(tmp_path) == str(tmp_path / "m-2")
    remove_checkpoint(tmp_path / "m-2")
    assert latest_checkpoint(tmp_path) == str(tmp_path / "m-1")
    assert "m-2" in caplog.text and "using 'm-1', the newest complete one" in caplog.text


@pytest.mark.parametrize("text", ['model_checkpoint_path: "m-1"\n', "garbage {"])
def test_a_state_file_without_any_checkpoint_is_none_with_an_error_line(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "checkpoint").write_text(text)
    assert latest_checkpoint(tmp_path) is None
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    assert "Couldn't match files for checkpoint" in caplog.text


def test_checkpoints_of_which_none_is_whole_are_an_error(tmp_path: Path) -> None:
    save(tmp_path, 1)
    (tmp_path / "m-1.data-00000-of-00001").write_bytes(b"")
    with pytest.raises(DataLossError, match="none that is whole: m-1"):
        latest_checkpoint(tmp_path)


def test_a_state_file_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "../m-1"\n')
    with pytest.raises(InvalidArgumentError, match="leads out of the directory"):
        latest_checkpoint(tmp_path)


def test_a_state_file_may_have_another_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(tmp_path, 1, 2, state_file="mine")
    assert sorted(each.name for each in tmp_path.iterdir() if "m-" not in each.name) == ["mine"]
    assert latest_checkpoint(tmp_path, "mine") == str(tmp_path / "m-2")
    assert latest_checkpoint(tmp_path, "other") is None
    remove_checkpoint(tmp_path / "m-2")
    assert latest_checkpoint(tmp_path, "mine") is None
    assert "Couldn't match files for checkpoint" in caplog.text


def test_the_state_can_be_written(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    update_checkpoint_state(
        tmp_path, tmp_path / "m-1", [tmp_path / "m-2"], all_model_checkpoint_timestamps=[7.0, 8.0]
    )
    state = get_checkpoint_state(tmp_path)
    assert state is not None and state.model_checkpoint_path == str(tmp_path / "m-1")
    assert [os.path.basename(each) for each in state.all_model_checkpoint_paths] == ["m-2", "m-1"]
    assert state.all_model_checkpoint_timestamps == [7.0, 8.0]
    assert (tmp_path / "checkpoint").read_text().startswith('model_checkpoint_path: "m-1"\n')


@pytest.mark.parametrize("path", ["../m-1", "/elsewhere/m-1", "below/m-1"])
def test_a_state_names_checkpoints_of_its_directory_only(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="does not lie in"):
        update_checkpoint_state(tmp_path, path)
    assert os.listdir(tmp_path) == []


def test_each_checkpoint_needs_its_timestamp(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 checkpoints, the latest counted, but 2 timestamps"):
        update_checkpoint_state(tmp_path, "m-1", ["m-1"], all_model_checkpoint_timestamps=[1.0, 2.0])


def test_a_state_is_a_message_that_nobody_has_written(tmp_path: Path) -> None:
    message = generate_checkpoint_state_proto(
        "models/m", "models/m/a", ["models/m/b", "/abs/c"], [1.0, 2.0, 3.0], 4.0
    )
    # what TensorFlow 2.15.1 gives
    assert list(message.all_model_checkpoint_paths) == ["b", "/abs/c", "a"]
    assert (message.model_checkpoint_path, message.last_preserved_timestamp) == ("a", 4.0)
    assert list(message.all_model_checkpoint_timestamps) == [1.0, 2.0, 3.0]
    absolute = generate_checkpoint_state_proto(tmp_path, tmp_path / "a")
    assert list(absolute.all_model_checkpoint_paths) == [str(tmp_path / "a")]
    assert os.listdir(tmp_path) == []


def test_the_lists_of_a_state_may_be_changed(tmp_path: Path) -> None:
    save(tmp_path, 1)
    state = get_checkpoint_state(tmp_path)
    assert state is not None and state.all_model_checkpoint_paths == [state.model_checkpoint_path]
    state.all_model_checkpoint_paths.append("another")  # type: ignore[attr-defined]
    assert len(state.all_model_checkpoint_paths) == 2


def test_a_checkpoint_exists_when_its_index_does(tmp_path: Path) -> None:
    save(tmp_path, 1)
    assert checkpoint_exists(tmp_path / "m-1") and checkpoint_exists(str(tmp_path / "m-*"))
    assert not checkpoint_exists(tmp_path / "m-2") and not checkpoint_exists(tmp_path)
    (tmp_path / "v1.ckpt").write_bytes(b"one file")
    assert checkpoint_exists(tmp_path / "v1.ckpt")


def test_times_of_checkpoints_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    save(tmp_path, 1, 2)
    os.utime(tmp_path / "m-1.index", (5, 5))
    assert get_checkpoint_mtimes([tmp_path / "m-1", tmp_path / "m-9"]) == [5.0]


def test_removing_leaves_the_state_file(tmp_path: Path) -> None:
    save(tmp_path, 1)
    (tmp_path / "m-1.graph").write_bytes(b"graph")
    remove_checkpoint(tmp_path / "m-1", meta_graph_suffix="graph")
    assert os.listdir(tmp_path) == ["checkpoint"]


class Trainer:
    """A clock whose sleep lets a trainer save a checkpoint now and then.

    Parameters
    ----------
    directory : path
    saves : mapping
        Second to step.
    """

    def __init__(self, directory: Path, saves: dict[int, int]) -> None:
        self._directory = directory
        self._saves = saves
        self.seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        for second, step in list(self._saves.items()):
            if self.seconds < second <= self.seconds + seconds:
                save(self._directory, step)
        self.seconds += seconds


def test_the_iterator_gives_each_new_checkpoint_and_ends_after_the_timeout(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path, {3: 1, 4: 2, 30: 3})
    found = checkpoints_iterator(tmp_path, timeout=10, clock=trainer.clock, sleep=trainer.sleep)
    assert [os.path.basename(each) for each in found] == ["m-1", "m-2"]
    assert trainer.seconds == 14.0


def test_the_iterator_waits_between_two_checkpoints(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path, {1: 1, 2: 2, 3: 3})
    found = checkpoints_iterator(tmp_path, 5, timeout=10, clock=trainer.clock, sleep=trainer.sleep)
    assert [os.path.basename(each) for each in found] == ["m-1", "m-3"]


def test_the_iterator_goes_on_as_long_as_the_caller_wants(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path, {12: 1})
    answers = iter([False, True])
    found = checkpoints_iterator(
        tmp_path, timeout=10, timeout_fn=lambda: next(answers), clock=trainer.clock, sleep=trainer.sleep
    )
    assert [os.path.basename(each) for each in found] == ["m-1"]
    assert next(answers, None) is None


def test_waiting_for_a_checkpoint_ends_with_none(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path, {})
    found = wait_for_new_checkpoint(tmp_path, timeout=3, clock=trainer.clock, sleep=trainer.sleep)
    assert found is None and trainer.seconds <= 3
