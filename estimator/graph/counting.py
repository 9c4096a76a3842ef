"""How many rounds a loop makes, where its condition only asks how far counters have come.

A counter is a loop variable, an integer, that grows by the same number in every round. If a loop goes on as long as
counters are below (or above) what no round changes, its rounds can be counted before the first one: nothing then has
to be asked again, and what a counter is in a round need not be computed by the one before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.core.named_tuple import NamedTuple
from estimator.graph.constant import Array, is_true
from estimator.graph.function import FunctionGraph
from estimator.graph.handles import handed_on, is_handle
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

# Comparisons, each with what it says when its sides are exchanged.
_TURNED = {"Less": "Greater", "Greater": "Less", "LessEqual": "GreaterEqual", "GreaterEqual": "LessEqual"}

_ENDS = {
    size: (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1) for size in (4, 8)
}  # of integers of so many bytes


def growth(argument: Tensor, result: Tensor) -> int | None:
    """By how much a loop variable of integers grows in every round; 0 if no round changes it, None if it varies.

    No round changes a handle that a loop in the loop hands on.

    Parameters
    ----------
    argument, result : Tensor
        What a loop's body is given for the variable, and what it gives.
    """
    if argument is result or (is_handle(argument) and handed_on(result) is argument):
        return 0
    sign = {"Add": 1, "AddV2": 1, "Sub": -1}.get(result.op.type)
    if sign is None or argument not in result.op.inputs:
        return None
    if argument.dtype not in (int32, int64) or argument.dims != ():
        return None
    first, second = result.op.inputs
    number = static_value(first if second is argument and sign > 0 else second)
    return None if number is None or np.ndim(number) else sign * int(number)


def growths_of(step: FunctionGraph) -> list[int | None]:
    """The :func:`growth` of each variable of a loop with that body."""
    return [growth(*pair) for pair in zip(step.inputs, step.results, strict=True)]


class Bound(NamedTuple):
    """What must hold of a counter for another round.

    Attributes
    ----------
    place : int
        That of the counter among the loop variables.
    growth : int
    comparison : str
        The op that compares it, "Less" for example.
    limit : Tensor
        What it is compared with: a tensor of the condition that is the same in every round.
    """

    place: int
    growth: int
    comparison: str
    limit: Tensor

    def rounds(self, first: int, limit: int) -> float:
        """How many rounds there are between that counter and that limit; infinity if it goes the other way."""
        sign = 1 if self.comparison.startswith("Less") else -1
        distance = sign * (limit - first) + self.comparison.endswith("Equal")
        if distance <= 0:
            return 0
        return -(-distance // (sign * self.growth)) if sign * self.growth > 0 else math.inf


def count_rounds(asked: Sequence[tuple[Bound, Array, Array]]) -> int | None:
    """How many rounds there are, or None if this does not tell.

    Parameters
    ----------
    asked : sequence of (Bound, array, array)
        Each with what its counter is before the first round, and its limit.
    """
    rounds: float = math.inf
    for bound, begin, limit in asked:
        if begin.ndim or limit.ndim:
            return None
        rounds = min(rounds, bound.rounds(int(begin), int(limit)))
    for bound, begin, _ in asked:
        # Behind the last number of its type a counter begins again at the first, on the other side of its limit.
        lowest, highest = _ENDS[begin.itemsize]
        if not lowest <= int(begin) + rounds * bound.growth <= highest:
            return None
    return int(rounds)


def bounds(test: FunctionGraph, growths: Sequence[int | None]) -> list[Bound] | None:
    """What the condition of a loop asks of counters; None if it asks anything else, or nothing.

    Parameters
    ----------
    test : FunctionGraph
        The condition.
    growths : sequence
        The :func:`growth` of each loop variable.
    """
    if not test.is_pure:
        return None
    found, asks_more = necessary_bounds(test, growths)
    return None if asks_more else found or None


def necessary_bounds(test: FunctionGraph, growths: Sequence[int | None]) -> tuple[list[Bound], bool]:
    """What the condition of a loop asks of counters, and whether it asks anything else besides.

    Parameters
    ----------
    test, growths
        As for :func:`bounds`.
    """
    found: list[Bound] = []
    asks_more = False
    asked = [test.results[0]]
    while asked:
        tensor = asked.pop()
        value = static_value(tensor)
        if tensor.op.type == "LogicalAnd":
            asked += tensor.op.inputs
        elif value is None or not is_true(value):
            bound = _bound(tensor, test.inputs, growths)
            if bound is None:
                asks_more = True
            else:
                found.append(bound)
    return found, asks_more


def _bound(tensor: Tensor, inputs: Sequence[Tensor], growths: Sequence[int | None]) -> Bound | None:
    comparison = tensor.op.type
    if comparison not in _TURNED:
        return None
    left, right = tensor.op.inputs
    if left not in inputs or not growths[inputs.index(left)]:
        left, right, comparison = right, left, _TURNED[comparison]
    place = inputs.index(left) if left in inputs else -1
    number = growths[place] if place >= 0 else None
    changing = {argument for argument, grown in zip(inputs, growths, strict=True) if grown != 0}
    if not number or right.dims != () or _rests_on(right, changing):
        return None
    return Bound(place, number, comparison, right)


def _rests_on(tensor: Tensor, changing: set[Tensor]) -> bool:
    """Whether the value of a tensor depends on one of these."""
    seen: set[Tensor] = set()
    stack = [tensor]
    while stack:
        tensor = stack.pop()
        if tensor in changing:
            return True
        if tensor not in seen:
            seen.add(tensor)
            stack += tensor.op.inputs
    return False
