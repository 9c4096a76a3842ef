"""What a run executes, and in which order.

The order is a stable topological one over data and control edges, in which a writer (variable
update, iterator, print) runs only when nothing else is ready, and an Assert before any writer; ties
go by creation. So reads see the values at the start of the run unless an edge orders them later,
and a failing Assert has changed nothing.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable, Sequence

from estimator.core.errors import InternalError
from estimator.graph.tensor import Operation, Tensor


def prune(targets: Iterable[Operation], fed: frozenset[Tensor]) -> list[Operation]:
    """The operations that the targets need, when some tensors are given; in order of creation."""
    needed: set[Operation] = set()
    stack = list(targets)
    while stack:
        op = stack.pop()
        if op in needed:
            continue
        needed.add(op)
        stack += [tensor.op for tensor in op.inputs if tensor not in fed]
        stack += op.control_inputs
    return sorted(needed, key=lambda op: op.index)


def schedule(
    operations: Sequence[Operation], fed: frozenset[Tensor], shuffle: random.Random | None = None
) -> list[Operation]:
    """The operations in the order in which they run.

    Parameters
    ----------
    operations : sequence of Operation
        Closed under what is needed; see :func:`prune`.
    fed : frozenset of Tensor
        Tensors that are given.
    shuffle : random.Random, optional
        Take any legal order instead, writers not last either: what library code relies on is an edge of the graph,
        so that every order must give the same result. Tests use it.
    """
    members = set(operations)
    waiting: dict[Operation, int] = {}
    followers: dict[Operation, list[Operation]] = {op: [] for op in operations}
    for op in operations:
        before = {tensor.op for tensor in op.inputs if tensor not in fed} | set(op.control_inputs)
        before &= members
        waiting[op] = len(before)
        for earlier in before:
            followers[earlier].append(op)
    ready: list[tuple[bool, float, int, Operation]] = []

    def push(op: Operation) -> None:
        is_late = op.effect == "write" and shuffle is None
        heapq.heappush(ready, (is_late, shuffle.random() if shuffle else 0.0, op.index, op))

    for op in operations:
        if waiting[op] == 0:
            push(op)
    order: list[Operation] = []
    while ready:
        op = heapq.heappop(ready)[-1]
        order.append(op)
        for follower in followers[op]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                push(follower)
    if len(order) != len(operations):
        stuck = next(op for op in operations if waiting[op] > 0)
        raise InternalError(f"the graph has a cycle through {stuck.describe()}.")
    return order
