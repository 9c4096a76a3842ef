"""Ending a process when another one has saved the last step. Judge: TensorFlow 2.15.1's hooks.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator.training.hooks.checkpoint_input_pipeline import CheckpointInputPipelineHook
from estimator.training.hooks.stop_at_checkpoint_step import (
    StopAtCheckpointStepHook,
    make_stop_at_checkpoint_step_hook,
)
from estimator.training.hooks.stop_at_step import StopAtStepHook
from tests.tiny import batches, estimator


def test_the_chief_looks_at_its_step(tmp_path: Path) -> None:
    found = estimator(tmp_path)
    hook = make_stop_at_checkpoint_step_hook(found, 3)
    assert isinstance(hook, StopAtStepHook)
    found.train(batches(), hooks=[hook])
    assert found.get_variable_value("global_step") == 3


def test_another_process_waits_for_a_checkpoint_of_the_step(tmp_path: Path) -> None:
    chief, waits = estimator(tmp_path / "chief"), []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            chief.train(batches(), max_steps=3)

    hook = StopAtCheckpointStepHook(chief.model_dir, 3, wait_after_file_check_secs=7, sleep=sleep)
    worker = estimator(tmp_path / "worker").train(batches(), hooks=[hook])
    assert waits == [7, 7]  # after steps 3 and 4
    assert worker.get_variable_value("global_step") == 5


@pytest.mark.parametrize(
    ("model_dir", "last_step", "missing"), [("m", None, "last_step"), (None, 3, "model_dir")]
)
def test_what_must_be_given_is_named(model_dir: str, last_step: int, missing: str) -> None:
    with pytest.raises(ValueError, match=f"{missing} must be specified"):
        StopAtCheckpointStepHook(model_dir, last_step)


def test_the_position_of_the_input_needs_no_hook(tmp_path: Path) -> None:
    found = estimator(tmp_path)
    found.train(batches(), hooks=[CheckpointInputPipelineHook(found, external_state_policy="warn")], steps=2)
    assert found.get_variable_value("global_step") == 2
