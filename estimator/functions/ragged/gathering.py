"""Rows and values of ragged tensors by their numbers, by a mask, and several times."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.overloads import overload
from estimator.core.shapes import merge
from estimator.functions import arrays, counting, indexing, logic, math, rearranging, reductions
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.broadcasting import demand_same_splits_dtype
from estimator.functions.ragged.padded import with_joined_dims
from estimator.functions.ragged.partition import RowPartition, known_int
from estimator.functions.ragged.tensor import RaggedTensor, ragged_or_tensor
from estimator.graph import build as b
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

# -- by numbers --------------------------------------------------------------------------------------


@overload(RaggedTensor, indexing.gather)
def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Any:
    """The slices with the given numbers along an axis; params, indices or both are ragged."""
    parts = [part for value in (params, indices) if isinstance(value, RaggedTensor) for part in value.tensors]
    with function_scope(name, "RaggedGather", *parts):
        rows, numbers = _params_of(params), _indices_of(indices)
        demand_same_splits_dtype([rows, numbers])
        place = known_int(axis)
        place = (batch_dims or 0) if place is None else place
        if place < 0 and rows.dims is not None:
            place += len(rows.dims)
        if place < batch_dims:
            raise ValueError(f"axis={axis} lies before the {batch_dims} dimensions of the batch.")
        return _gathered(rows, numbers, place, batch_dims)


@overload(RaggedTensor, rearranging.batch_gather)
def _batch_gather(params: Any, indices: Any, name: str | None = None) -> Any:
    numbers = _indices_of(indices)
    if numbers.dims is None:
        raise ValueError(f"batch_gather does not allow indices of unknown rank, given: {indices}.")
    return gather(params, numbers, name=name, axis=len(numbers.dims) - 1, batch_dims=len(numbers.dims) - 1)


def _params_of(params: Any) -> Any:
    return ragged_or_tensor(params)


def _indices_of(indices: Any) -> Any:
    return indices if isinstance(indices, RaggedTensor) else tensor_of(indices, name="indices")


def _gathered(params: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    if isinstance(params, Tensor) and isinstance(indices, Tensor):
        return indexing.gather(params, indices, axis=axis, batch_dims=batch_dims)
    if batch_dims > 0:
        return _in_batch(params, indices, axis, batch_dims)
    if axis > 1:
        ragged = _with_rows(params, indices)
        return ragged.with_values(_gathered(ragged.values, indices, axis - 1, 0))
    if axis == 1:
        return _gathered(*_flattened(params, indices, 1 + _rank_of(indices)), 0, 0)
    if isinstance(indices, RaggedTensor):
        return indices.with_values(_gathered(params, indices.values, 0, 0))
    return _rows(params, indices)


def _rank_of(indices: Any) -> int:
    if indices.dims is None:
        raise ValueError(f"rank(indices) must be known statically, given: {indices}.")
    return len(indices.dims)


def _rows(params: RaggedTensor, indices: Tensor) -> Any:
    """The rows with the given numbers."""
    rank = _rank_of(indices)
    if rank == 0:
        return params[indices]
    *nested, flat = b.RaggedGather(
        list(params.nested_row_splits),
        params.flat_values,
        indices,
        OUTPUT_RAGGED_RANK=params.ragged_rank + rank - 1,
    )
    lengths: list[Any] = [layer.partition.static_row_length for layer in params.layers]
    assert indices.dims is not None
    lengths = [*indices.dims[1:], *lengths]
    result: Any = flat
    for splits, length in reversed(list(zip(nested, lengths, strict=True))):
        result = RaggedTensor(result, RowPartition(splits, length))
    return result


def _with_rows(params: Any, other: RaggedTensor) -> RaggedTensor:
    """Params as a ragged tensor, with splits like those of the other."""
    if isinstance(params, RaggedTensor):
        return params
    return RaggedTensor.from_tensor(params, row_splits_dtype=other.row_splits.dtype)


def _flattened(params: Any, indices: Any, rank: int) -> tuple[Any, Any]:
    """Params without their first dimension, and where in these the places of all rows are, of that rank."""
    if isinstance(params, RaggedTensor):
        values, starts = params.values, params.row_starts()
    else:
        sizes = arrays.shape(params, out_type=indices.row_splits.dtype)
        values, starts = with_joined_dims(params, 0), math.multiply(arrays.range(sizes[0]), sizes[1])
    kind = indices.dtype
    begins = arrays.reshape(math.cast(starts, kind), [-1, *[1] * (rank - 1)])
    return values, math.add(indices, begins)


def _in_batch(params: Any, indices: Any, axis: int, batch_dims: int) -> Any:
    """Each row of indices takes from its own row of params."""
    if batch_dims > 1:
        rows, numbers = _with_rows(params, indices), _with_rows(indices, params)
        return rows.with_values(_gathered(rows.values, numbers.values, axis - 1, batch_dims - 1))
    if axis > 1:
        rows = _with_rows(params, indices)
        repeated = rows.with_values(_gathered(indices, rows.value_rowids(), 0, 0))
        return _in_batch(rows, repeated, axis, batch_dims + 1)
    return _gathered(*_flattened(params, indices, _rank_of(indices)), 0, 0)


@overload(RaggedTensor, indexing.gather_nd)
def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Any:
    """The slices at places of several dimensions; the places themselves, along the last axis, are not ragged."""
    if batch_dims:
        raise ValueError("batch_dims != 0 is not supported for ragged gather: pass places in all dimensions.")
    parts = [part for value in (params, indices) if isinstance(value, RaggedTensor) for part in value.tensors]
    with function_scope(name, "RaggedGatherNd", *parts):
        if (
            isinstance(indices, RaggedTensor)
            and indices.dims
            and len(indices.dims) == indices.ragged_rank + 1
        ):
            raise ValueError(
                "The innermost dimension of indices may not be ragged: it has one number a dimension."
            )
        return _at(_params_of(params), _indices_of(indices))


def _at(params: Any, indices: Any) -> Any:
    if isinstance(indices, RaggedTensor):
        return indices.with_values(_at(params, indices.values))
    if isinstance(params, Tensor):
        return indexing.gather_nd(params, indices)
    rank, size = _rank_of(indices), indices.dims[-1] if indices.dims else None
    if rank == 0 or size is None:
        raise ValueError(f"indices.shape[-1] must be known, and there, given: {indices}.")
    if rank > 2:
        rows = RaggedTensor.from_tensor(
            indices, ragged_rank=rank - 2, row_splits_dtype=params.row_splits.dtype
        )
        found = rows.with_flat_values(_at(params, rows.flat_values))
        return found.to_tensor() if found.ragged_rank == rank - 2 else found
    if size == 0:
        return _repeated_whole(params, indices, rank)
    places, depth = indices[..., 0], 1
    while depth < size and isinstance(params, RaggedTensor):
        starts = indexing.gather(params.row_starts(), places)
        places = math.add(starts, math.cast(indices[..., depth], starts.dtype))
        params, depth = params.values, depth + 1
    if depth < size:
        rest = math.cast(indices[..., depth:], places.dtype)
        return indexing.gather_nd(params, arrays.concat([arrays.expand_dims(places, -1), rest], -1))
    return _gathered(params, places, 0, 0)


def _repeated_whole(params: RaggedTensor, indices: Tensor, rank: int) -> Any:
    """The whole of params for each place in no dimension."""
    if rank == 1:
        return params
    count = arrays.shape(indices)[:1]
    multiples = arrays.concat([count, np.ones(len(params.dims or ()), np.int32)], 0)
    return arrays.tile(arrays.expand_dims(params, 0), multiples)


# -- by a mask ---------------------------------------------------------------------------------------


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The values for which the mask is true: of each row its own, so that the result is ragged.

    Parameters
    ----------
    data : Tensor or RaggedTensor
    mask : bool Tensor or RaggedTensor
        Of the shape of the first dimensions of `data`. If it has one dimension alone, it chooses rows.

    Raises
    ------
    ValueError
        If the rank of the mask is not known, or it is a scalar.
    InvalidArgumentError
        In the run, if the rows of data and mask differ in length.

    Source
    ------
    tf.ragged.boolean_mask, TF 1.15 ragged_array_ops.py
    """
    with function_scope(name, "RaggedMask"):
        chosen = mask if isinstance(mask, RaggedTensor) else tensor_of(mask, name="mask")
        given = ragged_or_tensor(data)
        demand_same_splits_dtype([given, chosen])
        if chosen.dims is None or len(chosen.dims) == 0:
            raise ValueError(f"mask cannot be a scalar, and its rank must be known, given: {mask}.")
        dtype = next((x.row_splits.dtype for x in (given, chosen) if isinstance(x, RaggedTensor)), int64)
        return _masked(given, chosen, dtype)


