"""Ops that compute with the values of sparse tensors: products, sums, and what is done to them beside dense tensors.

Source: TensorFlow 2.15, core/ops/sparse_ops.cc; gradients: python/ops/sparse_grad.py.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, merge, show
from estimator.graph import rules
from estimator.graph.op import OpDef, ShapeScope, op
from estimator.ops._segments import reduce_rows
from estimator.ops._sparse import check_inside, entries, numbered, row_major, sizes, sparse_dims

# -- a matrix product ------------------------------------------------------------------------------


def _product(s: ShapeScope) -> Dims:
    a = rules.with_rank(sparse_dims(s, 0, 1, 2), 2, "the sparse matrix")
    b = rules.with_rank(s.shapes[3], 2, "the dense matrix")
    rows, inner = a[::-1] if s.attrs["adjoint_a"] else a
    same, columns = b[::-1] if s.attrs["adjoint_b"] else b
    rules.same_size(inner, same, "the inner sizes of a matrix product")
    return (rows, columns)


@op(
    "SparseTensorDenseMatMul",
    "a_indices: Tindices, a_values: T, a_shape: int64, b: T -> product: T",
    attrs={"Tindices": int64, "adjoint_a": False, "adjoint_b": False},
    shape=_product,
)
def sparse_tensor_dense_mat_mul(
    xp: Any, a_indices: Any, a_values: Any, a_shape: Any, b: Any, adjoint_a: bool, adjoint_b: bool
) -> Any:
    """The product of a sparse and a dense matrix, each transposed and conjugated on demand.

    Shape   a [m, k], b [k, n] -> [m, n]
    Raises  InvalidArgumentError if an entry of a is outside.
    Source  TF op SparseTensorDenseMatMul, sparse_ops.cc
    """
    shape = sizes(a_shape)
    check_inside(a_indices, shape)
    rows, columns = a_indices[:, 0], a_indices[:, 1]
    if adjoint_a:
        rows, columns, a_values, shape = columns, rows, xp.conj(a_values), shape[::-1]
    picked = xp.take(xp.conj(b.T) if adjoint_b else b, columns, axis=0)
    return reduce_rows(xp, "add", picked * a_values[:, None], rows, shape[0], 0)


@sparse_tensor_dense_mat_mul.gradient
def sparse_tensor_dense_mat_mul_gradient(b: Any, op: Any, dy: Any) -> Any:
    """dB = A* dY; an entry of dA is the product of a row of dY and one of B."""
    indices, values, shape, dense = op.inputs
    adjoint_a, adjoint_b = op.attrs["adjoint_a"], op.attrs["adjoint_b"]
    ddense = b.SparseTensorDenseMatMul(indices, values, shape, dy, adjoint_a=not adjoint_a)
    rows, columns = b.Unpack(indices, num=2, axis=1)
    if adjoint_a:
        rows, columns = columns, rows
    if adjoint_b:
        ddense, dense = b.Transpose(ddense, [1, 0]), b.Transpose(dense, [1, 0])
    dvalues = b.Sum(b.Mul(b.GatherV2(dy, rows, 0), b.GatherV2(dense, columns, 0)), [1])
    return None, dvalues, None, ddense


# -- sums and extremes over axes -------------------------------------------------------------------

_REDUCED = "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: int32 ->"


def _reduced(s: ShapeScope) -> Dims:
    dims, axes = sparse_dims(s, 0, 1, 2), s.value(3)
    if dims is None:
        return None
    if axes is None:
        return (None,) * len(dims) if s.attrs["keep_dims"] else None
    gone = rules.normal_axes(axes.reshape(-1).tolist(), len(dims))
    if s.attrs["keep_dims"]:
        return tuple(1 if axis in gone else size for axis, size in enumerate(dims))
    return tuple(size for axis, size in enumerate(dims) if axis not in gone)


def _left(indices: Any, shape: tuple[int, ...], axes: Any) -> tuple[Any, list[int], list[int]]:
    """The entries' positions on the axes that stay, these axes, and the sizes with 1 for the others."""
    check_inside(indices, shape)
    gone = rules.normal_axes(axes.reshape(-1).tolist(), len(shape))
    kept = [axis for axis in range(len(shape)) if axis not in gone]
    return indices[:, kept], kept, [1 if axis in gone else size for axis, size in enumerate(shape)]


def _reduction(name: str, ufunc_name: str, meaning: str) -> OpDef:
    def kernel(
        xp: Any, input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep_dims: bool
    ) -> Any:
        left, kept, with_ones = _left(input_indices, sizes(input_shape), reduction_axes)
        rest = tuple(with_ones[axis] for axis in kept)
        flat = reduce_rows(xp, ufunc_name, input_values, row_major(xp, left, rest), math.prod(rest), 0)
        return flat.reshape(with_ones if keep_dims else rest)

    kernel.__doc__ = f"""{meaning} of the entries over axes, as a dense tensor; 0 where there are none.

    Shape   a sparse tensor and axes -> its shape without these axes, or with 1 for them
    Raises  InvalidArgumentError if an entry is outside.
    Source  TF op {name}, sparse_ops.cc
    """
    return op(name, f"{_REDUCED} output: T", attrs={"keep_dims": False}, shape=_reduced)(kernel)


