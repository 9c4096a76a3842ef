"""Random tensors that are functions of a seed: the same numbers in every run, those of TensorFlow for the same seed.

Source: names and arguments of tf.random.stateless_* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype, float32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, shape_tensor
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: TensorLike = 0,
    maxval: TensorLike | None = None,
    dtype: DTypeLike = float32,
    name: str | None = None,
) -> Tensor:
    """Uniform values in [minval, maxval), `maxval` 1 by default; integers of all bits, if both are None.

    Parameters
    ----------
    seed : vector of two integers

    Raises
    ------
    ValueError
        If an integer type has only one of `minval` and `maxval`.
    """
    kind = as_dtype(dtype)
    if kind.is_integer and (minval is None) != (maxval is None):
        raise ValueError(
            f"stateless_uniform of {kind.name} takes minval and maxval, or None for both; given: {minval!r} and "
            f"{maxval!r}."
        )
    with function_scope(name, "stateless_random_uniform", shape, seed, minval, maxval) as (graph, scope):
        sizes = shape_tensor(shape)
        if kind.is_integer and minval is None:
            return b.StatelessRandomUniformFullInt(sizes, seed, dtype=kind, name=scope)
        low = graph.convert(minval, kind, "min")
        high = graph.convert(1 if maxval is None else maxval, kind, "max")
        if kind.is_integer:
            return b.StatelessRandomUniformInt(sizes, seed, low, high, name=scope)
        draw = b.StatelessRandomUniform(sizes, seed, dtype=kind)
        return b.AddV2(b.Mul(draw, b.Sub(high, low)), low, name=scope)


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = float32,
    name: str | None = None,
) -> Tensor:
    """Normal values of that mean and standard deviation, a function of the seed, a vector of two integers."""
    return _normal("StatelessRandomNormal", "stateless_random_normal", shape, seed, mean, stddev, dtype, name)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = float32,
    name: str | None = None,
) -> Tensor:
    """As :func:`stateless_normal`, none of them more than two standard deviations from the mean."""
    label = "stateless_truncated_normal"
    return _normal("StatelessTruncatedNormal", label, shape, seed, mean, stddev, dtype, name)


def _normal(
    op_type: str, label: str, shape: Any, seed: Any, mean: Any, stddev: Any, dtype: Any, name: str | None
) -> Tensor:
    kind = as_dtype(dtype)
    with function_scope(name, label, shape, seed, mean, stddev) as (graph, scope):
        centre, width = graph.convert(mean, kind, "mean"), graph.convert(stddev, kind, "stddev")
        draw = getattr(b, op_type)(shape_tensor(shape), seed, dtype=kind)
        return b.AddV2(b.Mul(draw, width), centre, name=scope)


def stateless_categorical(
    logits: TensorLike, num_samples: Any, seed: Any, dtype: DTypeLike = int64, name: str | None = None
) -> Tensor:
    """For each row of logits some classes, drawn by softmax(logits), a function of the seed.

    Shape
    -----
    logits [batch, classes] -> [batch, num_samples]
    """
    with function_scope(name, "stateless_categorical", logits, seed):
        return b.StatelessMultinomial(logits, num_samples, seed, output_dtype=as_dtype(dtype))


def stateless_multinomial(
    logits: TensorLike, num_samples: Any, seed: Any, output_dtype: DTypeLike = int64, name: str | None = None
) -> Tensor:
    """:func:`stateless_categorical` under its first name."""
    with function_scope(name, "stateless_multinomial", logits, seed):
        return b.StatelessMultinomial(logits, num_samples, seed, output_dtype=as_dtype(output_dtype))


near_keywords_of_functions(__name__)
