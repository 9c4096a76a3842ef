"""Whether there is still time to plan, and to wait.

Making the plan of a large graph takes seconds. A signal that asks a training to stop waits for the step to end, and so
for the plan; whoever receives such a signal therefore sets :data:`HURRY`, and clears it when the matter is settled. A
plan that is being made is then given up, by :class:`NoTimeToPlan`, and its run goes on without one. A step may also
wait for a queue, and nobody knows how long: where the training is to end with the step, :data:`GIVE_UP` is set as well,
and the main thread waits no more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

HURRY = threading.Event()
GIVE_UP = threading.Event()

_Item = TypeVar("_Item")


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
