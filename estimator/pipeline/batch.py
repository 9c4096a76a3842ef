"""Batches: consecutive elements stacked.

Over indexed data with plain columns a batch is a slice of a block that one ``np.take`` gathers for
many batches at a time; the state then holds the indices that were gathered but not yet handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.element import Element
from estimator.pipeline.specs import RaggedTensorSpec, Spec, batch_spec
from estimator.pipeline.stage import INFINITE, UNKNOWN, Context, Plain, Stage, State, Step, Stream, Tickets
from estimator.pipeline.structure import leaves, map_leaves

_BLOCK_ELEMENTS = 2048
_BLOCK_BYTES = 1 << 20


@frozen(eq=False)
class BatchNode(Step):
    """`size` elements at a time; the last batch may be smaller."""

    size: int
    drop_remainder: bool

    @property
    def spec(self) -> Any:
        """A first dimension more, of unknown size unless the remainder is dropped."""
        size = self.size if self.drop_remainder else None
        return map_leaves(lambda component: batch_spec(component, size), self.input.spec)

    @property
    def cardinality(self) -> int:
        """The number of batches."""
        return number_of_batches(self.input.cardinality, self.size, self.drop_remainder)

    def describe(self) -> list[Any]:
        """How many elements make a batch, and whether the remainder is dropped."""
        return ["batch", self.size, self.drop_remainder, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first element."""
        join = partial(stack, specs=leaves(self.input.spec))
        stage = BatchStage(self.input.start(context), self.size, self.drop_remainder, join, may_gather=True)
        return Stream(stage, Plain(), False)


def number_of_batches(elements: int, size: int, drop_remainder: bool) -> int:
    """How many batches there are of so many elements; both may be INFINITE or UNKNOWN."""
    if elements in (INFINITE, UNKNOWN):
        return elements
    return elements // size if drop_remainder else -(-elements // size)


class BatchStage(Stage):
    """Redeems tickets, a block at a time.

    Parameters
    ----------
    stream : Stream
    size : int
    drop_remainder : bool
    join : callable
        From elements to a batch.
    may_gather : bool
        Whether the rows of arrays may be taken many at a time, since `join` does nothing but stack them.
    """

    def __init__(
        self,
        stream: Stream,
        size: int,
        drop_remainder: bool,
        join: Callable[[list[Element]], Element],
        may_gather: bool = False,
    ) -> None:
        self._stage, self._rows, indexed = stream
        self._size = size
        self._drop_remainder = drop_remainder
        self._join = join
        self._gathers = may_gather and self._rows.row_bytes is not None
        self._looks_ahead = indexed and self._gathers
        self._block_size = size * (
            _batches_ahead(size, self._rows.row_bytes or 0) if self._looks_ahead else 1
        )
        self._is_thinned = False  # most batches are passed over, so that a block is not made as a whole
        self._tickets: Tickets = ()  # of the block
        self._block: Element | None = None
        self._position = 0  # in the block: what was handed out

    def read(self, count: int) -> list[Element]:
        """The next batches, each a list of stacked components."""
        batches: list[Element] = []
        while len(batches) < count and (place := self._next()) is not None:
            batches.append(self._batch(place))
        return batches

    def skip(self, count: int) -> int:
        """Pass over the next batches, of which nothing is made."""
        self._is_thinned = True
        if not self._looks_ahead:
            batches, rest = divmod(self._rows.pass_over(self._stage, count * self._size), self._size)
            return batches + (rest > 0 and not self._drop_remainder)
        passed = 0
        while passed < count and self._next() is not None:
            passed += 1
        return passed

    def _next(self) -> slice | None:
        """Where the next batch is in the block, and behind it the position; None at the end."""
        start = self._position
        if start >= len(self._tickets):
            self._tickets, self._block = (), None  # what raises has made no block
            self._position = start = 0
            self._tickets = self._stage.read(self._block_size)
        end = min(start + self._size, len(self._tickets))
        if end == start or (self._drop_remainder and end - start < self._size):
            return None
        self._position = end
        return slice(start, end)

    def _batch(self, place: slice) -> Element:
        if self._is_thinned and self._looks_ahead:
            return self._redeemed(self._tickets[place])
        if self._block is None:
            tickets, self._tickets = self._tickets, ()
            self._block = self._redeemed(tickets)
            self._tickets = tickets
        if self._block_size == self._size:  # always, where one is sparse or ragged
            return self._block
        return [column[place] for column in self._block]

    def _redeemed(self, tickets: Tickets) -> Element:
        if self._gathers:
            with suppress(Exception):  # which element it is, they say one by one
                return self._rows.gather(tickets)
        return self._join(self._rows.elements(tickets))

    def rewind(self) -> None:
        """From the first element of the next pass."""
        self._tickets, self._block, self._position = (), None, 0
        self._stage.rewind()

    def state(self) -> State:
        """The input, and the tickets it gave that are in no batch yet."""
        ahead = self._looks_ahead and len(self._tickets) > 0
        pending = self._tickets[self._position :].tolist() if ahead else []
        return {"pending": pending, "rows": self._rows.state(), "input": self._stage.state()}

    def restore(self, state: State) -> None:
        """Gather those tickets again and continue."""
        self._stage.restore(state["input"])
        self._rows.restore(state["rows"])
        self._tickets, self._block, self._position = np.array(state["pending"], np.int64), None, 0


def _batches_ahead(size: int, row_bytes: int) -> int:
    return max(1, min(_BLOCK_ELEMENTS // size, _BLOCK_BYTES // max(1, size * row_bytes)))


def stack(elements: list[Element], specs: Sequence[Spec]) -> Element:
    """The components of elements, stacked along a new first axis; ragged ones become rows.

    Raises
    ------
    InvalidArgumentError
        If shapes differ; the message names the component and both shapes.
    """
    stacked: Element = []
    for number, (spec, *arrays) in enumerate(zip(specs, *elements, strict=True)):
        if isinstance(spec, RaggedTensorSpec) and spec.ragged_rank >= 0:
            from estimator.pipeline.ragged import stack_ragged

            stacked.append(stack_ragged(arrays, spec.row_splits_dtype, number))
            continue
        if isinstance(arrays[0], SparseTensorValue):
            from estimator.pipeline.sparse_rows import stack_sparse

            stacked.append(stack_sparse(arrays, number))
            continue
        for position, array in enumerate(arrays):
            if array.shape != arrays[0].shape:
                raise InvalidArgumentError(
                    f"Cannot batch tensors with different shapes in component {number}. "
                    f"First element had shape {list(arrays[0].shape)} and element {position} had shape "
                    f"{list(array.shape)}. Make them equal in Dataset.map before Dataset.batch."
                )
        stacked.append(np.stack(arrays))
    return stacked
