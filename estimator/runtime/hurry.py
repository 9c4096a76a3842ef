"""Whether there is still time to plan, and to wait.

Making the plan of a large graph takes seconds. A signal that asks a training to stop waits for the step to end, and so
for the plan; whoever receives such a signal therefore sets :data:`HURRY`, and clears it when the matter is settled. A
plan that is being made is then given up, by :class:`NoTimeToPlan`, and its run goes on without one. A step may also
wait for a queue, and nobody knows how long: where the training is to end with the step, :data:`GIVE_UP` is set as well,
and the main thread waits no more. A run that was given a time to wait (``RunOptions(timeout_in_ms=...)``) waits within
:func:`limited_waiting`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from estimator.core.flag import Flag

HURRY = Flag()
GIVE_UP = Flag()

_Item = TypeVar("_Item")


class _Limit(threading.local):
    """Until when this thread waits, by the monotonic clock."""

    end = float("inf")


_LIMIT = _Limit()


class NoTimeToPlan(Exception):
    """A plan is given up before anything has run; the run itself can go on."""


def unless_hurried(items: Iterable[_Item]) -> Iterator[_Item]:
    """The items, as long as nobody is in a hurry.

    Raises
    ------
    NoTimeToPlan
        At the first item after :data:`HURRY` was set.
    """
    for item in items:
        if HURRY.is_set():
            raise NoTimeToPlan
        yield item


@contextmanager
def limited_waiting(milliseconds: float) -> Iterator[None]:
    """Within it this thread waits so long, all in all."""
    before = _LIMIT.end
    _LIMIT.end = time.monotonic() + milliseconds / 1000
    try:
        yield
    finally:
        _LIMIT.end = before


def end_of_waiting() -> float:
    """Until when this thread may wait, by the monotonic clock; infinity if nobody has said."""
    return _LIMIT.end
