"""Ragged tensors one after the other, and as slices along a new axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DType, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.overloads import overload
from estimator.functions import arrays, indexing, math
from estimator.functions.arguments import function_scope
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.broadcasting import demand_same_splits_dtype
from estimator.functions.ragged.partition import RowPartition, known_int
from estimator.functions.ragged.tensor import RaggedTensor, ragged_or_tensor
from estimator.graph.tensor import Tensor


def stack(values: Sequence[Any], axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Tensors of one rank as the slices of a ragged one along a new axis; their sizes may differ.

    Raises
    ------
    ValueError
        If there are none, or their ranks or the types of their splits differ.

    Source
    ------
    tf.ragged.stack, TF 1.15 ragged_concat_ops.py
    """
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    with function_scope(name, "RaggedStack", *_parts(listed)):
        result: RaggedTensor = _joined([ragged_or_tensor(value) for value in listed], axis, is_stack=True)
        return result


@overload(RaggedTensor, arrays.stack)
def _stack(values: Any, axis: int = 0, name: str = "stack") -> Any:
    return stack(values, axis, name)


@overload(RaggedTensor, arrays.concat)
def concat(values: Any, axis: Any, name: str = "concat") -> Any:
    """The rows of tensors, ragged or not, one after the other along an axis."""
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    with function_scope(name, "RaggedConcat", *_parts(listed)):
        place = known_int(axis)
        if place is None:
            raise ValueError(f"the axis along which ragged tensors are joined must be known, given: {axis}.")
        return _joined([ragged_or_tensor(value) for value in listed], place, is_stack=False)


def _parts(values: Sequence[Any]) -> list[Any]:
    return [
        part for value in values for part in (value.tensors if isinstance(value, RaggedTensor) else [value])
    ]


def _joined(given: list[Any], axis: int, is_stack: bool) -> Any:
    if not given:
        raise ValueError("there are no tensors to join, given: [].")
    if len(given) == 1 and not is_stack:
        return given[0]
    demand_same_splits_dtype(given)
    rank, place = _place(given, axis, is_stack)
    dtype = next((x.row_splits.dtype for x in given if isinstance(x, RaggedTensor)), int64)
    if is_stack and rank == 1 and place == 0:
        lengths = arrays.stack([arrays.shape(x)[0] for x in given])  # int32, as TensorFlow's are
        return RaggedTensor.from_row_lengths(arrays.concat(given, 0), lengths, validate=False)
    return _along(given, place, is_stack, dtype, rank)


def _place(given: Sequence[Any], axis: int, is_stack: bool) -> tuple[int | None, int]:
    """The rank of all, and the axis counted from the front."""
    ranks = sorted({len(x.dims) for x in given if x.dims is not None})
    if len(ranks) > 1:
        raise ValueError(f"tensors are joined that have one rank, given: {ranks}.")
    rank = ranks[0] if ranks else None
    if rank is None and axis < 0:
        raise ValueError(f"axis={axis} counts from the end, but no rank is known.")
    limit = None if rank is None else rank + is_stack
    place = axis + limit if limit is not None and axis < 0 else axis
    if place < 0 or (limit is not None and place >= limit):
        raise ValueError(f"axis={axis} is out of bounds: tensors of {rank} dimensions are joined.")
    return rank, place


def _along(given: list[Any], axis: int, is_stack: bool, dtype: DType, rank: int | None) -> Any:
    if all(isinstance(x, Tensor) for x in given) and rank is not None and axis >= rank - 1:
        return arrays.stack(given, axis) if is_stack else arrays.concat(given, axis)
    depth = max(1, *(x.ragged_rank for x in given if isinstance(x, RaggedTensor)), 1)
    ragged = [_of_ragged_rank(x, depth, dtype) for x in given]
    if axis == 0:
        return _rows_below(ragged, is_stack)
    if axis == 1:
        return _rows_beside(ragged, is_stack)
    first = ragged[0]
    checks = [
        assert_equal(x.row_splits, first.row_splits, message="Inputs must have identical ragged splits.")
        for x in ragged[1:]
        if x.row_splits is not first.row_splits
    ]
    with first.row_splits.graph.at_work().control_dependencies(checks):
        inner = None if rank is None else rank - 1
        return RaggedTensor(
            _along([x.values for x in ragged], axis - 1, is_stack, dtype, inner), first.partition
        )


def _of_ragged_rank(x: Any, depth: int, dtype: DType) -> Any:
    """The same with more of its dimensions ragged."""
    if depth == 0:
        return x
    if isinstance(x, Tensor):
        x = RaggedTensor.from_tensor(x, row_splits_dtype=dtype)
    return x if x.ragged_rank >= depth else x.with_values(_of_ragged_rank(x.values, depth - 1, dtype))


def _rows_below(ragged: Sequence[RaggedTensor], is_stack: bool) -> RaggedTensor:
    result: Any = arrays.concat([x.flat_values for x in ragged], 0)
    for layer in reversed(range(ragged[0].ragged_rank)):
        lengths = arrays.concat([x.layers[layer].partition.row_lengths() for x in ragged], 0)
        result = RaggedTensor.from_row_lengths(result, lengths, validate=False)
    if is_stack:
        counts = arrays.stack([x.nrows() for x in ragged])
        result = RaggedTensor.from_row_lengths(result, counts, validate=False)
    return result


def _rows_beside(ragged: Sequence[RaggedTensor], is_stack: bool) -> RaggedTensor:
    """The first rows of all in one row, then the second ones, and so on."""
    first, count = ragged[0], len(ragged)
    rows = first.nrows()
    checks = [
        assert_equal(x.nrows(), rows, message="Input tensors have incompatible shapes: they differ in rows.")
        for x in ragged[1:]
    ]
    with rows.graph.at_work().control_dependencies(checks):
        numbers = arrays.reshape(arrays.range(math.multiply(rows, count)), [count, -1])
        mixed: Any = indexing.gather(
            _rows_below(ragged, is_stack=False), arrays.reshape(arrays.transpose(numbers), [-1])
        )
    known = next((x.partition.static_nrows for x in ragged if x.partition.static_nrows is not None), None)
    if is_stack:
        splits = arrays.range(0, math.add(math.multiply(rows, count), 1), count)
        result = RaggedTensor(mixed, RowPartition(splits))
    else:
        splits = mixed.row_splits[::count]
        result = RaggedTensor(mixed.values, RowPartition(splits))
    splits.set_shape([None if known is None else known + 1])
    return result


near_keywords_of_functions(__name__)
