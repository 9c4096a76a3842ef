"""Ops that pick rows of a table and make one row of those that have one id: what embeddings of sparse features are.

Each stands for a gather and a segment op, and has a form that is told the number of segments. Their gradients pick from
the gradient of the segments and add up what one row of the table gets.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.op import OpDef, ShapeScope, op
from estimator.ops._rows import are_rows, check_range, count_up, of_some
from estimator.ops._segments import (
    are_distinct_and_sorted,
    demand_below,
    demand_sorted,
    last_and_one,
    reduce_rows,
    reduce_rows_together,
    segments_shape,
)

Divisor = Callable[[Any, Any], Any]  # (xp, how many rows a segment has) -> what its sum is divided by

_TYPES = {"Tidx": int32, "Tsegmentids": int32}
_FORWARD = "data: T, indices: Tidx, segment_ids: Tsegmentids"
_ATTRS = {**_TYPES, "sparse_gradient": False}  # which form the gradient has is no matter here


def _segments(count: int | None) -> Callable[[ShapeScope], Dims]:
    def rule(s: ShapeScope) -> Dims:
        if count is not None:
            rules.check_scalars(s, num_segments=count)
        merge(s.shapes[1], s.shapes[2])
        return segments_shape(s, s.shapes[0], 2, count)

    return rule


def _table_rows(s: ShapeScope) -> Dims:
    merge(s.shapes[1], s.shapes[2])
    rules.with_rank(s.shapes[2], 1, "the segment ids")
    rules.check_scalars(s, output_dim0=3)
    grad, count = s.shapes[0], s.value(3)
    if grad is None:
        return None
    if not grad:
        raise ValueError("the gradient of segments must have rows, given: a scalar.")
    return (None if count is None else int(count), *grad[1:])


def _divided(xp: Any, divisor: Divisor, rows: Any, segment_ids: Any, of_each: Any = None) -> Any:
    """The rows of segments divided by what their sizes say; with `of_each`, those of the segments that it names."""
    is_known = isinstance(segment_ids, np.ndarray)
    is_one_each = (
        is_known and segment_ids.size > 0 and are_distinct_and_sorted(segment_ids)
    )  # as one id an example
    is_all = of_each is None or (is_one_each and of_each.size == len(rows))
    picked = rows if is_all else rows.take(of_each, axis=0)
    if is_one_each:
        return picked
    sizes = xp.bincount(segment_ids, minlength=len(rows))
    by = divisor(xp, xp.maximum(sizes, 1).astype(rows.dtype)).reshape(-1, *(1,) * (rows.ndim - 1))
    return picked / (by if of_each is None else by.take(of_each, axis=0))


def _plain_together(xp: Any, data: Any, indices: Any, segment_ids: Any) -> Any:
    """Of segments of one row each these rows, by whatever they would be divided."""

    def picked(tables: Any, places: Any) -> Any:
        if not are_rows(xp, places, tables):
            return None
        return [rows.take(own, axis=0, mode="clip") for rows, own in zip(tables, places, strict=True)]

    return of_some(picked, _one_each(xp, segment_ids, indices), data, indices)


def _backward_together(xp: Any, grad: Any, indices: Any, segment_ids: Any, output_dim0: Any) -> Any:
    """The same for the gradients."""
    is_plain = _one_each(xp, segment_ids, grad, indices)
    joint = partial(reduce_rows_together, xp)
    return of_some(joint, is_plain, grad, indices, [int(count) for count in output_dim0])


def _one_each(xp: Any, segment_ids: Any, *given: Any) -> list[bool]:
    """Whether the segments of an operation have one row each, in order, and what else it is given one for each."""
    together = zip(count_up(xp, segment_ids), segment_ids, *given, strict=True)
    return [is_one_each and {len(ids)} == {*map(len, others)} for is_one_each, ids, *others in together]


def _family(name: str, divisor: Divisor | None, meaning: str) -> None:
    """Declare the op, its form with the number of segments, and the gradient of both."""

    def combined(xp: Any, data: Any, indices: Any, segment_ids: Any, count: int) -> Any:
        check_range(indices, data.shape[0])
        rows = reduce_rows(xp, "add", data.take(indices, axis=0), segment_ids, count, 0)
        return rows if divisor is None else _divided(xp, divisor, rows, segment_ids)

    def plain(xp: Any, data: Any, indices: Any, segment_ids: Any) -> Any:
        count = last_and_one(demand_sorted(segment_ids))
        return combined(xp, data, indices, segment_ids, count)

    def counted(xp: Any, data: Any, indices: Any, segment_ids: Any, num_segments: Any) -> Any:
        count = int(num_segments)
        demand_below(demand_sorted(segment_ids)[-1:], count)
        return combined(xp, data, indices, segment_ids, count)

    def backward(xp: Any, grad: Any, indices: Any, segment_ids: Any, output_dim0: Any) -> Any:
        check_range(indices, int(output_dim0))
        check_range(segment_ids, grad.shape[0], "segment_ids")
        rows = (
            grad.take(segment_ids, axis=0)
            if divisor is None
            else _divided(xp, divisor, grad, segment_ids, segment_ids)
        )
        return reduce_rows(xp, "add", rows, indices, int(output_dim0), 0)

    _explain(plain, name, f"{meaning} of the rows that the indices of one segment name", "last id + 1")
    _explain(counted, name, f"As {name}, with the number of segments", "num_segments")
    backward.__doc__ = f"""What the rows of a table get of a gradient of {name}.

    Shape   grad [n, inner...], indices [k], segment_ids [k] -> [output_dim0, inner...]
    Raises  InvalidArgumentError if an index or an id is outside.
    Source  TF op {name}Grad, math_ops.cc
    """
    _declare(name, _FORWARD, plain, _segments(None), _ATTRS).together(_plain_together)
    number = ", num_segments: Tnumsegments"
    _declare(
        f"{name}WithNumSegments", _FORWARD + number, counted, _segments(3), _ATTRS | {"Tnumsegments": int32}
    )
    signature = "grad: T, indices: Tidx, segment_ids: Tsegmentids, output_dim0: int32 -> output: T"
    of_table = op(f"{name}Grad", signature, attrs=_TYPES, shape=_table_rows, differentiable=False)(backward)
    of_table.together(_backward_together)


def _explain(kernel: Any, name: str, meaning: str, rows: str) -> None:
    kernel.__doc__ = f"""{meaning}; ids ascend, and one that does not occur gives 0.

    Shape   data [n, inner...], indices [k], segment_ids [k] -> [{rows}, inner...]
    Raises  InvalidArgumentError if an index is not in [0, n), or the ids do not ascend.
    Source  TF op {name}, math_ops.cc
    """


def _declare(name: str, inputs: str, kernel: Any, shape: Any, attrs: dict[str, Any]) -> OpDef:
    definition = op(name, f"{inputs} -> output: T", attrs=attrs, shape=shape)(kernel)
    backward = name.removesuffix("WithNumSegments") + "Grad"

    @definition.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        data, indices, segment_ids, *count = op.inputs
        rows = b.StridedSlice(b.Shape(data), [0], [1], [1], shrink_axis_mask=1)
        dx = getattr(b, backward)(dy, indices, segment_ids, rows)
        return (dx, None, None, *(None for _ in count))

    return definition


def _count(xp: Any, sizes: Any) -> Any:
    return sizes


def _root(xp: Any, sizes: Any) -> Any:
    return xp.sqrt(sizes)


_family("SparseSegmentSum", None, "The sums")
_family("SparseSegmentMean", _count, "The means")
_family("SparseSegmentSqrtN", _root, "The sums, divided by the square roots of the numbers,")
