"""metrics.jsonl: its lines, what JSON has no number for, and what is left of a crash."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.summaries.metrics_file import MetricsFile


def no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is no JSON")


def lines(directory: Path) -> list[dict[str, Any]]:
    """What the file says, read as strictly as JSON asks for."""
    text = (directory / "metrics.jsonl").read_text()
    assert text.endswith("\n")
    return [json.loads(line, parse_constant=no_constant) for line in text.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> MetricsFile:
    return MetricsFile(str(tmp_path), clock=lambda: 1795999050.1234)


def test_a_line_says_step_time_loss_and_speed(file: MetricsFile, tmp_path: Path) -> None:
    file.begin(0)
    file.add_step(101, np.float32(0.1), 7078.76999)
    assert lines(tmp_path) == [
        {"step": 101, "time": 1795999050.123, "loss": 0.1, "steps_per_sec": 7078.77}
    ]  # 0.1, not the float64 nearest to the float32


def test_an_evaluation_has_its_numbers_and_arrays_below_its_name(file: MetricsFile, tmp_path: Path) -> None:
    found = {
        "loss": np.float32(0.25), "global_step": np.int64(7), "hits": np.int64(3), "by_class": np.array([[0.5, 1.0]]),
        "image": b"...", "word": "fine", "ok": np.bool_(True), "count": 2,
    }  # fmt: skip
    file.add_evaluation(7, "eval_test", found)
    (line,) = lines(tmp_path)
    assert (line["step"], line["name"]) == (7, "eval_test")
    assert line["metrics"] == {"by_class": [[0.5, 1.0]], "count": 2, "hits": 3, "loss": 0.25, "ok": True}


@pytest.mark.parametrize("value", [np.float32("nan"), float("inf"), -np.float64("inf")])
def test_what_json_has_no_number_for_is_null(file: MetricsFile, tmp_path: Path, value: Any) -> None:
    file.add_step(1, value, value)
    file.add_evaluation(1, "eval", {"loss": value, "many": np.array([1.0, value])})
    first, second = lines(tmp_path)
    assert (first["loss"], first["steps_per_sec"]) == (None, None)
    assert second["metrics"] == {"loss": None, "many": [1.0, None]}


def test_a_further_training_says_from_where_it_goes_on(file: MetricsFile, tmp_path: Path) -> None:
    file.begin(0)
    assert not (tmp_path / "metrics.jsonl").exists()
    file.add_step(1, 0.5, None)
    file.begin(0)  # somebody has deleted the checkpoints
    file.add_step(1, 0.4, None)
    assert [line.get("resumed_from") for line in lines(tmp_path)] == [None, 0, None]


@pytest.mark.parametrize("left", ['{"step": 2, "ti', "{", '{"step": 2, "time": 3.0, "loss": 1.0}'])
def test_what_a_crash_has_cut_off_is_removed_when_the_next_training_begins(
    file: MetricsFile, tmp_path: Path, left: str
) -> None:
    file.add_step(1, 0.5, None)
    with open(tmp_path / "metrics.jsonl", "a") as torn:
        torn.write(left)
    file.begin(1)
    assert [line.get("step", "resumed") for line in lines(tmp_path)] == [1, "resumed"]


def test_a_first_line_that_was_cut_off_leaves_an_empty_file(file: MetricsFile, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"st')
    file.begin(0)
    file.add_step(1, 0.5, None)
    assert [line["step"] for line in lines(tmp_path)] == [1]


def test_an_evaluator_leaves_what_a_trainer_may_be_writing(file: MetricsFile, tmp_path: Path) -> None:
    file.add_step(1, 0.5, None)
    with open(tmp_path / "metrics.jsonl", "a") as other:
        other.write('{"step": 2')
        other.flush()
        file.add_evaluation(1, "eval", {"loss": 1.0})
    assert '{"step": 2{"step": 1, ' in (tmp_path / "metrics.jsonl").read_text()


def a_text(path: Path) -> None:
    path.write_text("step,loss\n1,0.5\n")


def other_json(path: Path) -> None:
    path.write_text('{"epoch": 1, "loss": 0.5}\n')


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [a_text, other_json, a_pipe, Path.mkdir])
def test_what_is_not_ours_stays_as_it_is_and_is_one_warning(
    file: MetricsFile, tmp_path: Path, make: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "metrics.jsonl"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    file.begin(0)
    file.add_step(1, 0.5, None)
    file.add_evaluation(1, "eval", {})
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"{path} gets no lines: " in caplog.text


def test_a_directory_that_cannot_be_written_is_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = MetricsFile(str(tmp_path / "none"))
    file.add_step(1, 0.5, None)
    file.add_step(2, 0.5, None)
    assert len(caplog.records) == 1
