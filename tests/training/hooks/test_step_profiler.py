"""Where the time of a step goes, in the log."""

from __future__ import annotations

import itertools
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from estimator.training.hooks.profiler import ProfilerHook
from estimator.training.hooks.step_profiler import StepProfilerHook
from tests.tiny import batches, estimator


def told(
    caplog: pytest.LogCaptureFixture, folder: Path, steps: int, *others: Any, **arguments: Any
) -> list[str]:
    with caplog.at_level(logging.INFO, logger="estimator"):
        estimator(folder).train(batches(), hooks=[*others, StepProfilerHook(**arguments)], steps=steps)
    return [message for message in caplog.messages if "a step takes" in message]


def test_every_so_many_steps_it_says_where_the_time_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    messages = told(caplog, tmp_path, 45, every_n_steps=20, top=3)
    assert [message.partition(":")[0] for message in messages] == ["Step 21", "Step 41"]
    head, *rows = messages[0].splitlines()
    found = re.search(
        r"input [\d.]+ \((\d+)%\), \d+ operations [\d.]+ \((\d+)%\), hooks and the loop [\d.]+ \((\d+)%\)",
        head,
    )
    assert found is not None
    assert 98 <= sum(map(int, found.groups())) <= 102  # each is rounded
    assert re.match(r" +us +share +gives +operation$", rows[0])
    assert len(rows) == 1 + 3 + 1
    assert rows[-1].endswith(" others")
    assert not any("IteratorGetNext" in row for row in rows)


def test_what_a_step_takes_as_a_whole_is_the_mean_of_those_that_are_not_timed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = itertools.count()  # each look at the clock is a second later than the last
    messages = told(caplog, tmp_path, 25, every_n_steps=20, clock=lambda: float(next(seconds)))
    assert len(messages) == 1
    assert (
        f"a step takes {1e6 / (20 - 5):.1f} us" in messages[0]
    )  # two looks: one before 15 steps, one behind


def test_steps_that_another_hook_has_timed_are_not_taken_for_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = itertools.count()
    other = ProfilerHook(save_steps=2, output_dir=str(tmp_path / "timelines"))
    messages = told(caplog, tmp_path, 25, other, every_n_steps=20, clock=lambda: float(next(seconds)))
    assert len(list((tmp_path / "timelines").iterdir())) > 5
    assert [message.partition(" us")[0] for message in messages] == [
        f"Step 21: a step takes {1e6 / (20 - 5):.1f}"
    ]


@pytest.mark.parametrize(
    "given", [{"every_n_steps": 9}, {"every_n_steps": 10.5}, {"top": 0}, {"top": True}], ids=str
)
def test_numbers_that_are_too_small_are_refused(given: dict[str, Any]) -> None:
    [(name, value)] = given.items()
    with pytest.raises(ValueError, match=f"`{name}` must be a whole number of at least .*, given: {value!r}"):
        StepProfilerHook(**given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="`every_n_steps`.*`top`"):
        StepProfilerHook(every_n_steps=0, top=-1)
