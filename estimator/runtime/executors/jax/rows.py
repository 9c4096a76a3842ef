"""Updates of some rows of variables on a device, where a table stays, however few of its rows a step changes.

How many distinct ids a batch has, only the run tells. But where they are asked for in order to sum up the gradients of
equal rows, nobody sees how many there are: there the device makes as many places as there are ids, and leaves those
behind the distinct ones empty.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np

from estimator.graph.handles import is_handle
from estimator.graph.op import OPS, OpDef
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.executors.jax.arrays import ARRAYS
from estimator.runtime.executors.jax.library import jnp, lax
from estimator.runtime.executors.jax.lower import by_kernel, lowers
from estimator.runtime.executors.jax.memory import plain
from estimator.runtime.executors.jax.traced import CannotLower, Trace

_SPARSE, _DENSE = "ResourceSparseApply", "ResourceApply"
_CHANGES = ("ResourceScatterAdd", "ResourceScatterSub", "ResourceScatterUpdate")

# -- distinct ids ----------------------------------------------------------------------------------------------------


def serves_sums_alone(op: Operation, wanted: Container[Tensor] = ()) -> bool:
    """Whether the distinct ids of a Unique are only there to sum up gradients of equal rows, and to change these.

    Parameters
    ----------
    op : Operation
    wanted : container of Tensor
        What a run fetches.
    """
    distinct, places = op.outputs
    counts = [reader.outputs[0] for reader in distinct.consumers() if reader.type == "Size"]
    sums = [reader.outputs[0] for reader in places.consumers() if _sums_rows(reader, places, counts)]
    if len(sums) < len(places.consumers()) or any(
        reader.outputs[0] not in sums for count in counts for reader in count.consumers()
    ):
        return False
    rows, changes = _rows_for(distinct, sums)
    hidden = {*rows, *counts, places}
    is_result = op.graph.is_function and not hidden.isdisjoint(op.graph.results)  # type: ignore[attr-defined]
    return bool(changes) and not is_result and not any(tensor in wanted for tensor in hidden)


def _sums_rows(op: Operation, places: Tensor, counts: Sequence[Tensor]) -> bool:
    return op.type == "UnsortedSegmentSum" and op.inputs[1] is places and op.inputs[2] in counts


def _rows_for(distinct: Tensor, sums: Sequence[Tensor]) -> tuple[set[Tensor], list[Operation]]:
    """What has a row for each distinct id, and the operations that change rows of variables by them.

    No operations if one row has to do with another, or with anything but a row of a variable.
    """
    rows, changes = {distinct, *sums}, []
    pending = list(rows)
    while pending:
        for reader in pending.pop().consumers():
            if reader.type == "Size":
                continue
            if reader.type in _CHANGES or reader.type.startswith(_SPARSE):
                changes.append(reader)
            elif _is_row_by_row(reader):
                pending += [output for output in reader.outputs if output not in rows]
                rows.update(reader.outputs)
            else:
                return rows, []
    values = rows - {distinct}
    for op in {tensor.op for tensor in values}.union(changes):
        for tensor in op.inputs:
            is_in_place = op.type == "UnsortedSegmentSum" or is_handle(tensor)
            is_row = tensor in values or (tensor is distinct and _takes_ids(op, tensor))
            if not (is_in_place or is_row or tensor.dims == ()):
                return rows, []
    return rows, changes


def _is_row_by_row(op: Operation) -> bool:
    return op.definition.ufunc is not None or op.type in ("ResourceGather", "Identity", "Cast")


def _takes_ids(op: Operation, tensor: Tensor) -> bool:
    """Whether an operation takes a tensor for the ids of rows, and for nothing else."""
    names = [name for name, own in zip(op.definition.input_names, op.inputs, strict=True) if own is tensor]
    return names == ["indices"]


def _none(dtype: Any) -> int:
    """What stands in the place of an id where there is none."""
    return int(np.iinfo(dtype).min)


@lowers("Unique")
def _unique(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """The distinct ids, in ascending order, with no ids behind them; and the place of each id among them."""
    if not serves_sums_alone(op):
        raise CannotLower("only the run tells how many distinct values there are")
    ids = jnp.asarray(inputs[0])
    none = _none(ids.dtype)
    trace.demand(jnp.all(ids != none))
    distinct, places = jnp.unique(ids, return_inverse=True, size=ids.size, fill_value=none)
    return [distinct, places.reshape(-1).astype(op.outputs[1].dtype.np)]


# -- updates ---------------------------------------------------------------------------------------------------------


@lowers(*(name for name in OPS if name.startswith(_SPARSE)))
def _change_rows(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """What the update of whole variables does, to rows; one that comes several times is changed as often, in order."""
    dense = OPS.get(op.type.replace(_SPARSE, _DENSE))
    changed = len(dense.updates)
    place = dense.input_names.index(str(dense.apply))
    cells, gradient, indices = inputs[:changed], jnp.asarray(inputs[place]), jnp.asarray(inputs[place + 1])
    tables = [jnp.asarray(cell.value) for cell in cells]
    rows = tables[0].shape[0]
    if not indices.size:
        return []
    are_distinct = op.inputs[place + 1].op.type == "Unique"
    indices = _within(trace, indices, rows, are_distinct)
    change = _change(dense, op, inputs[changed:place], gradient, inputs[place + 2 :])
    if are_distinct or indices.size == 1:
        tables = change(tables, indices)
    else:
        tables = _in_rounds(change, tables, indices, rows)
    for cell, table in zip(cells, tables, strict=True):
        cell.write(table)
    return []


def _within(trace: Trace, indices: Any, rows: int, has_none: bool) -> Any:
    """Indices that are demanded to be those of rows; where there is none, one beyond the end, where nothing is."""
    is_none = (indices == _none(indices.dtype)) if has_none else jnp.zeros(indices.shape, bool)
    trace.demand(jnp.all(is_none | ((indices >= 0) & (indices < rows))))
    return jnp.where(is_none, rows, indices.astype(np.int64))


@lowers(*_CHANGES, "ResourceGather")
def _by_distinct_ids(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    """What the kernel does, with rows of nothing where there is no id."""
    if op.inputs[1].op.type != "Unique":
        return by_kernel(trace, op, inputs)
    cell, ids, *updates = inputs
    table = jnp.asarray(cell.value)
    places = _within(trace, jnp.asarray(ids), table.shape[0], has_none=True)
    if op.type == "ResourceGather":
        return [table.at[places].get(mode="clip")]
    part = table.at[places]
    change = {"Add": part.add, "Sub": part.subtract, "Update": part.set}[
        op.type.removeprefix("ResourceScatter")
    ]
    cell.write(change(jnp.asarray(updates[0]), mode="drop"))
    return []


def _change(
    dense: OpDef, op: Operation, before: Sequence[Any], gradient: Any, behind: Sequence[Any]
) -> Callable[[list[Any], Any], list[Any]]:
    """A function that changes the rows at indices none of which comes twice, but for those beyond the end."""
    attrs = {name: op.attrs[name] for name in dense.kernel_attrs}

    def change(tables: list[Any], indices: Any) -> list[Any]:
        old = [_Rows(table.at[indices].get(mode="clip")) for table in tables]
        assert dense.kernel is not None
        results = dense.kernel(ARRAYS, *old, *before, gradient, *behind, **attrs)
        new = plain(results) if len(tables) > 1 else [plain(results)]
        return [table.at[indices].set(own, mode="drop") for table, own in zip(tables, new, strict=True)]

    return change


class _Rows:
    """Some rows of a variable, in the place of its storage."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _in_rounds(
    change: Callable[[list[Any], Any], list[Any]], tables: list[Any], indices: Any, rows: int
) -> list[Any]:
    """Change the first of equal rows, then the second, as long as there are any."""
    order = jnp.argsort(indices, stable=True)
    ascending = indices[order]
    numbers = jnp.arange(indices.size)
    begins = jnp.concatenate([jnp.ones(1, bool), ascending[1:] != ascending[:-1]])
    starts = lax.cummax(jnp.where(begins, numbers, 0))
    counts = jnp.zeros_like(numbers).at[order].set(numbers - starts)

    def one_round(number: Any, tables: list[Any]) -> list[Any]:
        return change(tables, jnp.where(counts == number, indices, rows))

    found: list[Any] = lax.fori_loop(0, counts.max() + 1, one_round, tables)
    return found
