"""When a hook acts: pure functions of two moments, and the timer that remembers the last one.

A trigger answers "is it due now?" from the moment it is asked about and the moment it was last
answered with yes (None: never). It knows no clock and no file, so schedules are tested as the
functions they are::

    due = every_steps(100)
    due(Moment(1, 0.0), None)                       True: the first time always
    due(Moment(100, 9.9), Moment(1, 0.0))           False
    due(Moment(101, 9.9), Moment(1, 0.0))           True
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple

Clock: TypeAlias = Callable[[], float]


class Moment(NamedTuple):
    """A point of a training: the step, and the seconds that a clock showed."""

    step: int
    seconds: float


Trigger: TypeAlias = Callable[[Moment, Moment | None], bool]


def every_steps(count: int) -> Trigger:
    """Due when `count` steps have been made since the last time."""

    def is_due(now: Moment, last: Moment | None) -> bool:
        return last is None or now.step >= last.step + count

    return is_due


def at_multiples(count: int) -> Trigger:
    """Due when a multiple of `count` has been reached since the last time: the same steps wherever training goes on."""

    def is_due(now: Moment, last: Moment | None) -> bool:
        before = max(0, now.step - 1) if last is None else last.step
        return now.step // count > before // count

    return is_due


def next_multiple(step: int, count: int) -> int:
    """The first step after a step that is a multiple of `count`."""
    return (step // count + 1) * count


def every_secs(seconds: float) -> Trigger:
    """Due when so many seconds have passed since the last time, and a step has been made."""

    def is_due(now: Moment, last: Moment | None) -> bool:
        return last is None or (now.step != last.step and now.seconds >= last.seconds + seconds)

    return is_due


def never(now: Moment, last: Moment | None) -> bool:
    """It is never due."""
    return False


class Due(NamedTuple):
    """When a hook has something to do again: in the first run of which any of these is true; ``Due()`` is never.

    Attributes
    ----------
    runs : number
        It is the n-th run from now; 1 is the next.
    step : number
        It takes the global step there, or further.
    seconds : number
        When it is done, the clock shows that, or more.
    clock : callable
        Gives seconds.
    event : callable, optional
        When it is done, this says so, which is asked after each run.
    value : tuple of Tensor and callable, optional
        The function says so of the value that the tensor has in it: one that the hook has fetched.
    """

    runs: float = math.inf
    step: float = math.inf
    seconds: float = math.inf
    clock: Clock = time.monotonic
    event: Callable[[], bool] | None = None
    value: tuple[Any, Callable[[Any], bool]] | None = None


NOW = Due(runs=1)


@near_keywords
class SecondOrStepTimer:
    """A trigger with its memory.

    Parameters
    ----------
    every_secs, every_steps : number, optional
        Exactly one of them; neither makes a timer that is never due.
    clock : callable
        Gives seconds; only differences count.

    Raises
    ------
    ValueError
        If both are given.

    Source
    ------
    tf.train.SecondOrStepTimer, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(
        self,
        every_secs: float | None = None,
        every_steps: int | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        if every_secs is not None and every_steps is not None:
            raise ValueError(
                f"exactly one of every_secs and every_steps can be given, given: {every_secs} and {every_steps}."
            )
        self._every_secs, self._every_steps = every_secs, every_steps
        self._trigger = _trigger(every_secs, every_steps)
        self._clock = clock
        self._last: Moment | None = None

    def reset(self) -> None:
        """Forget the last time: the timer is due at once."""
        self._last = None

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is due at `step`, now; nothing is remembered yet."""
        return self._trigger(Moment(step, self._clock()), self._last)

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Remember that it acted at `step`, now; the seconds and steps since the time before, or (None, None)."""
        last, self._last = self._last, Moment(step, self._clock())
        if last is None:
            return None, None
        return self._last.seconds - last.seconds, step - last.step

    def next_due(self) -> Due | None:
        """When it will be due, unless it is updated before; None: at each step, or only a class of a script's knows."""
        if type(self).should_trigger_for_step is not SecondOrStepTimer.should_trigger_for_step:
            return None
        steps, secs, last = self._every_steps, self._every_secs, self._last
        if steps is not None and steps <= 1:
            return None
        if steps is None and secs is None:
            return Due()
        if last is None:
            return NOW
        if steps is not None:
            return Due(step=last.step + steps)
        assert secs is not None  # one of both is given
        return Due(seconds=last.seconds + secs, clock=self._clock)

    def last_triggered_step(self) -> int | None:
        """The step it last acted at."""
        return None if self._last is None else self._last.step


def _trigger(secs: float | None, steps: int | None) -> Trigger:
    if steps is not None:
        return every_steps(steps)
    return never if secs is None else every_secs(secs)