def _reduced_sparse(s: ShapeScope) -> list[Dims]:
    dims = _reduced(s)
    rank = None if dims is None else len(dims)
    return [(None, rank), (None,), (rank,)]


def _sparse_reduction(name: str, ufunc_name: str, meaning: str) -> OpDef:
    def kernel(
        xp: Any, input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep_dims: bool
    ) -> Any:
        left, kept, with_ones = _left(input_indices, sizes(input_shape), reduction_axes)
        (numbers,) = numbered(xp, left)
        _, first = xp.unique(numbers, return_index=True)
        values = reduce_rows(xp, ufunc_name, input_values, numbers, len(first), 0)
        found, shape = left[first], xp.asarray(with_ones, dtype=xp.int64)
        if not keep_dims:
            return found, values, shape[kept]
        positions = xp.zeros((len(first), len(with_ones)), xp.int64)
        positions[:, kept] = found
        return positions, values, shape

    kernel.__doc__ = f"""{meaning} of the entries over axes, as a sparse tensor in order.

    Shape   a sparse tensor and axes -> one of its shape without these axes, or with 1 for them
    Raises  InvalidArgumentError if an entry is outside.
    Source  TF op {name}, sparse_ops.cc
    """
    outputs = "output_indices: int64, output_values: T, output_shape: int64"
    return op(
        name, f"{_REDUCED} {outputs}", attrs={"keep_dims": False}, shape=_reduced_sparse, differentiable=False
    )(kernel)


sparse_reduce_sum = _reduction("SparseReduceSum", "add", "The sum")
sparse_reduce_max = _reduction("SparseReduceMax", "maximum", "The greatest")
sparse_reduce_max.differentiable = False
sparse_reduce_sum_sparse = _sparse_reduction("SparseReduceSumSparse", "add", "The sum")
sparse_reduce_max_sparse = _sparse_reduction("SparseReduceMaxSparse", "maximum", "The greatest")


@sparse_reduce_sum.gradient
def sparse_reduce_sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    indices, _, shape, axes = op.inputs
    rank = b.Size(shape)
    ones = b.Fill(b.ExpandDims(b.Size(axes), 0), 1)
    is_gone = b.Greater(b.UnsortedSegmentSum(ones, b.Reshape(b.FloorMod(axes, rank), [-1]), rank), 0)
    with_ones = b.Reshape(dy, b.SelectV2(is_gone, b.OnesLike(shape), shape))
    return None, b.GatherNd(with_ones, b.SelectV2(is_gone, b.ZerosLike(indices), indices)), None, None


# -- entries beside a dense tensor -----------------------------------------------------------------


def _beside(s: ShapeScope) -> Dims:
    count, _ = entries(s, 0, 1, 2)
    dims, dense = sparse_dims(s, 0, 1, 2), s.shapes[3]
    if dims is not None and dense is not None:
        if len(dense) > len(dims):
            raise ValueError(f"a dense tensor of shape {show(dense)} has more dimensions than {show(dims)}.")
        broadcast([dims, dense])
    return (count,)


def _cwise(name: str, ufunc_name: str, meaning: str) -> OpDef:
    def kernel(xp: Any, sp_indices: Any, sp_values: Any, sp_shape: Any, dense: Any) -> Any:
        shape = sizes(sp_shape)
        check_inside(sp_indices, shape)
        return getattr(xp, ufunc_name)(sp_values, _beside_entries(xp, sp_indices, shape, dense))

    kernel.__doc__ = f"""Each entry {meaning} what a dense tensor, repeated to the shape, has at its position.

    Shape   a sparse tensor of n entries, dense of a shape that broadcasts to its own -> [n]
    Raises  InvalidArgumentError if the dense tensor does not broadcast, or an entry is outside.
    Source  TF op {name}, sparse_ops.cc
    """
    signature = "sp_indices: int64, sp_values: T, sp_shape: int64, dense: T -> output: T"
    return op(name, signature, shape=_beside)(kernel)


def _beside_entries(xp: Any, indices: Any, shape: tuple[int, ...], dense: Any) -> Any:
    """What a dense tensor, repeated to that shape, has at the positions."""
    lead = len(shape) - dense.ndim
    if lead < 0 or any(
        own not in (1, size) for own, size in zip(dense.shape, shape[max(lead, 0) :], strict=True)
    ):
        raise InvalidArgumentError(
            f"a dense tensor of shape {show(dense.shape)} cannot be repeated to that of the sparse one, {show(shape)}."
        )
    return dense[tuple(indices[:, lead + axis] * (size > 1) for axis, size in enumerate(dense.shape))]


