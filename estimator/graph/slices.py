"""A gradient that touches few rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.dtypes import DType, int64
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import TensorShape
from estimator.graph.composite import Composite
from estimator.graph.static import static_dims
from estimator.graph.tensor import Tensor

_LARGE = 100_000_000  # elements; from there on TensorFlow warns, too


class IndexedSlicesValue(NamedTuple):
    """What a run gives for IndexedSlices."""

    values: Any
    indices: Any
    dense_shape: Any


@near_keywords
@frozen(eq=False)
class IndexedSlices(Composite):
    """Rows ``values`` at positions ``indices`` of a tensor of ``dense_shape``; repeated indices add up.

    Where an op or a function that knows nothing of rows takes it, it becomes dense (:meth:`as_tensor`).

    Shape
    -----
    values [n, ...], indices [n], dense_shape [rank]

    Source
    ------
    tf.IndexedSlices, TF 1.15 indexed_slices.py
    """

    values: Tensor
    indices: Tensor
    dense_shape: Tensor | None = None

    @property
    def components(self) -> IndexedSlicesValue:
        """Its tensors, as an IndexedSlicesValue has arrays."""
        return IndexedSlicesValue(self.values, self.indices, self.dense_shape)

    @property
    def shape(self) -> TensorShape:
        """What is known before a run of the shape of the tensor that these are rows of."""
        return TensorShape(None if self.dense_shape is None else static_dims(self.dense_shape))

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self.values, self.indices, self.dense_shape)

    def as_tensor(self) -> Tensor:
        """The whole tensor: the sums of the rows, and 0 elsewhere.

        Raises
        ------
        ValueError
            If the dense shape is not given.
        """
        if self.dense_shape is None:
            raise ValueError(
                f"the IndexedSlices {self.name} cannot become dense: they do not say of which shape (dense_shape)."
            )
        dims = static_dims(self.dense_shape)
        size = None if dims is None or None in dims else int(np.prod(dims, dtype=np.int64))  # type: ignore[arg-type]
        if size is None or size >= _LARGE:
            what = "of unknown size" if size is None else f"of {size} elements"
            log.warning("the rows %s become a dense tensor %s, which may take much memory.", self.name, what)
        rows = self.dense_shape[0]
        attrs = {"name": f"{self.values.op.name}/dense/"}
        result: Tensor = self.graph.at_work().apply(
            "UnsortedSegmentSum", (self.values, self.indices, rows), attrs
        )
        result.set_shape(dims)
        return result


def index_type(slices: Iterable[IndexedSlices]) -> DType:
    """The type in which the indices of several can stand together: theirs if they have one, else int64."""
    types = {part.indices.dtype for part in slices}
    return types.pop() if len(types) == 1 else int64
