"""Between ragged tensors and tensors all of whose rows have one length: filled up, or with entries missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32, int64, string
from estimator.core.shapes import Dims, as_dims, merge, show
from estimator.functions import arrays, indexing, logic, math, reductions
from estimator.functions.arguments import tensor_of
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.partition import RowPartition, index_vector
from estimator.functions.sparse import sparse_of
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

# -- filled up ---------------------------------------------------------------------------------------


def to_tensor(
    flat_values: Tensor, nested_row_splits: Sequence[Tensor], default_value: Any, shape: Any
) -> Tensor:
    """The rows, filled up; see :meth:`RaggedTensor.to_tensor`."""
    kind = flat_values.dtype
    empty: Any = b"" if kind is string else np.zeros((), kind.np)
    default = tensor_of(empty if default_value is None else default_value, kind, "default_value")
    if (
        default.dims is not None
        and flat_values.dims is not None
        and len(default.dims) >= len(flat_values.dims)
    ):
        raise ValueError(
            f"default_value must broadcast to the shape of one value, {show(flat_values.dims[1:])}, given the shape "
            f"{show(default.dims)}."
        )
    sizes, dims = _wanted(shape)
    result: Tensor = b.RaggedTensorToTensor(
        sizes,
        flat_values,
        default,
        list(nested_row_splits),
        row_partition_types=["ROW_SPLITS"] * len(nested_row_splits),
    )
    result.set_shape(dims)
    return result


def _wanted(shape: Any) -> tuple[Any, Dims]:
    """The shape as an input, with -1 for what is not known, and what is known of it."""
    if isinstance(shape, Tensor):
        return shape, None
    dims = (
        None
        if shape is None
        else as_dims(
            [None if size == -1 else size for size in shape] if isinstance(shape, (list, tuple)) else shape
        )
    )
    if dims is None:
        return np.array(-1, np.int32), None
    return np.array([-1 if size is None else size for size in dims], np.int64), dims


def bounding_shape(flat_values: Tensor, partitions: Sequence[RowPartition], dtype: DType) -> Tensor:
    """The shape of the smallest tensor that has room for all rows."""
    longest = [
        math.maximum(reductions.reduce_max(partition.row_lengths(), axis=0, keepdims=True), 0)
        for partition in partitions
    ]
    inner = arrays.shape(flat_values, out_type=dtype)[1:]
    count = arrays.reshape(partitions[0].nrows(dtype), [1])
    return arrays.concat([count, *(math.cast(size, dtype) for size in longest), inner], 0)


# -- cut ---------------------------------------------------------------------------------------------


def rows_of(
    tensor: Any, lengths: Any, padding: Any, ragged_rank: int, dtype: DType
) -> tuple[Tensor, list[RowPartition]]:
    """The values of the rows of a tensor, and how they are divided; see :meth:`RaggedTensor.from_tensor`."""
    x = tensor_of(tensor, name="tensor")
    nested = list(lengths) if _is_nested(lengths) else [lengths]
    _demand_possible(x, lengths, padding, ragged_rank, len(nested), dtype)
    partitions = []
    for _ in range(ragged_rank - len(nested)):
        x, partition = _uniform_rows(x, dtype)
        partitions.append(partition)
    if padding is not None:
        nested = [_lengths_without(x, tensor_of(padding, x.dtype, "padding"), dtype)]
    for one in nested:
        cut = None if one is None else index_vector(one, "lengths", dtype)
        x, partition = _uniform_rows(x, dtype) if cut is None else _cut_rows(x, math.cast(cut, dtype))
        partitions.append(partition)
    return x, partitions


def _is_nested(lengths: Any) -> bool:
    return isinstance(lengths, (list, tuple)) and any(
        np.ndim(length) or isinstance(length, Tensor) for length in lengths
    )


def _demand_possible(
    x: Tensor, lengths: Any, padding: Any, ragged_rank: Any, n_lengths: int, dtype: DType
) -> None:
    if dtype not in (int32, int64):
        raise ValueError(f"row_splits are int32 or int64, given: {dtype.name}.")
    if lengths is not None and padding is not None:
        raise ValueError(
            "lengths and padding both say where rows end: specify lengths or padding, but not both."
        )
    if not isinstance(ragged_rank, int) or isinstance(ragged_rank, bool):
        raise TypeError(f"ragged_rank must be an int, given: {ragged_rank!r}.")
    if ragged_rank < 1:
        raise ValueError(f"ragged_rank must be greater than 0, given: {ragged_rank}.")
    if n_lengths > 1 and ragged_rank not in (1, n_lengths):
        raise ValueError(f"lengths tell {n_lengths} ragged dimensions, but ragged_rank is {ragged_rank}.")
    depth = max(ragged_rank, n_lengths)
    if x.dims is not None and len(x.dims) <= depth:
        raise ValueError(
            f"{x} has {len(x.dims)} dimensions; behind the first, {depth} of them are to be ragged."
        )


def _uniform_rows(x: Tensor, dtype: DType) -> tuple[Tensor, RowPartition]:
    """The values of all rows, and that the rows are as long as the second dimension."""
    sizes, dims = arrays.shape(x, out_type=dtype), x.dims
    rows, length = sizes[0], sizes[1]
    splits = math.multiply(arrays.range(rows + 1), length)
    known = None if dims is None else dims[1]
    if dims is not None:
        splits.set_shape([None if dims[0] is None else dims[0] + 1])
    return with_joined_dims(x, 0), RowPartition(splits, length if known is None else known)


def with_joined_dims(x: Tensor, axis: int) -> Tensor:
    """The tensor with an axis and the next in one."""
    sizes = arrays.shape(x)
    both = math.multiply(sizes[axis], sizes[axis + 1])
    joined: Tensor = arrays.reshape(
        x, arrays.concat([sizes[:axis], arrays.expand_dims(both, 0), sizes[axis + 2 :]], 0)
    )
    return joined


def _cut_rows(x: Tensor, lengths: Tensor) -> tuple[Tensor, RowPartition]:
    """The values of the rows that lie before their lengths."""
    longest = arrays.shape(x, out_type=lengths.dtype)[1]
    lengths = math.maximum(math.minimum(lengths, longest), 0)
    mask = indexing.sequence_mask(lengths, longest)
    none = np.zeros(1, lengths.dtype.np)
    splits = arrays.concat([none, reductions.cumsum(lengths)], 0)
    return indexing.boolean_mask(x, mask), RowPartition(splits)


def _lengths_without(x: Tensor, padding: Tensor, dtype: DType) -> Tensor:
    """How long the rows are without the padding at their ends."""
    if x.dims is None:
        raise ValueError(f"the rank of a tensor with padding must be known, given: {x}; use set_shape.")
    merge(padding.dims, x.dims[2:] if padding.dims else padding.dims)
    filled = logic.equal(x, padding)
    if len(x.dims) > 2:
        filled = reductions.reduce_all(filled, axis=list(range(2, len(x.dims))))
    places = arrays.range(1, arrays.shape(x, out_type=dtype)[1] + 1)
    return reductions.reduce_max(math.multiply(math.cast(logic.logical_not(filled), dtype), places), axis=1)


# -- with entries missing ----------------------------------------------------------------------------


def to_sparse(flat_values: Tensor, nested_row_splits: Sequence[Tensor]) -> SparseTensor:
    """The values as entries; see :meth:`RaggedTensor.to_sparse`."""
    return SparseTensor(*b.RaggedTensorToSparse(list(nested_row_splits), flat_values))


def rows_of_sparse(sparse: Any, dtype: DType) -> tuple[Tensor, RowPartition]:
    """The entries of a sparse matrix, and how they are divided; see :meth:`RaggedTensor.from_sparse`."""
    given = sparse_of(sparse)
    rank = None if given.dims is None else len(given.dims)
    if rank is None or rank != 2:
        shown = "unknown" if rank is None else rank
        raise ValueError(f"rank(st_input) must be 2: a sparse matrix becomes ragged, given the rank {shown}.")
    rows, columns = given.indices[:, 0], given.indices[:, 1]
    partition = RowPartition.from_value_rowids(
        math.cast(rows, dtype), math.cast(given.dense_shape[0], dtype), dtype, None, validate=False
    )
    begins = math.cast(indexing.gather(partition.row_splits, rows), int64)
    places = arrays.range(arrays.shape(rows, out_type=int64)[0])
    check = assert_equal(
        columns,
        math.subtract(places, begins),
        message="SparseTensor is not right-ragged: the entries of each row must stand at 0, 1, 2 and so on.",
    )
    with check.graph.at_work().control_dependencies([check]):
        return arrays.identity(given.values), partition


# -- dimensions in one -------------------------------------------------------------------------------


def merged_with_next(x: Any, axis: int) -> Any:
    """A ragged tensor, or the tensor in it, with an axis and the next in one."""
    if isinstance(x, Tensor):
        return with_joined_dims(x, axis)
    if axis == 0:
        return x.values
    if axis > 1:
        return x.with_values(merged_with_next(x.values, axis - 1))
    inner = x.values
    if isinstance(inner, Tensor):
        size = arrays.shape(inner, out_type=x.row_splits.dtype)[1]
        return type(x)(with_joined_dims(inner, 0), RowPartition(math.multiply(x.row_splits, size)))
    return type(x)(inner.values, RowPartition(indexing.gather(inner.row_splits, x.row_splits)))
