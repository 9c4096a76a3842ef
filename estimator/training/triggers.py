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

import time
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from estimator.core.keywords import near_keywords

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


def every_secs(seconds: float) -> Trigger:
    """Due when so many seconds have passed since the last time, and a step has been made."""

    def is_due(now: Moment, last: Moment | None) -> bool:
        return last is None or (now.step != last.step and now.seconds >= last.seconds + seconds)

    return is_due


def never(now: Moment, last: Moment | None) -> bool:
    """It is never due."""
    return False


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

    def last_triggered_step(self) -> int | None:
        """The step it last acted at."""
        return None if self._last is None else self._last.step


def _trigger(secs: float | None, steps: int | None) -> Trigger:
    if steps is not None:
        return every_steps(steps)
    return never if secs is None else every_secs(secs)
