"""The densely connected layer."""

from __future__ import annotations

from typing import Any

from estimator.functions import nn
from estimator.functions.math import cast
from estimator.functions.sparse import SparseTensor
from estimator.functions.sparse_math import sparse_tensor_dense_matmul
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.network.layers import dense as core


class Dense(core.Dense, Layer):
    """activation(inputs · kernel + bias), along the last axis.

    Parameters
    ----------
    units : int
        The size of the output.
    activation : callable or str, optional
    use_bias : bool
    kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, \
kernel_constraint, bias_constraint : callable, str or dict, optional
    **kwargs
        Of :class:`~estimator.keras.layer.Layer`.

    Shape
    -----
    inputs [..., size], or a SparseTensor [batch, size] -> [..., units]; kernel [size, units], bias [units]

    Raises
    ------
    ValueError
        If an argument is none of these, or the last size of the input is not known.

    Source
    ------
    tf.keras.layers.Dense, TF 2.15
    """

    supports_masking = True
    config_names = (
        "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint"
    )

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
            activity_regularizer, kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip

    def call(self, inputs: Tensor | SparseTensor) -> Tensor:
        """inputs times kernel, plus bias, activated; whole numbers become the layer's type."""
        own = self.compute_dtype
        if isinstance(inputs, SparseTensor):
            product = sparse_tensor_dense_matmul(cast(inputs, own), self.kernel)
            outputs = product if self.bias is None else nn.bias_add(product, self.bias)
            return outputs if self.activation is None else self.activation(outputs)
        return super().call(inputs if inputs.dtype is own else b.Cast(inputs, DstT=own))
