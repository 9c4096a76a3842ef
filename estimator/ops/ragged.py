"""Ops of ragged tensors: values, and for each dimension that is ragged where its rows begin and end.

``row_splits`` of n rows have n + 1 entries: row i is ``values[row_splits[i]:row_splits[i + 1]]``. Splits may nest,
those of the outermost rows first.

Source: TensorFlow 2.15, core/ops/ragged_array_ops.cc, ragged_conversion_ops.cc, ragged_math_ops.cc; gradients:
python/ops/ragged/ragged_conversion_ops.py, ragged_gather_ops.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32, int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradient
from estimator.graph.op import ShapeScope, op
from estimator.ops._splits import counted, demand_nested, demand_splits, rows_of, splits_of

# -- to a tensor -----------------------------------------------------------------------------------


def _filled_up(s: ShapeScope) -> Dims:
    kinds = _texts(s.attrs["row_partition_types"])
    n_ragged = sum(kind != "FIRST_DIM_SIZE" for kind in kinds)
    inner = None if s.shapes[1] is None else s.shapes[1][1:]
    first = s.shapes[3]
    count = None if kinds[0] != "ROW_SPLITS" or not first or first[0] is None else first[0] - 1
    found: Dims = None if inner is None else (count, *(None,) * n_ragged, *inner)
    wanted = s.value(0)
    if wanted is None:
        return found
    if np.ndim(wanted) == 0:
        if int(wanted) != -1:
            raise ValueError(f"the shape must be -1 or a vector, given: {int(wanted)}.")
        return found
    asked = tuple(None if size < 0 else int(size) for size in np.asarray(wanted).tolist())
    if found is None:
        return asked
    if len(asked) != len(found):
        raise ValueError(
            f"the shape {show(asked)} has {len(asked)} sizes, and the ragged tensor {len(found)} dimensions."
        )
    inside = merge(asked[1 + n_ragged :], inner)
    assert inside is not None
    outside = zip(asked[: 1 + n_ragged], found, strict=False)
    return (*(known if size is None else size for size, known in outside), *inside)


def _texts(kinds: Sequence[Any]) -> list[str]:
    return [kind.decode() if isinstance(kind, bytes) else kind for kind in kinds]


@op(
    "RaggedTensorToTensor",
    "shape: Tshape, values: T, default_value: T, row_partition_tensors: num_row_partition_tensors * Tindex "
    "-> result: T",
    attrs={"row_partition_types": list[str]},
    shape=_filled_up,
)
def ragged_tensor_to_tensor(
    xp: Any,
    shape: Any,
    values: Any,
    default_value: Any,
    row_partition_tensors: Any,
    row_partition_types: Any,
    **_: Any,
) -> Any:
    """The rows in a tensor: shorter ones are filled up with the default value, what does not fit is cut off.

    The partitions, one for each ragged dimension from the outermost on, are said by splits (ROW_SPLITS), or by the
    number of its row for each value (VALUE_ROWIDS), before which the number of rows stands (FIRST_DIM_SIZE).

    Shape   shape [] (-1: as large as needed) or [rank], values [n, inner...], default_value that broadcasts to
            [inner...] -> [rows, longest..., inner...]
    Raises  InvalidArgumentError if the partitions do not go together, or the shape does not fit
    Source  TF op RaggedTensorToTensor, ragged_conversion_ops.cc
    """
    kinds = _texts(row_partition_types)
    if kinds[0] == "FIRST_DIM_SIZE":
        count = int(row_partition_tensors[0])
        kinds, row_partition_tensors = kinds[1:], row_partition_tensors[1:]
    else:
        count = len(row_partition_tensors[0]) - 1
    layers = [_layer(kind, given) for kind, given in zip(kinds, row_partition_tensors, strict=True)]
    if len(layers[-1][0]) != len(values):
        raise InvalidArgumentError(
            f"the last row partition has {len(layers[-1][0])} values, and there are {len(values)}."
        )
    sizes = [count, *(int(places.max(initial=-1)) + 1 for _, places in layers), *values.shape[1:]]
    if xp.ndim(shape):
        sizes = [size if wanted < 0 else int(wanted) for wanted, size in zip(shape, sizes, strict=True)]
    at = _coordinates(layers)
    fits = xp.all([places < size for places, size in zip(at, sizes, strict=False)], axis=0)
    result = xp.empty(sizes, values.dtype)
    result[...] = xp.broadcast_to(default_value, sizes[1 + len(layers) :])
    result[tuple(places[fits] for places in at)] = values[fits]
    return result


def _layer(kind: str, given: Any) -> tuple[Any, Any]:
    """For each value of a partition the number of its row, and its place in it."""
    if kind == "ROW_SPLITS":
        demand_splits(given, int(given[-1]) if len(given) else 0)
        rows, starts = rows_of(given), given
    elif kind == "VALUE_ROWIDS":
        if np.any(given[1:] < given[:-1]) or np.any(given[:1] < 0):
            raise InvalidArgumentError(f"row ids must be in ascending order, given: {given.tolist()[:20]}.")
        rows = np.asarray(given)
        starts = np.searchsorted(rows, np.arange(int(rows[-1]) + 1)) if len(rows) else rows
    else:
        raise InvalidArgumentError(
            f"a row partition of type {kind!r} is not known; it is ROW_SPLITS or VALUE_ROWIDS, behind FIRST_DIM_SIZE."
        )
    return rows, np.arange(len(rows)) - np.asarray(starts)[rows]


def _coordinates(layers: Sequence[tuple[Any, Any]]) -> list[Any]:
    """For each of the innermost values where it stands in each of the dimensions."""
    rows, places = layers[-1]
    at = [places]
    for outer_rows, outer_places in reversed(layers[:-1]):
        at.insert(0, outer_places[rows])
        rows = outer_rows[rows]
    return [rows, *at]


@ragged_tensor_to_tensor.gradient
def ragged_tensor_to_tensor_gradient(b: Any, op: Any, dy: Any) -> Any:
    """Each value gets what came to its place, the default value the sum of what came to all others."""
    _, values, default, *partitions = op.inputs
    kinds = op.attrs["row_partition_types"]
    size = b.Shape(values)
    depth = 1 + sum(kind != "FIRST_DIM_SIZE" for kind in _texts(kinds))
    number = b.RaggedTensorToTensor(  # the number of the value that stands there, -1 for the default
        b.Shape(dy)[:depth], b.Range(0, size[0], 1), -1, partitions, row_partition_types=kinds
    )
    rows = b.Reshape(dy, b.ConcatV2([[-1], size[1:]], 0))
    numbers = b.Reshape(number, [-1])
    dvalues = b.UnsortedSegmentSum(rows, numbers, size[0])  # negative numbers are left out
    others = b.UnsortedSegmentSum(rows, b.SelectV2(b.Equal(numbers, -1), 0, -1), 1)
    total = b.Reshape(others, size[1:])
    return None, dvalues, fit_gradient(b, total, default, [total]), *(None for _ in partitions)


# -- to a sparse tensor ----------------------------------------------------------------------------


def _entries(s: ShapeScope) -> list[Dims]:
    dims, n_ragged = s.shapes[-1], len(s.shapes) - 1
    if dims is None:
        return [(None, None), (None,), (None,)]
    rank = n_ragged + len(dims)
    size = None if None in dims else math.prod(dims)  # type: ignore[arg-type]  # none is None
    return [(size, rank), (size,), (rank,)]


@op(
    "RaggedTensorToSparse",
    "rt_nested_splits: RAGGED_RANK * Tsplits, rt_dense_values: T "
    "-> sparse_indices: int64, sparse_values: T, sparse_dense_shape: int64",
    attrs={"Tsplits": int64},
    shape=_entries,
)
def ragged_tensor_to_sparse(xp: Any, rt_nested_splits: Any, rt_dense_values: Any) -> Any:
    """The values of a ragged tensor as the entries of a sparse one.

    Shape   rt_dense_values [n, inner...] -> indices [m, rank], values [m], dense_shape [rank]
    Raises  InvalidArgumentError if the splits do not go together
    Source  TF op RaggedTensorToSparse, ragged_conversion_ops.cc
    """
    demand_nested(rt_nested_splits, len(rt_dense_values))
    layers = [_layer("ROW_SPLITS", splits) for splits in rt_nested_splits]
    inner = rt_dense_values.shape[1:]
    size = math.prod(inner)
    columns = [xp.repeat(places, size) for places in _coordinates(layers)]
    columns += [xp.tile(places.reshape(-1), len(rt_dense_values)) for places in xp.indices(inner)]
    longest = [int(xp.max(xp.diff(splits), initial=0)) for splits in rt_nested_splits]
    shape = xp.array([len(rt_nested_splits[0]) - 1, *longest, *inner], xp.int64)
    return [xp.stack(columns, 1).astype(xp.int64), rt_dense_values.reshape(-1), shape]


@ragged_tensor_to_sparse.gradient
def ragged_tensor_to_sparse_gradient(b: Any, op: Any, dindices: Any, dvalues: Any, dshape: Any) -> Any:
    *splits, values = op.inputs
    return *(None for _ in splits), b.Reshape(dvalues, b.Shape(values))


# -- ranges ----------------------------------------------------------------------------------------


def _ranges(s: ShapeScope) -> list[Dims]:
    n_rows = 1 if all(dims == () for dims in s.shapes) else None
    for dims, name in zip(s.shapes, ("starts", "limits", "deltas"), strict=True):
        if dims is not None and len(dims) > 1:
            raise ValueError(f"{name} must be a scalar or a vector, given the shape {show(dims)}.")
        if dims:
            n_rows = rules.same_size(n_rows, dims[0], "the lengths of starts, limits and deltas")
    return [(None if n_rows is None else n_rows + 1,), (None,)]


@op(
    "RaggedRange",
    "starts: T, limits: T, deltas: T -> rt_nested_splits: Tsplits, rt_dense_values: T",
    attrs={"T": int32, "Tsplits": int64},
    shape=_ranges,
    differentiable=False,
)
def ragged_range(xp: Any, starts: Any, limits: Any, deltas: Any, Tsplits: DType) -> Any:
    """A row of numbers from each start below its limit; what is a scalar holds for all rows.

    Shape   [n] or [] each -> splits [n + 1], values [m]
    Raises  InvalidArgumentError if a delta is 0, or the vectors differ in length
    Source  TF op RaggedRange, ragged_math_ops.cc
    """
    if xp.any(deltas == 0):
        raise InvalidArgumentError("Requires delta != 0: no steps lead from a start to another limit.")
    lengths = {len(bound) for bound in (starts, limits, deltas) if xp.ndim(bound)}
    first, last, steps = (
        xp.broadcast_to(bound, max(lengths, default=1)) for bound in (starts, limits, deltas)
    )
    span, size = xp.where(steps > 0, last - first, first - last), xp.abs(steps)
    counts = -(-span // size) if starts.dtype.kind == "i" else xp.ceil(span / size)
    counts = xp.maximum(counts, 0).astype(xp.int64)
    places = counted(xp.zeros(len(counts), xp.int64), counts)
    values = xp.repeat(first, counts) + places.astype(starts.dtype) * xp.repeat(steps, counts)
    return [splits_of(counts, Tsplits.np), values.astype(starts.dtype)]


# -- rows ------------------------------------------------------------------------------------------


def _gathered(s: ShapeScope) -> list[Dims]:
    indices, values, splits = s.shapes[-1], s.shapes[-2], s.shapes[:-2]
    n_out = s.attrs["OUTPUT_RAGGED_RANK"]
    if indices is not None and n_out != len(indices) + len(splits) - 1:
        raise ValueError(
            f"OUTPUT_RAGGED_RANK is {n_out}; indices of {len(indices)} dimensions and params of ragged rank "
            f"{len(splits)} give {len(indices) + len(splits) - 1}."
        )
    found: list[Dims] = [(None,)] * n_out
    if indices and indices[0] is not None and n_out:
        found[0] = (indices[0] + 1,)
    return [*found, None if values is None else (None, *values[1:])]


@op(
    "RaggedGather",
    "params_nested_splits: PARAMS_RAGGED_RANK * Tsplits, params_dense_values: Tvalues, indices: Tindices "
    "-> output_nested_splits: OUTPUT_RAGGED_RANK * Tsplits, output_dense_values: Tvalues",
    attrs={"Tsplits": int64},
    shape=_gathered,
)
def ragged_gather(
    xp: Any,
    params_nested_splits: Any,
    params_dense_values: Any,
    indices: Any,
    OUTPUT_RAGGED_RANK: int,
    **_: Any,
) -> Any:
    """The rows with the given numbers.

    Shape   indices [k...]; the result has k... rows, of which all but the first dimension count as ragged
    Raises  InvalidArgumentError if there is no such row, or the splits do not go together
    Source  TF op RaggedGather, ragged_array_ops.cc
    """
    demand_nested(params_nested_splits, len(params_dense_values))
    n_rows = len(params_nested_splits[0]) - 1
    rows = indices.reshape(-1).astype(xp.int64)
    outside = xp.flatnonzero((rows < 0) | (rows >= n_rows))
    if len(outside):
        raise InvalidArgumentError(f"indices[{outside[0]}] = {rows[outside[0]]} is not in [0, {n_rows}).")
    dtype = params_nested_splits[0].dtype
    result = [
        xp.arange(math.prod(indices.shape[:axis]) + 1, dtype=dtype) * dtype.type(indices.shape[axis])
        for axis in range(1, indices.ndim)
    ]
    for splits in params_nested_splits:
        lengths = xp.diff(splits)[rows]
        result.append(splits_of(lengths, dtype))
        rows = counted(splits[rows].astype(xp.int64), lengths)
    return [*result, params_dense_values[rows]]


@ragged_gather.gradient
def ragged_gather_gradient(b: Any, op: Any, *dys: Any) -> Any:
    """The values of each row get the sum of what came to their copies."""
    *nested_splits, values, indices = op.inputs
    splits, *inner = nested_splits
    for finer in inner:
        splits = b.GatherV2(finer, splits, 0)
    rows = b.Reshape(indices, [-1])
    taken = b.RaggedRange(b.GatherV2(splits, rows, 0), b.GatherV2(splits[1:], rows, 0), 1)[1]
    dvalues = b.UnsortedSegmentSum(dys[-1], taken, b.Shape(values)[0])
    return *(None for _ in nested_splits), dvalues, None
