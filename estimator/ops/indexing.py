"""Ops that pick, place and mark by index: gather and scatter, one-hot rows, the positions of true values."""

from __future__ import annotations

import math
from itertools import compress
from typing import Any

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import int32, int64
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.graph.slices import IndexedSlices
from estimator.graph.static import static_value
from estimator.ops._rows import check_range, columns

# -- gather and scatter ----------------------------------------------------------------------------


def _axis_of(s: ShapeScope, rank: int) -> int | None:
    value = s.value(2)
    return None if value is None else rules.normal_axes([int(value.item())], rank)[0]


def _batch_axes(batch_dims: int, rank: int) -> int:
    """How many leading axes indices of that rank share with what is gathered; a negative number counts from behind."""
    if not -rank <= batch_dims <= rank:
        raise ValueError(
            f"batch_dims must be within [-{rank}, {rank}], as the indices have {rank} axes; given: {batch_dims}."
        )
    return batch_dims + rank if batch_dims < 0 else batch_dims


def _gathered(s: ShapeScope) -> Dims:
    params, indices = s.shapes[:2]
    if params is None or indices is None:
        return None
    if not params:
        raise ValueError("a scalar has no rows to gather from.")
    axis = _axis_of(s, len(params))
    batch = _batch_axes(s.attrs["batch_dims"], len(indices))
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
    batch = _batch_axes(batch_dims, indices.ndim)
    shape = (*params.shape[:place], *indices.shape[batch:], *params.shape[place + 1 :])
    out = xp.empty(shape, params.dtype)
    _gather_into(xp, out, params, indices, place, batch)
    return out


@gather.emit
def gather_emit(p: Any, op: Any, params: Any, indices: Any, axis: Any) -> Any:
    rank = len(params.dims)
    place = 0 if rank == 1 else int(axis.value.item()) % rank  # of one axis a result is known without it
    out = p.out(op)
    batch = _batch_axes(op.attrs["batch_dims"], len(indices.dims))
    p.call(_gather_into, np, out, params, indices, place, batch)
    return out


def _gather_into(xp: Any, out: Any, params: Any, indices: Any, place: int, batch: int) -> None:
    check_range(indices, params.shape[place])
    if not batch:
        xp.take(params, indices, axis=place, out=out, mode="clip")  # any other mode writes elsewhere first
        return
    outer, inner = params.shape[batch:place], params.shape[place + 1 :]
    lead = params.shape[:batch]
    table = params.reshape(math.prod(lead), math.prod(outer), params.shape[place], math.prod(inner))
    rows = indices.reshape(math.prod(lead), 1, -1)
    first = xp.arange(table.shape[0])[:, None, None]
    second = xp.arange(table.shape[1])[None, :, None]
    out[...] = table[first, second, rows].reshape(out.shape)


@gather.gradient
def gather_gradient(b: Any, op: Any, dy: Any) -> Any:
    params, indices, _ = op.inputs
    axis, batch = _axis_from_front(b, op), int(op.attrs["batch_dims"])
    if batch < 0 and indices.dims is None:
        raise ValueError(
            f"the gradient of {op.describe()} needs indices of known rank, as batch_dims is {batch}."
        )
    batch = batch if indices.dims is None else _batch_axes(batch, len(indices.dims))
    if batch or axis != 0:
        return _inner_gather_gradient(b, op, dy, axis, batch), None, None
    shape = b.Shape(params)
    rows = b.Reshape(dy, b.ConcatV2([[-1], _from(b, shape, 1)], 0))
    return IndexedSlices(rows, b.Reshape(indices, [-1]), shape), None, None


def _axis_from_front(b: Any, op: Any) -> Any:
    """The gathered axis as a number that is not negative, or as a tensor if only the run tells it or the rank."""
    params, _, given = op.inputs
    axis = static_value(given)
    if axis is not None and axis >= 0:
        return int(axis.item())
    if axis is not None and params.dims is not None:
        return int(axis.item()) + len(params.dims)
    return b.FloorMod(b.Cast(given, DstT=int32), b.Rank(params))


