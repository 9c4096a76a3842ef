"""Ops that pick, place and mark by index: gather and scatter, one-hot rows, the positions of true values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import int32, int64
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.graph.slices import IndexedSlices
from estimator.graph.static import static_value
from estimator.ops._rows import check_range, columns
from estimator.ops._segments import reduce_rows
from estimator.ops._sparse import row_major

# -- gather and scatter ----------------------------------------------------------------------------


def _axis_of(s: ShapeScope, rank: int) -> int | None:
    value = s.value(2)
    return None if value is None else rules.normal_axes([int(value.item())], rank)[0]


def _gathered(s: ShapeScope) -> Dims:
    params, indices = s.shapes[:2]
    if params is None or indices is None:
        return None
    if not params:
        raise ValueError("a scalar has no rows to gather from.")
    axis = _axis_of(s, len(params))
    batch = s.attrs["batch_dims"] % (len(indices) + 1)
    if axis is None:
        return (None,) * (len(params) + len(indices) - 1 - batch)
    if batch > axis:
        raise ValueError(f"batch_dims {batch} is beyond the gathered axis {axis}.")
    return (*params[:axis], *indices[batch:], *params[axis + 1 :])


@op(
    "GatherV2",
    "params: Tparams, indices: Tindices, axis: Taxis -> output: Tparams",
    attrs={"batch_dims": 0},
    shape=_gathered,
)
def gather(xp: Any, params: Any, indices: Any, axis: Any, batch_dims: int) -> Any:
    """The slices of params at the indices along an axis; the first `batch_dims` axes of both go together.

    Shape   params [batch..., outer..., n, inner...], indices [batch..., k...]
            -> [batch..., outer..., k..., inner...]
    Raises  InvalidArgumentError if an index is not in [0, n).
    Source  TF op GatherV2, array_ops.cc
    """
    place = int(xp.asarray(axis).item()) % params.ndim
    indices = xp.asarray(indices)
    check_range(indices, params.shape[place])
    batch = batch_dims % (indices.ndim + 1)
    if not batch:
        return xp.take(params, indices, axis=place)
    outer, inner = params.shape[batch:place], params.shape[place + 1 :]
    lead = params.shape[:batch]
    table = params.reshape(math.prod(lead), math.prod(outer), params.shape[place], math.prod(inner))
    rows = indices.reshape(math.prod(lead), 1, -1)
    first = xp.arange(table.shape[0])[:, None, None]
    second = xp.arange(table.shape[1])[None, :, None]
    return table[first, second, rows].reshape(*lead, *outer, *indices.shape[batch:], *inner)


@gather.gradient
def gather_gradient(b: Any, op: Any, dy: Any) -> Any:
    params, indices, _ = op.inputs
    axis, batch = _axis_from_front(op), _batch_dims(op)
    if batch:
        return _batch_gather_gradient(b, op, dy, axis, batch), None, None
    flat = b.Reshape(indices, [-1])
    if axis == 0:
        shape = b.Shape(params)
        rows = b.Reshape(dy, b.ConcatV2([[-1], b.StridedSlice(shape, [1], [0], [1], end_mask=1)], 0))
        return IndexedSlices(rows, flat, shape), None, None
    return _inner_gather_gradient(b, op, flat, dy, axis), None, None


def _axis_from_front(op: Any) -> int | None:
    """The gathered axis; None if only the run tells it."""
    axis, dims = static_value(op.inputs[2]), op.inputs[0].dims
    if axis is None or (axis < 0 and dims is None):
        return None
    return int(axis.item()) % len(dims) if dims else int(axis.item())


def _batch_dims(op: Any) -> int:
    batch, dims = int(op.attrs["batch_dims"]), op.inputs[1].dims
    if batch < 0 and dims is None:
        raise ValueError(
            f"the gradient of {op.describe()} needs indices of known rank, since batch_dims is {batch}."
        )
    return batch if batch >= 0 else batch + len(dims) + 1


def _inner_gather_gradient(b: Any, op: Any, flat: Any, dy: Any, axis: int | None) -> Any:
    """Sum over equal indices with the gathered axis brought to the front, and back."""
    params, indices, _ = op.inputs
    is_known = axis is not None and params.dims is not None and indices.dims is not None
    place, front, others, back = _orders(op, axis) if is_known else _orders_in_the_run(b, op, dy)
    rows = b.Reshape(
        b.Transpose(dy, [*front, *others] if is_known else b.ConcatV2([front, others], 0)),
        b.ConcatV2([[-1], b.GatherV2(b.Shape(dy), others, 0)], 0),
    )
    return b.Transpose(b.UnsortedSegmentSum(rows, flat, b.GatherV2(b.Shape(params), place, 0)), back)


def _orders(op: Any, axis: Any) -> tuple[Any, Any, Any, Any]:
    """The gathered axis; the axes of the result that it has become, and the others; the way back of the summed rows."""
    rank, width = len(op.inputs[0].dims), len(op.inputs[1].dims)
    front = range(axis, axis + width)
    others = np.array([other for other in range(rank - 1 + width) if other not in front], np.int32)
    return axis, front, others, [*range(1, axis + 1), 0, *range(axis + 1, rank)]


def _orders_in_the_run(b: Any, op: Any, dy: Any) -> tuple[Any, Any, Any, Any]:
    """The same as tensors, where only the run tells how many axes there are."""
    params, indices, given = op.inputs
    rank = b.Rank(params)
    axis = b.FloorMod(b.Cast(given, DstT=int32), rank)
    behind = b.AddV2(axis, 1)
    front = b.Range(axis, b.AddV2(axis, b.Rank(indices)), 1)
    others, _ = b.ListDiff(b.Range(0, b.Rank(dy), 1), front)
    back = b.ConcatV2([b.Range(1, behind, 1), [0], b.Range(behind, rank, 1)], 0)
    return axis, front, others, back


def _batch_gather_gradient(b: Any, op: Any, dy: Any, axis: int | None, batch: int) -> Any:
    """Indices of all batch entries, moved apart so that one segment sum serves them together."""
    params, indices, _ = op.inputs
    if axis is None or batch != axis:
        raise ValueError(
            f"{op.describe()} has batch_dims {batch} and axis {axis}; its gradient is defined for equal ones."
        )
    shape = b.Shape(params)
    count = b.Prod(b.StridedSlice(shape, [0], [batch], [1], begin_mask=1), 0)
    size = b.GatherV2(shape, axis, 0)
    inner = b.StridedSlice(shape, [axis + 1], [0], [1], end_mask=1)
    first = b.Mul(b.Range(0, count, 1), size)
    spread = b.AddV2(
        b.Reshape(b.Cast(indices, DstT=first.dtype), b.Pack([count, -1])), b.ExpandDims(first, 1)
    )
    rows = b.Reshape(dy, b.ConcatV2([[-1], inner], 0))
    return b.Reshape(b.UnsortedSegmentSum(rows, b.Reshape(spread, [-1]), b.Mul(count, size)), shape)


def _gathered_nd(s: ShapeScope) -> Dims:
    params, indices = s.shapes
    if params is None or indices is None or indices[-1] is None:
        return None
    if indices[-1] > len(params):
        raise ValueError(
            f"indices of {indices[-1]} numbers for the {len(params)} dimensions of {show(params)}."
        )
    return (*indices[:-1], *params[indices[-1] :])


@op("GatherNd", "params: Tparams, indices: Tindices -> output: Tparams", shape=_gathered_nd)
def gather_nd(xp: Any, params: Any, indices: Any) -> Any:
    """The slices of params at the positions that the last axis of indices holds.

    Shape   params [...], indices [..., k] -> [..., params.shape[k:]]
    Source  TF op GatherNd, array_ops.cc
    """
    places = columns(indices, params.shape)
    return params[places] if places else xp.broadcast_to(params, (*indices.shape[:-1], *params.shape)).copy()


@gather_nd.gradient
def gather_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    params, indices = op.inputs
    return b.ScatterNd(indices, dy, b.Shape(params, out_type=indices.dtype)), None


@op(
    "ScatterNd",
    "indices: Tindices, updates: T, shape: Tindices -> output: T",
    shape=rules.from_value(2),
)
def scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    """Zeros of that shape, with the updates added at their positions.

    Shape   indices [..., k], updates [..., shape[k:]] -> shape
    Source  TF op ScatterNd, array_ops.cc
    """
    dims = tuple(int(size) for size in shape)
    width = indices.shape[-1]
    columns(indices, dims)
    ids = row_major(xp, indices.reshape(math.prod(indices.shape[:-1]), width), dims[:width])
    rows = updates.reshape(len(ids), math.prod(dims[width:]))
    return reduce_rows(xp, "add", rows, ids, math.prod(dims[:width]), 0).reshape(dims)


@scatter_nd.gradient
def scatter_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    return None, b.GatherNd(dy, op.inputs[0]), None


# -- marks and positions ---------------------------------------------------------------------------


def _one_hot_shape(s: ShapeScope) -> Dims:
    dims, depth = s.shapes[0], s.value(1)
    if dims is None:
        return None
    axis = rules.normal_axes([s.attrs["axis"]], len(dims) + 1)[0]
    return (*dims[:axis], None if depth is None else int(depth.item()), *dims[axis:])


@op(
    "OneHot",
    "indices: TI, depth: int32, on_value: T, off_value: T -> output: T",
    attrs={"axis": -1, "TI": int64},
    shape=_one_hot_shape,
    differentiable=False,
)
def one_hot(xp: Any, indices: Any, depth: Any, on_value: Any, off_value: Any, axis: int) -> Any:
    """`on_value` at each index along a new axis of size `depth`, else `off_value`; an index outside has none.

    Source  TF op OneHot, array_ops.cc
    """
    size = int(xp.asarray(depth).item())
    place = axis % (indices.ndim + 1)
    column = xp.reshape(xp.arange(size), (size,) + (1,) * (indices.ndim - place))
    return xp.where(xp.equal(xp.expand_dims(indices, place), column), on_value, off_value)


def _positions(s: ShapeScope) -> Dims:
    return (None, None if s.shapes[0] is None else len(s.shapes[0]))


@op("Where", "input: T -> index: int64", attrs={"T": bool_}, shape=_positions, differentiable=False)
def where(xp: Any, input: Any) -> Any:
    """The positions of the values that are true (not 0), a row each, in the order of the values.

    Source  TF op Where, array_ops.cc
    """
    return xp.argwhere(input).astype(xp.int64)
