"""Random ops: every draw is a function of (graph seed, op seed, how often this op has run).

The session hands each execution a generator keyed that way (``run.generator()``), so that a resumed
training draws what the uninterrupted one would have drawn. The numbers differ from TensorFlow's for
the same seeds; their distributions do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float16
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import OpRun, ShapeScope, op

_SEEDS = {"seed": 0, "seed2": 0}
_BLOCK = 1 << 16  # elements


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in shape)


def _drawn_as(dtype: DType) -> Any:
    """numpy generators draw float32 and float64; halves are rounded from float32."""
    return np.dtype(np.float32) if dtype is float16 else dtype.np


@op(
    "RandomUniform",
    "shape: T -> output: dtype",
    attrs=_SEEDS,
    shape=rules.from_value(0),
    effect="random",
    differentiable=False,
)
def random_uniform(xp: Any, shape: Any, dtype: DType, *, run: OpRun) -> Any:
    """Uniform values in [0, 1).

    Source  TF op RandomUniform, random_ops.cc
    """
    draw = run.generator().random(_sizes(shape), dtype=_drawn_as(dtype))
    if dtype is float16:  # rounding must not reach 1
        draw = xp.floor(draw * xp.float32(2048)) / xp.float32(2048)
    return xp.asarray(draw, dtype.np)


@op(
    "RandomStandardNormal",
    "shape: T -> output: dtype",
    attrs=_SEEDS,
    shape=rules.from_value(0),
    effect="random",
    differentiable=False,
)
def random_standard_normal(xp: Any, shape: Any, dtype: DType, *, run: OpRun) -> Any:
    """Normal values of mean 0 and standard deviation 1.

    Source  TF op RandomStandardNormal, random_ops.cc
    """
    return xp.asarray(run.generator().standard_normal(_sizes(shape), dtype=_drawn_as(dtype)), dtype.np)


@op(
    "TruncatedNormal",
    "shape: T -> output: dtype",
    attrs=_SEEDS,
    shape=rules.from_value(0),
    effect="random",
    differentiable=False,
)
def truncated_normal(xp: Any, shape: Any, dtype: DType, *, run: OpRun) -> Any:
    """Standard normal values, those beyond 2 drawn again; what is left has deviation 0.8796.

    Source  TF op TruncatedNormal, random_ops.cc
    """
    generator = run.generator()
    draw = xp.asarray(generator.standard_normal(_sizes(shape), dtype=_drawn_as(dtype))).reshape(-1)
    outside = _beyond_two(draw)
    while outside.size:
        again = generator.standard_normal(outside.size, dtype=_drawn_as(dtype))
        draw[outside] = again
        outside = outside[xp.abs(again) >= 2]
    return draw.reshape(_sizes(shape)).astype(dtype.np, copy=False)


def _beyond_two(draw: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where the values are; looked for in blocks, so that a large table needs no second array."""
    starts = range(0, max(draw.size, 1), _BLOCK)
    found = [start + np.flatnonzero(np.abs(draw[start : start + _BLOCK]) >= 2) for start in starts]
    return np.concatenate(found)


def _uniform_ints(s: ShapeScope) -> Dims:
    rules.check_scalars(s, minval=1, maxval=2)
    return s.dims(0)


@op(
    "RandomUniformInt",
    "shape: T, minval: Tout, maxval: Tout -> output: Tout",
    attrs=_SEEDS,
    shape=_uniform_ints,
    effect="random",
    differentiable=False,
)
def random_uniform_int(xp: Any, shape: Any, minval: Any, maxval: Any, *, run: OpRun) -> Any:
    """Uniform integers in [minval, maxval).

    Raises  InvalidArgumentError if the range is empty.
    Source  TF op RandomUniformInt, random_ops.cc
    """
    low, high = int(minval), int(maxval)
    if low >= high:
        raise InvalidArgumentError(f"minval must be below maxval, given: {low} and {high}.")
    kind = xp.asarray(minval).dtype
    return xp.asarray(run.generator().integers(low, high, _sizes(shape), dtype=kind.type), kind)


def _at_least_vector(s: ShapeScope) -> Dims:
    if s.shapes[0] == ():
        raise ValueError("a scalar has no rows to shuffle.")
    return s.shapes[0]


@op(
    "RandomShuffle",
    "value: T -> output: T",
    attrs=_SEEDS,
    shape=_at_least_vector,
    effect="random",
    differentiable=False,
)
def random_shuffle(xp: Any, value: Any, *, run: OpRun) -> Any:
    """The rows of the value in random order.

    Source  TF op RandomShuffle, random_ops.cc
    """
    return xp.ascontiguousarray(value[run.generator().permutation(len(value))])
