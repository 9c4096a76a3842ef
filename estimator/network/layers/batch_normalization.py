"""Batch normalization: each channel brought to mean 0 and variance 1, then scaled and shifted.

In training with the mean and variance of the batch, which also move the averages that are used otherwise::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta
    moving = momentum · moving + (1 - momentum) · batch

The averages are moved by operations in the collection UPDATE_OPS; make the training step wait for them. Where several
processes train, each normalises by its own batch, as under a distribution strategy of TensorFlow's, and the averages
follow the means over all of them. The variance of
the batch is the biased one, over N. Images and volumes, with their channels last or first, go through one operation,
FusedBatchNormV3; there the average follows the unbiased variance, over N - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np

from estimator.core.dtypes import DType, float16, float32
from estimator.core.errors import UnimplementedError
from estimator.core.shapes import Dims, ShapeLike, as_dims, show
from estimator.functions import normalization
from estimator.functions.control_flow.cond import cond
from estimator.functions.over_processes import of_all
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.by_function import function_of
from estimator.network.layers.by_name import ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.input_spec import InputSpec
from estimator.network.layers.layer import Layer, demand_floating, tensor_or_bool
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.scopes import whole_variables
from estimator.variables.variable import Variable

_ZEROS, _ONES = Zeros(), Ones()


class BatchNormalization(Layer):
    """Normalise each channel over the batch.

    Parameters
    ----------
    axis : int, or list of int
        The axis of the channels; of several, each combination of places is a channel.
    momentum : float
        How much of the moving averages is kept at each step.
    epsilon : float
        Added to the variance.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer : callable
        By default zeros, ones, zeros, ones.
    fused : bool, optional
        False: without FusedBatchNormV3, and therefore with the biased moving variance. Otherwise it is used where it
        can be: for rank 4 or 5 with the channels last or first, not in double precision.
    renorm, virtual_batch_size, adjustment
        Not available.

    Shape
    -----
    inputs [..., channels] -> the same; gamma, beta, moving_mean, moving_variance [channels], or for several axes the
    shape of the inputs with 1 for the others

    Raises
    ------
    TypeError
        If the input is not floating point, or `axis` is neither an int nor a list of them.
    ValueError
        If there is no such axis, it is there twice, or its size is not known.
    UnimplementedError
        For what is not available.

    Source
    ------
    tf.layers.BatchNormalization, TF 1.15 python/layers/normalization.py; Ioffe and Szegedy 2015, arXiv:1502.03167
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: InitializerLike = _ZEROS,
        gamma_initializer: InitializerLike = _ONES,
        moving_mean_initializer: InitializerLike = _ZEROS,
        moving_variance_initializer: InitializerLike = _ONES,
        beta_regularizer: RegularizerLike = None,
        gamma_regularizer: RegularizerLike = None,
        beta_constraint: ConstraintLike = None,
        gamma_constraint: ConstraintLike = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, TensorLike] | None = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Callable[[Any], Any] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        _refuse(renorm=renorm, virtual_batch_size=virtual_batch_size, adjustment=adjustment)
        self.axis, self.momentum, self.epsilon = _axes(axis), momentum, epsilon
        self.fused = fused
        self.scale, self.center = scale, center
        self.input_spec = InputSpec()
        self._take(
            beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint, gamma_constraint=gamma_constraint,
        )  # fmt: skip
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: ShapeLike) -> None:
        """Make gamma, beta and the moving averages.

        Raises
        ------
        TypeError
            If the input is not floating point.
        ValueError
            If there is no such axis, it is there twice, or its size is not known.
        """
        demand_floating(self.dtype, "BatchNormalization")
        dims = as_dims(input_shape)
        self.axis = _places(self.axis, dims)
        assert dims is not None
        sizes = {axis: dims[axis] or 0 for axis in self.axis}
        self.input_spec = InputSpec(ndim=len(dims), axes=sizes)
        shape = list(sizes.values()) if len(sizes) == 1 else [sizes.get(axis, 1) for axis in range(len(dims))]
        self._data_format = None if self.fused is False else _fused_format(self.axis, len(dims), self.dtype)
        self.fused = self._data_format is not None
        self._shape, self._dtype = shape, float32 if self.dtype is float16 else self.dtype or float32
        self.gamma = self._for_each_channel("gamma") if self.scale else None
        self.beta = self._for_each_channel("beta") if self.center else None
        with self._variables_here(), whole_variables():  # as in TensorFlow
            self.moving_mean = self._for_each_channel("moving_mean", trainable=False)
            self.moving_variance = self._for_each_channel("moving_variance", trainable=False)
        self.built = True

    def _for_each_channel(self, name: str, trainable: bool = True) -> Variable:
        return self.add_weight(name, self._shape, self._dtype, **self._declared(name), trainable=trainable)

    def call(self, inputs: Tensor, training: TensorLike = False) -> Tensor:
        """The output; `training` is a bool or a bool tensor."""
        is_training = tensor_or_bool(training)
        return (self._fused if self.fused else self._by_smaller_ops)(inputs, is_training)

    def _fused(self, inputs: Tensor, is_training: Tensor | bool) -> Tensor:
        if isinstance(is_training, bool):
            y, mean, variance = self._one_op(inputs, is_training)
        else:
            ways = partial(self._one_op, inputs, True), partial(self._one_op, inputs, False)
            y, mean, variance = cond(is_training, *ways)
        if is_training is not False:
            self._move_averages(mean, variance, is_training)
        return y

    def _one_op(self, inputs: Tensor, is_training: bool) -> tuple[Tensor, Tensor, Tensor]:
        assert self._data_format is not None
        beta = np.zeros(self._shape, np.float32) if self.beta is None else self.beta
        gamma = np.ones(self._shape, np.float32) if self.gamma is None else self.gamma
        averages = self.moving_mean.as_tensor(), self.moving_variance.as_tensor()
        y, mean, variance = normalization.fused_batch_norm(
            inputs, gamma, beta, *averages, self.epsilon, self._data_format, is_training
        )
        return (y, mean, variance) if is_training else (y, *averages)

    def _by_smaller_ops(self, inputs: Tensor, is_training: Tensor | bool) -> Tensor:
        values = b.Cast(inputs, DstT=self._dtype) if inputs.dtype is float16 else inputs
        mean, variance = self.moving_mean.as_tensor(), self.moving_variance.as_tensor()
        if is_training is not False:
            own = self._of_batch(values)
            if is_training is not True:
                own = b.SelectV2(is_training, own[0], mean), b.SelectV2(is_training, own[1], variance)
            mean, variance = own
            self._move_averages(mean, variance, is_training)
        mean, variance, beta, gamma = (
            self._along_axis(statistic, inputs) for statistic in (mean, variance, self.beta, self.gamma)
        )
        result = normalization.batch_normalization(values, mean, variance, beta, gamma, self.epsilon)
        if values is not inputs:
            result = b.Cast(result, DstT=inputs.dtype)
        result.set_shape(inputs.dims)
        return result

    def _of_batch(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and biased variance of each channel."""
        axes = [axis for axis in range(len(values.dims or ())) if axis not in self.axis]
        return normalization.moments(values, axes, keepdims=len(self.axis) > 1)

    def _move_averages(self, mean: Tensor, variance: Tensor, is_training: Tensor | bool) -> None:
        graph = mean.graph
        moving_part: Tensor | float = 1.0 - self.momentum
        if is_training is not True:
            moving_part = b.SelectV2(is_training, graph.constant(moving_part, self._dtype), 0.0)
        mean, variance = of_all([mean, variance])
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            self.add_update(move_average(moving, value, moving_part))

    def _along_axis(self, values: Tensor | Variable | None, inputs: Tensor) -> Any:
        """Values of the channels in a shape that broadcasts against the inputs."""
        rank = len(inputs.dims or ())
        if values is None or len(self.axis) > 1 or self.axis == [rank - 1]:
            return values
        return b.Reshape(values, [-1 if axis in self.axis else 1 for axis in range(rank)])


def move_average(moving: Variable, value: Any, part: Tensor | float) -> Any:
    """The operation that brings a moving average nearer to a value, by a part of the way."""
    with moving.graph.name_scope("AssignMovingAvg"):
        step = b.Mul(b.Sub(moving.as_tensor(), value), part)
        return moving.assign_sub(step, name="AssignSubVariableOp", read_value=False)


def _axes(axis: Any) -> list[int]:
    axes = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    if not axes or not all(hasattr(one, "__index__") for one in axes):
        raise TypeError(f"BatchNormalization: axis must be an int or a list of them, given: {axis!r}.")
    return [int(one) for one in axes]


def _places(axes: list[int], dims: Dims) -> list[int]:
    """The axes counted from the front, whose sizes are known."""
    if dims is None or not all(-len(dims) <= axis < len(dims) for axis in axes):
        raise ValueError(
            f"Invalid value for `axis` argument: {_shown(axes)}. The input of BatchNormalization has the shape "
            f"{show(dims)}."
        )
    places = [axis % len(dims) for axis in axes]
    if len(set(places)) < len(places):
        raise ValueError(
            f"Duplicate axis: {axes}. The input of BatchNormalization has the shape {show(dims)}."
        )
    if any(dims[place] is None for place in places):
        raise ValueError(
            f"Input has undefined `axis` dimension. Received input with shape {show(dims)} and axis={_shown(axes)}: "
            "use set_shape, or give the feature column its shape."
        )
    return places


def _shown(axes: list[int]) -> int | list[int]:
    return axes[0] if len(axes) == 1 else axes


def _fused_format(axes: list[int], rank: int, dtype: DType | None) -> str | None:
    """How FusedBatchNormV3 calls such a layout, if it knows it."""
    formats = {(4, 1): "NCHW", (4, 3): "NHWC", (5, 1): "NCDHW", (5, 4): "NDHWC"}
    return formats.get((rank, axes[0])) if len(axes) == 1 and dtype in (float16, float32) else None


def _refuse(**given: Any) -> None:
    asked = [name for name, value in given.items() if value]
    if asked:
        raise UnimplementedError(
            f"BatchNormalization: {', '.join(asked)} is not available; plain batch normalization is."
        )


class BatchNormalizationFunction(Protocol):
    """The signature of batch_normalization: what :class:`BatchNormalization` and its call take."""

    def __call__(
        self,
        inputs: TensorLike,
        axis: int | Sequence[int] = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: InitializerLike = _ZEROS,
        gamma_initializer: InitializerLike = _ONES,
        moving_mean_initializer: InitializerLike = _ZEROS,
        moving_variance_initializer: InitializerLike = _ONES,
        beta_regularizer: RegularizerLike = None,
        gamma_regularizer: RegularizerLike = None,
        beta_constraint: ConstraintLike = None,
        gamma_constraint: ConstraintLike = None,
        training: TensorLike = False,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, TensorLike] | None = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        virtual_batch_size: int | None = None,
        adjustment: Callable[[Any], Any] | None = None,
    ) -> Tensor:
        """The output of a new layer."""


batch_normalization: BatchNormalizationFunction = function_of(
    BatchNormalization, BatchNormalizationFunction.__call__, "batch_normalization"
)
