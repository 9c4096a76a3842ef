"""MetricsFileHook: which steps of a training it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import batches, estimator


def entries(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "metrics.jsonl").read_text().splitlines()]


def test_steps_and_evaluations_are_written_and_a_rewind_can_be_told(tmp_path: Path) -> None:
    model = estimator(tmp_path, metrics_jsonl=True, log_step_count_steps=4)
    model.train(batches(), steps=10)
    found = model.evaluate(batches(2), name="test")
    model.train(batches(), max_steps=12)
    written = entries(tmp_path)
    assert [line.get("step", line) for line in written[:4]] == [1, 5, 9, 10]
    assert written[4]["name"] == "eval_test" and written[4]["step"] == 10
    assert written[4]["metrics"] == {"loss": pytest.approx(found["loss"])}
    assert written[5]["resumed_from"] == 10
    assert [line["step"] for line in written[6:]] == [11, 12]
    losses = [line["loss"] for line in written if "loss" in line]
    assert losses[0] > losses[-1] > 0
    assert [line["steps_per_sec"] is None for line in written if "loss" in line] == [1, 0, 0, 0, 1, 0]


def test_the_last_step_is_written_where_the_input_ends_between_two_lines(tmp_path: Path) -> None:
    estimator(tmp_path, metrics_jsonl=True).train(batches(7))
    first, last = entries(tmp_path)
    assert (first["step"], last["step"]) == (1, 7)
    assert last["loss"] < first["loss"]


def test_where_nothing_is_logged_it_goes_by_the_summaries(tmp_path: Path) -> None:
    model = estimator(tmp_path, metrics_jsonl=True, log_step_count_steps=None, save_summary_steps=3)
    model.train(batches(), steps=7)
    assert [line["step"] for line in entries(tmp_path)] == [1, 4, 7]


def test_nothing_is_written_before_the_first_step_or_without_being_asked_for(tmp_path: Path) -> None:
    def failing() -> Any:
        raise KeyError("no data")
        yield

    with pytest.raises(KeyError):
        estimator(tmp_path / "a", metrics_jsonl=True).train(lambda: failing())
    estimator(tmp_path / "b").train(batches(), steps=1)
    assert not (tmp_path / "a" / "metrics.jsonl").exists()
    assert not (tmp_path / "b" / "metrics.jsonl").exists()
