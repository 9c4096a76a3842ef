"""A gradient that touches few rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from estimator.core.dtypes import DType
from estimator.graph.tensor import Tensor


@dataclass(frozen=True, eq=False)
class IndexedSlices:
    """Rows ``values`` at positions ``indices`` of a tensor of ``dense_shape``; repeated indices add up.

    Shape
    -----
    values [n, ...], indices [n], dense_shape [rank]
    """

    values: Tensor
    indices: Tensor
    dense_shape: Tensor | None = None

    @property
    def dtype(self) -> DType:
        """The type of the values."""
        return self.values.dtype

    @property
    def name(self) -> str:
        """The name of the values."""
        return self.values.name

    @property
    def graph(self) -> object:
        """The graph of the values."""
        return self.values.graph
