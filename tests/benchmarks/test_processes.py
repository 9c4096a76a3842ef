"""Runs take turns in processes of their own."""

from __future__ import annotations

import pytest

from benchmarks.processes import turns
from benchmarks.row import Run
from tests.benchmarks.turning import counting, failing, telling


def test_the_first_turn_does_not_count_and_each_run_has_its_own_process() -> None:
    one, other = Run("numpy", counting, (0,)), Run("numpy", counting, (10,))
    figures, failures = turns([one, other], pairs=2)
    assert figures == {one: [{"s": 1.0}, {"s": 2.0}], other: [{"s": 11.0}, {"s": 12.0}]}
    assert failures == []


def test_a_process_knows_its_library_and_has_no_setting_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    run = Run("numpy", telling)
    assert turns([run], pairs=1)[0] == {run: [{"is ours": 1.0, "threads": 0.0}]}


def test_a_run_that_fails_is_left_out_with_what_it_said_last(capfd: pytest.CaptureFixture[str]) -> None:
    good, bad = Run("numpy", counting, (0,)), Run("numpy", failing)
    figures, failures = turns([bad, good], pairs=2)
    assert figures == {good: [{"s": 1.0}, {"s": 2.0}]}
    assert failures == ["failing() of numpy: ValueError: there is no second turn"]
    assert "Traceback" in capfd.readouterr().err
