"""Ops that compare values: distinct values, the largest k, and buckets."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._rows import apart, are_below, joined, split
from estimator.ops._segments import sort

# -- distinct values -------------------------------------------------------------------------------


_SMALL = (
    1 << 14
)  # integers below it, such as categories, are told apart by a table, which takes half the time


def _distinct(xp: Any, x: Any) -> tuple[Any, Any]:
    """The distinct values in order of first occurrence, and where each value went.

    Each value that is not a number is one of its own.
    """
    if x.ndim != 1:
        raise InvalidArgumentError(f"unique needs a vector, given: an array of {x.ndim} dimensions.")
    if x.size and x.dtype.kind in "iu" and are_below(x, _SMALL):
        return _distinct_small(xp, x)
    order, in_order = _stable_order(xp, x)
    is_new = xp.ones(x.size, bool)
    is_new[1:] = in_order[1:] != in_order[:-1]
    again = xp.flatnonzero(~is_new)
    if not again.size:
        return x, xp.arange(x.size)
    # Equal values stay in their order, so that the first of them comes first.
    group = again - xp.arange(1, again.size + 1)
    is_first = xp.ones(x.size, bool)
    is_first[order[again]] = False
    places = xp.cumsum(is_first) - 1
    places[order[again]] = places[order[is_new][group]]
    return x[is_first], places


def _distinct_small(xp: Any, x: Any) -> tuple[Any, Any]:
    """The same of integers that may be indices of a table."""
    places = xp.arange(x.size)
    table = xp.empty(int(x.max()) + 1, places.dtype)
    table[x[::-1]] = places[::-1]  # of equal values the last that is written counts: the first that occurs
    first = table[x]
    is_first = first == places
    numbers = xp.cumsum(is_first)
    numbers -= 1
    return x[is_first], numbers[first]


def _stable_order(xp: Any, x: Any) -> tuple[Any, Any]:
    """Places that sort a vector, and what is sorted; equal values stay in their order."""
    if x.size and x.dtype.kind in "iu" and are_below(x, 2**62 // x.size):
        return sort(xp, x)
    order = xp.argsort(x, kind="stable")
    return order, x[order]


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
    values, places = _distinct(xp, x)
    return [values, places.astype(out_idx.np)]


@unique.together
def unique_together(xp: Any, x: Any, out_idx: Any) -> Any:
    found = joined(xp, x)
    if found is None:
        return [None] * len(x)
    ids, bases = apart(xp, found, found.highest + 1)
    values, places = _distinct(xp, ids)
    begins = places[found.starts]  # the first of each vector occurs there first
    values -= xp.repeat(bases, xp.diff(begins, append=len(values)))
    places -= xp.repeat(begins, found.sizes)
    values, places = values.astype(x[0].dtype, copy=False), places.astype(out_idx[0].np, copy=False)
    return zip(split(values, begins.tolist()), found.split(places), strict=True)


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
    values, places = _distinct(xp, x)
    counts = xp.bincount(places, minlength=len(values))
    return [values, places.astype(out_idx.np), counts.astype(out_idx.np)]


# -- the largest k ---------------------------------------------------------------------------------


def _top_shapes(s: ShapeScope) -> list[Dims]:
    dims, k = s.shapes[0], s.value(1)
    if dims is None:
        return [None, None]
    if not dims:
        raise ValueError("a scalar has no largest values.")
    count = None if k is None else int(k.item())
    if count is not None and (count < 0 or (dims[-1] is not None and count > dims[-1])):
        raise ValueError(f"there are no {count} largest of {'?' if dims[-1] is None else dims[-1]} values.")
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