def _masked(data: Any, mask: Any, dtype: DType) -> Any:
    if isinstance(data, Tensor) and isinstance(mask, Tensor):
        return _masked_dense(data, mask, dtype)
    if isinstance(mask, Tensor) and len(mask.dims or ()) == 1:
        return _rows(data, math.cast(arrays.reshape(logic.where(mask), [-1]), dtype))
    rank = min(data.ragged_rank, len(mask.dims) - 1) if isinstance(data, RaggedTensor) else mask.ragged_rank
    if isinstance(mask, Tensor):
        mask = RaggedTensor.from_tensor(mask, ragged_rank=rank, row_splits_dtype=dtype)
    if isinstance(data, Tensor):
        data = RaggedTensor.from_tensor(data, ragged_rank=rank, row_splits_dtype=dtype)
    check = assert_equal(
        mask.row_splits, data.row_splits, message="Inputs must have identical ragged splits: data and mask."
    )
    with check.graph.at_work().control_dependencies([check]):
        values = _masked(data.values, mask.values, dtype)
        if len(mask.dims) > 2:
            return RaggedTensor(values, RowPartition(mask.row_splits))
        lengths = reductions.reduce_sum(math.cast(mask, dtype), axis=1)
        return RaggedTensor.from_row_lengths(values, lengths, validate=False)


