"""Ops on sets of values along the last axis: of each row of one tensor with that row of another, and their sizes.

A row may hold a value several times; in its set it is once. What comes out is a sparse tensor with the values of each
set in order. Operands are dense or sparse, which is what the op types differ in.

Source: TensorFlow 2.15, core/ops/set_ops.cc; core/kernels/set_kernels.cc.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._sparse import check_inside, demand_ascending, entries, positions, row_major, sizes

_ATTRS = {"set_operation": str, "validate_indices": True}
_RESULT = "result_indices: int64, result_values: T, result_shape: int64"
_SPARSE = "set{0}_indices: int64, set{0}_values: T, set{0}_shape: int64"
_OPERATIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "a-b": lambda xp, a, b: xp.setdiff1d(a, b),
    "b-a": lambda xp, a, b: xp.setdiff1d(b, a),
    "intersection": lambda xp, a, b: xp.intersect1d(a, b),
    "union": lambda xp, a, b: xp.union1d(a, b),
}


def _rank_of(s: ShapeScope, place: int, is_sparse: bool) -> int | None:
    if is_sparse:
        return entries(s, place, place + 1, place + 2)[1]
    dims = s.shapes[place]
    return None if dims is None else len(dims)


def _result_shapes(s: ShapeScope, *are_sparse: bool) -> list[Dims]:
    ranks = [
        _rank_of(s, place, is_sparse) for place, is_sparse in zip((0, 3 if are_sparse[0] else 1), are_sparse)
    ]
    rank = rules.same_size(ranks[0], ranks[1], "the ranks of two sets")
    if rank is not None and rank < 2:
        raise ValueError(f"the sets are rows, so there are at least 2 dimensions, given: {rank}.")
    operation = s.attrs["set_operation"]
    if operation not in _OPERATIONS:
        raise ValueError(f"set_operation must be one of {', '.join(_OPERATIONS)}, given: {operation!r}.")
    return [(None, rank), (None,), (rank,)]


Rows = tuple[
    Any, Any, tuple[int, ...]
]  # the row of each value, the values, how many rows there are along each axis


def _dense_rows(xp: Any, values: Any) -> Rows:
    shape = values.shape[:-1]
    return xp.repeat(xp.arange(math.prod(shape)), values.shape[-1]), values.reshape(-1), shape


def _sparse_rows(xp: Any, indices: Any, values: Any, shape: Any, validate_indices: bool) -> Rows:
    whole = sizes(shape)
    check_inside(indices, whole)
    if validate_indices:
        demand_ascending(xp, indices)
    return row_major(xp, indices[:, :-1], whole[:-1]), values, whole[:-1]


def _operate(xp: Any, first: Rows, second: Rows, operation: str) -> list[Any]:
    if first[2] != second[2]:
        raise InvalidArgumentError(
            f"sets are taken of rows, but one operand has {list(first[2])} of them, the other {list(second[2])}."
        )
    distinct, numbers = xp.unique(xp.concatenate([first[1], second[1]]), return_inverse=True)
    a, b = xp.split(numbers, [len(first[1])])
    found = _OPERATIONS[operation](xp, first[0] * len(distinct) + a, second[0] * len(distinct) + b)
    rows, kinds = xp.divmod(found, max(len(distinct), 1))
    columns = xp.arange(len(rows)) - xp.searchsorted(rows, rows)  # the place of each value in its row
    width = int(columns.max()) + 1 if len(columns) else 0
    indices = xp.concatenate([positions(xp, rows, first[2]), columns[:, None]], axis=1)
    return [indices, distinct[kinds], xp.array([*first[2], width], xp.int64)]


@op(
    "DenseToDenseSetOperation",
    f"set1: T, set2: T -> {_RESULT}",
    attrs=_ATTRS,
    shape=lambda s: _result_shapes(s, False, False),
    differentiable=False,
)
def dense_to_dense_set_operation(xp: Any, set1: Any, set2: Any, set_operation: str) -> Any:
    """Difference, intersection or union of the rows of two tensors.

    Shape   set1 [..., n], set2 [..., m] -> the parts of a sparse tensor [..., size of the largest set]
    Source  TF op DenseToDenseSetOperation, set_ops.cc
    """
    return _operate(xp, _dense_rows(xp, set1), _dense_rows(xp, set2), set_operation)


@op(
    "DenseToSparseSetOperation",
    f"set1: T, {_SPARSE.format(2)} -> {_RESULT}",
    attrs=_ATTRS,
    shape=lambda s: _result_shapes(s, False, True),
    differentiable=False,
)
def dense_to_sparse_set_operation(
    xp: Any, set1: Any, set2_indices: Any, set2_values: Any, set2_shape: Any, set_operation: str, validate_indices: bool
) -> Any:  # fmt: skip
    """Difference, intersection or union of the rows of a tensor and those of a sparse one.

    Raises  InvalidArgumentError if there are not as many rows, or entries are outside or, if validated, out of order.
    Source  TF op DenseToSparseSetOperation, set_ops.cc
    """
    second = _sparse_rows(xp, set2_indices, set2_values, set2_shape, validate_indices)
    return _operate(xp, _dense_rows(xp, set1), second, set_operation)


@op(
    "SparseToSparseSetOperation",
    f"{_SPARSE.format(1)}, {_SPARSE.format(2)} -> {_RESULT}",
    attrs=_ATTRS,
    shape=lambda s: _result_shapes(s, True, True),
    differentiable=False,
)
def sparse_to_sparse_set_operation(
    xp: Any, set1_indices: Any, set1_values: Any, set1_shape: Any, set2_indices: Any, set2_values: Any, set2_shape: Any,
    set_operation: str, validate_indices: bool,
) -> Any:  # fmt: skip
    """Difference, intersection or union of the rows of two sparse tensors.

    Raises  InvalidArgumentError if there are not as many rows, or entries are outside or, if validated, out of order.
    Source  TF op SparseToSparseSetOperation, set_ops.cc
    """
    first = _sparse_rows(xp, set1_indices, set1_values, set1_shape, validate_indices)
    second = _sparse_rows(xp, set2_indices, set2_values, set2_shape, validate_indices)
    return _operate(xp, first, second, set_operation)


def _set_sizes(s: ShapeScope) -> Dims:
    entries(s, 0, 1, 2)
    dims = s.dims(2)
    return None if dims is None else dims[:-1]


@op(
    "SetSize",
    "set_indices: int64, set_values: T, set_shape: int64 -> size: int32",
    attrs={"validate_indices": True},
    shape=_set_sizes,
    differentiable=False,
)
def set_size(xp: Any, set_indices: Any, set_values: Any, set_shape: Any, validate_indices: bool) -> Any:
    """How many different values each row of a sparse tensor has.

    Shape   a sparse tensor [..., n] -> [...]
    Source  TF op SetSize, set_ops.cc
    """
    rows, values, shape = _sparse_rows(xp, set_indices, set_values, set_shape, validate_indices)
    distinct, numbers = xp.unique(values, return_inverse=True)
    members = xp.unique(rows * len(distinct) + numbers)
    counts = xp.bincount(members // max(len(distinct), 1), minlength=math.prod(shape))
    return counts.reshape(shape).astype(xp.int32)
