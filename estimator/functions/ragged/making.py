"""Ragged tensors of nested lists, of ranges, of values that belong to groups, and such as each run is fed."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype, float32, float64, int32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import as_dims
from estimator.core.shown import shorten
from estimator.functions import arrays, indexing, math, ordering
from estimator.functions.arguments import dtype_or, function_scope, tensor_of
from estimator.functions.checks import assert_less, assert_non_negative
from estimator.functions.ragged.padded import with_joined_dims
from estimator.functions.ragged.partition import RowPartition, index_vector
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph import build as b
from estimator.graph.constant import to_array
from estimator.graph.graph import get_default_graph
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.tensor import Tensor

# -- of nested lists ---------------------------------------------------------------------------------


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = int64,
) -> Any:
    """A ragged tensor with the values of nested lists; a tensor, if there is nothing in them that could be ragged.

    Parameters
    ----------
    pylist : nested list
        All values are nested equally deep.
    dtype : DType, optional
    ragged_rank : int, optional
        How many dimensions are ragged: by default all but the first and those of `inner_shape`.
    inner_shape : sequence of int, optional
        The shape of one value.
    name : str, optional
    row_splits_dtype : DType
        int64 or int32.

    Raises
    ------
    ValueError
        If values are nested in different depths, or not as deep as is said.

    Example
    -------
    >>> from estimator import tf
    >>> with tf.Session() as session:
    ...     session.run(tf.ragged.constant([[1, 2], [], [3]])).to_list()
    [[1, 2], [], [3]]

    Source
    ------
    tf.ragged.constant, TF 1.15 ragged_factory_ops.py
    """
    with function_scope(name, "RaggedConstant"):
        graph = get_default_graph()
        kind = None if dtype is None else as_dtype(dtype)

        def values_of(values: Any, shape: tuple[int, ...]) -> Tensor:
            array = to_array(np.zeros(0, np.float32) if np.size(values) == 0 else values, kind)
            return graph.constant(array.reshape(shape), kind)

        def rows_of(values: Any, splits: list[int]) -> RaggedTensor:
            row_splits = graph.constant(np.array(splits, as_dtype(row_splits_dtype).np), name="row_splits")
            return RaggedTensor(values, RowPartition(row_splits))

        return _built(pylist, ragged_rank, inner_shape, values_of, rows_of)


def constant_value(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """A RaggedTensorValue with the values of nested lists, as :func:`constant` makes a ragged tensor of them.

    Raises
    ------
    ValueError
        As :func:`constant` does.

    Source
    ------
    tf.ragged.constant_value, TF 1.15 ragged_factory_ops.py
    """
    kind = as_dtype(dtype).np if hasattr(dtype, "as_numpy_dtype") else dtype

    def values_of(values: Any, shape: tuple[int, ...]) -> Any:
        return np.reshape(np.array(values, kind), shape)

    def rows_of(values: Any, splits: list[int]) -> RaggedTensorValue:
        return RaggedTensorValue(values, np.array(splits, as_dtype(row_splits_dtype).np))

    return _built(pylist, ragged_rank, inner_shape, values_of, rows_of)


def _built(
    pylist: Any,
    ragged_rank: int | None,
    inner_shape: Any,
    values_of: Callable[[Any, tuple[int, ...]], Any],
    rows_of: Callable[[Any, list[int]], Any],
) -> Any:
    scalars: set[int] = set()
    depth = _deepest(pylist, 0, scalars)
    inner = None if inner_shape is None else tuple(int(size) for size in inner_shape)
    rank = max(0, depth - 1 - len(inner or ())) if ragged_rank is None else ragged_rank
    if len(scalars) > 1:
        raise ValueError(
            f"Invalid pylist={shorten(pylist)}: all scalar values must have the same nesting depth, given: "
            f"{sorted(scalars)}."
        )
    if rank and (rank < 0 or (scalars and rank >= depth)):
        raise ValueError(
            f"Invalid pylist={shorten(pylist)}: incompatible with ragged_rank={rank}, as it is nested {depth} deep."
        )
    values, nested = pylist, []
    for _ in builtins.range(rank):
        nested.append([0, *accumulate(map(len, values))])
        values = [item for row in values for item in row]
    if inner is None:
        inner = _shape_of_each(values) if depth else ()
    if scalars and depth != (1 if depth else 0) + rank + len(inner):
        raise ValueError(
            f"Invalid pylist={shorten(pylist)}: incompatible with ragged_rank={rank} and inner_shape={inner}."
        )
    result = values_of(values, (len(values), *inner) if depth else ())
    for splits in reversed(nested):
        result = rows_of(result, splits)
    return result


def _deepest(value: Any, depth: int, scalars: set[int]) -> int:
    """In how many lists the innermost value, or empty list, stands; the depths of values are noted."""
    if isinstance(value, (list, tuple)) or np.ndim(value):
        return max((_deepest(item, depth + 1, scalars) for item in value), default=depth + 1)
    scalars.add(depth)
    return depth


def _shape_of_each(values: Sequence[Any]) -> tuple[int, ...]:
    """The shape that all values have."""
    shapes = {np.shape(to_array(value)) for value in values}
    if len(shapes) > 1:
        raise ValueError(
            f"the values have different shapes, {sorted(shapes)}, and one inner shape is wanted."
        )
    return next(iter(shapes), ())


# -- of what a run tells -----------------------------------------------------------------------------


def placeholder(dtype: Any, ragged_rank: int, value_shape: Any = None, name: str | None = None) -> Any:
    """A ragged tensor that each run is fed a RaggedTensorValue for; of ragged rank 0 a placeholder for a tensor.

    Parameters
    ----------
    dtype : DType
    ragged_rank : int
        How many dimensions are ragged.
    value_shape : sequence of int, optional
        The shape of one value.
    name : str, optional

    Source
    ------
    tf.ragged.placeholder, TF 1.15 ragged_factory_ops.py
    """
    if ragged_rank == 0:
        return arrays.placeholder(dtype, value_shape, name)
    with function_scope(name, "RaggedPlaceholder"):
        result: Any = arrays.placeholder(dtype, [None, *(as_dims(value_shape) or ())], "flat_values")
        for layer in reversed(builtins.range(ragged_rank)):
            splits = arrays.placeholder(int64, [None], f"row_splits_{layer}")
            result = RaggedTensor(result, RowPartition(splits))
        return result


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = int64,
) -> RaggedTensor:
    """A row ``starts[i], starts[i] + deltas[i], ...`` below ``limits[i]`` for each i; ``range(n)`` counts from 0.

    Parameters
    ----------
    starts, limits, deltas : vector or scalar
        What is a scalar holds for all rows.
    dtype : DType, optional
        Of the numbers: the widest of int32, int64, float32 and float64 that is among the bounds.
    name : str, optional
    row_splits_dtype : DType
        int64 or int32.

    Raises
    ------
    InvalidArgumentError
        In the run, if a delta is 0.

    Source
    ------
    tf.ragged.range, TF 1.15 ragged_math_ops.py
    """
    if limits is None:
        starts, limits = 0, starts
    with function_scope(name, "RaggedRange", starts, limits, deltas):
        bounds = [tensor_of(bound) for bound in (starts, limits, deltas)]
        order = (int32, int64, float32, float64)
        widest = max(
            (bound.dtype for bound in bounds), key=lambda kind: order.index(kind) if kind in order else 9
        )
        kind = dtype_or(dtype, widest)
        splits, values = b.RaggedRange(
            *(math.cast(bound, kind) for bound in bounds), Tsplits=as_dtype(row_splits_dtype)
        )
        return RaggedTensor(values, RowPartition(splits))


# -- of groups ---------------------------------------------------------------------------------------


def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Tensor:
    """Of each value the number of its row: ``[0, 2, 2, 5]`` gives ``[0, 0, 2, 2, 2]``.

    Source
    ------
    tf.ragged.row_splits_to_segment_ids, TF 1.15 segment_id_ops.py
    """
    with function_scope(name, "RaggedSplitsToSegmentIds", splits):
        given = index_vector(splits, "splits", int64)
        if given.dims == (0,):
            raise ValueError("Invalid row_splits: []; even of no rows there is one entry, 0.")
        ids = RowPartition(given).value_rowids()
        return math.cast(ids, dtype_or(out_type, given.dtype))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> Tensor:
    """Where the rows begin and end of which values say the numbers in ascending order: the splits of such rows.

    Source
    ------
    tf.ragged.segment_ids_to_row_splits, TF 1.15 segment_id_ops.py
    """
    with function_scope(name, "SegmentIdsToRaggedSplits", segment_ids):
        ids = index_vector(segment_ids, "segment_ids", int64)
        rows = RowPartition.from_value_rowids(ids, num_segments, ids.dtype, None, validate=False)
        return math.cast(rows.row_splits, dtype_or(out_type, ids.dtype))


def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: Any, name: str | None = None) -> Any:
    """The slices of each group in a row of its own.

    Parameters
    ----------
    data : Tensor or RaggedTensor
    partitions : Tensor or RaggedTensor, int32 or int64
        Of each slice the group it belongs to, below `num_partitions`; of the shape of the first dimensions of data.
    num_partitions : int or scalar Tensor

    Raises
    ------
    ValueError
        If the rank of the partitions is not known.
    InvalidArgumentError
        In the run, if a group is negative, or none of them.

    Source
    ------
    tf.ragged.stack_dynamic_partitions, TF 1.15 ragged_array_ops.py
    """
    with function_scope(name, "SegmentStack", num_partitions):
        given = data if isinstance(data, RaggedTensor) else tensor_of(data, name="data")
        groups = (
            partitions if isinstance(partitions, RaggedTensor) else tensor_of(partitions, name="partitions")
        )
        if groups.dims is None:
            raise ValueError(f"partitions must have known rank, given: {partitions}.")
        for _ in builtins.range(len(groups.dims) - 1):
            given, groups = _without_first_dimension(given), _without_first_dimension(groups)
        if groups.dims == ():
            given, groups = arrays.expand_dims(given, 0), arrays.expand_dims(groups, 0)
        if isinstance(given, RaggedTensor):
            groups = math.cast(groups, given.row_splits.dtype)
        count = math.cast(tensor_of(num_partitions), groups.dtype)
        checks = [
            assert_less(groups, count, message="partitions must be less than num_partitions."),
            assert_non_negative(groups, message="partitions must be non-negative."),
        ]
        with groups.graph.at_work().control_dependencies(checks):
            order = ordering.argsort(groups)
        rows = indexing.gather(groups, order)
        return RaggedTensor.from_value_rowids(indexing.gather(given, order), rows, count, validate=False)


def _without_first_dimension(x: Any) -> Any:
    """The values of all rows."""
    return x.values if isinstance(x, RaggedTensor) else with_joined_dims(x, 0)


near_keywords_of_functions(__name__)
