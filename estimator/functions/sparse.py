"""Functions of sparse tensors, under TensorFlow's names; all of them take a SparseTensorValue as well.

What they give is a SparseTensor with entries in order, if those of the input are; only :func:`sparse_reorder` sorts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import int64
from estimator.core.shapes import Dims, as_dims, is_static, merge
from estimator.functions import arrays, math
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.reductions import axes_of
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.static import static_dims, static_value
from estimator.graph.tensor import Tensor


def sparse_of(value: Any) -> SparseTensor:
    """The SparseTensor that is given, itself or as a value.

    Raises
    ------
    TypeError
        If it is neither.
    """
    if isinstance(value, SparseTensor):
        return value
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    raise TypeError(
        f"a SparseTensor is wanted, given: {value!r} ({type(value).__name__}); tf.sparse.from_dense makes one."
    )


# -- making them -----------------------------------------------------------------------------------


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A SparseTensor that each run is fed: a SparseTensorValue, or a tuple (indices, values, dense_shape).

    Parameters
    ----------
    dtype : DType
        The type of the values.
    shape : list, TensorShape or Tensor, optional
        What is known of the dense shape, with None or -1 for what is not; it is used where a run feeds none.

    Source
    ------
    tf.sparse_placeholder, TF 1.15 array_ops.py
    """
    names = [
        None if name is None else f"{name}/{part}" for part in ("shape_default", "shape", "values", "indices")
    ]
    known, default = _known_shape(shape, names[0])
    if default is None:
        dense_shape = arrays.placeholder(int64, [None], names[1])
    else:
        dense_shape = arrays.placeholder_with_default(default, default.dims, names[1])
    rank = (dense_shape.dims or (None,))[0]
    values = arrays.placeholder(dtype, [None], names[2])
    result = SparseTensor(arrays.placeholder(int64, [None, rank], names[3]), values, dense_shape)
    result.set_shape(known)
    return result


