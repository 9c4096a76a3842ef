"""Batch normalization: each channel brought to mean 0 and variance 1, then scaled and shifted.

In training with the mean and variance of the batch, which also move the averages that are used otherwise::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta
    moving = momentum · moving + (1 - momentum) · batch

The averages are moved by operations in the collection UPDATE_OPS; make the training step wait for them. The variance of
the batch is the biased one, over N. For images (rank 4) the average follows the unbiased one, over N - 1, because
TensorFlow's fused kernel does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords
from estimator.core.shapes import ShapeLike, as_dims
from estimator.functions import normalization
from estimator.graph import build as b
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Operation, Tensor
from estimator.network.layers.by_name import ConstraintLike, InitializerLike, RegularizerLike
from estimator.network.layers.layer import Layer, demand_floating, tensor_or_bool
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.scopes import whole_variables
from estimator.variables.variable import Variable

_ZEROS, _ONES = Zeros(), Ones()


class BatchNormalization(Layer):
    """Normalise each channel over the batch.

    Parameters
    ----------
    axis : int
        The axis of the channels.
    momentum : float
        How much of the moving averages is kept at each step.
    epsilon : float
        Added to the variance.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer : callable
        By default zeros, ones, zeros, ones.
    fused : bool, optional
        Whether the moving variance is the unbiased one. By default for inputs of rank 4.
    renorm, virtual_batch_size, adjustment
        Not available.

    Shape
    -----
    inputs [..., channels] -> the same; gamma, beta, moving_mean, moving_variance [channels]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If there is no such axis, its size is not known, or the input of a fused layer has not rank 4.
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
        self.axis, self.momentum, self.epsilon = _one_axis(axis), momentum, epsilon
        self.fused = fused
        self.scale, self.center = scale, center
        self._take(
            beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint, gamma_constraint=gamma_constraint,
        )  # fmt: skip
        self.updates: list[Operation] = []
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: ShapeLike) -> None:
        """Make gamma, beta and the moving averages.

        Raises
        ------
        TypeError
            If the input is not floating point.
        ValueError
            If there is no such axis, its size is not known, or the input of a fused layer has not rank 4.
        """
        demand_floating(self.dtype, "BatchNormalization")
        dims = as_dims(input_shape)
        if dims is None or not -len(dims) <= self.axis < len(dims):
            raise ValueError(
                f"Invalid value for `axis` argument: {self.axis}. The input of BatchNormalization has the shape {dims}."
            )
        if self.fused and len(dims) != 4:
            raise ValueError(
                f"Batch normalization layers with `fused=True` only support 4D input tensors. Received {dims}."
            )
        self.axis %= len(dims)
        size = dims[self.axis]
        if size is None:
            raise ValueError(
                f"Input has undefined `axis` dimension. Received input with shape {dims} and axis={self.axis}: "
                "use set_shape, or give the feature column its shape."
            )
        self._unbiased = len(dims) == 4 if self.fused is None else self.fused
        self.gamma = self._for_each_channel("gamma", size) if self.scale else None
        self.beta = self._for_each_channel("beta", size) if self.center else None
        with self._variables_here(), whole_variables():  # as in TensorFlow
            self.moving_mean = self._for_each_channel("moving_mean", size, trainable=False)
            self.moving_variance = self._for_each_channel("moving_variance", size, trainable=False)
        self.built = True

    def _for_each_channel(self, name: str, size: int, trainable: bool = True) -> Variable:
        return self.add_weight(name, [size], **self._declared(name), trainable=trainable)

    def call(self, inputs: Tensor, training: TensorLike = False, **kwargs: Any) -> Tensor:
        """The output; `training` is a bool or a bool tensor."""
        is_training = tensor_or_bool(training)
        mean, variance = self.moving_mean.as_tensor(), self.moving_variance.as_tensor()
        if is_training is not False:
            batch = self._of_batch(inputs)
            self._move_averages(inputs, *batch, is_training)
            if is_training is not True:
                batch = b.SelectV2(is_training, batch[0], mean), b.SelectV2(is_training, batch[1], variance)
            mean, variance = batch
        mean, variance, beta, gamma = (
            self._along_axis(statistic, inputs) for statistic in (mean, variance, self.beta, self.gamma)
        )
        result = normalization.batch_normalization(inputs, mean, variance, beta, gamma, self.epsilon)
        result.set_shape(inputs.dims)
        return result

    def _of_batch(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and biased variance of each channel."""
        rank = len(inputs.dims or ())
        return normalization.moments(inputs, [axis for axis in range(rank) if axis != self.axis])

    def _move_averages(
        self, inputs: Tensor, mean: Tensor, variance: Tensor, is_training: Tensor | bool
    ) -> None:
        graph = inputs.graph
        if self._unbiased:
            count = b.RealDiv(b.Cast(b.Size(inputs), DstT=self.dtype), float(mean.dims[0]))  # type: ignore[index,arg-type]
            variance = b.Mul(variance, b.RealDiv(count, b.Maximum(b.Sub(count, 1.0), 1.0)))
        moving_part: Tensor | float = 1.0 - self.momentum
        if is_training is not True:
            moving_part = b.SelectV2(is_training, graph.constant(moving_part, self.dtype), 0.0)
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            with graph.name_scope("AssignMovingAvg"):
                step = b.Mul(b.Sub(moving.as_tensor(), value), moving_part)
                update = moving.assign_sub(step, name="AssignSubVariableOp", read_value=False)
            self.updates.append(update)
            graph.add_to_collection(GraphKeys.UPDATE_OPS, update)

    def _along_axis(self, values: Tensor | Variable | None, inputs: Tensor) -> Any:
        """Values of the channels in a shape that broadcasts against the inputs."""
        rank = len(inputs.dims or ())
        if values is None or self.axis == rank - 1:
            return values
        return b.Reshape(values, [-1 if axis == self.axis else 1 for axis in range(rank)])


def _one_axis(axis: int | Sequence[int]) -> int:
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    if len(axes) != 1 or not hasattr(axes[0], "__index__"):
        raise UnimplementedError(f"BatchNormalization: axis must be one int, given: {axis!r}.")
    return int(axes[0])


def _refuse(**given: Any) -> None:
    asked = [name for name, value in given.items() if value]
    if asked:
        raise UnimplementedError(
            f"BatchNormalization: {', '.join(asked)} is not available; plain batch normalization is."
        )


@near_keywords
def batch_normalization(
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
    """The output of a new :class:`BatchNormalization` layer; its arguments are explained there.

    Source
    ------
    tf.layers.batch_normalization, TF 1.15 python/layers/normalization.py
    """
    layer = BatchNormalization(
        axis=axis, momentum=momentum, epsilon=epsilon, center=center, scale=scale,
        beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint, gamma_constraint=gamma_constraint,
        renorm=renorm, renorm_clipping=renorm_clipping, renorm_momentum=renorm_momentum, fused=fused,
        virtual_batch_size=virtual_batch_size, adjustment=adjustment, trainable=trainable, name=name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    result: Tensor = layer(inputs, training=training)
    return result
