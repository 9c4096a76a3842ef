"""Schedules, as the pure functions they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from estimator.training.triggers import (
    NOW,
    Due,
    Moment,
    SecondOrStepTimer,
    Trigger,
    at_multiples,
    every_secs,
    every_steps,
    never,
)
from tests.conftest import FakeClock


def due_moments(trigger: Trigger, moments: Iterable[Moment]) -> Iterator[Moment]:
    """The moments at which the trigger says yes."""
    last = None
    for now in moments:
        if trigger(now, last):
            last = now
            yield now


def test_every_100_steps_is_1_101_201_and_so_on() -> None:
    moments = [Moment(step, 0.0) for step in range(1, 301)]
    assert [now.step for now in due_moments(every_steps(100), moments)] == [1, 101, 201]


def test_a_training_that_goes_on_at_200_is_due_at_its_first_step_and_100_later() -> None:
    moments = [Moment(step, 0.0) for step in range(201, 402)]
    assert [now.step for now in due_moments(every_steps(100), moments)] == [201, 301, 401]


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        (range(301), [100, 200, 300]),  # a save before the first step is none
        (range(131, 301), [200, 300]),
        (range(100, 301), [100, 200, 300]),  # a checkpoint to go on from
        (range(100, 301, 60), [100, 220]),  # steps may jump over the multiple
    ],
)
def test_multiples_are_the_same_steps_wherever_a_training_goes_on(steps: range, due: list[int]) -> None:
    assert [now.step for now in due_moments(at_multiples(100), [Moment(step, 0.0) for step in steps])] == due


def test_seconds_count_from_the_last_time() -> None:
    # steps of 0.4 s, due each second: at 0.4, then at the first step 1 s later, 1.6 (0.4 + 3 * 0.4), then at 2.8
    moments = [Moment(step, 0.4 * step) for step in range(1, 9)]
    assert [now.step for now in due_moments(every_secs(1.0), moments)] == [1, 4, 7]


def test_seconds_without_a_step_are_not_due() -> None:
    assert not every_secs(1.0)(Moment(5, 100.0), Moment(5, 0.0))


def test_never_is_never_due() -> None:
    assert not never(Moment(1, 0.0), None)


def test_steps_may_jump_over_the_due_step() -> None:
    moments = [Moment(step, 0.0) for step in (3, 6, 9, 12)]
    assert [now.step for now in due_moments(every_steps(5), moments)] == [3, 9]


def test_a_timer_tells_the_seconds_and_steps_since_the_last_time(clock: FakeClock) -> None:
    timer = SecondOrStepTimer(every_steps=10, clock=clock)
    assert timer.update_last_triggered_step(1) == (None, None)
    clock.advance(2.5)
    assert timer.update_last_triggered_step(11) == (2.5, 10)
    assert timer.last_triggered_step() == 11


def test_a_timer_that_is_reset_is_due_at_once(clock: FakeClock) -> None:
    timer = SecondOrStepTimer(every_secs=60, clock=clock)
    timer.update_last_triggered_step(1)
    assert not timer.should_trigger_for_step(2)
    timer.reset()
    assert timer.should_trigger_for_step(2)


@pytest.mark.parametrize(
    ("schedule", "before", "after"),
    [
        ({"every_steps": 10}, NOW, Due(step=15)),
        ({"every_steps": 1}, None, None),
        ({"every_secs": 2.5}, NOW, Due(seconds=1_500_000_002.5)),
        ({}, Due(), Due()),
    ],
)
def test_a_timer_tells_when_it_is_due_next(
    schedule: dict[str, Any], before: Due | None, after: Due | None, clock: FakeClock
) -> None:
    timer = SecondOrStepTimer(**schedule, clock=clock)
    assert timer.next_due() == before
    timer.update_last_triggered_step(5)
    expected = after._replace(clock=clock) if after is not None and after.seconds < math.inf else after
    assert timer.next_due() == expected


def test_a_timer_of_both_kinds_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly one of every_secs and every_steps"):
        SecondOrStepTimer(every_secs=1, every_steps=1)
