"""Flatten: everything but the batch dimension in one."""

from __future__ import annotations

import math
from typing import Any, Protocol

from estimator.graph import build as b
from estimator.graph import rules
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer
from estimator.network.layers.windows import data_format_of, is_channels_first


class Flatten(Layer):
    """[batch, ...] as [batch, size].

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}
        With "channels_first" the channels come last in the result all the same.

    Raises
    ------
    ValueError
        If `data_format` is neither, or the input is a scalar.

    Source
    ------
    tf.layers.Flatten, TF 1.15 python/layers/core.py
    """

    def __init__(self, data_format: str | None = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.data_format = data_format_of(type(self).__name__, data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs as [batch, everything else]."""
        dims = inputs.dims
        if is_channels_first(self.data_format) and dims is not None and len(dims) > 2:
            inputs = b.Transpose(inputs, [0, *range(2, len(dims)), 1])
        rest = rules.known(dims[1:]) if dims is not None else None
        size = None if rest is None else math.prod(rest)
        if size:
            result: Tensor = b.Reshape(inputs, [-1, size])
        else:  # of an unknown or empty rest only the batch size is sure
            result = b.Reshape(inputs, b.Pack([b.Shape(inputs)[0], -1 if size is None else 0]))
        result.set_shape((None if dims is None else dims[0], size))
        return result


class FlattenFunction(Protocol):
    """The signature of flatten: what :class:`Flatten` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        name: str | None = None,
        data_format: str = "channels_last",
    ) -> Tensor:
        """The output of a new layer."""


flatten: FlattenFunction = function_of(Flatten, FlattenFunction.__call__, "flatten")
