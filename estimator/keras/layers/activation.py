"""Activations as layers, with weights or without, and what masks, passes on or penalizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float16
from estimator.functions.logic import greater, not_equal
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_any, reduce_logsumexp
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.activations import functions
from estimator.keras.call_arguments import MASK
from estimator.keras.layer import Layer, shape_of
from estimator.network.layers.input_spec import InputSpec
from estimator.variables.regularizers import L1L2


class Activation(Layer):
    """A function as a layer.

    Parameters
    ----------
    activation : callable or str

    Source
    ------
    tf.keras.layers.Activation, TF 2.15
    """

    config_names = "activation"
    supports_masking = True
    activation: Any

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._take(activation=activation)

    def call(self, inputs: Tensor) -> Any:
        """The activated inputs."""
        return self.activation(inputs)


class ReLU(Layer):
    """x above `threshold`, cut off at `max_value`; ``negative_slope * (x - threshold)`` below.

    Parameters
    ----------
    max_value : float, optional
    negative_slope, threshold : float

    Raises
    ------
    ValueError
        If one is negative.

    Source
    ------
    tf.keras.layers.ReLU, TF 2.15
    """

    config_names = "max_value negative_slope threshold"
    supports_masking = True

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (
            ("max_value", max_value or 0.0), ("negative_slope", negative_slope), ("threshold", threshold)
        ):  # fmt: skip
            if value is None or value < 0.0:
                raise ValueError(f"ReLU: {name} of a ReLU layer cannot be negative, given: {value}.")
        self.max_value = None if max_value is None else _as_float32(max_value)
        self.negative_slope, self.threshold = _as_float32(negative_slope), _as_float32(threshold)

    def call(self, inputs: Tensor) -> Tensor:
        """The activated inputs."""
        return functions.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Layer):
    """x above 0, ``alpha * x`` below.

    Parameters
    ----------
    alpha : float

    Raises
    ------
    ValueError
        If it is None.

    Source
    ------
    tf.keras.layers.LeakyReLU, TF 2.15
    """

    config_names = "alpha"
    supports_masking = True

    def __init__(self, alpha: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if alpha is None:
            raise ValueError("The alpha value of a Leaky ReLU layer cannot be None: give a number.")
        self.alpha = _as_float32(alpha)

    def call(self, inputs: Tensor) -> Tensor:
        """The activated inputs."""
        return functions.relu(inputs, self.alpha)


class PReLU(Layer):
    """x above 0, ``alpha * x`` below, where alpha is trained: one for each number of an example.

    Parameters
    ----------
    alpha_initializer, alpha_regularizer, alpha_constraint : callable, str or dict, optional
    shared_axes : sequence of int, optional
        Axes along which alpha is the same.

    Source
    ------
    tf.keras.layers.PReLU, TF 2.15; He et al. 2015, arXiv:1502.01852
    """

    config_names = "alpha_initializer alpha_regularizer alpha_constraint shared_axes"
    supports_masking = True

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._take(
            alpha_initializer=alpha_initializer, alpha_regularizer=alpha_regularizer,
            alpha_constraint=alpha_constraint,
        )  # fmt: skip
        given = [shared_axes] if isinstance(shared_axes, int) else shared_axes
        self.shared_axes = None if given is None else list(given)

    def build(self, input_shape: Any) -> None:
        """Make alpha."""
        dims = shape_of(input_shape).as_list()
        shared = {axis % len(dims) for axis in self.shared_axes or ()}
        shape = [1 if axis in shared else size for axis, size in enumerate(dims)][1:]
        self.alpha = self.add_weight("alpha", shape, **self._declared("alpha"))
        self.input_spec = InputSpec(
            ndim=len(dims), axes={axis: dims[axis] for axis in range(1, len(dims)) if axis not in shared}
        )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """The activated inputs."""
        below: Tensor = b.Mul(b.Neg(self.alpha), b.Relu(b.Neg(inputs)))
        result: Tensor = b.AddV2(b.Relu(inputs), below)
        return result


class ELU(Layer):
    """x above 0, ``alpha * (exp(x) - 1)`` below.

    Parameters
    ----------
    alpha : float

    Raises
    ------
    ValueError
        If it is None.

    Source
    ------
    tf.keras.layers.ELU, TF 2.15
    """

    config_names = "alpha"
    supports_masking = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if alpha is None:
            raise ValueError("Alpha of an ELU layer cannot be None, expecting a float.")
        self.alpha = _as_float32(alpha)

    def call(self, inputs: Tensor) -> Tensor:
        """The activated inputs."""
        return functions.elu(inputs, self.alpha)


class ThresholdedReLU(Layer):
    """x above `theta`, 0 below.

    Parameters
    ----------
    theta : float

    Raises
    ------
    ValueError
        If it is negative.

    Source
    ------
    tf.keras.layers.ThresholdedReLU, TF 2.15
    """

    config_names = "theta"
    supports_masking = True

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if theta is None or theta < 0:
            raise ValueError(f"Theta of a Thresholded ReLU layer must be at least 0, given: {theta}.")
        self.theta = _as_float32(theta)

    def call(self, inputs: Tensor) -> Tensor:
        """The activated inputs."""
        return inputs * cast(greater(inputs, self.theta), inputs.dtype)


class Softmax(Layer):
    """exp(x) / sum(exp(x)) along an axis, or several; of a mask, where it is True.

    Parameters
    ----------
    axis : int, or list of int

    Source
    ------
    tf.keras.layers.Softmax, TF 2.15
    """

    config_names = "axis"
    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis: Any = axis

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        """The probabilities."""
        if mask is not None:
            lowest = float(np.finfo(np.float16).min) / 2 if inputs.dtype is float16 else -1e9
            inputs = inputs + (1.0 - cast(mask, inputs.dtype)) * lowest
        if isinstance(self.axis, (list, tuple)):
            result: Tensor = b.Exp(inputs - reduce_logsumexp(inputs, list(self.axis), keepdims=True))
            return result
        return functions.softmax(inputs, self.axis)


class Masking(Layer):
    """Steps of which every number is `mask_value` are masked, and become 0.

    Parameters
    ----------
    mask_value : float

    Shape
    -----
    inputs [batch, steps, features] -> the same

    Source
    ------
    tf.keras.layers.Masking, TF 2.15
    """

    config_names = "mask_value"
    supports_masking = True

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Which steps have another number."""
        return reduce_any(not_equal(inputs, self.mask_value), -1)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, 0 where they are masked."""
        kept = reduce_any(not_equal(inputs, self.mask_value), -1, keepdims=True)
        outputs = inputs * cast(kept, inputs.dtype)
        setattr(outputs, MASK, b.Squeeze(kept, squeeze_dims=[-1]))
        return outputs


class Identity(Layer):
    """The inputs as they are.

    Source
    ------
    tf.keras.layers.Identity, TF 2.15
    """

    supports_masking = True

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        return super().get_config()

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs


class ActivityRegularization(Layer):
    """The inputs as they are, with a penalty on their size.

    Parameters
    ----------
    l1, l2 : float
        Factors of the sums of absolute numbers and of squares.

    Source
    ------
    tf.keras.layers.ActivityRegularization, TF 2.15
    """

    config_names = "l1 l2"
    supports_masking = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=L1L2(l1, l2), **kwargs)
        self.l1, self.l2 = l1, l2


def _as_float32(value: float) -> float:
    """The number as Keras keeps it."""
    return float(np.float32(value))
