"""Means and variances of parts and of weighted values, under TensorFlow's names.

Source: names and arguments of tf.nn.* in TensorFlow 1.15.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import float16, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.arrays import squeeze
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph import rules
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def sufficient_statistics(
    x: TensorLike,
    axes: Any,
    shift: TensorLike | None = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What mean and variance over axes can be made of, also part by part, by :func:`normalize_moments`.

    Parameters
    ----------
    shift : Tensor, optional
        Near the mean, so that little is lost in the squares.

    Returns
    -------
    tuple
        The number of values, the sum of x - shift, the sum of (x - shift)², and the shift.
    """
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(name, "sufficient_statistics", x, shift) as (graph, _):
        tensor = tensor_of(x, name="x")
        places = sorted(set(axes))
        if tensor.dims is not None:
            rules.normal_axes(places, len(tensor.dims))
        sizes = [None] if tensor.dims is None else [tensor.dims[place] for place in places]
        if None in sizes:
            rank = b.Rank(tensor)
            places_from_front = b.Pack([place + rank if place < 0 else place for place in places])
            counts = b.Prod(
                b.GatherV2(b.Cast(b.Shape(tensor), DstT=tensor.dtype), places_from_front, 0), 0, name="count"
            )
        else:
            counts = graph.constant(math.prod(sizes), tensor.dtype)
        offset = None if shift is None else tensor_of(shift, tensor.dtype, "shift")
        moved = tensor if offset is None else b.Sub(tensor, offset)
        squares = b.Square(tensor) if offset is None else b.SquaredDifference(tensor, offset)
        sums = reduce_sum(moved, places, keepdims=keep, name="mean_ss")
        return counts, sums, reduce_sum(squares, places, keepdims=keep, name="var_ss"), offset


def normalize_moments(
    counts: TensorLike,
    mean_ss: TensorLike,
    variance_ss: TensorLike,
    shift: TensorLike,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean and variance of what :func:`sufficient_statistics` gives."""
    with function_scope(name, "normalize", counts, mean_ss, variance_ss, shift):
        divisor = b.Reciprocal(counts, name="divisor")
        shifted = b.Mul(mean_ss, divisor, name="mean" if shift is None else "shifted_mean")
        mean = shifted if shift is None else b.AddV2(shifted, shift, name="mean")
        variance = b.Sub(b.Mul(variance_ss, divisor), b.Square(shifted), name="variance")
        return mean, variance


def weighted_moments(
    x: TensorLike,
    axes: Any,
    frequency_weights: TensorLike,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean and variance over axes, where each value counts as often as its weight says.

    Parameters
    ----------
    frequency_weights : Tensor
        Of a shape that broadcasts to that of x.
    """
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(name, "weighted_moments", x, frequency_weights) as (graph, _):
        given = tensor_of(x, name="x")
        wide = graph.cast(given, float32) if given.dtype is float16 else given
        weights = graph.cast(tensor_of(frequency_weights, name="frequency_weights"), wide.dtype)
        total = reduce_sum(b.AddV2(weights, b.ZerosLike(wide)), axes, keepdims=True, name="sum_of_weights")
        mean = b.DivNoNan(reduce_sum(weights * wide, axes, keepdims=True, name="weighted_input_sum"), total)
        squares = weights * b.SquaredDifference(wide, mean)
        variance = b.DivNoNan(reduce_sum(squares, axes, keepdims=True, name="weighted_distsq"), total)
        found = (mean, variance) if keep else (squeeze(mean, axes), squeeze(variance, axes))
        return found if wide is given else (graph.cast(found[0], float16), graph.cast(found[1], float16))


near_keywords_of_functions(__name__)
