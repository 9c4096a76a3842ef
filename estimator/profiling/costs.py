"""How many floating point operations a run of an operation takes, with what it calls: loops by their rounds.

The profiler of TensorFlow counts the body of a loop once. Here it counts as often as it runs, where the graph tells
how often that is: a recurrent network over a batch of known length, and its gradient. Of branches the dearer counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from estimator.graph.counting import bounds, count_rounds, growths_of
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor
from estimator.profiling.flops import float_ops, has_count

_LOOPS = ("While", "StatelessWhile")
_SUMS = {"Sub": -1, "Add": 1, "AddV2": 1}


class Cost:
    """What a run of an operation takes.

    Attributes
    ----------
    float_ops : int
    is_complete : bool
        Whether all of it has a size that the graph tells.
    """

    def __init__(self, float_ops: int = 0, is_complete: bool = True) -> None:
        self.float_ops = float_ops
        self.is_complete = is_complete

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.float_ops + other.float_ops, self.is_complete and other.is_complete)

    def times(self, rounds: int | None) -> Cost:
        """Of so many; of an unknown number once, and not complete."""
        if rounds is None:
            return Cost(self.float_ops, is_complete=self.float_ops == 0)
        return Cost(self.float_ops * rounds, self.is_complete)


def cost_of(op: Operation) -> Cost:
    """What a run of an operation takes, with the functions that it calls."""
    return sum((cost for _, cost in parts_of(op)), Cost())


def parts_of(op: Operation) -> Iterator[tuple[Operation, Cost]]:
    """The operations that a run of this one consists of, itself if it calls nothing, each with what it takes in all."""
    if op.type in _LOOPS:
        times = rounds(op)
        for part, cost in _of_body(op, "body"):
            yield part, cost.times(times)
        for part, cost in _of_body(op, "cond"):
            yield part, cost.times(None if times is None else times + 1)
    elif op.bodies:
        branches = [list(_parts(body.get_operations())) for body in op.bodies]
        yield from max(branches, key=lambda branch: sum(cost.float_ops for _, cost in branch))
    else:
        count = float_ops(op)
        yield op, Cost(count or 0, is_complete=count is not None or not has_count(op.type))


def _of_body(op: Operation, attr: str) -> Iterator[tuple[Operation, Cost]]:
    yield from _parts(op.body(attr).get_operations())


def _parts(operations: list[Operation]) -> Iterator[tuple[Operation, Cost]]:
    for op in operations:
        yield from parts_of(op)


def rounds(loop: Operation) -> int | None:
    """How many rounds a loop makes, if the graph tells; its condition may only ask how far counters have come."""
    test, step = loop.body("cond"), loop.body("body")
    asked = []
    for bound in bounds(test, growths_of(step)) or ():
        limit = bound.limit
        outside = loop.inputs[test.inputs.index(limit)] if limit in test.inputs else limit
        begin, end = _known(loop.inputs[bound.place]), _known(outside)
        if begin is None or end is None:
            return None
        asked.append((bound, begin, end))

    return (
        count_rounds([(bound, np.array(begin), np.array(end)) for bound, begin, end in asked])
        if asked
        else None
    )


def _known(tensor: Tensor) -> int | None:
    """The whole number that a tensor is, if the graph tells: a constant, what a loop has counted to, or their sum."""
    value = static_value(tensor)
    if value is not None:
        return int(value) if value.ndim == 0 and value.dtype.kind in "iu" else None
    op = tensor.op
    if op.type == "Identity":
        return _known(op.inputs[0])
    if op.type in _SUMS:
        first, second = map(_known, op.inputs)
        return None if first is None or second is None else first + _SUMS[op.type] * second
    if op.type == "TensorListLength":
        return _history_length(op.inputs[0])
    if op.type in _LOOPS:
        place = op.outputs.index(tensor)
        growth, begin, times = growths_of(op.body("body"))[place], _known(op.inputs[place]), rounds(op)
        if growth is not None and begin is not None and times is not None:
            return begin + growth * times
    return None


def _history_length(tensor: Tensor) -> int | None:
    """How many elements a list has to which a loop has added one in every round."""
    loop = tensor.op
    if loop.type not in _LOOPS:
        return None
    place, step = loop.outputs.index(tensor), loop.body("body")
    added = step.results[place].op
    grows = added.type == "TensorListPushBack" and added.inputs[0] is step.inputs[place]
    return rounds(loop) if grows and loop.inputs[place].op.type == "EmptyTensorList" else None
