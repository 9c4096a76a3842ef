"""Variables, numbers to begin with and random ones, under Keras' names: by default of the type ``floatx()``.

Source: names, arguments and edges of tf.keras.backend, TF 2.15 backend.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays, diagonals, math, random
from estimator.functions.logic import where
from estimator.graph.tensor import Tensor
from estimator.keras.backend.settings import floatx
from estimator.variables.variable import Variable


def variable(
    value: Any, dtype: Any = None, name: str | None = None, constraint: Callable[[Any], Any] | None = None
) -> Variable:
    """A variable that begins with a value."""
    if not hasattr(value, "dtype"):
        dtype = dtype or floatx()
    return Variable(value, name=name, dtype=dtype, constraint=constraint)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros; zeros as a tensor, if the shape is not fully known."""
    return _filled(arrays.zeros(shape, dtype or floatx(), name), name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones; ones as a tensor, if the shape is not fully known."""
    return _filled(arrays.ones(shape, dtype or floatx(), name), name)


def eye(size: int, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable that is a square matrix of zeros, with ones on its diagonal."""
    return Variable(diagonals.eye(size, dtype=dtype or floatx()), name=name)


def _filled(value: Tensor, name: str | None) -> Any:
    return Variable(value, name=name) if value.shape.is_fully_defined() else value


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Zeros of the shape of a tensor."""
    return arrays.zeros_like(x, dtype, name)


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Ones of the shape of a tensor."""
    return arrays.ones_like(x, dtype, name)


def cast_to_floatx(x: Any) -> Any:
    """A tensor in the type ``floatx()``; an array as an array."""
    return math.cast(x, floatx()) if hasattr(x, "graph") else np.asarray(x, floatx())


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Tensor:
    """Normally distributed numbers."""
    return random.random_normal(shape, mean, stddev, dtype or floatx(), seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Tensor:
    """Numbers from an interval, one as likely as another."""
    return random.random_uniform(shape, minval, maxval, dtype or floatx(), seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Tensor:
    """Normally distributed numbers, none of which is more than two deviations from the mean."""
    return random.truncated_normal(shape, mean, stddev, dtype or floatx(), seed)


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Tensor:
    """Ones with the probability p, else zeros."""
    kind = dtype or floatx()
    drawn = random.random_uniform(shape, dtype=kind, seed=seed)
    return where(drawn <= p, arrays.ones(shape, kind), arrays.zeros(shape, kind))


def random_normal_variable(
    shape: Any,
    mean: float,
    scale: float,
    dtype: Any = None,
    name: str | None = None,
    seed: int | None = None,
) -> Variable:
    """A variable that begins with normally distributed numbers."""
    return Variable(random_normal(shape, mean, scale, dtype, seed), name=name)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable that begins with numbers from an interval."""
    return Variable(random_uniform(shape, low, high, dtype, seed), name=name)


def count_params(x: Any) -> int:
    """How many numbers a tensor or variable holds.

    Raises
    ------
    ValueError
        If its shape is not fully known.
    """
    count = x.shape.num_elements()
    if count is None:
        raise ValueError(f"the size of {x} is not known: its shape is {x.shape}.")
    return int(count)


near_keywords_of_functions(__name__)
