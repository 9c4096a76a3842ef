"""Functions of sparse tensors, under TensorFlow's names; all of them take a SparseTensorValue as well.

What they give is a SparseTensor with entries in order, if those of the input are; only :func:`sparse_reorder` sorts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dims, as_dims, is_static, merge, show
from estimator.functions import arrays, math
from estimator.functions.arguments import function_scope, renamed, tensor_of
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


def sparse_placeholder(dtype: DTypeLike, shape: Any = None, name: str | None = None) -> SparseTensor:
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


def sparse_split(
    keyword_required: Any = None,
    sp_input: Any = None,
    num_split: int | None = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """A sparse tensor cut into parts along an axis; all arguments go by name.

    Parameters
    ----------
    sp_input : SparseTensor
    num_split : int
        How many parts; where they cannot be equal, the first have one position more.
    axis : int
        `split_dim` is its older name.

    Raises
    ------
    ValueError
        If an argument is missing, or does not go by name.

    Source
    ------
    tf.sparse.split, TF 1.15 sparse_ops.py
    """
    place = renamed("axis", axis, "split_dim", split_dim)
    if keyword_required is not None or sp_input is None or num_split is None or place is None:
        raise ValueError(
            "sparse_split takes its arguments by name, all three: sparse_split(sp_input=x, num_split=2, axis=1)."
        )
    parts = b.SparseSplit(place, *sparse_of(sp_input).components, num_split=num_split, name=name)
    return [SparseTensor(*parts[number::num_split]) for number in range(num_split)]


def sparse_reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same entries in a larger shape; by default in the least that has them all.

    Raises
    ------
    ValueError
        If it is known already that the new shape has another rank or a smaller size.
    """
    sparse = sparse_of(sp_input)
    indices, values, shape = (b.Identity(part) for part in sparse.components)
    if new_shape is None:
        greatest = b.Max(indices, 0)
        zero = values.graph.at_work().constant(np.int64(0))
        return SparseTensor(indices, values, b.Maximum(zero, math.add(greatest, arrays.ones_like(shape))))
    wanted = math.cast(new_shape, int64)
    dims, least = static_dims(wanted), sparse.dims
    if (
        dims is not None
        and least is not None
        and (
            len(dims) != len(least)
            or any(
                new is not None and old is not None and new < old
                for new, old in zip(dims, least, strict=True)
            )
        )
    ):
        raise ValueError(f"a new shape has no smaller sizes than {show(least)}, given: {show(dims)}.")
    fits = b.All(b.LessEqual(shape, wanted), [0])
    check = b.Assert(fits, ["a new shape has no smaller sizes than", shape, "given", wanted])
    with values.graph.at_work().control_dependencies([check]):
        return _of_shape(indices, values, b.Identity(wanted), dims)


# -- ids as positions ------------------------------------------------------------------------------


def sparse_merge(
    sp_ids: Any, sp_values: Any, vocab_size: Any, name: str | None = None, already_sorted: bool = False
) -> SparseTensor:
    """Values at the positions that ids name: the last axis counts ids, not places in a row.

    Parameters
    ----------
    sp_ids : SparseTensor or list of them
        The ids; several give several last axes.
    sp_values : SparseTensor
        A value for each id.
    vocab_size : int or list of int
        The sizes of the last axes.
    already_sorted : bool
        Whether the ids of each row ascend, so that nothing needs to be sorted.

    Raises
    ------
    ValueError
        If there is not one size for each of `sp_ids`.

    Source
    ------
    tf.sparse_merge, TF 1.15 sparse_ops.py
    """
    is_list = isinstance(sp_ids, (list, tuple)) and not isinstance(sp_ids, SparseTensorValue)
    given, sizes = (list(sp_ids), list(vocab_size)) if is_list else ([sp_ids], [vocab_size])
    if len(given) != len(sizes):
        raise ValueError(f"sparse_merge needs a size for each of {len(given)} sp_ids, given: {sizes}.")
    ids, values = [sparse_of(part) for part in given], sparse_of(sp_values)
    with function_scope(name, "SparseMerge", values.values):
        columns = [arrays.expand_dims(math.cast(part.values, int64), 1) for part in ids]
        indices = arrays.concat([ids[0].indices[:, :-1], *columns], 1)
        last = arrays.stack([math.cast(size, int64) for size in sizes])
        shape = arrays.concat([ids[0].dense_shape[:-1], last], 0)
        merged = SparseTensor(indices, values.values, shape)
        if already_sorted:
            return merged
        in_order = sparse_reorder(merged)
        return SparseTensor(in_order.indices, in_order.values, shape)


def sparse_to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """Which ids each row has, as booleans.

    Shape
    -----
    sp_input [rows..., any] -> [rows..., vocab_size]
    """
    ids = sparse_of(sp_input)
    with function_scope(name, "SparseToIndicator", *ids.components) as (_, scope):
        marks = ids.with_values(b.Fill(b.Shape(ids.values), True))
        merged = sparse_merge(ids, marks, vocab_size)
        return sparse_tensor_to_dense(merged, False, validate_indices=False, name=scope)


near_keywords_of_functions(__name__)
