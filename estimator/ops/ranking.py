"""Ops that compare values: distinct values, the largest k, buckets, and sums over groups."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op

# -- distinct values -------------------------------------------------------------------------------


def _distinct(xp: Any, x: Any) -> tuple[Any, Any, Any]:
    """The distinct values in order of first occurrence, where each value went, and their counts.

    Each value that is not a number is one of its own.
    """
    if x.ndim != 1:
        raise InvalidArgumentError(f"unique needs a vector, given: an array of {x.ndim} dimensions.")
    values, first, inverse, counts = xp.unique(
        x, return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    order = xp.argsort(first, kind="stable")
    rank = xp.argsort(order, kind="stable")
    return values[order], rank[inverse.reshape(-1)], counts[order]


def _unique_shapes(s: ShapeScope) -> list[Dims]:
    (length,) = rules.with_rank(s.shapes[0], 1, "the input of unique")
    return [(None,), (length,)]


@op(
    "Unique",
    "x: T -> y: T, idx: out_idx",
    attrs={"out_idx": int32},
    shape=_unique_shapes,
)
def unique(xp: Any, x: Any, out_idx: Any) -> Any:
    """The distinct values in the order in which they first occur, and for each value its place among them.

    Source  TF op Unique, array_ops.cc
    """
    values, places, _ = _distinct(xp, x)
    return [values, places.astype(out_idx.np)]


def _unique_with_counts_shapes(s: ShapeScope) -> list[Dims]:
    return [*_unique_shapes(s), (None,)]


@op(
    "UniqueWithCounts",
    "x: T -> y: T, idx: out_idx, count: out_idx",
    attrs={"out_idx": int32},
    shape=_unique_with_counts_shapes,
)
def unique_with_counts(xp: Any, x: Any, out_idx: Any) -> Any:
    """As Unique, and how often each distinct value occurs.

    Source  TF op UniqueWithCounts, array_ops.cc
    """
    values, places, counts = _distinct(xp, x)
    return [values, places.astype(out_idx.np), counts.astype(out_idx.np)]


# -- the largest k ---------------------------------------------------------------------------------


def _top_shapes(s: ShapeScope) -> list[Dims]:
    dims, k = s.shapes[0], s.value(1)
    if dims is None:
        return [None, None]
    if not dims:
        raise ValueError("a scalar has no largest values.")
    count = None if k is None else int(k.item())
    if count is not None and dims[-1] is not None and count > dims[-1]:
        raise ValueError(f"there are no {count} largest of {dims[-1]} values.")
    return [(*dims[:-1], count)] * 2


@op(
    "TopKV2",
    "input: T, k: Tk -> values: T, indices: index_type",
    attrs={"sorted": True, "Tk": int32, "index_type": int32},
    shape=_top_shapes,
)
def top_k(xp: Any, input: Any, k: Any, index_type: Any) -> Any:
    """The k largest values of the last axis, largest first, and where; of equal ones the earlier.

    What is not a number has no order. The single largest value passes it over; else it stays at its place, and the
    numbers are sorted around it.

    Source  TF op TopKV2, nn_ops.cc
    """
    count = int(k)
    if not 0 <= count <= input.shape[-1]:
        raise InvalidArgumentError(f"there are no {count} largest of {input.shape[-1]} values.")
    is_real = input.dtype.kind == "f"
    downwards = (
        xp.negative(input) if is_real else xp.invert(input)
    )  # ~x: -x has no room for the least integer
    order = xp.argsort(downwards, axis=-1, kind="stable")  # what is not a number comes last
    if is_real and count > 1:
        places = xp.argsort(xp.isnan(input), axis=-1, kind="stable")
        order = xp.take_along_axis(order, xp.argsort(places, axis=-1, kind="stable"), axis=-1)
    indices = order[..., :count].astype(index_type.np)
    return [xp.take_along_axis(input, indices, axis=-1), indices]


@top_k.gradient
def top_k_gradient(b: Any, op: Any, dvalues: Any, dindices: Any) -> Any:
    x, indices = op.inputs[0], op.outputs[1]
    size = b.Shape(x, out_type=indices.dtype)
    width = b.StridedSlice(size, [-1], [0], [1], end_mask=1, shrink_axis_mask=1)
    rows = b.FloorDiv(b.Size(x, out_type=indices.dtype), b.Maximum(width, 1))
    first = b.ExpandDims(b.Mul(b.Range(0, rows, 1), width), 1)
    places = b.AddV2(b.Reshape(indices, b.Pack([rows, -1])), first)
    flat = b.UnsortedSegmentSum(b.Reshape(dvalues, [-1]), b.Reshape(places, [-1]), b.Size(x))
    return b.Reshape(flat, size), None


def _rows_of_predictions(s: ShapeScope) -> Dims:
    predictions = rules.with_rank(s.shapes[0], 2, "the predictions")
    targets = rules.with_rank(s.shapes[1], 1, "the targets")
    return (rules.same_size(predictions[0], targets[0], "the batch sizes of predictions and targets"),)


@op(
    "InTopKV2",
    "predictions: float32, targets: T, k: T -> precision: bool",
    attrs={"T": int32},
    shape=_rows_of_predictions,
    differentiable=False,
)
def in_top_k(xp: Any, predictions: Any, targets: Any, k: Any) -> Any:
    """Whether fewer than k predictions of a row exceed that of the target; false if one is not finite.

    Shape   predictions [batch, classes], targets [batch] -> [batch]
    Source  TF op InTopKV2, nn_ops.cc
    """
    classes = predictions.shape[1]
    known = (targets >= 0) & (targets < classes)
    own = xp.take_along_axis(predictions, xp.where(known, targets, 0)[:, None], axis=1)
    better = xp.sum(predictions > own, axis=1)
    return (better < k) & known & xp.all(xp.isfinite(predictions), axis=1)


@op(
    "Bucketize",
    "input: T -> output: int32",
    attrs={"boundaries": list[float]},
    shape=rules.like_first,
    differentiable=False,
)
def bucketize(xp: Any, input: Any, boundaries: list[float]) -> Any:
    """How many boundaries are not above the value: 0 below the first, their number from the last on.

    Source  TF op Bucketize, math_ops.cc
    """
    return xp.searchsorted(xp.array(boundaries, xp.float32), input, side="right").astype(xp.int32)


# -- sums over groups ------------------------------------------------------------------------------


def _unsorted_segments(s: ShapeScope) -> Dims:
    data, ids, count = s.shapes[0], s.shapes[1], s.value(2)
    if data is None or ids is None:
        return None
    if len(ids) > len(data):
        raise ValueError(f"segment ids of {len(ids)} dimensions for data of {len(data)}.")
    return (None if count is None else int(count.item()), *data[len(ids) :])


@op(
    "UnsortedSegmentSum",
    "data: T, segment_ids: Tindices, num_segments: Tnumsegments -> output: T",
    attrs={"Tnumsegments": int32},
    shape=_unsorted_segments,
)
def unsorted_segment_sum(xp: Any, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """The sums of the rows that have the same id; rows with a negative id are left out.

    Shape   data [k..., inner...], segment_ids [k...] -> [num_segments, inner...]
    Raises  InvalidArgumentError if an id is not below num_segments.
    Source  TF op UnsortedSegmentSum, math_ops.cc
    """
    count = int(num_segments)
    inner = data.shape[segment_ids.ndim :]
    ids = segment_ids.reshape(-1)
    rows = data.reshape(len(ids), math.prod(inner))
    if ids.size and ids.max() >= count:
        raise InvalidArgumentError(f"segment id {int(ids.max())} is not in [0, {count}).")
    if ids.size and ids.min() < 0:
        rows, ids = rows[ids >= 0], ids[ids >= 0]
    return _sum_rows(xp, rows, ids, count).reshape(count, *inner)


def _sum_rows(xp: Any, rows: Any, ids: Any, count: int) -> Any:
    """Rows added up by id, in the order in which they come."""
    result = xp.zeros((count, rows.shape[1]), rows.dtype)
    xp.add.at(result, ids, rows)
    return result


@unsorted_segment_sum.gradient
def unsorted_segment_sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    ids = op.inputs[1]
    picked = b.GatherV2(dy, b.Maximum(ids, 0), 0)
    kept = b.Cast(b.GreaterEqual(ids, 0), DstT=dy.dtype)
    inner = b.Fill(b.ExpandDims(b.Sub(b.Rank(picked), b.Rank(ids)), 0), 1)
    return b.Mul(picked, b.Reshape(kept, b.ConcatV2([b.Shape(ids), inner], 0))), None, None


def _segments(s: ShapeScope) -> Dims:
    data, ids = s.shapes[0], s.value(1)
    rules.with_rank(s.shapes[1], 1, "the segment ids")
    if data is None:
        return None
    if not data:
        raise ValueError("the data of a segment sum or mean must have rows, given: a scalar.")
    count = None if ids is None else int(ids[-1]) + 1 if ids.size else 0
    return (count, *data[1:])


def _sorted_ids(segment_ids: Any) -> Any:
    if segment_ids.size and (segment_ids[0] < 0 or np.any(np.diff(segment_ids) < 0)):
        raise InvalidArgumentError(
            "segment ids must be sorted and not negative; unsorted_segment_sum takes any order."
        )
    return segment_ids


@op("SegmentSum", "data: T, segment_ids: Tindices -> output: T", shape=_segments)
def segment_sum(xp: Any, data: Any, segment_ids: Any) -> Any:
    """The sums of the rows that have the same id; ids ascend.

    Shape   data [k, inner...], segment_ids [k] -> [last id + 1, inner...]
    Source  TF op SegmentSum, math_ops.cc
    """
    ids = _sorted_ids(segment_ids)
    count = int(ids[-1]) + 1 if ids.size else 0
    rows = data.reshape(len(ids), math.prod(data.shape[1:]))
    return _sum_rows(xp, rows, ids, count).reshape(count, *data.shape[1:])


@segment_sum.gradient
def segment_sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.GatherV2(dy, op.inputs[1], 0), None


@op("SegmentMean", "data: T, segment_ids: Tindices -> output: T", shape=_segments)
def segment_mean(xp: Any, data: Any, segment_ids: Any) -> Any:
    """The means of the rows that have the same id; 0 for ids that do not occur.

    Shape   data [k, inner...], segment_ids [k] -> [last id + 1, inner...]
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
