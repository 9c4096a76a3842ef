"""Flatten: everything but the batch dimension in one."""

from __future__ import annotations

import math
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.graph import build as b
from estimator.graph import rules
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer


class Flatten(Layer):
    """[batch, ...] as [batch, size].

    Source
    ------
    tf.layers.Flatten, TF 1.15 python/layers/core.py
    """

    def __init__(self, data_format: str | None = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self._channels_first = data_format == "channels_first"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor, **kwargs: Any) -> Tensor:
        """The inputs as [batch, everything else]."""
        dims = inputs.dims
        if self._channels_first and dims is not None and len(dims) > 2:
            inputs = b.Transpose(inputs, [0, *range(2, len(dims)), 1])
        rest = rules.known(dims[1:]) if dims is not None else None
        size = None if rest is None else math.prod(rest)
        if size:
            result: Tensor = b.Reshape(inputs, [-1, size])
        else:  # of an unknown or empty rest only the batch size is sure
            result = b.Reshape(inputs, b.Pack([b.Shape(inputs)[0], -1 if size is None else 0]))
        result.set_shape((None if dims is None else dims[0], size))
        return result


@near_keywords
def flatten(inputs: TensorLike, name: str | None = None, data_format: str = "channels_last") -> Tensor:
    """The output of a new :class:`Flatten` layer.

    Source
    ------
    tf.layers.flatten, TF 1.15 python/layers/core.py
    """
    result: Tensor = Flatten(data_format, name)(inputs)
    return result
