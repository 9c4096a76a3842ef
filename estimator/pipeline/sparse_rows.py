"""The rows of sparse tensors, and sparse tensors under one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.graph.sparse import SparseTensorValue


class SparseRows:
    """The rows of a sparse tensor, as those of an array: ``rows[index, ...]``.

    Parameters
    ----------
    value : SparseTensorValue
        Its entries may come in any order; those of a row stay in theirs.
    """

    def __init__(self, value: SparseTensorValue) -> None:
        indices, values, shape = value
        order = np.argsort(indices[:, 0], kind="stable")
        self._indices, self._values = indices[order, 1:], values[order]
        self._shape = shape
        self._bounds = np.searchsorted(indices[order, 0], np.arange(len(self) + 1))

    @classmethod
    def alone(cls, value: SparseTensorValue) -> SparseRows:
        """Rows of which there is one: the whole tensor."""
        first = np.zeros((len(value.indices), 1), np.int64)
        indices = np.concatenate([first, value.indices], axis=1)
        return cls(SparseTensorValue(indices, value.values, np.array([1, *value.dense_shape])))

    def __len__(self) -> int:
        return int(self._shape[0])

    @property
    def nbytes(self) -> int:
        """So much that no batch is gathered ahead: a part of a sparse batch is not a slice of it."""
        return len(self) << 30

    def take(self, rows: Any, axis: int = 0) -> SparseTensorValue:
        """Some rows under one another, as a batch of them."""
        begins = self._bounds[:-1][rows]
        sizes = self._bounds[1:][rows] - begins
        ends = np.cumsum(sizes)
        places = np.repeat(begins - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
        first = np.repeat(np.arange(len(sizes)), sizes)[:, None]
        indices = np.concatenate([first, self._indices[places]], axis=1)
        shape = np.array([len(sizes), *self._shape[1:]], np.int64)
        return SparseTensorValue(indices, self._values[places], shape)

    def __getitem__(self, key: tuple[int, Any]) -> SparseTensorValue:
        begin, end = self._bounds[key[0]], self._bounds[key[0] + 1]
        return SparseTensorValue(self._indices[begin:end], self._values[begin:end], self._shape[1:])


def stack_sparse(values: Sequence[SparseTensorValue], number: int) -> SparseTensorValue:
    """Sparse tensors under one another, along a new first axis; of sizes that differ the greatest counts.

    Raises
    ------
    InvalidArgumentError
        If their ranks differ; the message names the component.
    """
    shapes = [value.dense_shape for value in values]
    for position, shape in enumerate(shapes):
        if len(shape) != len(shapes[0]):
            raise InvalidArgumentError(
                f"Cannot batch sparse tensors of different ranks in component {number}. First element had shape "
                f"{shapes[0].tolist()} and element {position} had shape {shape.tolist()}."
            )
    rows = np.repeat(np.arange(len(values)), [len(value.values) for value in values])
    indices = np.concatenate([value.indices for value in values])
    return SparseTensorValue(
        np.concatenate([rows[:, None], indices], axis=1),
        np.concatenate([value.values for value in values]),
        np.array([len(values), *np.max(shapes, axis=0)], np.int64),
    )
