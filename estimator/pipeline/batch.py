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
        self._tickets: Tickets = ()  # of the block
        self._block: Element = []
        self._position = 0  # in the block: what was handed out

    def read(self, count: int) -> list[Element]:
        """The next batches, each a list of stacked components."""
        batches: list[Element] = []
        while len(batches) < count:
            if self._position >= len(self._tickets):
                self._load(self._stage.read(self._block_size))
            start = self._position
            end = min(start + self._size, len(self._tickets))
            if end == start or (self._drop_remainder and end - start < self._size):
                break
            self._position = end
            is_whole = (start, end) == (0, len(self._tickets))  # always, where one is sparse or ragged
            batches.append(self._block if is_whole else [column[start:end] for column in self._block])
        return batches

    def _load(self, tickets: Tickets) -> None:
        self._tickets, self._position = (), 0  # what raises has made no block
        if len(tickets) == 0 or (self._drop_remainder and len(tickets) < self._size):
            self._block = []
        else:
            self._block = self._redeemed(tickets)
        self._tickets = tickets

    def _redeemed(self, tickets: Tickets) -> Element:
        if self._gathers:
            with suppress(Exception):  # which element it is, they say one by one
                return self._rows.gather(tickets)
        return self._join(self._rows.elements(tickets))

    def rewind(self) -> None:
        """From the first element of the next pass."""
        self._tickets, self._position = (), 0
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
        self._tickets, self._position = (), 0
        if state["pending"]:
            self._load(np.array(state["pending"], np.int64))


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