def _known_shape(shape: Any, name: str | None) -> tuple[Dims, Tensor | None]:
    """What is known of a shape, and the tensor of it, with -1 for what is not."""
    if shape is None or isinstance(shape, Tensor):
        return None, shape
    if isinstance(shape, (list, tuple)):
        shape = [None if size == -1 else size for size in shape]
    dims = as_dims(shape)
    if dims is None:
        return None, None
    sizes = [-1 if size is None else size for size in dims]
    return dims, get_default_graph().convert(sizes, int64, name)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The values of a tensor that are not 0 (or the empty text), where they are."""
    with function_scope(name, "dense_to_sparse", tensor):
        x = tensor_of(tensor)
        indices = b.Where(b.NotEqual(x, b.ZerosLike(x)))
        return SparseTensor(indices, b.GatherNd(x, indices), arrays.shape(x, out_type=int64))


# -- making them dense -----------------------------------------------------------------------------


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A tensor with values at positions, elsewhere `default_value`.

    Shape
    -----
    sparse_indices [n, rank], or [n] for a vector; sparse_values [n] or one for all

    Source
    ------
    tf.sparse_to_dense, TF 1.15 sparse_ops.py
    """
    return b.SparseToDense(
        sparse_indices,
        output_shape,
        sparse_values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """The tensor that a sparse one stands for.

    Parameters
    ----------
    sp_input : SparseTensor
    default_value : optional
        What stands where there is no entry; 0 (or the empty text) by default.
    validate_indices : bool
        Whether a run refuses entries that are not in order or repeated; else the last of equal ones counts.

    Source
    ------
    tf.sparse.to_dense, TF 1.15 sparse_ops.py
    """
    sparse = sparse_of(sp_input)
    default = arrays.zeros([], sparse.dtype) if default_value is None else default_value
    return b.SparseToDense(
        sparse.indices,
        sparse.dense_shape,
        sparse.values,
        default,
        validate_indices=validate_indices,
        name=name,
    )


# -- order, shape, parts ---------------------------------------------------------------------------


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same entries in the order of their positions."""
    sparse = sparse_of(sp_input)
    indices, values = b.SparseReorder(*sparse.components, name=name)
    if is_static(sparse.dims):
        return SparseTensor(indices, values, sparse.dims)
    return _of_shape(indices, values, b.Identity(sparse.dense_shape), sparse.dims)


def _of_shape(indices: Tensor, values: Tensor, dense_shape: Tensor, dims: Dims) -> SparseTensor:
    """The SparseTensor, with a constant shape if all of it is known."""
    if is_static(dims):
        dense_shape = dense_shape.graph.at_work().constant(dims, int64)
    result = SparseTensor(indices, values, dense_shape)
    result.set_shape(dims)
    return result


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same entries, counted row after row, in another shape; one size may be -1.

    Raises
    ------
    ValueError
        If it is known already that both shapes differ in size.

    Source
    ------
    tf.sparse.reshape, TF 1.15 sparse_ops.py
    """
    sparse = sparse_of(sp_input)
    wanted = math.cast(shape, int64)
    with function_scope(name, "SparseReshape", *sparse.components) as (_, scope):
        indices, dense_shape = b.SparseReshape(sparse.indices, sparse.dense_shape, wanted, name=scope)
        dims = _shape_after(sparse.dims, static_dims(wanted))
        return _of_shape(indices, b.Identity(sparse.values), dense_shape, dims)


def _shape_after(before: Dims, after: Dims) -> Dims:
    """The shape of a reshaped tensor, with a size that is asked for as -1 where all others are known.

    Raises
    ------
    ValueError
        If both are known and differ in size.
    """
    if after is None or not is_static(before):
        return after
    total = int(np.prod(before, dtype=np.int64))  # type: ignore[arg-type]  # static
    known = int(np.prod([size for size in after if size is not None], dtype=np.int64))
    filled = after
    if after.count(None) == 1 and known:
        filled = tuple(total // known if size is None else size for size in after)
    if is_static(filled) and int(np.prod(filled, dtype=np.int64)) != total:  # type: ignore[arg-type]
        raise ValueError(f"a sparse tensor of shape {list(before)} cannot be reshaped to {list(after)}.")  # type: ignore[arg-type]
    return filled


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The entries for which `to_retain`, a vector of booleans, is true."""
    sparse, kept = sparse_of(sp_input), tensor_of(to_retain)
    kept.set_shape(sparse.values.shape)
    places = b.Reshape(b.Where(kept), [-1])
    indices, values = b.GatherV2(sparse.indices, places, 0), b.GatherV2(sparse.values, places, 0)
    return SparseTensor(indices, values, b.Identity(sparse.dense_shape))


def sparse_slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """size[i] positions from start[i] on along each axis i, as far as there are so many."""
    sparse = sparse_of(sp_input)
    begin, sizes = tensor_of(start, int64), tensor_of(size, int64)
    with function_scope(name, "SparseSlice", *sparse.components) as (_, scope):
        return SparseTensor(*b.SparseSlice(*sparse.components, begin, sizes, name=scope))


def sparse_concat(
    axis: int,
    sp_inputs: Sequence[Any],
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: int | None = None,
    expand_nonconcat_dims: bool | None = None,
) -> SparseTensor:
    """Sparse tensors one after the other along an axis.

    Parameters
    ----------
    axis : int
    sp_inputs : list of SparseTensor
    expand_nonconcat_dims : bool
        Whether the other sizes may differ: the greatest counts. `expand_nonconcat_dim` is its older name.

    Source
    ------
    tf.sparse.concat, TF 1.15 sparse_ops.py
    """
    place = renamed("axis", axis, "concat_dim", concat_dim)
    parts = [sparse_of(part) for part in sp_inputs]
    if len(parts) == 1:
        return parts[0]
    shapes = [part.dense_shape for part in parts]
    is_expanded = expand_nonconcat_dim if expand_nonconcat_dims is None else expand_nonconcat_dims
    if is_expanded:
        shapes = _greatest_but_along(shapes, place)
    found = b.SparseConcat(
        [part.indices for part in parts], [part.values for part in parts], shapes, concat_dim=place, name=name
    )
    return _of_shape(*found, _joined([part.dims for part in parts], place, is_expanded))


def _joined(shapes: Sequence[Dims], axis: int, is_expanded: bool) -> Dims:
    """What is known of the shape of tensors that are joined along an axis."""
    if any(dims is None for dims in shapes):
        return None
    columns: list[Any] = list(zip(*shapes, strict=True))
    along = axis % len(columns)
    if is_expanded:
        sizes = [_of_known(max, column) for column in columns]
    else:
        others: Dims = None
        for dims in shapes:
            others = merge(others, _without_size(dims, along))
        sizes = list(others or ())
    sizes[along] = _of_known(sum, columns[along])
    return tuple(sizes)


def _of_known(combine: Any, sizes: Sequence[int | None]) -> int | None:
    return None if None in sizes else combine(sizes)


def _without_size(dims: Any, axis: int) -> Dims:
    return (*dims[:axis], None, *dims[axis + 1 :])


def _greatest_but_along(shapes: Sequence[Tensor], axis: int) -> list[Tensor]:
    """The shapes with the greatest of the sizes along each axis but this one."""
    greatest = b.Max(b.Pack(list(shapes)), 0)
    rank = arrays.shape(greatest)[0]
    is_axis = b.Equal(b.Range(0, rank, 1), axis % rank)
    return [b.SelectV2(is_axis, shape, greatest) for shape in shapes]


def sparse_transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in another order, reversed by default, and the entries in the order of their new positions."""
    sparse = sparse_of(sp_input)
    with function_scope(name, "SparseTranspose", *sparse.components):
        if perm is None:
            rank = arrays.rank(sparse) if sparse.dims is None else len(sparse.dims)
            perm = rank - 1 - arrays.range(0, rank, 1)
        order = tensor_of(perm)
        indices = b.GatherV2(sparse.indices, order, 1)
        result = SparseTensor(indices, sparse.values, b.GatherV2(sparse.dense_shape, order, 0))
        known = static_value(order)
        if known is not None and sparse.dims is not None:
            result.set_shape([sparse.dims[axis] for axis in known])
        return sparse_reorder(result)


def sparse_expand_dims(sp_input: Any, axis: int | None = None, name: str | None = None) -> SparseTensor:
    """One more dimension, of size 1, at `axis`; by default the last."""
    sparse = sparse_of(sp_input)
    with function_scope(name, "expand_dims", *sparse.components):
        rank = arrays.shape(sparse.dense_shape)[0]
        place = -1 if axis is None else axis
        at = place if place >= 0 else rank + place + 1
        before, after = sparse.indices[:, :at], sparse.indices[:, at:]
        column = arrays.zeros([arrays.shape(sparse.indices)[0], 1], int64)
        indices = arrays.concat([before, column, after], 1)
        shape = arrays.concat([sparse.dense_shape[:at], np.array([1]), sparse.dense_shape[at:]], 0)
        return SparseTensor(indices, sparse.values, shape)


def sparse_fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """A sparse tensor whose empty rows have one entry, `default_value` at column 0; and which rows that are.

    Shape
    -----
    sp_input [rows, ...] -> [rows, ...], [rows]
    """
    sparse = sparse_of(sp_input)
    with function_scope(name, "SparseFillEmptyRows", *sparse.components) as (graph, _):
        default = graph.convert(default_value, sparse.dtype)
        indices, values, is_empty, _ = b.SparseFillEmptyRows(*sparse.components, default)
        return SparseTensor(indices, values, sparse.dense_shape), is_empty


# -- computing with them ---------------------------------------------------------------------------


def sparse_reduce_sum(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The sum of the entries over axes, all by default, as a dense tensor."""
    return _reduced("SparseReduceSum", sp_input, (axis, reduction_axes), (keepdims, keep_dims))


def sparse_reduce_max(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The greatest of the entries over axes, all by default, as a dense tensor; 0 where there are none."""
    return _reduced("SparseReduceMax", sp_input, (axis, reduction_axes), (keepdims, keep_dims))


def _reduced(op_type: str, sp_input: Any, axes: tuple[Any, Any], keep: tuple[Any, Any]) -> Tensor:
    """The reduction; of axes and keep there is the name of today and the old one."""
    sparse = sparse_of(sp_input)
    over = axes_of(sparse, renamed("axis", axes[0], "reduction_axes", axes[1]))
    is_kept = bool(renamed("keepdims", keep[0], "keep_dims", keep[1]))
    result: Tensor = getattr(b, op_type)(*sparse.components, over, keep_dims=is_kept)
    return result


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse and a dense matrix, in either order; each transposed and conjugated on demand.

    Shape
    -----
    sp_a [m, k], b [k, n] -> [m, n]

    Source
    ------
    tf.sparse.matmul, TF 1.15 sparse_ops.py
    """
    if isinstance(b, (SparseTensor, SparseTensorValue)):  # the other way round: (AB)' = B'A'
        turned = sparse_tensor_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a, name)
        return arrays.transpose(turned)
    sparse = sparse_of(sp_a)
    with function_scope(name, "SparseTensorDenseMatMul", sparse.values, b) as (graph, _):
        dense = graph.convert(b, sparse.dtype, "b")
        attrs = {"adjoint_a": adjoint_a, "adjoint_b": adjoint_b}
        product: Tensor = graph.apply("SparseTensorDenseMatMul", (*sparse.components, dense), attrs)
        return product


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """The sum of two sparse tensors, as one, or of a sparse and a dense one, as a dense one.

    Parameters
    ----------
    threshold : number
        Of two sparse tensors, entries of the sum nearer to 0 are left out; 0 keeps all. `thresh` is its older name.

    Raises
    ------
    TypeError
        If neither is sparse.

    Source
    ------
    tf.sparse.add, TF 1.15 sparse_ops.py
    """
    are_sparse = [isinstance(x, (SparseTensor, SparseTensorValue)) for x in (a, b)]
    if not any(are_sparse):
        raise TypeError(f"sparse_add adds a SparseTensor, given: {a!r} and {b!r}; use tf.add.")
    limit = renamed("threshold", threshold, "thresh", thresh)
    if not all(are_sparse):
        sparse, dense = (sparse_of(a), b) if are_sparse[0] else (sparse_of(b), a)
        return sparse.values.graph.at_work().apply("SparseTensorDenseAdd", (*sparse.components, dense), {})
    left, right = sparse_of(a), sparse_of(b)
    graph = left.values.graph.at_work()
    least = graph.convert(0 if limit is None else limit, left.dtype.real_dtype, "threshold")
    indices, values, shape = graph.apply("SparseAdd", (*left.components, *right.components, least), {})
    dims = merge(left.dims, right.dims)
    return SparseTensor(indices, values, dims if is_static(dims) else shape)


def sparse_softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over the entries of each row, the last axis; positions without an entry take no part."""
    sparse = sparse_of(sp_input)
    with function_scope(name, "SparseSoftmax", sparse.indices, sparse.values):
        return sparse.with_values(b.SparseSoftmax(*sparse.components))


def sparse_maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The greater of two sparse tensors at each position that has an entry; what has none counts as 0."""
    return _extreme("SparseSparseMaximum", sp_a, sp_b, name)


def sparse_minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The less of two sparse tensors at each position that has an entry; what has none counts as 0."""
    return _extreme("SparseSparseMinimum", sp_a, sp_b, name)


def _extreme(op_type: str, sp_a: Any, sp_b: Any, name: str | None) -> SparseTensor:
    left, right = sparse_of(sp_a), sparse_of(sp_b)
    with function_scope(name, op_type, left.values, right.values) as (graph, scope):
        indices, values = graph.apply(op_type, (*left.components, *right.components), {"name": scope})
    return SparseTensor(indices, values, left.dense_shape)
