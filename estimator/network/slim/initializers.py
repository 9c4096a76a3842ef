"""Random initial weights whose spread goes by the number of inputs, as tf.contrib.layers draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.random import random_uniform, truncated_normal
from estimator.graph.tensor import Tensor
from estimator.variables.initializers import fans
from estimator.variables.scopes import Initializer

_MODES = ("FAN_IN", "FAN_OUT", "FAN_AVG")
_CUT_OFF = 1.3  # by how much more a truncated normal must spread to keep its variance, as tf.contrib has it


def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: DTypeLike = float32
) -> Initializer:
    """Random with variance ``2 / (fan_in + fan_out)``, so that signals stay as large forwards and backwards.

    Parameters
    ----------
    uniform : bool
        Uniform rather than normal, cut off at two standard deviations.
    seed : int, optional
    dtype : DType

    Source
    ------
    tf.contrib.layers.xavier_initializer, TF 1.15 initializers.py; Glorot and Bengio 2010
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: DTypeLike = float32,
) -> Initializer:
    """Random with variance ``factor / n``; 1.3 times that before a normal distribution is cut off.

    Parameters
    ----------
    factor : float
    mode : {"FAN_IN", "FAN_OUT", "FAN_AVG"}
        What n is: the number of inputs of a unit, of its outputs, or their mean.
    uniform : bool
        Uniform rather than normal, cut off at two standard deviations.
    seed : int, optional
    dtype : DType
        The type where the variable states none.

    Raises
    ------
    TypeError
        If the type is not floating point, or the mode is none of these.

    Source
    ------
    tf.contrib.layers.variance_scaling_initializer, TF 1.15 initializers.py; He et al. 2015, arXiv:1502.01852
    """
    _demand_floating(dtype)
    if mode not in _MODES:
        raise TypeError(
            f"variance_scaling_initializer: mode must be one of {', '.join(_MODES)}; given: {mode!r}."
        )

    def draw(shape: Sequence[int], dtype: Any = dtype, partition_info: Any = None) -> Tensor:
        _demand_floating(dtype)
        fan_in, fan_out = fans([int(size) for size in shape])
        variance = factor / {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2}[mode]
        if uniform:
            limit = math.sqrt(3.0 * variance)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        return truncated_normal(shape, 0.0, math.sqrt(_CUT_OFF * variance), dtype, seed=seed)

    return draw


def _demand_floating(dtype: Any) -> None:
    if not as_dtype(dtype).is_floating:
        raise TypeError(
            f"Cannot create initializer for non-floating point type: given {as_dtype(dtype).name}."
        )


near_keywords_of_functions(__name__)
