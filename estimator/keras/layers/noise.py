"""What is random in training only: dropout and noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from estimator.functions.control_flow.smart_cond import smart_cond
from estimator.functions.math import cast
from estimator.functions.random import random_normal, random_uniform
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer
from estimator.keras.learning_phase import learning_phase
from estimator.network.layers import dropout as core
from estimator.network.layers.input_spec import InputSpec

_LOWEST_SELU = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717


class Dropout(core.Dropout, Layer):
    """Zero a random part of the inputs, in training only.

    Parameters
    ----------
    rate : float
        The part that is dropped, in [0, 1); the rest is divided by 1 - rate.
    noise_shape : sequence of int, optional
        Sizes of 1 drop whole slices along that axis.
    seed : int, optional

    Raises
    ------
    ValueError
        If `rate` is not in [0, 1).

    Source
    ------
    tf.keras.layers.Dropout, TF 2.15
    """

    config_names = "rate noise_shape seed"
    supports_masking = True

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(rate, noise_shape, seed, **kwargs)

    def call(self, inputs: Tensor, training: Any = None) -> Tensor:
        """The output; where nobody says whether to train, the learning phase does."""
        return super().call(inputs, learning_phase() if training is None else training)


class SpatialDropout(Dropout):
    """Drop whole channels, which come last.

    Parameters
    ----------
    rate : float
        The part that is dropped, in [0, 1).
    noise_shape : None
        In Keras' configurations, and of no effect.
    seed : int, optional

    Source
    ------
    tf.keras.layers.SpatialDropout1D and its kin, TF 2.15
    """

    _rank: ClassVar[int]  # the number of axes of space

    def __init__(self, rate: float, noise_shape: None = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, None, seed, **kwargs)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _dropped_together(self) -> Sequence[int | None]:
        return None, *[1] * self._rank, None


class SpatialDropout1D(SpatialDropout):
    """Drop whole channels of [batch, steps, channels].

    Source
    ------
    tf.keras.layers.SpatialDropout1D, TF 2.15
    """

    _rank = 1


class SpatialDropout2D(SpatialDropout):
    """Drop whole channels of images [batch, height, width, channels].

    Source
    ------
    tf.keras.layers.SpatialDropout2D, TF 2.15
    """

    _rank = 2


class SpatialDropout3D(SpatialDropout):
    """Drop whole channels of volumes [batch, depth, height, width, channels].

    Source
    ------
    tf.keras.layers.SpatialDropout3D, TF 2.15
    """

    _rank = 3


class RandomInTraining(Layer):
    """What adds or multiplies random numbers, in training only."""

    supports_masking = True

    def _disturbed(self, inputs: Tensor) -> Tensor:
        raise NotImplementedError

    def call(self, inputs: Tensor, training: Any = None) -> Tensor:
        """The output; where nobody says whether to train, the learning phase does."""
        is_training = learning_phase() if training is None else training
        result: Tensor = smart_cond(
            is_training, partial(self._disturbed, inputs), partial(b.Identity, inputs)
        )
        return result


class GaussianNoise(RandomInTraining):
    """Add normal random numbers, in training only.

    Parameters
    ----------
    stddev : float
    seed : int, optional

    Source
    ------
    tf.keras.layers.GaussianNoise, TF 2.15
    """

    config_names = "stddev seed"

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev, self.seed = stddev, seed

    def _disturbed(self, inputs: Tensor) -> Tensor:
        return inputs + random_normal(b.Shape(inputs), 0.0, self.stddev, inputs.dtype, self.seed)


class GaussianDropout(RandomInTraining):
    """Multiply by normal random numbers around 1 of the variance ``rate / (1 - rate)``, in training only.

    Parameters
    ----------
    rate : float
        In [0, 1).
    seed : int, optional

    Raises
    ------
    ValueError
        If the rate is out of its range.

    Source
    ------
    tf.keras.layers.GaussianDropout, TF 2.15
    """

    config_names = "rate seed"

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"GaussianDropout: rate must be in [0, 1), given: {rate}.")
        self.rate, self.seed = rate, seed

    def _disturbed(self, inputs: Tensor) -> Tensor:
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        return inputs * random_normal(b.Shape(inputs), 1.0, stddev, inputs.dtype, self.seed)


class AlphaDropout(RandomInTraining):
    """Dropout that keeps mean and variance of what ``selu`` gives: dropped numbers become its lowest value.

    Parameters
    ----------
    rate : float
        The part that is dropped, in [0, 1).
    noise_shape : sequence of int, optional
        Sizes of 1 drop whole slices along that axis.
    seed : int, optional

    Raises
    ------
    ValueError
        If the rate is out of its range.

    Source
    ------
    tf.keras.layers.AlphaDropout, TF 2.15; Klambauer et al. 2017, arXiv:1706.02515
    """

    config_names = "rate seed"  # as in Keras

    def __init__(
        self, rate: float, noise_shape: Sequence[int] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"AlphaDropout: rate must be in [0, 1), given: {rate}.")
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed

    def _disturbed(self, inputs: Tensor) -> Tensor:
        shape = b.Shape(inputs) if self.noise_shape is None else list(self.noise_shape)
        kept = cast(random_uniform(shape, seed=self.seed) >= self.rate, inputs.dtype)
        scale = ((1 - self.rate) * (1 + self.rate * _LOWEST_SELU**2)) ** -0.5
        return scale * (inputs * kept + _LOWEST_SELU * (1 - kept)) - scale * _LOWEST_SELU * self.rate
