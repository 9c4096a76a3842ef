"""The densely connected layer: activation(inputs · kernel + bias)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol

from estimator.core.shapes import ShapeLike, as_dims
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.by_name import ActivationLike, ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer, demand_floating, static_last_size
from estimator.variables.initializers import Zeros

_ZEROS = Zeros()


class Dense(Layer):
    """activation(inputs · kernel + bias), along the last axis.

    Parameters
    ----------
    units : int
        The size of the output.
    activation : callable, optional
        For example ``tf.nn.relu``; by default none.
    kernel_initializer, bias_initializer : callable, optional
        By default glorot_uniform (or the scope's) and zeros.
    kernel_regularizer, bias_regularizer, activity_regularizer : callable, optional
        From the variable, or the output, to a loss; see :class:`~estimator.network.layers.layer.Layer`.
    kernel_constraint, bias_constraint : callable, optional
        What the variable becomes after each update.

    Functions may be given by name, such as ``"relu"``, ``"zeros"`` or ``"l2"``; see
    :mod:`estimator.network.layers.by_name`.

    Shape
    -----
    inputs [..., size] -> [..., units]; kernel [size, units], bias [units]

    Raises
    ------
    TypeError
        If `units` is not a whole number, or the input is not floating point.
    ValueError
        If an argument is neither a function nor the name of one, or the last size of the input is not known.

    Source
    ------
    tf.layers.Dense, TF 1.15 python/layers/core.py
    """

    activation: Callable[[Any], Any] | None

    def __init__(
        self,
        units: int,
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        if not hasattr(units, "__index__"):
            raise TypeError(f"Dense: units must be a whole number, given: {units!r}.")
        if operator.index(units) <= 0:
            raise ValueError(f"Dense: units must be positive, given: {units}.")
        self._take(
            activation=activation, activity_regularizer=activity_regularizer,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
        )  # fmt: skip
        self.units = operator.index(units)
        self.use_bias = use_bias
        self.input_spec = InputSpec()

    def build(self, input_shape: ShapeLike) -> None:
        """Make kernel and bias."""
        demand_floating(self.dtype, "Dense")
        size = static_last_size(as_dims(input_shape), "Dense")
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        self.kernel = self.add_weight("kernel", [size, self.units], **self._declared("kernel"))
        self.bias = self.add_weight("bias", [self.units], **self._declared("bias")) if self.use_bias else None
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """inputs times kernel, plus bias, activated; the last axis becomes `units` wide."""
        rank = None if inputs.dims is None else len(inputs.dims)
        outputs: Tensor = b.MatMul(inputs, self.kernel) if rank == 2 else self._along_last_axis(inputs)
        if self.bias is not None:
            outputs = b.BiasAdd(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def _along_last_axis(self, inputs: Tensor) -> Tensor:
        with inputs.graph.name_scope("Tensordot") as scope:
            rows = b.Reshape(inputs, [-1, inputs.dims[-1]])  # type: ignore[index]  # build() needs it known
            product = b.MatMul(rows, self.kernel)
            leading = b.Shape(inputs)[:-1]
            result: Tensor = b.Reshape(
                product, b.ConcatV2([leading, [self.units]], 0, name="concat"), name=scope
            )
        result.set_shape((*inputs.dims[:-1], self.units))  # type: ignore[index]
        return result


class DenseFunction(Protocol):
    """The signature of dense: what :class:`Dense` takes."""

    def __call__(
        self,
        inputs: TensorLike,
        units: int,
        activation: ActivationLike = None,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = None,
        bias_initializer: InitializerLike = _ZEROS,
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Tensor:
        """The output of a new layer."""


dense: DenseFunction = function_of(Dense, DenseFunction.__call__, "dense")
