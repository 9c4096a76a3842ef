"""What a training says: TensorFlow's one-line facts, at INFO, and nothing else."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.models.spec import EstimatorSpec
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_global_step
from tests.tiny import batches, estimator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The messages at INFO and above, live."""
    caplog.set_level("INFO", "estimator")

    class Lines(list[str]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter(each.getMessage() for each in caplog.records)

    return Lines()


def test_a_training_logs_tensorflows_lines_in_tensorflows_order(tmp_path: Path, lines: list[str]) -> None:
    estimator(tmp_path, log_step_count_steps=10).train(batches(), steps=25)
    number = r"\d+(\.\d+)?(e-?\d+)?"
    wanted = [
        r"Using config: \{.*'model_dir': .*\}",
        r"Calling model_fn\.",
        r"Done calling model_fn\.",
        r"Create CheckpointSaverHook\.",
        r"Graph was finalized\.",
        r"Running local_init_op\.",
        r"Done running local_init_op\.",
        rf"Saving checkpoints for 1 into {tmp_path}/model\.ckpt\.",
        rf"loss = {number}, step = 1",
        rf"global_step/sec: {number}",
        rf"loss = {number}, step = 11 \(\d+\.\d\d\d sec\)",
        rf"global_step/sec: {number}",
        rf"loss = {number}, step = 21 \(\d+\.\d\d\d sec\)",
        rf"Saving checkpoints for 25 into {tmp_path}/model\.ckpt\.",
        rf"Loss for final step: {number}\.",
    ]
    found = list(lines)
    assert len(found) == len(wanted), found
    for line, pattern in zip(found, wanted, strict=True):
        assert re.fullmatch(pattern, line), (line, pattern)


def test_the_second_training_says_what_it_restores_and_continues(tmp_path: Path, lines: list[str]) -> None:
    estimator(tmp_path).train(batches(), steps=2)
    estimator(tmp_path).train(batches(), steps=2)
    text = "\n".join(lines)
    assert f"Restoring parameters from {tmp_path}/model.ckpt-2" in text
    assert "continuing from step 2 (model.ckpt-2, saved 0 s ago)." in text


def test_an_input_that_ends_before_the_first_step_is_an_error_and_no_line_of_none(
    tmp_path: Path, lines: list[str]
) -> None:
    with pytest.raises(ValueError, match="not a single batch"):
        estimator(tmp_path).train(batches(0), steps=2)
    assert "None" not in "\n".join(lines)


def test_log_step_count_steps_none_is_silent(tmp_path: Path, lines: list[str]) -> None:
    estimator(tmp_path, log_step_count_steps=None).train(batches(), steps=3)
    assert not [line for line in lines if "step = " in line or "global_step/sec" in line]


def test_the_curve_and_the_speed_are_in_the_events(tmp_path: Path) -> None:
    estimator(tmp_path, save_summary_steps=10, log_step_count_steps=20).train(batches(), steps=50)
    events = EventAccumulator(str(tmp_path)).Reload()
    assert [each.step for each in events.Scalars("loss")] == [1, 11, 21, 31, 41]
    assert [each.step for each in events.Scalars("global_step/sec")] == [21, 41]
    losses = [each.value for each in events.Scalars("loss")]
    assert losses == sorted(losses, reverse=True)


def test_two_calls_make_one_curve_in_one_file(tmp_path: Path) -> None:
    model = estimator(tmp_path, save_summary_steps=10)
    model.train(batches(), steps=15).train(batches(), steps=15)
    events = EventAccumulator(str(tmp_path)).Reload()
    assert [each.step for each in events.Scalars("loss")] == [1, 11, 16, 26]
    assert len(list(tmp_path.glob("events.out.tfevents.*"))) == 1


def test_the_events_tell_of_the_graph_the_start_and_the_checkpoints(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=5)
    (path,) = tmp_path.glob("events.out.tfevents.*")
    events = list(EventFileLoader(str(path)).Load())
    assert events[0].file_version == "brain.Event:2"
    assert [each.WhichOneof("what") for each in events[1:]].count("graph_def") == 1
    logs = [(each.session_log.status, each.step) for each in events if each.HasField("session_log")]
    checkpoint, start = 3, 1  # SessionLog.CHECKPOINT, START
    assert logs == [(start, 1), (checkpoint, 1), (checkpoint, 5)]


PROGRAM = """
import sys
from tests.tiny import batches, estimator
estimator(sys.argv[1], progress=None).train(batches(), steps=1)
"""


@pytest.mark.slow
def test_the_lines_are_shown_by_default_and_no_progress_line_without_a_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import estimator\n" + PROGRAM, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    assert re.search(r"^INFO:estimator:loss = \d.*, step = 1$", done.stderr, re.MULTILINE)
    assert "/s]" not in done.stderr and "\r" not in done.stderr


MANY = """
import sys
from tests.tiny import batches, estimator
estimator(sys.argv[1]).train(batches(), steps=1000)
"""


@pytest.mark.slow
def test_without_a_terminal_each_log_step_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import estimator\n" + MANY, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    lines = [line for line in done.stderr.splitlines() if "loss = " in line or "global_step/sec" in line]
    assert len(lines) == 10
    number = r"[\d.]+(e-\d+)?"
    assert all(
        re.search(rf"loss = {number}, step = \d+ \({number} sec\); global_step/sec: {number}$", line)
        for line in lines[1:]
    )


def test_the_config_line_names_what_is_not_the_default(tmp_path: Path, lines: list[str]) -> None:
    estimator(tmp_path, save_summary_steps=7)
    expected = {"model_dir": str(tmp_path), "tf_random_seed": 1, "save_summary_steps": 7, "progress": False}
    assert list(lines) == [f"Using config: {expected}"]


def test_an_input_that_ends_before_the_steps_do_is_told_of(tmp_path: Path, lines: list[str]) -> None:
    estimator(tmp_path).train(batches(3), steps=200)
    estimator(tmp_path).train(batches(3), steps=2)
    assert [line for line in lines if "input has ended" in line] == [
        "The input has ended; repeat() in input_fn would make it go on."
    ]


def test_losses_have_as_many_digits_as_they_are_worth(tmp_path: Path, lines: list[str]) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        loss = b.Mul(b.Cast(b.Mean(features["x"], [0, 1]), DstT="float64"), 0.0) + 1 / 3
        return EstimatorSpec(mode, loss=loss, train_op=get_global_step().assign_add(1).op)

    model = Estimator(model_fn, tmp_path, RunConfig(progress=False)).train(batches(), steps=1)
    model.evaluate(batches(1))
    said = [line for line in lines if "0.33" in line]
    assert said == [
        "loss = 0.333333, step = 1",
        "Loss for final step: 0.333333.",
        "Saving dict for global step 1: global_step = 1, loss = 0.333333",
    ]


def test_warnings_are_not_errors_of_the_logger(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=1)
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []
