"""Ops that join, cut, repeat and reorder tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.graph.slices import IndexedSlices
from estimator.graph.static import static_value


def _one_axis(s: ShapeScope, index: int, rank: int) -> int | None:
    """The axis that input `index` holds, counted from the front, if its value is known."""
    value = s.value(index)
    return None if value is None else rules.normal_axes([int(value.item())], rank)[0]


def _scalar(value: Any) -> int:
    return int(np.asarray(value).item())


def zeros_for_missing(b: Any, op: Any, dys: Sequence[Any]) -> list[Any]:
    """The incoming gradients, with zeros for outputs that nothing depends on."""
    return [b.ZerosLike(out) if dy is None else dy for out, dy in zip(op.outputs, dys, strict=True)]


# -- Pack and Unpack -------------------------------------------------------------------------------


def _packed(s: ShapeScope) -> Dims:
    dims = rules.all_alike(s)
    if dims is None:
        return None
    axis = rules.normal_axes([s.attrs["axis"]], len(dims) + 1)[0]
    return (*dims[:axis], len(s.shapes), *dims[axis:])


@op("Pack", "values: N * T -> output: T", attrs={"axis": 0}, shape=_packed, joins=True)
def pack(xp: Any, values: Any, axis: int) -> Any:
    """The values as slices along a new axis.

    Source  TF op Pack, array_ops.cc
    """
    return xp.stack(values, axis=axis)


@pack.emit
def pack_emit(p: Any, op: Any, values: Any) -> Any:
    out = p.out(op)
    axis = op.attrs["axis"] % len(out.dims)
    for place, value in enumerate(values):
        p.copy(p.view(p.part(out, axis, place, place + 1), value.dims), value)
    return out


@pack.gradient
def pack_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Unpack(dy, num=len(op.inputs), axis=op.attrs["axis"])


def _unpacked(s: ShapeScope) -> list[Dims]:
    dims, num = s.shapes[0], s.attrs["num"]
    if dims is None:
        return [None] * num
    axis = rules.normal_axes([s.attrs["axis"]], len(dims))[0]
    rules.same_size(dims[axis], num, f"num and the size of axis {axis} of {show(dims)}")
    return [dims[:axis] + dims[axis + 1 :]] * num


@op("Unpack", "value: T -> output: num * T", attrs={"axis": 0}, shape=_unpacked)
def unpack(xp: Any, value: Any, num: int, axis: int) -> Any:
    """The slices along an axis, which disappears.

    Source  TF op Unpack, array_ops.cc
    """
    rules.same_size(value.shape[axis], num, f"num and the size of axis {axis} of {show(value.shape)}")
    return [xp.take(value, index, axis=axis) for index in range(num)]


@unpack.gradient
def unpack_gradient(b: Any, op: Any, *dys: Any) -> Any:
    return b.Pack(zeros_for_missing(b, op, dys), axis=op.attrs["axis"])


# -- ConcatV2, Split, SplitV -----------------------------------------------------------------------


def _concatenated(s: ShapeScope) -> Dims:
    if s.attrs["N"] < 2:  # TensorFlow imports no graph with such an op
        raise ValueError(f"ConcatV2 joins two tensors or more, given: {s.attrs['N']}.")
    parts = [dims for dims in s.shapes[:-1] if dims is not None]
    if not parts:
        return None
    rank = len(parts[0])
    if rank == 0:
        raise ValueError("scalars cannot be concatenated; use tf.stack.")
    axis = _one_axis(s, len(s.shapes) - 1, rank)
    if axis is None:
        return (None,) * rank
    size: int | None = 0
    for dims in s.shapes[:-1]:
        here = None if dims is None or len(dims) != rank else dims[axis]
        size = None if size is None or here is None else size + here
    common: Dims = None
    for dims in parts:
        common = merge(common, tuple(None if place == axis else size for place, size in enumerate(dims)))
    assert common is not None
    return (*common[:axis], size, *common[axis + 1 :])


@op(
    "ConcatV2",
    "values: N * T, axis: Tidx -> output: T",
    attrs={"Tidx": int32},
    shape=_concatenated,
    slices=True,
    joins=True,
)
def concat(xp: Any, values: Any, axis: Any) -> Any:
    """The values one after the other along an axis.

    Source  TF op ConcatV2, array_ops.cc
    """
    return xp.concatenate(values, axis=_scalar(axis))


@concat.emit
def concat_emit(p: Any, op: Any, values: Any, axis: Any) -> Any:
    out = p.out(op)
    start, along = 0, _scalar(axis.value) % len(out.dims)
    for value in values:
        stop = start + value.dims[along]
        p.copy(p.part(out, along, start, stop), value)
        start = stop
    return out


@concat.gradient
def concat_gradient(b: Any, op: Any, dy: Any) -> Any:
    *values, axis = op.inputs
    sizes = _sizes_along(b, values, axis)
    if not isinstance(dy, IndexedSlices):
        return [*b.SplitV(dy, sizes, axis, num_split=len(values)), None]
    place = static_value(axis)
    if not isinstance(sizes, np.ndarray) or place is None:
        return [*b.SplitV(dy.as_tensor(), sizes, axis, num_split=len(values)), None]
    if int(place.item()) % len(values[0].dims) == 0:
        cut = _cut_rows(b, dy, sizes)
    else:
        cut = [(part, dy.indices) for part in b.SplitV(dy.values, sizes, axis, num_split=len(values))]
    slices = [IndexedSlices(*rows, b.Shape(part)) for part, rows in zip(values, cut, strict=True)]
    return [*slices, None]


def _places_of_parts(s: ShapeScope) -> list[Dims]:
    rank: Dims = None
    for dims in s.shapes[1:]:
        rank = merge(rank, rules.with_rank(dims, 1, "a shape"))
    return [rank] * (len(s.shapes) - 1)


@op(
    "ConcatOffset",
    "concat_dim: int32, shape: N * shape_type -> offset: N * shape_type",
    attrs={"shape_type": int32},
    shape=_places_of_parts,
    differentiable=False,
)
def concat_offset(xp: Any, concat_dim: Any, shape: Any) -> Any:
    """Where tensors of these shapes begin in what they are joined to along an axis.

    Shape   concat_dim [], each shape [rank] -> each offset [rank]
    Raises  InvalidArgumentError if there is no such axis, or the shapes differ along others.
    Source  TF op ConcatOffset, array_ops.cc
    """
    sizes = xp.stack(shape)
    (axis,) = rules.normal_axes([_scalar(concat_dim)], sizes.shape[1])
    others = xp.delete(sizes, axis, axis=1)
    if (others != others[0]).any():
        shown = " and ".join(str(tuple(dims.tolist())) for dims in shape)
        raise ValueError(f"shapes {shown} cannot be joined along axis {axis}: they differ along others.")
    offsets = xp.zeros_like(sizes)
    offsets[1:, axis] = xp.cumsum(sizes[:-1, axis])
    return list(offsets)


def _cut_rows(b: Any, dy: IndexedSlices, sizes: Any) -> list[tuple[Any, Any]]:
    """The rows that lie in each part of a table, and where they are counted from its beginning."""
    cut, kind = [], dy.indices.dtype.np
    for end, size in zip(np.cumsum(sizes), sizes, strict=True):
        places = b.Sub(dy.indices, kind.type(end - size))
        inside = b.LogicalAnd(b.GreaterEqual(places, kind.type(0)), b.Less(places, kind.type(size)))
        chosen = b.Reshape(b.Where(inside), [-1])
        cut.append((b.GatherV2(dy.values, chosen, 0), b.GatherV2(places, chosen, 0)))
    return cut


def _sizes_along(b: Any, values: Sequence[Any], axis: Any) -> Any:
    """The sizes of the values along an axis: constants where they are known before the graph runs."""
    place = static_value(axis)
    dims = [value.dims for value in values]
    if place is not None and all(
        shape is not None and shape[int(place.item())] is not None for shape in dims
    ):
        return np.array([shape[int(place.item())] for shape in dims], np.int64)
    shapes = b.ShapeN(values, out_type=int64)
    return b.Pack([b.GatherV2(shape, _from_front(b, axis, shape), 0) for shape in shapes])


def _from_front(b: Any, axis: Any, shape: Any) -> Any:
    """An axis that may be negative as a non-negative one."""
    return b.FloorMod(axis, b.Cast(b.Size(shape), DstT=axis.dtype))


def _split(s: ShapeScope) -> list[Dims]:
    dims, num = s.shapes[1], s.attrs["num_split"]
    if dims is None:
        return [None] * num
    axis = _one_axis(s, 0, len(dims))
    if axis is None:
        return [(None,) * len(dims)] * num
    size = dims[axis]
    if size is not None and size % num:
        raise ValueError(
            f"{show(dims)} cannot be split into {num} equal parts along axis {axis} of size {size}."
        )
    return [(*dims[:axis], None if size is None else size // num, *dims[axis + 1 :])] * num


@op("Split", "split_dim: int32, value: T -> output: num_split * T", shape=_split)
def split(xp: Any, split_dim: Any, value: Any, num_split: int) -> Any:
    """`num_split` equal parts along an axis.

    Raises  ValueError if the size is not a multiple of the number of parts.
    Source  TF op Split, array_ops.cc
    """
    return [part.copy() for part in xp.split(value, num_split, axis=_scalar(split_dim))]


@split.emit
def split_emit(p: Any, op: Any, split_dim: Any, value: Any) -> Any:
    return _emit_parts(p, op, value, _scalar(split_dim.value))


def _emit_parts(p: Any, op: Any, value: Any, axis: int) -> list[Any]:
    """Copies of the parts along an axis; each has the size of its output."""
    outs, start, axis = [], 0, axis % len(value.dims)
    for index in range(len(op.outputs)):
        out = p.out(op, index)
        stop = start + out.dims[axis]
        p.copy(out, p.part(value, axis, start, stop))
        outs.append(out)
        start = stop
    return outs


@split.gradient
def split_gradient(b: Any, op: Any, *dys: Any) -> Any:
    return None, _joined(b, zeros_for_missing(b, op, dys), op.inputs[0])


def _joined(b: Any, parts: Sequence[Any], axis: Any) -> Any:
    return parts[0] if len(parts) == 1 else b.ConcatV2(parts, axis)


def _split_sizes(s: ShapeScope) -> list[Dims]:
    dims, num, sizes = s.shapes[0], s.attrs["num_split"], s.dims(1)
    if dims is None:
        return [None] * num
    axis = _one_axis(s, 2, len(dims))
    if axis is None:
        return [(None,) * len(dims)] * num
    parts: list[int | None] = list(sizes) if sizes is not None else [None] * num
    total = dims[axis]
    if len(parts) != num:
        raise ValueError(f"num_split is {num}, but there are {len(parts)} sizes.")
    value = s.value(1)
    if value is not None and total is not None:
        if parts.count(None) == 1:
            parts[parts.index(None)] = total - sum(size for size in parts if size is not None)
        if sum(size or 0 for size in parts) != total or any(size is None or size < 0 for size in parts):
            raise ValueError(
                f"sizes {value.tolist()} do not add up to {total}, the size of axis {axis} of {show(dims)}."
            )
    return [(*dims[:axis], size, *dims[axis + 1 :]) for size in parts]


@op(
    "SplitV",
    "value: T, size_splits: Tlen, split_dim: int32 -> output: num_split * T",
    attrs={"Tlen": int64},
    shape=_split_sizes,
)
def split_v(xp: Any, value: Any, size_splits: Any, split_dim: Any) -> Any:
    """Parts of the given sizes along an axis; one size may be -1.

    Raises  ValueError if the sizes do not add up.
    Source  TF op SplitV, array_ops.cc
    """
    axis = _scalar(split_dim)
    sizes = [int(size) for size in size_splits]
    total = value.shape[axis]
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = total - sum(size for size in sizes if size != -1)
    if sum(sizes) != total or min(sizes) < 0:
        raise ValueError(
            f"sizes {[int(size) for size in size_splits]} do not add up to {total}, the size of axis {axis}."
        )
    ends = xp.cumsum(sizes[:-1]).tolist()
    return [part.copy() for part in xp.split(value, ends, axis=axis)]


@split_v.emit
def split_v_emit(p: Any, op: Any, value: Any, size_splits: Any, split_dim: Any) -> Any:
    return _emit_parts(p, op, value, _scalar(split_dim.value))


@split_v.gradient
def split_v_gradient(b: Any, op: Any, *dys: Any) -> Any:
    return _joined(b, zeros_for_missing(b, op, dys), op.inputs[2]), None, None


# -- Transpose, ReverseV2, Tile --------------------------------------------------------------------


def _as_many_as(numbers: Dims) -> Dims:
    """What is known of a tensor that has a dimension for each of these numbers."""
    return None if not numbers or numbers[0] is None else (None,) * numbers[0]


def _transposed(s: ShapeScope) -> Dims:
    dims, perm = s.shapes[0], s.value(1)
    if dims is None:
        return _as_many_as(s.shapes[1])
    if perm is None:
        return (None,) * len(dims)
    if sorted(perm.tolist()) != list(range(len(dims))):
        raise ValueError(f"perm {perm.tolist()} is not a permutation of the axes of {show(dims)}.")
    return tuple(dims[axis] for axis in perm)


@op("Transpose", "x: T, perm: Tperm -> y: T", attrs={"Tperm": int32}, shape=_transposed)
def transpose(xp: Any, x: Any, perm: Any) -> Any:
    """Axis i of the result is axis perm[i] of x.

    Source  TF op Transpose, array_ops.cc
    """
    return xp.transpose(x, tuple(int(axis) for axis in perm)).copy()


@transpose.gradient
def transpose_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Transpose(dy, b.InvertPermutation(op.inputs[1])), None


@op("ConjugateTranspose", "x: T, perm: Tperm -> y: T", attrs={"Tperm": int32}, shape=_transposed)
def conjugate_transpose(xp: Any, x: Any, perm: Any) -> Any:
    """As Transpose, and the conjugates of complex numbers.

    Source  TF op ConjugateTranspose, array_ops.cc
    """
    return xp.conjugate(xp.transpose(x, tuple(int(axis) for axis in perm)))


@conjugate_transpose.gradient
def conjugate_transpose_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ConjugateTranspose(dy, b.InvertPermutation(op.inputs[1])), None


@op(
    "InvertPermutation",
    "x: T -> y: T",
    attrs={"T": int32},
    shape=rules.like_first,
    differentiable=False,
)
def invert_permutation(xp: Any, x: Any) -> Any:
    """y with y[x[i]] = i.

    Source  TF op InvertPermutation, array_ops.cc
    """
    return xp.argsort(x, kind="stable").astype(x.dtype)


def _same_rank(s: ShapeScope) -> Dims:
    dims, axes = s.shapes[0], s.value(1)
    if dims is not None and axes is not None:
        rules.normal_axes(axes.tolist(), len(dims))
    return dims


@op("ReverseV2", "tensor: T, axis: Tidx -> output: T", attrs={"Tidx": int32}, shape=_same_rank)
def reverse(xp: Any, tensor: Any, axis: Any) -> Any:
    """The values in the opposite order along the given axes.

    Source  TF op ReverseV2, array_ops.cc
    """
    out = xp.empty(tensor.shape, tensor.dtype)
    _reverse_into(xp, out, tensor, axis)
    return out


@reverse.emit
def reverse_emit(p: Any, op: Any, tensor: Any, axis: Any) -> Any:
    out = p.out(op)
    p.call(_reverse_into, np, out, tensor, axis)
    return out


def _reverse_into(xp: Any, out: Any, tensor: Any, axis: Any) -> None:
    xp.copyto(out, xp.flip(tensor, axis=tuple(int(place) for place in axis)))


@reverse.gradient
def reverse_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReverseV2(dy, op.inputs[1]), None


def _tiled(s: ShapeScope) -> Dims:
    rules.with_rank(s.shapes[1], 1, "the multiples")
    dims, multiples = s.shapes[0], s.dims(1)
    if dims is None:
        return _as_many_as(s.shapes[1])
    if multiples is None:
        return (None,) * len(dims)
    if len(multiples) != len(dims):
        raise ValueError(f"{len(multiples)} multiples for the {len(dims)} dimensions of {show(dims)}.")
    return tuple(
        None if size is None or times is None else size * times
        for size, times in zip(dims, multiples, strict=True)
    )


@op(
    "Tile",
    "input: T, multiples: Tmultiples -> output: T",
    attrs={"Tmultiples": int32},
    shape=_tiled,
)
def tile(xp: Any, input: Any, multiples: Any) -> Any:
    """The input repeated multiples[i] times along axis i.

    Source  TF op Tile, array_ops.cc
    """
    return xp.tile(input, tuple(int(times) for times in multiples))


@tile.emit
def tile_emit(p: Any, op: Any, input: Any, multiples: Any) -> Any:
    out = p.out(op)
    times = [size // own if own else 0 for size, own in zip(out.dims, input.dims, strict=True)]
    repeated = [size for pair in zip(times, input.dims, strict=True) for size in pair]
    once = [size for own in input.dims for size in (1, own)]
    p.copy(p.view(out, tuple(repeated)), p.view(input, tuple(once)))
    return out


@tile.gradient
def tile_gradient(b: Any, op: Any, dy: Any) -> Any:
    x, multiples = op.inputs
    sizes = b.Shape(x, out_type=multiples.dtype)
    pairs = b.Reshape(
        b.Transpose(b.Pack([multiples, sizes]), [1, 0]), [-1]
    )  # times 0, size 0, times 1, size 1...
    return b.Sum(b.Reshape(dy, pairs), b.Range(0, b.Size(pairs), 2)), None