sparse_dense_cwise_mul = _cwise("SparseDenseCwiseMul", "multiply", "times")
sparse_dense_cwise_div = _cwise("SparseDenseCwiseDiv", "divide", "divided by")
sparse_dense_cwise_add = _cwise("SparseDenseCwiseAdd", "add", "plus")


def _dense_places(b: Any, op: Any) -> Any:
    """Where in the dense tensor that is repeated each entry finds its value."""
    indices, _, _, dense = op.inputs
    dims = b.Shape(dense, out_type=int64)
    lead = b.Sub(b.Size(op.inputs[2]), b.Size(dims))
    return b.Minimum(b.Slice(indices, b.Pack([0, lead]), [-1, -1]), b.Sub(dims, b.OnesLike(dims)))


def _dense_gradient(b: Any, op: Any, places: Any, of_entries: Any) -> Any:
    """The gradient of the dense tensor: what entries give to their places, added up."""
    return b.ScatterNd(places, of_entries, b.Shape(op.inputs[3], out_type=int64))


@sparse_dense_cwise_mul.gradient
def sparse_dense_cwise_mul_gradient(b: Any, op: Any, dy: Any) -> Any:
    places = _dense_places(b, op)
    ddense = _dense_gradient(b, op, places, b.Mul(dy, op.inputs[1]))
    return None, b.Mul(dy, b.GatherNd(op.inputs[3], places)), None, ddense


@sparse_dense_cwise_div.gradient
def sparse_dense_cwise_div_gradient(b: Any, op: Any, dy: Any) -> Any:
    places = _dense_places(b, op)
    by = b.GatherNd(op.inputs[3], places)
    ddense = _dense_gradient(b, op, places, b.Mul(dy, b.Neg(b.RealDiv(op.outputs[0], by))))
    return None, b.RealDiv(dy, by), None, ddense


@sparse_dense_cwise_add.gradient
def sparse_dense_cwise_add_gradient(b: Any, op: Any, dy: Any) -> Any:
    return None, dy, None, _dense_gradient(b, op, _dense_places(b, op), dy)


def _sum_with_dense(s: ShapeScope) -> Dims:
    return merge(sparse_dims(s, 0, 1, 2), s.shapes[3])


@op(
    "SparseTensorDenseAdd",
    "a_indices: Tindices, a_values: T, a_shape: Tindices, b: T -> output: T",
    shape=_sum_with_dense,
)
def sparse_tensor_dense_add(xp: Any, a_indices: Any, a_values: Any, a_shape: Any, b: Any) -> Any:
    """A dense tensor with the entries of a sparse one added.

    Shape   both of one shape, which is the result's
    Raises  InvalidArgumentError if an entry is outside.
    Source  TF op SparseTensorDenseAdd, sparse_ops.cc
    """
    shape = sizes(a_shape)
    check_inside(a_indices, shape)
    flat = reduce_rows(xp, "add", a_values, row_major(xp, a_indices, shape), b.size, 0)
    return b + flat.reshape(b.shape)


@sparse_tensor_dense_add.gradient
def sparse_tensor_dense_add_gradient(b: Any, op: Any, dy: Any) -> Any:
    return None, b.GatherNd(dy, op.inputs[0]), None, dy


# -- two sparse tensors ----------------------------------------------------------------------------


def _united(s: ShapeScope) -> tuple[int | None, Dims]:
    """The rank of two sparse tensors, and their shape."""
    _, rank = entries(s, 0, 1, 2)
    _, other = entries(s, 3, 4, 5)
    rank = rules.same_size(rank, other, "the ranks of the sparse tensors")
    return rank, merge(s.dims(2), s.dims(5))


def _sum(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, thresh=6)
    rank, _ = _united(s)
    return [(None, rank), (None,), (rank,)]


def _demand_one_shape(a_shape: Any, b_shape: Any) -> None:
    if a_shape.tolist() != b_shape.tolist():
        raise InvalidArgumentError(
            f"the sparse tensors differ in shape: {a_shape.tolist()} and {b_shape.tolist()}."
        )


