"""What a run executes, and in which order.

The order is a stable topological one over data and control edges, in which a writer (variable
update, iterator, Python function, print) runs only when nothing else is ready, and an Assert before any writer, as
does what several processes exchange; ties go by creation. So reads see the values at the start of the run unless an
edge orders them later,
and a failing Assert has changed nothing.

The operations of a frame, a loop of TensorFlow 1's, stand together, in the order of one round; among the others the
frame is one step, which writes if anything in it does.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, TypeAlias

from estimator.core.errors import InternalError
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.frames import Frame, depth_of, frames_of, needs

if TYPE_CHECKING:
    from random import Random

Unit: TypeAlias = "Operation | Frame"
Rank: TypeAlias = tuple[int, float, int]  # how late it comes, chance, creation


def prune(
    targets: Iterable[Operation], fed: frozenset[Tensor], done: Set[Operation] = frozenset()
) -> list[Operation]:
    """The operations that the targets need, when some tensors are given and some operations done; by creation."""
    needed: set[Operation] = set()
    stack = list(targets)
    while stack:
        op = stack.pop()
        if op in needed or op in done:
            continue
        needed.add(op)
        stack += [tensor.op for tensor in op.inputs if tensor not in fed]
        stack += op.control_inputs
    return sorted(needed, key=lambda op: op.index)


def schedule(
    operations: Sequence[Operation], fed: frozenset[Tensor], shuffle: Random | None = None
) -> list[Operation]:
    """The operations in the order in which they run.

    Parameters
    ----------
    operations : sequence of Operation
        Closed under what is needed; see :func:`prune`.
    fed : frozenset of Tensor
        Tensors that are given.
    shuffle : Random, optional
        Take any legal order instead, writers not last either: what library code relies on is an edge of the graph,
        so that every order must give the same result. Tests use it.
    """
    frames = frames_of(operations, fed)
    units: list[Unit] = [*operations, *frames.values()]
    before: dict[Unit, set[Unit]] = {unit: set() for unit in units}
    for op in operations:
        for earlier in needs(op, fed):
            if earlier in before:
                first, then = _side_by_side(earlier, op, frames)
                before[then].add(first)
    contents: dict[Frame | None, list[Unit]] = {}
    for unit in before:
        around = unit.outer if isinstance(unit, Frame) else frames.get(unit)
        contents.setdefault(around, []).append(unit)
    ranks = _ranks(operations, frames, shuffle)
    order: list[Operation] = []
    stack: list[Unit] = _sorted(contents.get(None, []), before, ranks)[::-1]
    while stack:
        unit = stack.pop()
        if isinstance(unit, Frame):
            stack += reversed(_sorted(contents[unit], before, ranks))
        else:
            order.append(unit)
    return order


def _side_by_side(first: Operation, then: Operation, frames: Mapping[Operation, Frame]) -> tuple[Unit, Unit]:
    """What of two operations, of which one waits for the other, stands in one frame: they or the frames around them.

    What leaves a frame is there when the whole frame has run, and a frame runs when all that enters it is there.
    """
    earlier, inner = _seen_from_outside(first, "Exit", frames)
    later, other = _seen_from_outside(then, "Enter", frames)
    while inner is not other:
        if depth_of(inner) >= depth_of(other):
            assert inner is not None  # it is deeper, or as deep and another one
            earlier, inner = inner, inner.outer
        else:
            assert other is not None
            later, other = other, other.outer
    return earlier, later


def _seen_from_outside(
    op: Operation, border: str, frames: Mapping[Operation, Frame]
) -> tuple[Unit, Frame | None]:
    """An operation and its frame; for one at the border the frame itself, and the one around that."""
    frame = frames.get(op)
    return (frame, frame.outer) if frame is not None and op.type == border else (op, frame)


def _ranks(
    operations: Sequence[Operation], frames: Mapping[Operation, Frame], shuffle: Random | None
) -> dict[Unit, Rank]:
    """What goes first of all that could; a frame is as late as the latest in it, and as old as the oldest."""
    ranks: dict[Unit, Rank] = {}
    for op in operations:
        lateness = _lateness(op) if shuffle is None else 0
        chance = shuffle.random() if shuffle else 0.0
        ranks[op] = lateness, chance, op.index
        frame = frames.get(op)
        while frame is not None:
            late, chance, index = ranks.get(frame, ranks[op])
            ranks[frame] = max(late, lateness), chance, min(index, op.index)
            frame = frame.outer
    return ranks


def _lateness(op: Operation) -> int:
    """What processes exchange comes behind all that may fail, and before all that writes: it may end the step."""
    if op.exchanges:
        return 1
    return 2 if op.effect in ("outside", "write") else 0


def _sorted(
    units: Sequence[Unit], before: Mapping[Unit, set[Unit]], ranks: Mapping[Unit, Rank]
) -> list[Unit]:
    """The operations and frames in one frame, each behind what it waits for."""
    waiting = {unit: len(before[unit]) for unit in units}
    followers: dict[Unit, list[Unit]] = {unit: [] for unit in units}
    for unit in units:
        for earlier in before[unit]:
            followers[earlier].append(unit)
    ready = [(ranks[unit], unit) for unit in units if not waiting[unit]]
    heapq.heapify(ready)
    order: list[Unit] = []
    while ready:
        _, unit = heapq.heappop(ready)
        order.append(unit)
        for follower in followers[unit]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (ranks[follower], follower))
    if len(order) != len(units):
        stuck = next(unit for unit in units if waiting[unit])
        what = f"frame {stuck.name!r}" if isinstance(stuck, Frame) else stuck.describe()
        raise InternalError(f"the graph has a cycle through {what}.")
    return order
