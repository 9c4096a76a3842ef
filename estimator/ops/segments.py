"""Ops that make one row of the rows of one id: sums, means, products, extremes over groups.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims, merge
from estimator.graph.op import OpDef, ShapeScope, op
from estimator.ops._segments import (
    demand_below,
    demand_sorted,
    last_and_one,
    reduce_rows,
    same_length,
    segments_shape,
)

# -- ids in any order ------------------------------------------------------------------------------


def _unsorted_segments(s: ShapeScope) -> Dims:
    data, ids, count = s.shapes[0], s.shapes[1], s.value(2)
    if data is None or ids is None:
        return None
    if len(ids) > len(data):
        raise ValueError(f"segment ids of {len(ids)} dimensions for data of {len(data)}.")
    merge(data[: len(ids)], ids)
    return (None if count is None else int(count.item()), *data[len(ids) :])


def _unsorted(name: str, ufunc_name: str, meaning: str, empty: Callable[[Any], Any]) -> OpDef:
    def kernel(xp: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
        count = int(num_segments)
        inner = data.shape[segment_ids.ndim :]
        ids = segment_ids.reshape(-1)
        rows = data.reshape(len(ids), math.prod(inner))
        demand_below(ids, count)
        if isinstance(ids, np.ndarray) and ids.size and ids.min() < 0:
            rows, ids = rows[ids >= 0], ids[ids >= 0]
        return reduce_rows(xp, ufunc_name, rows, ids, count, empty(data.dtype)).reshape(count, *inner)

    kernel.__doc__ = f"""{meaning}; rows with a negative id are left out.

    Shape   data [k..., inner...], segment_ids [k...] -> [num_segments, inner...]
    Raises  InvalidArgumentError if an id is not below num_segments.
    Source  TF op {name}, math_ops.cc
    """
    signature = "data: T, segment_ids: Tindices, num_segments: Tnumsegments -> output: T"
    return op(name, signature, attrs={"Tnumsegments": int32}, shape=_unsorted_segments)(kernel)


def _bound(end: str) -> Callable[[Any], Any]:
    """The least or greatest number of a type, as its ``min`` or ``max``."""
    return lambda dtype: getattr(np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype), end)


def _always(number: int) -> Callable[[Any], Any]:
    return lambda dtype: number


unsorted_segment_sum = _unsorted("UnsortedSegmentSum", "add", "The sums of the rows of one id", _always(0))
unsorted_segment_max = _unsorted(
    "UnsortedSegmentMax", "maximum", "The greatest of the rows of one id, of none the least number", _bound("min")
)  # fmt: skip
unsorted_segment_min = _unsorted(
    "UnsortedSegmentMin", "minimum", "The least of the rows of one id, of none the greatest number", _bound("max")
)  # fmt: skip
unsorted_segment_prod = _unsorted(
    "UnsortedSegmentProd", "multiply", "The products of the rows of one id", _always(1)
)


@unsorted_segment_sum.gradient
def unsorted_segment_sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _picked(b, dy, op.inputs[1]), None, None


def _picked(b: Any, y: Any, ids: Any) -> Any:
    """The row of its segment for each id, zeros for a negative one."""
    rows = b.GatherV2(y, b.Maximum(ids, 0), 0)
    inner = b.Fill(b.ExpandDims(b.Sub(b.Rank(rows), b.Rank(ids)), 0), 1)
    belongs = b.Reshape(b.GreaterEqual(ids, 0), b.ConcatV2([b.Shape(ids), inner], 0))
    return b.SelectV2(belongs, rows, b.ZerosLike(rows))


@unsorted_segment_max.gradient
@unsorted_segment_min.gradient
def unsorted_extreme_gradient(b: Any, op: Any, dy: Any) -> Any:
    """Values that tie share the gradient equally."""
    data, ids, count = op.inputs
    ties = b.Cast(b.Equal(data, _picked(b, op.outputs[0], ids)), DstT=data.dtype)
    shares = b.RealDiv(dy, b.Maximum(b.UnsortedSegmentSum(ties, ids, count), 1))
    return b.Mul(ties, _picked(b, shares, ids)), None, None


@unsorted_segment_prod.gradient
def unsorted_segment_prod_gradient(b: Any, op: Any, dy: Any) -> Any:
    data, ids, count = op.inputs
    others = _others(b, data, lambda x: _picked(b, b.UnsortedSegmentProd(x, ids, count), ids),
                     lambda x: _picked(b, b.UnsortedSegmentSum(x, ids, count), ids))  # fmt: skip
    return b.Mul(_picked(b, dy, ids), others), None, None


def _others(b: Any, data: Any, product: Any, total: Any) -> Any:
    """For each value the product of the others of its segment, right also with zeros."""
    is_zero = b.Equal(data, b.ZerosLike(data))
    without = b.SelectV2(is_zero, b.OnesLike(data), data)
    zeros = b.Cast(is_zero, DstT=data.dtype)
    is_free = b.Equal(total(zeros), zeros)  # there is no 0 among the others
    return b.SelectV2(is_free, b.RealDiv(product(without), without), b.ZerosLike(data))


# -- ids that ascend -------------------------------------------------------------------------------


def _segments(s: ShapeScope) -> Dims:
    same_length(s.shapes[0], s.shapes[1])
    return segments_shape(s, s.shapes[0], 1, None)


def _sorted(name: str, ufunc_name: str, meaning: str, empty: Any) -> OpDef:
    def kernel(xp: Any, data: Any, segment_ids: Any) -> Any:
        count = last_and_one(demand_sorted(segment_ids))
        rows = data.reshape(len(segment_ids), math.prod(data.shape[1:]))
        return reduce_rows(xp, ufunc_name, rows, segment_ids, count, empty).reshape(count, *data.shape[1:])

    kernel.__doc__ = f"""{meaning}; ids ascend, and one that does not occur gives {empty}.

    Shape   data [k, inner...], segment_ids [k] -> [last id + 1, inner...]
    Raises  InvalidArgumentError if the ids do not ascend.
    Source  TF op {name}, math_ops.cc
    """
    return op(name, "data: T, segment_ids: Tindices -> output: T", shape=_segments)(kernel)


segment_sum = _sorted("SegmentSum", "add", "The sums of the rows of one id", 0)
segment_max = _sorted("SegmentMax", "maximum", "The greatest of the rows of one id", 0)
segment_min = _sorted("SegmentMin", "minimum", "The least of the rows of one id", 0)
segment_prod = _sorted("SegmentProd", "multiply", "The products of the rows of one id", 1)


@segment_sum.gradient
def segment_sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.GatherV2(dy, op.inputs[1], 0), None


@segment_max.gradient
@segment_min.gradient
def segment_extreme_gradient(b: Any, op: Any, dy: Any) -> Any:
    """Values that tie share the gradient equally."""
    data, ids = op.inputs
    ties = b.Cast(b.Equal(data, b.GatherV2(op.outputs[0], ids, 0)), DstT=data.dtype)
    shares = b.RealDiv(dy, b.Maximum(b.SegmentSum(ties, ids), 1))
    return b.Mul(ties, b.GatherV2(shares, ids, 0)), None


@segment_prod.gradient
def segment_prod_gradient(b: Any, op: Any, dy: Any) -> Any:
    data, ids = op.inputs
    others = _others(b, data, lambda x: b.GatherV2(b.SegmentProd(x, ids), ids, 0),
                     lambda x: b.GatherV2(b.SegmentSum(x, ids), ids, 0))  # fmt: skip
    return b.Mul(b.GatherV2(dy, ids, 0), others), None


@op("SegmentMean", "data: T, segment_ids: Tindices -> output: T", shape=_segments)
def segment_mean(xp: Any, data: Any, segment_ids: Any) -> Any:
    """The means of the rows of one id; ids ascend, and one that does not occur gives 0.

    Shape   data [k, inner...], segment_ids [k] -> [last id + 1, inner...]
    Raises  InvalidArgumentError if the ids do not ascend.
    Source  TF op SegmentMean, math_ops.cc
    """
    total = segment_sum(xp, data, segment_ids)
    sizes = xp.maximum(xp.bincount(segment_ids, minlength=len(total)), 1).astype(total.dtype)
    return (total / sizes.reshape(-1, *(1,) * (total.ndim - 1))).astype(total.dtype, copy=False)


@segment_mean.gradient
def segment_mean_gradient(b: Any, op: Any, dy: Any) -> Any:
    data, ids = op.inputs
    one_each = b.Fill(b.Shape(ids), b.Cast(1.0, DstT=dy.dtype))
    sizes = b.GatherV2(b.SegmentSum(one_each, ids), ids, 0)
    ones = b.Fill(b.ExpandDims(b.Sub(b.Rank(data), 1), 0), 1)
    column = b.Reshape(sizes, b.ConcatV2([b.Shape(ids), ones], 0))
    return b.RealDiv(b.GatherV2(dy, ids, 0), column), None
