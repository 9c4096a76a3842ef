"""Normalization over the batch, and over the numbers of one example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.shapes import show
from estimator.functions import normalization
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer, shape_of
from estimator.keras.learning_phase import learning_phase
from estimator.network.layers import batch_normalization as core
from estimator.variables.variable import Variable


class BatchNormalization(core.BatchNormalization, Layer):
    """Bring each channel to mean 0 and variance 1 over the batch, then scale and shift it.

    The averages that are used outside training are moved by :attr:`updates`, which are in no collection of the graph.
    A layer that is not trainable is outside training, as in TensorFlow 2.

    Parameters
    ----------
    axis : int, or list of int
        The axis of the channels.
    momentum : float
        How much of the moving averages is kept at each step.
    epsilon : float
        Added to the variance.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer, beta_regularizer, \
gamma_regularizer, beta_constraint, gamma_constraint : callable, str or dict, optional
    synchronized : bool
        Accepted: there is one copy.
    fused : bool, optional
        False: not by FusedBatchNormV3, whose average follows the unbiased variance.
    renorm, renorm_clipping, renorm_momentum, virtual_batch_size, adjustment : optional
        Not available.

    Source
    ------
    tf.keras.layers.BatchNormalization, TF 2.15
    """

    config_names = (
        "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
        "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"
    )
    supports_masking = True

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis, momentum, epsilon, center, scale, beta_initializer, gamma_initializer, moving_mean_initializer,
            moving_variance_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint,
            **kwargs,
        )  # fmt: skip
        self._given_axis = axis

    def call(self, inputs: Tensor, training: Any = None, mask: Any = None) -> Tensor:
        """The output; where nobody says whether to train, the learning phase does."""
        if not self.trainable:
            training = False
        return super().call(inputs, learning_phase() if training is None else training)

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        config = super().get_config()
        return config if self.built else config | {"axis": self._given_axis}


class LayerNormalization(Layer):
    """Bring the numbers of each example to mean 0 and variance 1, then scale and shift them.

    Parameters
    ----------
    axis : int, or list of int
        The axes that are normalized together.
    epsilon : float
        Added to the variance.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint : \
callable, str or dict, optional

    Shape
    -----
    inputs [batch, ..., size] -> the same; gamma, beta [size], or the sizes of all axes

    Raises
    ------
    ValueError
        If there is no such axis, it is there twice, or its size is not known.

    Source
    ------
    tf.keras.layers.LayerNormalization, TF 2.15; Ba, Kiros, Hinton 2016, arXiv:1607.06450
    """

    config_names = (
        "axis epsilon center scale beta_initializer gamma_initializer beta_regularizer gamma_regularizer "
        "beta_constraint gamma_constraint"
    )
    supports_masking = True

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis: Any = list(axis) if isinstance(axis, (list, tuple)) else axis
        self.epsilon, self.center, self.scale = epsilon, center, scale
        self._take(
            beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint, gamma_constraint=gamma_constraint,
        )  # fmt: skip
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta."""
        dims = shape_of(input_shape).as_list()
        self.axis = _places(self.axis, dims)
        shape = [dims[axis] for axis in self.axis]
        self.gamma = self.add_weight("gamma", shape, **self._declared("gamma")) if self.scale else None
        self.beta = self.add_weight("beta", shape, **self._declared("beta")) if self.center else None
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """The normalized inputs."""
        mean, variance = normalization.moments(inputs, self.axis, keepdims=True)
        result = normalization.batch_normalization(
            inputs,
            mean,
            variance,
            self._along(self.beta, inputs),
            self._along(self.gamma, inputs),
            self.epsilon,
        )
        result.set_shape(inputs.dims)
        return result

    def _along(self, values: Any, inputs: Tensor) -> Any:
        """Values of the normalized axes in a shape that broadcasts against the inputs."""
        rank = len(inputs.dims or ())
        if values is None or self.axis == list(range(rank - len(self.axis), rank)):
            return values
        sizes = iter(values.dims)
        return b.Reshape(values, [next(sizes) if axis in self.axis else 1 for axis in range(rank)])


class UnitNormalization(Layer):
    """Bring vectors along an axis, or several, to length 1.

    Parameters
    ----------
    axis : int, or list of int

    Source
    ------
    tf.keras.layers.UnitNormalization, TF 2.15
    """

    config_names = "axis"
    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis: Any = list(axis) if isinstance(axis, (list, tuple)) else axis

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, of length 1."""
        return normalization.l2_normalize(inputs, self.axis)


class Rescaling(Layer):
    """The inputs times `scale`, plus `offset`.

    Parameters
    ----------
    scale, offset : float, or arrays that broadcast against the inputs

    Source
    ------
    tf.keras.layers.Rescaling, TF 2.15
    """

    config_names = "scale offset"

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def call(self, inputs: Tensor) -> Tensor:
        """The rescaled inputs, in the layer's type."""
        own = self.compute_dtype
        return cast(inputs, own) * cast(self.scale, own) + cast(self.offset, own)


def _places(axis: Any, dims: list[int | None]) -> list[int]:
    axes = axis if isinstance(axis, list) else [axis]
    if not all(-len(dims) <= one < len(dims) for one in axes):
        raise ValueError(f"LayerNormalization: there is no axis {axis} in the shape {show(tuple(dims))}.")
    places = sorted(one % len(dims) for one in axes)
    if len(set(places)) < len(places):
        raise ValueError(f"LayerNormalization: duplicate axis in {axis}.")
    if any(dims[place] is None for place in places):
        raise ValueError(
            f"LayerNormalization: the size of axis {axis} is not known, the shape is {show(tuple(dims))}: set it."
        )
    return places
