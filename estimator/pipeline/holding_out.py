"""A share of a dataset's elements held out: for evaluation, where there is no file of its own for it.

Which elements these are depends on their place alone, so that both parts can be read by themselves, in two processes
or on two days, and have nothing in common. Of every 1/share elements one is held out, at a place that a hash draws:
a file that is sorted by its labels, or in which something recurs every fifth row, is parted well, and what is added
at its end changes nothing of what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from estimator.core.frozen import frozen
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.stage import Context, Stage, State, Step, Stream, Tickets, join

MOST = 0.5  # of the elements
_FINEST = 10_000  # no share is told from one that is nearer than its half
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def kept(dataset: Dataset, share: float) -> Dataset:
    """The dataset without the elements that are held out.

    Parameters
    ----------
    dataset : Dataset
    share : float
        Of the elements that are held out, from 0.0001 to 0.5.

    Raises
    ------
    ValueError
        If there is no such share.
    """
    check_share(share)
    return Dataset(HoldOutNode(dataset._node, *_fraction(share), False))


def held_out(dataset: Dataset, share: float) -> Dataset:
    """The elements that :func:`kept` leaves out.

    Raises
    ------
    ValueError
        If there is no such share.
    """
    check_share(share)
    return Dataset(HoldOutNode(dataset._node, *_fraction(share), True))


PARTS: Mapping[str, Callable[[Dataset, float], Dataset]] = {
    "all_but": kept,
    "only": held_out,
}  # as settings call them


def check_share(share: float) -> None:
    """Check the share of elements that are held out.

    Raises
    ------
    ValueError
        If it is none.
    """
    is_number = isinstance(share, (int, float)) and not isinstance(share, bool)
    if not (is_number and 1 / _FINEST <= share <= MOST):
        raise ValueError(
            f"the share that is held out is a number from {1 / _FINEST} to {MOST}, given: {share!r}."
        )


def _fraction(share: float) -> tuple[int, int]:
    fraction = Fraction(share).limit_denominator(_FINEST)
    return fraction.numerator, fraction.denominator


def is_held_out(places: Any, numerator: int, denominator: int) -> Any:
    """Which elements are held out, by their places.

    Block number j has the elements from ceil(j / share) up to ceil((j + 1) / share), so two at least; one of them is
    held out.

    Parameters
    ----------
    places : ndarray, int64 [n]
        Numbers of elements, from 0 on.
    numerator, denominator : int
        Of the share.

    Returns
    -------
    ndarray, bool [n]
    """
    block = places * numerator // denominator
    first = -(-block * denominator // numerator)
    size = -(-(block + 1) * denominator // numerator) - first
    return places - first == (_mixed(block.astype(np.uint64)) % size.astype(np.uint64)).astype(np.int64)


def _mixed(numbers: Any) -> Any:
    """A hash of 64 bits of each number, the same everywhere: splitmix64.

    Source
    ------
    Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014, figure 16 (variant 13 of Stafford)
    """
    with np.errstate(over="ignore"):  # which is meant
        bits = (numbers + np.uint64(1)) * _GOLDEN
        bits = (bits ^ (bits >> np.uint64(30))) * _FACTORS[0]
        bits = (bits ^ (bits >> np.uint64(27))) * _FACTORS[1]
        return bits ^ (bits >> np.uint64(31))


@frozen(eq=False)
class HoldOutNode(Step):
    """The elements that are held out, or the others."""

    numerator: int
    denominator: int
    is_held_out: bool

    @property
    def cardinality(self) -> int:
        """How many of the input's elements are of this part, as far as their number is known."""
        size = self.input.cardinality
        return size if size < 0 else int(np.count_nonzero(self.chosen(0, size)))

    def describe(self) -> list[Any]:
        """The share, and which part."""
        part = "held out" if self.is_held_out else "kept"
        return ["hold out", self.numerator, self.denominator, part, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first element."""
        stage, rows, indexed = self.input.start(context)
        return Stream(HoldOutStage(stage, self), rows, indexed)

    def chosen(self, start: int, end: int) -> Any:
        """Which of the elements from `start` up to `end` are of this part; bool [end - start]."""
        return is_held_out(np.arange(start, end), self.numerator, self.denominator) == self.is_held_out


class HoldOutStage(Stage):
    """Reads no further than the last element it gives."""

    def __init__(self, source: Stage, node: HoldOutNode) -> None:
        self._source = source
        self._node = node
        self._place = 0  # of the next element of the source

    def read(self, count: int) -> Tickets:
        """The next tickets of this part."""
        parts, missing, is_over = [self._source.read(0)], count, False
        while missing and not is_over:
            found = self._source.read(missing)
            is_over = len(found) < missing
            chosen = self._node.chosen(self._place, self._place + len(found))
            self._place += len(found)
            parts.append(found[chosen] if isinstance(found, np.ndarray) else _picked(found, chosen))
            missing -= len(parts[-1])
        return join(parts)

    def rewind(self) -> None:
        """From the first element again."""
        self._place = 0
        self._source.rewind()

    def state(self) -> State:
        """How many elements of the source it has seen."""
        return {"place": self._place, "input": self._source.state()}

    def restore(self, state: State) -> None:
        """Go on behind as many."""
        self._place = int(state["place"])
        self._source.restore(state["input"])


def _picked(tickets: list[Any], chosen: Any) -> list[Any]:
    return [tickets[place] for place in np.flatnonzero(chosen).tolist()]
