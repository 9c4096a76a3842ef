"""Operations that are alike and do not need one another, which one call can do together.

A model of many columns does the same for each: it looks up ids, picks rows of a table, adds up the gradients of each
row. An op that has a joint kernel (``OpDef.joint``) does so for several operations in hardly more time than for one.
In the order of a program such siblings stand side by side, so that a plan finds them there
(:mod:`estimator.runtime.joint_calls`).

Which are taken together is chosen as in batching by agenda: all else that can run comes first, and of the kinds of
siblings that one of which the fewest are still to wait for.

Source: G. Neubig, Y. Goldberg, C. Dyer: On-the-fly Operation Batching in Dynamic Computation Graphs, 2017.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from estimator.graph.handles import handle_dims, is_handle
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.frames import needs


def kind_of(op: Operation) -> Any:
    """Equal for operations that a joint kernel may be given together: numbers of rows may differ, and settings."""
    types = tuple(op.attrs[name] for name, kind in op.definition.attr_kinds if kind == "type")
    return op.type, types, tuple(map(_row_of, op.inputs)), tuple(map(_row_of, op.outputs))


def _row_of(tensor: Tensor) -> Any:
    dims = handle_dims(tensor) if is_handle(tensor) else tensor.dims
    return None if dims is None else (len(dims), dims[1:])


def side_by_side(order: Sequence[Operation], fed: frozenset[Tensor]) -> list[Operation]:
    """The operations of a program in an order in which siblings stand next to one another, as far as that may be.

    What writes, or acts outside, stays where it is, and so does all behind the first such operation.
    """
    free = list(takewhile(lambda op: op.effect not in ("outside", "write"), order))
    kinds = {op: kind_of(op) for op in free if op.definition.joint is not None}
    counts = Counter(kinds.values())
    kinds = {op: kind for op, kind in kinds.items() if counts[kind] > 1}
    if not kinds or any(op.definition.framed for op in order):
        return list(order)
    return [*_Agenda(free, kinds, fed).ordered(), *order[len(free) :]]


class _Agenda:
    """What of some operations can run now, and what waits for what.

    Parameters
    ----------
    operations : list of Operation
        In an order that would do.
    kinds : dict
        The kinds of those that have siblings.
    fed : frozenset of Tensor
    """

    def __init__(
        self, operations: Sequence[Operation], kinds: dict[Operation, Any], fed: frozenset[Tensor]
    ) -> None:
        self._kinds = kinds
        self._missing = Counter(kinds.values())  # how many of a kind are still to become ready
        self._fullest: list[tuple[int, int, Any]] = []  # how many were missing, a place, and the kind
        self._places = {op: place for place, op in enumerate(operations)}
        self._waiting: dict[Operation, int] = {}
        self._followers: dict[Operation, list[Operation]] = defaultdict(list)
        self._ready: list[tuple[int, Operation]] = []
        self._siblings: dict[Any, list[Operation]] = defaultdict(list)
        for op in operations:
            needed = {earlier for earlier in needs(op, fed) if earlier in self._places}
            self._waiting[op] = len(needed)
            for earlier in needed:
                self._followers[earlier].append(op)
        for op in operations:
            if not self._waiting[op]:
                self._add(op)

    def ordered(self) -> list[Operation]:
        """All operations, each behind what it needs."""
        found: list[Operation] = []
        while self._ready or self._siblings:
            for op in [heapq.heappop(self._ready)[1]] if self._ready else self._next_siblings():
                found.append(op)
                for follower in self._followers[op]:
                    self._waiting[follower] -= 1
                    if not self._waiting[follower]:
                        self._add(follower)
        return found

    def _add(self, op: Operation) -> None:
        place, kind = self._places[op], self._kinds.get(op)
        if kind is None:
            heapq.heappush(self._ready, (place, op))
            return
        self._siblings[kind].append(op)
        self._missing[kind] -= 1
        heapq.heappush(self._fullest, (self._missing[kind], place, kind))

    def _next_siblings(self) -> list[Operation]:
        """Those that are ready of the kind of which the fewest are missing."""
        kind = heapq.heappop(self._fullest)[-1]
        while kind not in self._siblings:  # they have gone with one that was ready later
            kind = heapq.heappop(self._fullest)[-1]
        return sorted(self._siblings.pop(kind), key=self._places.__getitem__)
