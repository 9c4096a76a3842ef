"""Ops on rows of variables: read some, and change some where they lie.

A kernel that changes rows gets the array of the variable itself (``writes_rows``), so that the cost is that of the rows
touched, whatever the size of the variable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.graph.handles import handle_dims
from estimator.graph.op import OpDef, ShapeScope, op
from estimator.graph.slices import IndexedSlices
from estimator.ops._rows import are_distinct, are_rows, check_range, columns, put_rows, rounds

Change = Callable[[Any, Any, Any, Any], None]  # (xp, table, indices or columns, updates)

# -- reading ---------------------------------------------------------------------------------------------------------


def _gathered(s: ShapeScope) -> Dims:
    dims, indices = s.variable_dims(0), s.shapes[1]
    if dims is None or indices is None:
        return None
    if not dims:
        raise ValueError("a scalar has no rows to gather from.")
    return (*indices, *dims[1:])


@op(
    "ResourceGather",
    "resource: resource, indices: Tindices -> output: dtype",
    attrs={"batch_dims": 0, "validate_indices": True},
    shape=_gathered,
    effect="read",
)
def resource_gather(xp: Any, resource: Any, indices: Any, batch_dims: int) -> Any:
    """The rows of a variable at the indices, without reading the others.

    Shape   resource [n, ...], indices [k...] -> [k..., ...]
    Raises  InvalidArgumentError if an index is not in [0, n); NotImplementedError for batch_dims.
    Source  TF op ResourceGather, resource_variable_ops.cc
    """
    if batch_dims:
        raise NotImplementedError(
            f"batch_dims of a variable must be 0, given: {batch_dims}; gather from its value."
        )
    check_range(indices, resource.value.shape[0])
    return xp.take(resource.value, indices, axis=0)


@resource_gather.together
def resource_gather_together(xp: Any, resource: Any, indices: Any, batch_dims: Any) -> Any:
    tables = [storage.value for storage in resource]
    if any(batch_dims) or not are_rows(xp, indices, tables):
        return [None] * len(tables)
    return [table.take(places, axis=0, mode="clip") for table, places in zip(tables, indices, strict=True)]


@resource_gather.gradient
def resource_gather_gradient(b: Any, op: Any, dy: Any) -> Any:
    indices, shape = op.inputs[1], _variable_shape(b, op, dy)
    rows = b.Reshape(dy, b.ConcatV2([np.array([-1], shape.dtype.np), shape[1:]], 0))
    return IndexedSlices(rows, b.Reshape(indices, [-1]), shape), None


def _variable_shape(b: Any, op: Any, dy: Any) -> Any:
    dims = handle_dims(op.inputs[0])
    shape = (
        np.array(dims, np.int32)
        if is_static(dims)
        else b.Shape(b.ReadVariableOp(op.inputs[0], dtype=dy.dtype))
    )
    return op.graph.at_work().convert(shape)


def _gathered_nd(s: ShapeScope) -> Dims:
    dims, indices = s.variable_dims(0), s.shapes[1]
    if dims is None or not indices or indices[-1] is None:
        return None
    if indices[-1] > len(dims):
        raise ValueError(f"indices of {indices[-1]} numbers for a variable of shape {show(dims)}.")
    return (*indices[:-1], *dims[indices[-1] :])


@op(
    "ResourceGatherNd",
    "resource: resource, indices: Tindices -> output: dtype",
    shape=_gathered_nd,
    effect="read",
)
def resource_gather_nd(xp: Any, resource: Any, indices: Any) -> Any:
    """The parts of a variable at the positions that the last axis of indices holds, without reading the others.

    Shape   resource [...], indices [..., k] -> [..., resource.shape[k:]]
    Raises  InvalidArgumentError if a position is not within the variable.
    Source  TF op ResourceGatherNd, resource_variable_ops.cc
    """
    table = resource.value
    places = columns(indices, table.shape)
    return table[places] if places else xp.broadcast_to(table, (*indices.shape[:-1], *table.shape)).copy()


@resource_gather_nd.gradient
def resource_gather_nd_gradient(b: Any, op: Any, dy: Any) -> Any:
    indices, shape = op.inputs[1], _variable_shape(b, op, dy)
    if indices.dims is not None and len(indices.dims) == 2 and indices.dims[1] == 1:
        return IndexedSlices(dy, b.Reshape(indices, [-1]), shape), None
    return b.ScatterNd(indices, dy, b.Cast(shape, DstT=indices.dtype)), None


# -- changing rows ---------------------------------------------------------------------------------------------------


def _fitting_rows(s: ShapeScope) -> list[Dims]:
    dims, indices, updates = s.variable_dims(0), s.shapes[1], s.shapes[2]
    if dims == ():
        raise ValueError("a scalar has no rows.")
    if dims is not None and indices is not None and updates:
        merge(updates, (*indices, *dims[1:]))
    return []


def _scatter(name: str, meaning: str, change: Change) -> OpDef:
    def kernel(xp: Any, resource: Any, indices: Any, updates: Any) -> None:
        wanted = (*indices.shape, *resource.shape[1:])
        if updates.ndim and updates.shape != wanted:
            raise InvalidArgumentError(
                f"updates of shape {show(updates.shape)} do not fit rows of {show(resource.shape)} at indices "
                f"{show(indices.shape)}: {show(wanted)} or a scalar is needed."
            )
        check_range(indices, resource.shape[0])
        change(xp, resource, indices, updates)

    kernel.__doc__ = f"""{meaning}, row by row; `updates` has a row for each index, or is a scalar.

    Shape   resource [n, ...], indices [k...], updates [k..., ...] or []
    Raises  InvalidArgumentError if an index is not in [0, n).
    Source  TF op {name}, resource_variable_ops.cc
    """
    declare = op(
        name, "resource: resource, indices: Tindices, updates: dtype", shape=_fitting_rows,
        effect="write", writes_rows=("resource",), differentiable=False,
    )  # fmt: skip
    return declare(kernel)


def _fitting_parts(s: ShapeScope) -> list[Dims]:
    dims, indices, updates = s.variable_dims(0), s.shapes[1], s.shapes[2]
    if dims is None or indices is None or not indices or indices[-1] is None:
        return []
    if indices[-1] > len(dims):
        raise ValueError(f"indices of {indices[-1]} numbers for the {len(dims)} dimensions of {show(dims)}.")
    merge(updates, (*indices[:-1], *dims[indices[-1] :]))
    return []


def _scatter_nd(name: str, meaning: str, change: Change) -> OpDef:
    def kernel(xp: Any, ref: Any, indices: Any, updates: Any) -> None:
        places = columns(indices, ref.shape)
        wanted = (*indices.shape[:-1], *ref.shape[len(places) :])
        if updates.shape != wanted:
            raise InvalidArgumentError(
                f"updates of shape {show(updates.shape)} do not fit {show(ref.shape)} at indices "
                f"{show(indices.shape)}: {show(wanted)} is needed."
            )
        change(xp, ref, places, updates)

    kernel.__doc__ = f"""{meaning}, at the positions that the last axis of `indices` holds.

    Shape   ref [...], indices [..., k], updates [..., ref.shape[k:]]
    Raises  InvalidArgumentError if a position is outside.
    Source  TF op {name}, state_ops.cc
    """
    declare = op(
        name, "ref: resource, indices: Tindices, updates: T", attrs={"use_locking": True}, shape=_fitting_parts,
        effect="write", writes_rows=("ref",), differentiable=False,
    )  # fmt: skip
    return declare(kernel)


def _at(ufunc_name: str) -> Change:
    """The ufunc between what is there and the updates, one index after the other."""

    def change(xp: Any, table: Any, places: Any, updates: Any) -> None:
        getattr(xp, ufunc_name).at(table, places, updates)

    return change


_FEW = 512  # numbers; fewer are changed one by one as soon as indices are compared


def _exactly_at(ufunc_name: str) -> Change:
    """The same for a ufunc whose numbers are the same one by one and many at once, as sums are."""
    one_by_one = _at(ufunc_name)

    def change(xp: Any, table: Any, places: Any, updates: Any) -> None:
        is_large = isinstance(places, np.ndarray) and places.ndim == 1 and updates.size > _FEW
        if is_large and are_distinct(xp, places):  # then in a tenth of the time
            put_rows(xp, table, places, getattr(xp, ufunc_name)(table.take(places, axis=0), updates))
        else:
            one_by_one(xp, table, places, updates)

    return change


def _update(xp: Any, table: Any, places: Any, updates: Any) -> None:
    table[places] = updates  # of equal indices the last one counts


def _divide(xp: Any, table: Any, indices: Any, updates: Any) -> None:
    """Integers are divided towards zero, as C does."""
    if table.dtype.kind not in "iu":
        xp.divide.at(table, indices, updates)
        return
    if not xp.all(updates):
        raise InvalidArgumentError("integer division by zero.")
    flat = indices.reshape(-1)
    divisors = xp.broadcast_to(updates, (*indices.shape, *table.shape[1:])).reshape(
        flat.size, *table.shape[1:]
    )
    for chosen in rounds(flat):
        before, by = table[flat[chosen]], divisors[chosen]
        table[flat[chosen]] = (before - xp.fmod(before, by)) // by


_CHANGES: dict[str, tuple[str, Change]] = {
    "Add": ("Add to a variable", _exactly_at("add")),
    "Sub": ("Subtract from a variable", _exactly_at("subtract")),
    "Mul": ("Multiply a variable", _exactly_at("multiply")),
    "Div": ("Divide a variable", _divide),
    "Min": ("The smaller of a variable and the updates", _at("minimum")),
    "Max": ("The larger of a variable and the updates", _at("maximum")),
    "Update": ("Replace parts of a variable; of equal indices the last counts", _update),
}

for _name, (_meaning, _change) in _CHANGES.items():
    _scatter(f"ResourceScatter{_name}", _meaning, _change)
    if _name not in ("Mul", "Div"):
        _scatter_nd(f"ResourceScatterNd{_name}", _meaning, _change)
