"""Ops that make, reorder, reshape, cut and join sparse tensors; what is computed with their values is in sparse_math.

Source: TensorFlow 2.15, core/ops/sparse_ops.cc; gradients: python/ops/sparse_grad.py.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._rows import check_range, count_up
from estimator.ops._segments import are_distinct_and_sorted, ascending
from estimator.ops._sparse import (
    check_inside,
    demand_ascending,
    demand_countable,
    entries,
    in_order,
    numbered,
    positions,
    row_major,
    sizes,
)

# -- to a dense tensor -----------------------------------------------------------------------------


def _dense(s: ShapeScope) -> Dims:
    rules.check_scalars(s, default_value=3)
    indices, values = s.shapes[0], s.shapes[2]
    if indices is not None and len(indices) > 2:
        raise ValueError(f"the indices of entries have at most 2 dimensions, given: {show(indices)}.")
    if indices is not None and values:
        merge(values, indices[:1] if indices else (1,))
    rank = indices[1] if indices is not None and len(indices) == 2 else None if indices is None else 1
    merge(s.shapes[1], (rank,))
    return merge(s.dims(1), None if rank is None else (None,) * rank)


@op(
    "SparseToDense",
    "sparse_indices: Tindices, output_shape: Tindices, sparse_values: T, default_value: T -> dense: T",
    attrs={"validate_indices": True},
    shape=_dense,
)
def sparse_to_dense(
    xp: Any, sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any, validate_indices: bool
) -> Any:  # fmt: skip
    """A tensor with the values at their positions, elsewhere `default_value`.

    Shape   sparse_indices [n, rank], or [n] or [] for a vector, sparse_values [n] or [] -> output_shape
    Raises  InvalidArgumentError if a position is outside; with `validate_indices` also if they do not ascend.
    Source  TF op SparseToDense, sparse_ops.cc
    """
    shape = sizes(output_shape)
    places = sparse_indices.reshape(-1, len(shape))
    check_inside(places, shape)
    if validate_indices:
        demand_ascending(xp, places)
    dense = xp.full(shape, default_value, sparse_values.dtype)
    dense[tuple(places.T)] = sparse_values
    return dense


@sparse_to_dense.gradient
def sparse_to_dense_gradient(b: Any, op: Any, dy: Any) -> Any:
    indices, shape, values, _ = op.inputs
    taken = b.GatherNd(dy, b.Reshape(indices, b.Pack([-1, b.Size(shape)])))
    rest = b.Sub(_total(b, dy), b.Sum(taken, [0]))
    dvalues = b.Reshape(taken, b.Shape(values)) if values.dims != () else b.Sum(taken, [0])
    return None, None, dvalues, rest


def _total(b: Any, x: Any) -> Any:
    return b.Sum(b.Reshape(x, [-1]), [0])


# -- order and shape -------------------------------------------------------------------------------


def _reordered(s: ShapeScope) -> list[Dims]:
    count, rank = entries(s, 0, 1, 2)
    return [(count, rank), (count,)]


@op(
    "SparseReorder",
    "input_indices: int64, input_values: T, input_shape: int64 -> output_indices: int64, output_values: T",
    shape=_reordered,
)
def sparse_reorder(xp: Any, input_indices: Any, input_values: Any, input_shape: Any) -> Any:
    """The entries in the order of their positions; equal ones stay in theirs.

    Shape   input_indices [n, rank], input_values [n], input_shape [rank] -> [n, rank], [n]
    Source  TF op SparseReorder, sparse_ops.cc
    """
    order = in_order(xp, input_indices)
    return [input_indices[order], input_values[order]]


@sparse_reorder.gradient
def sparse_reorder_gradient(b: Any, op: Any, dindices: Any, dvalues: Any) -> Any:
    indices, values, shape = op.inputs
    count = b.Size(values)
    order = b.SparseReorder(indices, b.Range(0, count, 1), shape)[1]
    return None, b.UnsortedSegmentSum(dvalues, order, count), None


def _reshaped(s: ShapeScope) -> list[Dims]:
    count, _ = entries(s, 0, None, 1)
    (rank,) = rules.with_rank(s.shapes[2], 1, "the new shape")
    return [(count, rank), (rank,)]


@op(
    "SparseReshape",
    "input_indices: int64, input_shape: int64, new_shape: int64 -> output_indices: int64, output_shape: int64",
    shape=_reshaped,
    differentiable=False,
)
def sparse_reshape(xp: Any, input_indices: Any, input_shape: Any, new_shape: Any) -> Any:
    """The positions of the entries in another shape of as many positions; one size may be -1.

    Shape   input_indices [n, rank], input_shape [rank], new_shape [k] -> [n, k], [k]
    Raises  InvalidArgumentError if the shapes differ in size, or an entry is outside.
    Source  TF op SparseReshape, sparse_ops.cc
    """
    before = sizes(input_shape)
    after = _filled_up(before, [int(size) for size in new_shape])
    check_inside(input_indices, before)
    if after == before:
        demand_countable(before)
        return [input_indices, xp.array(after, xp.int64)]
    return [positions(xp, row_major(xp, input_indices, before), after), xp.array(after, xp.int64)]


def _filled_up(before: tuple[int, ...], wanted: list[int]) -> tuple[int, ...]:
    """The new shape, with a number in the place of -1."""
    if wanted.count(-1) > 1 or any(size < -1 for size in wanted):
        raise InvalidArgumentError(f"a new shape has sizes from 0 on and at most one -1, given: {wanted}.")
    total, known = math.prod(before), math.prod(size for size in wanted if size != -1)
    rest = total // known if known else 0
    after = tuple(rest if size == -1 else size for size in wanted)
    if math.prod(after) != total or (-1 in wanted and not known):
        raise InvalidArgumentError(
            f"a sparse tensor of shape {list(before)} ({total} positions) does not fit {wanted}."
        )
    return after


# -- parts -----------------------------------------------------------------------------------------


def _concatenated(s: ShapeScope) -> list[Dims]:
    count = s.attrs["N"]
    parts = [entries(s, place, count + place, 2 * count + place) for place in range(count)]
    total = None if any(n is None for n, _ in parts) else sum(n for n, _ in parts)  # type: ignore[misc]
    rank = None
    for _, own in parts:
        rank = rules.same_size(rank, own, "the ranks of sparse tensors that are joined")
    if rank is not None:
        rules.normal_axes([s.attrs["concat_dim"]], rank)
    return [(total, rank), (total,), (rank,)]


@op(
    "SparseConcat",
    "indices: N * int64, values: N * T, shapes: N * int64 "
    "-> output_indices: int64, output_values: T, output_shape: int64",
    attrs={"concat_dim": int},
    shape=_concatenated,
    differentiable=False,
)
def sparse_concat(xp: Any, indices: Any, values: Any, shapes: Any, concat_dim: int) -> Any:
    """Sparse tensors one after the other along an axis, with the entries in order.

    Shape   the shapes agree but for the size of that axis
    Raises  InvalidArgumentError if they do not.
    Source  TF op SparseConcat, sparse_ops.cc
    """
    axis = concat_dim % len(shapes[0])
    shape = xp.array(shapes[0])
    shape[axis] = 0
    moved = []
    for place, (own, places) in enumerate(zip(shapes, indices, strict=True)):
        if any(a != b for at, (a, b) in enumerate(zip(own, shape, strict=True)) if at != axis):
            raise InvalidArgumentError(
                f"input {place} of shape {own.tolist()} cannot be joined along axis {axis} with the first of shape "
                f"{shapes[0].tolist()}."
            )
        moved.append(places + shape[axis] * (xp.arange(len(shape)) == axis))
        shape[axis] += own[axis]
    joined, together = xp.concatenate(moved), xp.concatenate(values)
    order = in_order(xp, joined)
    return [joined[order], together[order], shape]


def _parts_of(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, split_dim=0)
    _, rank = entries(s, 1, 2, 3)
    count = s.attrs["num_split"]
    return [*[(None, rank)] * count, *[(None,)] * count, *[(rank,)] * count]


@op(
    "SparseSplit",
    "split_dim: int64, indices: int64, values: T, shape: int64 "
    "-> output_indices: num_split * int64, output_values: num_split * T, output_shape: num_split * int64",
    attrs={"num_split": int},
    shape=_parts_of,
    differentiable=False,
)
def sparse_split(xp: Any, split_dim: Any, indices: Any, values: Any, shape: Any, num_split: int) -> Any:
    """A sparse tensor cut along an axis; where parts cannot be equal, the first have one position more.

    Raises  InvalidArgumentError if there is no such axis, or it is shorter than the number of parts.
    Source  TF op SparseSplit, sparse_ops.cc
    """
    axis = int(split_dim)
    if not -len(shape) <= axis < len(shape) or not 0 < num_split <= shape[axis]:
        raise InvalidArgumentError(f"axis {axis} of {shape.tolist()} cannot be cut into {num_split} parts.")
    size, longer = divmod(int(shape[axis]), num_split)
    begins = xp.array([part * size + min(part, longer) for part in range(num_split + 1)], xp.int64)
    found: list[list[Any]] = [[], [], []]
    for begin, end in zip(begins[:-1], begins[1:], strict=True):
        inside = xp.flatnonzero((indices[:, axis] >= begin) & (indices[:, axis] < end))
        places, own = indices[inside], shape.copy()
        places[:, axis] -= begin
        own[axis] = end - begin
        for part, value in zip(found, (places, values[inside], own), strict=True):
            part.append(value)
    return [value for part in found for value in part]


def _sliced(s: ShapeScope) -> list[Dims]:
    _, rank = entries(s, 0, 1, 2)
    for place in (3, 4):
        (rank,) = merge(s.shapes[place], (rank,))  # type: ignore[misc]
    return [(None, rank), (None,), (rank,)]


@op(
    "SparseSlice",
    "indices: int64, values: T, shape: int64, start: int64, size: int64 "
    "-> output_indices: int64, output_values: T, output_shape: int64",
    shape=_sliced,
)
def sparse_slice(xp: Any, indices: Any, values: Any, shape: Any, start: Any, size: Any) -> Any:
    """size[i] positions from start[i] on along each axis i, as far as there are so many.

    Source  TF op SparseSlice, sparse_ops.cc
    """
    kept = xp.flatnonzero(((indices >= start) & (indices < start + size)).all(axis=1))
    return [indices[kept] - start, values[kept], xp.maximum(xp.minimum(size, shape - start), 0)]


@sparse_slice.gradient
def sparse_slice_gradient(b: Any, op: Any, dindices: Any, dvalues: Any, dshape: Any) -> Any:
    indices, start = op.inputs[0], op.inputs[3]
    return None, b.SparseSliceGrad(dvalues, indices, start, op.outputs[0]), None, None, None


def _entries_of_second(s: ShapeScope) -> Dims:
    return rules.with_rank(s.shapes[1], 2, "the indices of a sparse tensor")[:1]


@op(
    "SparseSliceGrad",
    "backprop_val_grad: T, input_indices: int64, input_start: int64, output_indices: int64 -> val_grad: T",
    shape=_entries_of_second,
    differentiable=False,
)
def sparse_slice_grad(
    xp: Any, backprop_val_grad: Any, input_indices: Any, input_start: Any, output_indices: Any
) -> Any:
    """What the values of a sparse tensor get of the gradient of a slice: 0 outside of it.

    Source  TF op SparseSliceGrad, sparse_ops.cc
    """
    own, kept = numbered(xp, input_indices, output_indices + input_start)
    is_kept = xp.zeros(len(own) + len(kept), bool)
    is_kept[kept] = True
    result = xp.zeros(len(own), backprop_val_grad.dtype)
    result[is_kept[own]] = backprop_val_grad  # a slice has its entries in the order in which they come
    return result


# -- empty rows ------------------------------------------------------------------------------------


def _without_empty_rows(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, default_value=3)
    count, rank = entries(s, 0, 1, 2)
    if rank == 0:
        raise ValueError("a sparse tensor without dimensions has no rows.")
    dims = s.dims(2)
    return [(None, rank), (None,), (dims[0] if dims else None,), (count,)]


@op(
    "SparseFillEmptyRows",
    "indices: int64, values: T, dense_shape: int64, default_value: T "
    "-> output_indices: int64, output_values: T, empty_row_indicator: bool, reverse_index_map: int64",
    shape=_without_empty_rows,
)
def sparse_fill_empty_rows(xp: Any, indices: Any, values: Any, dense_shape: Any, default_value: Any) -> Any:
    """A sparse tensor whose empty rows get an entry, `default_value` at column 0; rows in order, entries as they came.

    It also says which rows were empty, and where each entry went.

    Shape   indices [n, rank], values [n], dense_shape [rank] -> [m, rank], [m], [dense_shape[0]], [n]
    Raises  InvalidArgumentError if an entry has a row that there is not.
    Source  TF op SparseFillEmptyRows, sparse_ops.cc
    """
    rows = indices[:, 0]
    count = int(dense_shape[0])
    check_range(rows, count, "the rows of the entries: indices[:, 0]")
    if len(rows) == count and are_distinct_and_sorted(rows):  # an entry in each row, as most often
        return [indices, values, xp.zeros(count, bool), xp.arange(count)]
    empty = xp.bincount(rows, minlength=count) == 0
    if not empty.any() and (rows[1:] >= rows[:-1]).all():
        return [indices, values, empty, xp.arange(len(rows))]
    added = xp.zeros((int(empty.sum()), indices.shape[1]), indices.dtype)
    added[:, 0] = xp.flatnonzero(empty)
    together = xp.concatenate([indices, added])
    order = ascending(xp, together[:, 0])
    places = xp.empty(len(together), xp.int64)
    places[order] = xp.arange(len(together))
    filled = xp.concatenate([values, xp.full(len(added), default_value, values.dtype)])
    return [together[order], filled[order], empty, places[: len(rows)]]


@sparse_fill_empty_rows.together
def fill_together(xp: Any, indices: Any, values: Any, dense_shape: Any, default_value: Any) -> Any:
    first = {
        id(own): own[:, 0] for own in indices if own.ndim == 2 and own.shape[1]
    }  # columns may have one between them
    is_full = dict(zip(first, count_up(xp, list(first.values())), strict=True))
    longest = max(map(len, indices))
    empty, places = xp.zeros(longest, bool), xp.arange(longest)
    found: list[Any] = []
    for own, numbers, shape, default in zip(indices, values, dense_shape, default_value, strict=True):
        fits = own.shape == (*numbers.shape, *shape.shape) and not default.ndim
        is_plain = fits and is_full.get(id(own)) and len(own) == shape[0]
        found.append((own, numbers, empty[: len(own)], places[: len(own)]) if is_plain else None)
    return found


@sparse_fill_empty_rows.gradient
def sparse_fill_empty_rows_gradient(
    b: Any, op: Any, dindices: Any, dvalues: Any, dempty: Any, dmap: Any
) -> Any:
    before, default = b.SparseFillEmptyRowsGrad(op.outputs[3], dvalues)
    return None, before, None, default


def _filled_gradients(s: ShapeScope) -> list[Dims]:
    rules.with_rank(s.shapes[1], 1, "the gradient of the values")
    return [rules.with_rank(s.shapes[0], 1, "the map of the entries"), ()]


@op(
    "SparseFillEmptyRowsGrad",
    "reverse_index_map: int64, grad_values: T -> d_values: T, d_default_value: T",
    shape=_filled_gradients,
    differentiable=False,
)
def sparse_fill_empty_rows_grad(xp: Any, reverse_index_map: Any, grad_values: Any) -> Any:
    """What the entries get of a gradient, and what is left for the default value.

    Source  TF op SparseFillEmptyRowsGrad, sparse_ops.cc
    """
    check_range(reverse_index_map, len(grad_values), "reverse_index_map")
    is_added = xp.ones(len(grad_values), bool)
    is_added[reverse_index_map] = False
    rest = xp.sum(grad_values[is_added], dtype=grad_values.dtype)
    return [grad_values[reverse_index_map], rest]
