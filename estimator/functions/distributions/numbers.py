"""Distributions whose events are numbers, or vectors: which shapes follow from their parameters."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims, broadcast
from estimator.functions.arrays import shape
from estimator.functions.diagonals import set_diag
from estimator.functions.distributions.distribution import Distribution
from estimator.functions.linalg import matmul
from estimator.functions.rearranging import broadcast_dynamic_shape
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


class ScalarDistribution(Distribution):
    """A distribution of numbers: its parameters broadcast to the batch."""

    _parameter_names: ClassVar[tuple[str, ...]]  # of ``loc`` the tensor is ``self._loc``

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Tensor]:
        return dict.fromkeys(cls._parameter_names, get_default_graph().convert(sample_shape, int32))

    def _parameter_tensors(self) -> list[Tensor]:
        return [getattr(self, f"_{name}") for name in self._parameter_names]

    def _batch_shape(self) -> Dims:
        return broadcast([parameter.dims for parameter in self._parameter_tensors()])

    def _batch_shape_tensor(self) -> Tensor:
        return functools.reduce(broadcast_dynamic_shape, map(shape, self._parameter_tensors()))

    def _event_shape(self) -> Dims:
        return ()

    def _event_shape_tensor(self) -> Tensor:
        return get_default_graph().constant([], int32)


class VectorDistribution(Distribution):
    """A distribution of vectors of k numbers, made of a parameter [batch..., k]."""

    _pattern: Tensor  # of the shape of a draw: the batch, and behind it k

    def _batch_shape(self) -> Any:
        return self._pattern.shape[:-1]

    def _batch_shape_tensor(self) -> Tensor:
        return shape(self._pattern)[:-1]

    def _event_shape(self) -> Any:
        return self._pattern.shape[-1:]

    def _event_shape_tensor(self) -> Tensor:
        return shape(self._pattern)[-1:]

    def _covariance_of(self, left: Tensor, right: Tensor) -> Tensor:
        """Matrices of ``-left[i] right[j]``, with the variances on their diagonals."""
        return set_diag(-matmul(left[..., None], right[..., None, :]), self._variance())
