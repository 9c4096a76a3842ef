"""Tensors whose sizes differ as the rows of a sparse tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.batch import BatchStage, number_of_batches
from estimator.pipeline.element import Element
from estimator.pipeline.specs import SparseTensorSpec
from estimator.pipeline.stage import Context, Plain, Step, Stream


@frozen(eq=False)
class SparseBatchNode(Step):
    """`size` elements at a time; the last batch may be smaller.

    Attributes
    ----------
    row : tuple of int or None
        The shape of a row; None for the greatest size in each batch.
    """

    size: int
    row: tuple[int | None, ...]

    @property
    def spec(self) -> Any:
        """The spec of a sparse tensor."""
        return SparseTensorSpec((None, *self.row), self.input.spec.dtype)

    @property
    def cardinality(self) -> int:
        """The number of batches."""
        return number_of_batches(self.input.cardinality, self.size, False)

    def describe(self) -> list[Any]:
        """How many elements make a batch, and the shape of a row."""
        return ["sparse_batch", self.size, list(self.row), self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first element."""
        return Stream(BatchStage(self.input.start(context), self.size, False, self._joined), Plain(), False)

    def _joined(self, elements: list[Element]) -> Element:
        arrays = [element[0] for element in elements]
        for array in arrays:
            _check_fits(array.shape, self.row)
        greatest = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)]
        dims = [size if known is None else known for size, known in zip(greatest, self.row, strict=True)]
        places = [
            np.insert(np.indices(array.shape).reshape(array.ndim, -1).T, 0, row, axis=1)
            for row, array in enumerate(arrays)
        ]
        indices = np.concatenate(places).astype(np.int64)
        values = np.concatenate([array.ravel() for array in arrays])
        return [SparseTensorValue(indices, values, np.array([len(arrays), *dims], np.int64))]


def _check_fits(shape: Sequence[int], row: Sequence[int | None]) -> None:
    sizes = f"{list(shape)} and {list(row)}"
    if len(shape) != len(row):
        raise InvalidArgumentError(
            f"Input element had shape that is incompatible with the row shape: {sizes}."
        )
    if any(known is not None and size > known for size, known in zip(shape, row, strict=True)):
        raise DataLossError(f"Input element had shape that is larger than the row shape: {sizes}.")
