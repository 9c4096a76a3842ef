"""Checks that whole numbers lie in a range from 0, written as one comparison.

``Assert(All(LessEqual(x, 9)))`` and ``Assert(All(GreaterEqual(x, 0)))`` is how graphs check labels. Read as numbers
without a sign, those below 0 are greater than all others, so that one comparison tells both. Only if it fails do the
checks run, each for itself, and the first that fails says what it has to say. What they have made sure of is known from
there on, and is not checked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from estimator.core.frozen import frozen
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.facts import Facts
from estimator.runtime.program import Program

# A bound (lower, upper) from a constant, by the comparison that holds of each number.
_BOUNDS: dict[str, Callable[[int], tuple[int | None, int | None]]] = {
    "LessEqual": lambda c: (None, c),
    "Less": lambda c: (None, c - 1),
    "GreaterEqual": lambda c: (c, None),
    "Greater": lambda c: (c + 1, None),
}
View: TypeAlias = Callable[[Tensor], Tensor]


@frozen
class Bound:
    """One check.

    Attributes
    ----------
    check, truth, comparison : Operation
        The Assert, the All and what it is of.
    numbers : Tensor
    low, high : int or None
        The one that it is about.
    """

    check: Operation
    truth: Operation
    comparison: Operation
    low: int | None
    high: int | None

    @property
    def numbers(self) -> Tensor:
        """What is checked."""
        return self.comparison.inputs[0]


@frozen
class RangeCheck:
    """Checks that together say that numbers lie from 0 to `high`."""

    bounds: tuple[Bound, ...]
    high: int

    @property
    def numbers(self) -> Tensor:
        """What is checked."""
        return self.bounds[0].numbers

    @property
    def last(self) -> Operation:
        """The check where it is done."""
        return self.bounds[-1].check

    @property
    def covered(self) -> list[Operation]:
        """What needs no lines of its own."""
        parts = [part for bound in self.bounds for part in (bound.comparison, bound.truth, bound.check)]
        return parts[:-1]

    @property
    def inputs(self) -> list[Tensor]:
        """What must be there when it is done."""
        return [
            tensor for bound in self.bounds for tensor in (*bound.comparison.inputs, *bound.check.inputs[1:])
        ]


def find_range_checks(
    program: Program, facts: Facts, harmless: Callable[[Operation], bool], viewed: View
) -> list[RangeCheck]:
    """Neighbours of which nothing between can fail, so that it is all the same where they are done.

    Parameters
    ----------
    program : Program
    facts : Facts
    harmless : callable
        Whether an operation (its argument) fails in no run.
    viewed : callable
        The tensor that another one is a view of.
    """
    readers = Counter(tensor for op in program.order for tensor in op.inputs)
    readers.update(program.fetches)
    groups: list[list[Bound]] = [[]]
    for op in program.order:
        bound = _bound(op, facts, readers)
        if bound is None and harmless(op):
            continue
        if bound is None:
            groups.append([])
        elif groups[-1] and viewed(groups[-1][0].numbers) is viewed(bound.numbers):
            groups[-1].append(bound)
        else:
            groups.append([bound])
    return [found for group in groups if (found := _range_check(group)) is not None]


def _bound(op: Operation, facts: Facts, readers: Mapping[Tensor, int]) -> Bound | None:
    if op.type != "Assert" or facts.is_given(op.inputs[0]):
        return None
    truth = op.inputs[0].op
    if truth.type != "All" or readers[op.inputs[0]] != 1 or facts.dims[op.inputs[0]] != ():
        return None
    comparison = truth.inputs[0].op
    if comparison.type not in _BOUNDS or readers[truth.inputs[0]] != 1 or facts.is_given(truth.inputs[0]):
        return None
    numbers, limit = comparison.inputs
    value = facts.values.get(limit)
    is_whole = numbers.dtype.np.kind == "i" and facts.is_static(numbers)
    if value is None or value.shape != () or not is_whole or numbers in facts.values:
        return None
    return Bound(op, truth, comparison, *_BOUNDS[comparison.type](int(value)))


def _range_check(bounds: Sequence[Bound]) -> RangeCheck | None:
    lows = [bound.low for bound in bounds if bound.low is not None]
    highs = [bound.high for bound in bounds if bound.high is not None]
    if set(lows) != {0} or not highs or min(highs) < 0:
        return None
    return RangeCheck(tuple(bounds), min(highs))
