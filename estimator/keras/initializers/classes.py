"""Keras' initializers: those of :mod:`estimator.variables.initializers`, told as Keras tells them.

Arguments have Keras' defaults (a standard deviation of 0.05), none is a type, and the configuration holds no type.

Source: keras/initializers/initializers.py, Keras 2.15.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from estimator.core.keywords import near_keywords
from estimator.variables import initializers as core


class Initializer(core.ConfiguredInitializer):
    """What gives a variable its first value: a subclass has ``__call__(shape, dtype)``, and ``get_config``.

    Source
    ------
    tf.keras.initializers.Initializer, TF 2.15
    """

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, by name."""
        return {name: value for name, value in super().get_config().items() if name != "dtype"}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The initializer of such arguments; those that TensorFlow 1 stored have a type, too, which says nothing."""
        return cls(**{name: value for name, value in config.items() if name != "dtype"})


@near_keywords
class Zeros(Initializer, core.Zeros):
    """All zeros."""

    def __init__(self) -> None:
        super().__init__()


@near_keywords
class Ones(Initializer, core.Ones):
    """All ones."""

    def __init__(self) -> None:
        super().__init__()


@near_keywords
class Constant(Initializer, core.Constant):
    """A given number everywhere, or given values."""

    def __init__(self, value: Any = 0) -> None:
        super().__init__(value)


@near_keywords
class RandomNormal(Initializer, core.RandomNormal):
    """Normal with mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean, stddev, seed)


@near_keywords
class RandomUniform(Initializer, core.RandomUniform):
    """Uniform in [minval, maxval)."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        super().__init__(minval, maxval, seed)


@near_keywords
class TruncatedNormal(Initializer, core.TruncatedNormal):
    """Normal, values more than two standard deviations from the mean drawn again."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(mean, stddev, seed)


@near_keywords
class VarianceScaling(Initializer, core.VarianceScaling):
    """Random with variance ``scale / n``, n by mode: fan_in, fan_out or their average."""

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(scale, mode, distribution, seed)


@near_keywords
class _Scaled(VarianceScaling):
    """One of the kinds of VarianceScaling that have names: its configuration is the seed."""

    _recipe: tuple[float, str, str]

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(*self._recipe, seed)


class GlorotUniform(_Scaled):
    """Uniform in ±sqrt(6 / (fan_in + fan_out)): what dense layers start with."""

    _recipe = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Scaled):
    """Truncated normal of variance 2 / (fan_in + fan_out)."""

    _recipe = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Scaled):
    """Uniform of variance 2 / fan_in."""

    _recipe = (2.0, "fan_in", "uniform")


class HeNormal(_Scaled):
    """Truncated normal of variance 2 / fan_in."""

    _recipe = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Scaled):
    """Uniform of variance 1 / fan_in."""

    _recipe = (1.0, "fan_in", "uniform")


class LecunNormal(_Scaled):
    """Truncated normal of variance 1 / fan_in."""

    _recipe = (1.0, "fan_in", "truncated_normal")


@near_keywords
class Orthogonal(Initializer, core.Orthogonal):
    """`gain` times a random matrix with orthonormal columns, or rows if these are fewer."""

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(gain, seed)


@near_keywords
class Identity(Initializer, core.Identity):
    """`gain` on the diagonal of a matrix, zero elsewhere."""

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__(gain)