def _inner_gather_gradient(b: Any, op: Any, dy: Any, axis: Any, batch: int) -> Any:
    """Sum over equal indices with the gathered axis brought before the outer ones, and back.

    Params are seen as [batch, outer, size, inner] and dy as [batch, outer, count, inner], whatever their ranks. The
    indices of all batch entries are moved apart, so that one segment sum serves them together.
    """
    shape, picked = b.Shape(op.inputs[0]), b.Shape(op.inputs[1])
    together, outer = _product(b, shape, 0, batch), _product(b, shape, batch, axis)
    size, inner = _product(b, shape, axis, axis + 1), b.Prod(_from(b, shape, axis + 1), 0)
    count = b.Prod(_from(b, picked, batch), 0)
    moved = b.Transpose(b.Reshape(dy, b.Pack([together, outer, count, inner])), [0, 2, 1, 3])
    rows = b.Reshape(moved, b.Pack([b.Mul(together, count), outer, inner]))
    first = b.Mul(b.Range(0, together, 1), size)
    indices = b.Reshape(b.Cast(op.inputs[1], DstT=first.dtype), b.Pack([together, count]))
    apart = b.Reshape(b.AddV2(indices, b.ExpandDims(first, 1)), [-1])
    summed = b.UnsortedSegmentSum(rows, apart, b.Mul(together, size))
    back = b.Transpose(b.Reshape(summed, b.Pack([together, size, outer, inner])), [0, 2, 1, 3])
    return b.Reshape(back, shape)


def _product(b: Any, shape: Any, begin: Any, end: Any) -> Any:
    """How many elements the axes from `begin` to before `end` have together."""
    return b.Prod(b.StridedSlice(shape, [begin], [end], [1]), 0)


def _from(b: Any, shape: Any, begin: Any) -> Any:
    return b.StridedSlice(shape, [begin], [0], [1], end_mask=1)


def _positions_of(indices: Dims) -> Dims:
    """The shape of tensors of positions, whose last axis holds the numbers of each."""
    if indices == ():
        raise ValueError("indices must have an axis of positions, the last; they are a scalar.")
    return indices


def _gathered_nd(s: ShapeScope) -> Dims:
    params, indices = s.shapes[0], _positions_of(s.shapes[1])
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


@gather_nd.together
def gather_nd_together(xp: Any, params: Any, indices: Any) -> Any:
    names_all = {}  # by what several may share
    for values, places in zip(params, indices, strict=True):
        key = values.shape, id(places)
        if key not in names_all:
            fits = places.shape == (values.size, values.ndim)
            names_all[key] = fits and bool((places == xp.argwhere(xp.ones(values.shape, bool))).all())
    return [
        values.reshape(-1) if names_all[values.shape, id(places)] else None
        for values, places in zip(params, indices, strict=True)
    ]


@gather_nd.gradient
def gather_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    params, indices = op.inputs
    return b.ScatterNd(indices, dy, b.Shape(params, out_type=indices.dtype)), None


def _scattered_nd(s: ShapeScope) -> Dims:
    indices, updates, dims = _positions_of(s.shapes[0]), s.shapes[1], s.dims(2)
    if indices is None or updates is None:
        return dims
    places, width = indices[:-1], indices[-1]
    if dims is None or width is None:
        if len(updates) < len(places):
            raise ValueError(
                f"updates of shape {show(updates)} are not one for each place of {show(places)}."
            )
        merge(updates[: len(places)], places)
    else:
        merge(updates, (*places, *dims[width:]))
    return dims


@op("ScatterNd", "indices: Tindices, updates: T, shape: Tindices -> output: T", shape=_scattered_nd)
def scatter_nd(xp: Any, indices: Any, updates: Any, shape: Any) -> Any:
    """Zeros of that shape, with the updates added at their positions.

    Shape   indices [..., k], updates [..., shape[k:]] -> shape
    Source  TF op ScatterNd, array_ops.cc
    """
    from estimator.ops._segments import reduce_rows
    from estimator.ops._sparse import row_major

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
    if depth is not None and depth < 0:
        raise ValueError(f"depth must be non-negative, given: {depth}.")
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


@where.together
def where_together(xp: Any, input: Any) -> Any:
    is_full = [mask.dtype == bool and b"\0" not in mask.tobytes() for mask in input]
    full = {mask.shape: mask for mask in compress(input, is_full)}
    positions = {shape: where(xp, mask) for shape, mask in full.items()}
    return [positions[mask.shape] if whole else None for mask, whole in zip(input, is_full, strict=True)]
