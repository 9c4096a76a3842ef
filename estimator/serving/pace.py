"""How long the questions of a model take, so that a quick one is answered where it is read.

Handing a request to a thread and its answer back takes longer than a small model does. But whoever reads requests reads
those of everybody, and must not be held up. So a question counts as quick when the last ones of its kind, which is a
signature and the shapes of its arrays, were: their plan is made by then. One that takes longer after all sends those
behind it to threads, until some in a row are quick again::

    pace = Pace()
    pace.is_quick(kind)           # False: nothing is known of it yet
    pace.note(kind, 20e-6, 10)    # three times
    pace.is_quick(kind)           # True
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from estimator.graph.tensor import Operation
from estimator.runtime.waiting import changes_state, may_wait

_QUICK_SECS = 0.3e-3  # what two threads' hand-overs take under load
_MOST_ELEMENTS = 1_000  # of an answer: to write them takes longer than that, too
_IN_A_ROW = 3
_MOST_KINDS = 1_000  # that are remembered: clients make them up


class Pace:
    """What is known of each kind of question. Threads may ask and tell at once."""

    def __init__(self) -> None:
        self._quick_ones: dict[Hashable, int] = {}  # how many there were since the last slow one

    def is_quick(self, kind: Hashable) -> bool:
        """Whether the last ones of that kind were quick."""
        return self._quick_ones.get(kind, 0) >= _IN_A_ROW

    def note(self, kind: Hashable, seconds: float, elements: int) -> None:
        """Remember how long one took, and how much is to be written of its answer."""
        if seconds > _QUICK_SECS or elements > _MOST_ELEMENTS:
            self._quick_ones.pop(kind, None)
            return
        count = self._quick_ones.get(kind, 0)
        if count < _IN_A_ROW:
            if len(self._quick_ones) >= _MOST_KINDS:
                self._quick_ones.clear()
            self._quick_ones[kind] = count + 1


def is_steady(operations: Iterable[Operation]) -> bool:
    """Whether operations of the same shapes always take about as long: no loop, no branch, nothing to wait for."""
    return not any(
        operation.definition.framed
        or operation.definition.function_attrs
        or may_wait(operation)
        or changes_state(operation)  # under a lock, which another run may hold, or by a function of Python's
        for operation in operations
    )