@op(
    "SparseAdd",
    "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64, thresh: Treal "
    "-> sum_indices: int64, sum_values: T, sum_shape: int64",
    shape=_sum,
)
def sparse_add(
    xp: Any, a_indices: Any, a_values: Any, a_shape: Any, b_indices: Any, b_values: Any, b_shape: Any, thresh: Any
) -> Any:  # fmt: skip
    """The sum of two sparse tensors, without what several entries have cancelled to less than `thresh`.

    An entry that stands alone at its position is kept, however small: so TensorFlow does it.

    Shape   both of one shape, which is the result's
    Raises  InvalidArgumentError if the shapes differ.
    Source  TF op SparseAdd, sparse_ops.cc
    """
    _demand_one_shape(a_shape, b_shape)
    numbers = xp.concatenate(numbered(xp, a_indices, b_indices))
    together, values = xp.concatenate([a_indices, b_indices]), xp.concatenate([a_values, b_values])
    distinct, first, counts = xp.unique(numbers, return_index=True, return_counts=True)
    total = reduce_rows(xp, "add", values, numbers, len(distinct), 0)
    kept = xp.flatnonzero((xp.abs(total) >= thresh) | (counts == 1))
    return [together[first[kept]], total[kept], a_shape]


@sparse_add.gradient
def sparse_add_gradient(b: Any, op: Any, dindices: Any, dvalues: Any, dshape: Any) -> Any:
    da, db = b.SparseAddGrad(dvalues, op.inputs[0], op.inputs[3], op.outputs[0])
    return None, da, None, None, db, None, None


def _addends(s: ShapeScope) -> list[Dims]:
    return [rules.with_rank(s.shapes[place], 2, "the indices of a sparse tensor")[:1] for place in (1, 2)]


@op(
    "SparseAddGrad",
    "backprop_val_grad: T, a_indices: int64, b_indices: int64, sum_indices: int64 -> a_val_grad: T, b_val_grad: T",
    shape=_addends,
    differentiable=False,
)
def sparse_add_grad(xp: Any, backprop_val_grad: Any, a_indices: Any, b_indices: Any, sum_indices: Any) -> Any:
    """What the entries of two sparse tensors get of the gradient of their sum: 0 for one that is not in it.

    Source  TF op SparseAddGrad, sparse_ops.cc
    """
    total, a, b = numbered(xp, sum_indices, a_indices, b_indices)
    gradient = xp.zeros(len(total) + len(a) + len(b), backprop_val_grad.dtype)
    gradient[total] = backprop_val_grad
    return [gradient[a], gradient[b]]


def _extremes(s: ShapeScope) -> list[Dims]:
    rank, _ = _united(s)
    return [(None, rank), (None,)]


def _extreme(name: str, ufunc_name: str, meaning: str) -> None:
    def kernel(
        xp: Any, a_indices: Any, a_values: Any, a_shape: Any, b_indices: Any, b_values: Any, b_shape: Any
    ) -> Any:
        _demand_one_shape(a_shape, b_shape)
        a, b = numbered(xp, a_indices, b_indices)
        distinct, first = xp.unique(xp.concatenate([a, b]), return_index=True)
        values = xp.zeros((2, len(distinct)), a_values.dtype)
        values[0, a], values[1, b] = a_values, b_values
        together = xp.concatenate([a_indices, b_indices])
        return [together[first], getattr(xp, ufunc_name)(values[0], values[1])]

    kernel.__doc__ = f"""{meaning} of two sparse tensors at each position that has an entry; what has none counts as 0.

    Raises  InvalidArgumentError if the shapes differ.
    Source  TF op {name}, sparse_ops.cc
    """
    signature = (
        "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64 "
        "-> output_indices: int64, output_values: T"
    )
    op(name, signature, shape=_extremes, differentiable=False)(kernel)


_extreme("SparseSparseMaximum", "maximum", "The greater")
_extreme("SparseSparseMinimum", "minimum", "The less")

# -- softmax ---------------------------------------------------------------------------------------


def _entry_each(s: ShapeScope) -> Dims:
    count, rank = entries(s, 0, 1, 2)
    if rank is not None and rank < 2:
        raise ValueError(f"a softmax of sparse rows needs at least 2 dimensions, given: {rank}.")
    return (count,)


@op("SparseSoftmax", "sp_indices: int64, sp_values: T, sp_shape: int64 -> output: T", shape=_entry_each)
def sparse_softmax(xp: Any, sp_indices: Any, sp_values: Any, sp_shape: Any) -> Any:
    """The softmax over the entries of each row, the last axis; positions without an entry take no part.

    Source  TF op SparseSoftmax, sparse_ops.cc
    """
    (rows,) = numbered(xp, sp_indices[:, :-1])
    count = len(rows)
    greatest = reduce_rows(xp, "maximum", sp_values, rows, count, 0)
    powers = xp.exp(sp_values - greatest[rows])
    return powers / reduce_rows(xp, "add", powers, rows, count, 0)[rows]


@sparse_softmax.gradient
def sparse_softmax_gradient(b: Any, op: Any, dy: Any) -> Any:
    indices, _, shape = op.inputs
    y = op.outputs[0]
    flow = b.SparseReduceSum(indices, b.Mul(dy, y), shape, [-1], keep_dims=True)
    return None, b.Mul(b.SparseDenseCwiseAdd(indices, dy, shape, b.Neg(flow)), y), None
