"""What ops share that pick or change parts of an array by index: checks, and the row form of an update.

Rows that an op changes lie in the storage of a variable (``writes_rows``), so a kernel first checks all that
it is given and computes what it writes; then it writes. A failure leaves the variable as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph.op import OPS, Arg, AttrDef, OpDef, ShapeRule, ShapeScope
from estimator.ops._updates import check_hyper_parameters


def check_range(indices: Any, size: int, what: str = "indices") -> None:
    """Raise if an index is not in [0, size).

    Raises
    ------
    InvalidArgumentError
        Naming the first such index.
    """
    if indices.size and not are_below(indices, size):
        place = np.argwhere((indices < 0) | (indices >= size))[0].tolist()
        where = f"[{', '.join(map(str, place))}]" if place else ""
        raise InvalidArgumentError(f"{what}{where} = {int(indices[tuple(place)])} is not in [0, {size}).")


def are_below(indices: Any, size: int) -> bool:
    """Whether all of some indices, one or more, are in [0, size)."""
    kind, width = indices.dtype.kind, indices.dtype.itemsize
    if kind == "i":  # read as a number without a sign, a negative one is greater than all others
        size = min(size, 1 << (8 * width - 1))
    return bool(indices.view(f"u{width}").max() < size)


def put_rows(xp: Any, table: Any, places: Any, rows: Any) -> None:
    """Write a row to each of the places in a table, which are checked; of equal places the last one counts.

    A row is moved as one item, four times as fast as numbers that numpy assigns one by one.
    """
    if table.flags.c_contiguous and table.dtype != object and rows.size:
        xp.put(_items(xp, table), places, _items(xp, xp.ascontiguousarray(rows)), mode="clip")
    else:
        table[places] = rows


def _items(xp: Any, rows: Any) -> Any:
    """Rows as a vector of items, numbers if there is one in each."""
    width = rows.size // len(rows)
    if width == 1:
        return rows.reshape(-1)
    return rows.reshape(-1).view(f"V{width * rows.itemsize}")


def columns(indices: Any, sizes: Sequence[int]) -> tuple[Any, ...]:
    """The last axis of indices as a tuple of index arrays, checked."""
    columns = tuple(np.asarray(indices[..., place]) for place in range(indices.shape[-1]))
    for place, column in enumerate(columns):
        check_range(column, sizes[place], f"indices[..., {place}]")
    return columns


EVERY = slice(None)


def rounds(indices: Any) -> Iterator[Any]:
    """Places in a vector of indices such that none of them repeats within a round: all first ones, all second ones...

    One round after the other changes rows in the order of the indices, as a loop over them does.
    """
    ascending = np.sort(indices)  # in a third of the time of argsort, and most often all that is needed
    if (ascending[1:] != ascending[:-1]).all():
        yield EVERY
        return
    order = np.argsort(indices, kind="stable")
    begins = np.flatnonzero(np.diff(indices[order], prepend=indices[order[:1]] - 1))
    occurrence = np.empty(indices.size, np.int64)
    occurrence[order] = np.arange(indices.size) - np.repeat(begins, np.diff(begins, append=indices.size))
    for count in range(int(occurrence.max()) + 1):
        yield np.flatnonzero(occurrence == count)


# -- the row form of an update --------------------------------------------------------------------------------------


class _Rows(NamedTuple):
    """Some rows of a variable, in the place of its storage."""

    value: Any


def row_form(dense: OpDef) -> OpDef:
    """Declare the update of rows that belongs to an update of whole variables, ``ResourceApplyX``.

    ``ResourceSparseApplyX`` takes the gradient of some rows and their indices, and does to these rows of the
    variable and of its slots what the other does to all. A row that comes several times is changed as often,
    in their order.

    Shape   var and slots [n, ...], grad [k, ...], indices [k]
    Raises  InvalidArgumentError if an index is not in [0, n).
    Source  tensorflow/core/ops/training_ops.cc
    """
    names = [arg.name for arg in dense.inputs]
    place = names.index(str(dense.apply))
    pair = (Arg("grad", type_attr="T"), Arg("indices", type_attr="Tindices"))
    changed = len(dense.updates)
    assert names[:changed] == list(dense.updates) and dense.kernel is not None

    def kernel(xp: Any, *inputs: Any, **attrs: Any) -> None:
        tables, given = inputs[:changed], list(inputs[changed:])
        gradient, indices = given[place - changed], given.pop(place - changed + 1)
        _check_rows(tables, gradient, indices)
        for chosen in rounds(indices):
            rows = indices if chosen is EVERY else indices[chosen]
            given[place - changed] = gradient if chosen is EVERY else gradient[chosen]
            results = dense.kernel(
                xp, *(_Rows(table.take(rows, axis=0)) for table in tables), *given, **attrs
            )  # type: ignore[misc]
            for table, result in zip(tables, results if changed > 1 else [results], strict=True):
                put_rows(xp, table, rows, result)

    name = dense.name.replace("Apply", "SparseApply")
    definition = OpDef(
        name, (*dense.inputs[:place], *pair, *dense.inputs[place + 1 :]), (),
        {**dense.attrs, "Tindices": AttrDef("Tindices", "type")}, _row_shapes(changed, place), kernel,
        effect="write", writes_rows=dense.updates, differentiable=False, kernel_attrs=dense.kernel_attrs,
    )  # fmt: skip
    definition.__doc__ = f"What {dense.name} does, to the rows at the indices."
    return OPS.add(name, definition)


def _row_shapes(changed: int, place: int) -> ShapeRule:
    """The variable and its slots have one shape, the gradient a row of it for each index; the rest are scalars."""

    def rule(s: ShapeScope) -> list[Dims]:
        dims = s.variable_dims(0)
        for index in range(1, changed):
            dims = merge(dims, s.variable_dims(index))
        indices = merge(s.shapes[place + 1], (None,))
        if dims is not None:
            merge(s.shapes[place], (*(indices or (None,)), *dims[1:]))
        check_hyper_parameters(s, place, place + 1)
        return []

    return rule


def _check_rows(tables: Sequence[Any], gradient: Any, indices: Any) -> None:
    first = tables[0]
    if not first.ndim or any(table.shape != first.shape for table in tables):
        raise InvalidArgumentError(
            f"the variable and its slots have rows of one shape, given: {', '.join(show(t.shape) for t in tables)}."
        )
    if indices.ndim != 1 or gradient.shape != (*indices.shape, *first.shape[1:]):
        raise InvalidArgumentError(
            f"a gradient of shape {show(gradient.shape)} has no row of {show(first.shape[1:])} for each of the indices "
            f"{show(indices.shape)}."
        )
    check_range(indices, first.shape[0])