def _masked_dense(data: Tensor, mask: Tensor, dtype: DType) -> Any:
    merge(mask.dims, None if data.dims is None else data.dims[: len(mask.dims or ())])
    values: Any = indexing.boolean_mask(data, mask)
    rank = len(mask.dims or ())
    if rank == 1:
        return values
    lengths = arrays.reshape(counting.count_nonzero(mask, axis=-1, dtype=dtype), [-1])
    values = RaggedTensor.from_row_lengths(values, lengths, validate=False)
    sizes = arrays.shape(mask, out_type=dtype)
    for axis in reversed(range(rank - 2)):
        rows = reductions.reduce_prod(sizes[: axis + 1])
        values = RaggedTensor.from_uniform_row_length(values, sizes[axis + 1], rows, validate=False)
    return values


# -- several times -----------------------------------------------------------------------------------


@overload(RaggedTensor, arrays.tile)
def _tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """The rows several times, and in each its values several times."""
    with function_scope(name, "RaggedTile", *input.tensors):
        counts = tensor_of(multiples, name="multiples")
        rank = None if input.dims is None else len(input.dims)
        if rank is None or counts.dims not in (None, (None,), (rank,)):
            raise ValueError(
                f"multiples must have one entry for each dimension of {input!r}, given: {multiples}."
            )
        return _tiled(input, math.cast(counts, input.row_splits.dtype))


def _tiled(x: Any, counts: Tensor) -> Any:
    if isinstance(x, Tensor):
        return arrays.tile(x, counts)
    one = np.ones(1, counts.dtype.np)
    inner = _tiled(x.values, arrays.concat([one, counts[2:]], 0))
    times = counts[1]
    known = static_value(times)
    rows = RaggedTensor(inner, x.partition)
    if known is None or int(known) != 1:  # each row several times, and these in one row
        numbers = rearranging.repeat(arrays.range(x.nrows()), times)
        copies = _rows(rows, numbers)
        rows = RaggedTensor(copies.values, RowPartition(math.multiply(x.row_splits, times)))
    return _rows(rows, arrays.tile(arrays.range(x.nrows()), counts[:1]))


near_keywords_of_functions(__name__)
