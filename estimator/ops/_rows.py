"""What ops share that pick or change parts of an array by index: checks, and the row form of an update.

Rows that an op changes lie in the storage of a variable (``writes_rows``), so a kernel first checks all that
it is given and computes what it writes; then it writes. A failure leaves the variable as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, merge, show
from estimator.graph.conditions import holds
from estimator.graph.op import OPS, Arg, AttrDef, Kernel, OpDef, ShapeRule, ShapeScope
from estimator.ops._updates import check_hyper_parameters


def check_range(indices: Any, size: int, what: str = "indices") -> None:
    """Raise if an index is not in [0, size).

    Raises
    ------
    InvalidArgumentError
        Naming the first such index.
    """
    if indices.size and not holds(are_below(indices, size)):
        place = np.argwhere((indices < 0) | (indices >= size))[0].tolist()
        where = f"[{', '.join(map(str, place))}]" if place else ""
        raise InvalidArgumentError(f"{what}{where} = {int(indices[tuple(place)])} is not in [0, {size}).")


def are_below(indices: Any, size: int) -> Any:
    """Whether all of some indices, one or more, are in [0, size)."""
    kind, width = indices.dtype.kind, indices.dtype.itemsize
    if kind == "i":  # read as a number without a sign, a negative one is greater than all others
        size = min(size, 1 << (8 * width - 1))
    return indices.view(f"u{width}").max() < size


def put_rows(xp: Any, table: Any, places: Any, rows: Any) -> None:
    """Write a row to each of the places in a table, which are checked; of equal places the last one counts.

    A row is moved as one item, four times as fast as numbers that numpy assigns one by one.
    """
    if table.flags.c_contiguous and table.dtype != object and rows.size:
        _items(xp, table).put(places, _items(xp, xp.ascontiguousarray(rows)), mode="clip")
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
    columns = tuple(indices[..., place] for place in range(indices.shape[-1]))
    for place, column in enumerate(columns):
        check_range(column, sizes[place], f"indices[..., {place}]")
    return columns


def are_distinct(xp: Any, indices: Any) -> bool:
    """Whether no index of a vector repeats."""
    ascending = xp.sort(indices)  # in a third of the time of argsort
    return bool((ascending[1:] != ascending[:-1]).all())


EVERY = slice(None)


def rounds(indices: Any) -> Iterator[Any]:
    """Places in a vector of indices such that none of them repeats within a round: all first ones, all second ones...

    One round after the other changes rows in the order of the indices, as a loop over them does.
    """
    if are_distinct(np, indices):  # as most often
        yield EVERY
        return
    order = np.argsort(indices, kind="stable")
    begins = np.flatnonzero(np.diff(indices[order], prepend=indices[order[:1]] - 1))
    occurrence = np.empty(indices.size, np.int64)
    occurrence[order] = np.arange(indices.size) - np.repeat(begins, np.diff(begins, append=indices.size))
    for count in range(int(occurrence.max()) + 1):
        yield np.flatnonzero(occurrence == count)


# -- ids of several operations, for joint kernels -------------------------------------------------------------------

# A joint kernel (``OpDef.joint``) gets a list for each input. It joins what costs by the call, looks at whether all is
# as it most often is, and leaves what is not to the kernels, by giving None.


class Joined(NamedTuple):
    """Vectors of ids, one behind the other.

    Attributes
    ----------
    ids, sizes, starts : ndarray
        All of them, how many each vector has, and where these begin.
    highest : ndarray
        The greatest id of each vector, int64.
    """

    ids: Any
    sizes: Any
    starts: Any
    highest: Any

    def split(self, values: Any) -> list[Any]:
        """Values of all ids as those of each vector."""
        return split(values, self.starts.tolist())


def joined(xp: Any, vectors: Sequence[Any]) -> Joined | None:
    """The ids of several vectors; None if one is negative, or so great that sums with others may be, or has no ids."""
    if not all(vector.ndim == 1 and vector.size for vector in vectors):
        return None
    ids = xp.concatenate(vectors)
    if ids.dtype.kind != "i":
        return None
    sizes = xp.array([vector.size for vector in vectors])
    starts = xp.cumsum(sizes) - sizes
    # As a number without a sign, a negative one is greater than any other.
    highest = xp.maximum.reduceat(ids.view(f"u{ids.itemsize}"), starts)
    if highest.max() >= min(1 << (8 * ids.itemsize - 1), 2**62 // len(vectors)):
        return None
    return Joined(ids, sizes, starts, highest.astype(xp.int64))


def are_rows(xp: Any, vectors: Sequence[Any], tables: Sequence[Any]) -> bool:
    """Whether each vector of ids names rows of its table, at least one."""
    found = joined(xp, vectors)
    return found is not None and bool((found.highest < xp.array([len(table) for table in tables])).all())


def apart(xp: Any, found: Joined, limits: Any) -> tuple[Any, Any]:
    """The ids, each moved behind all that those of the vectors before it may be, below their limits; and how far."""
    bases = xp.cumsum(limits) - limits
    return found.ids + xp.repeat(bases, found.sizes), bases


def split(values: Any, starts: Sequence[int]) -> list[Any]:
    """Values one behind the other as pieces that begin at these places."""
    return [values[start:stop] for start, stop in zip(starts, [*starts[1:], len(values)], strict=True)]


def count_up(xp: Any, vectors: Sequence[Any]) -> list[bool]:
    """Of each vector whether it counts up: 0, 1, 2 and so on."""
    distinct = {id(vector): vector for vector in vectors if vector.size}  # columns may have one between them
    if not distinct:
        return [True] * len(vectors)
    longest = xp.arange(max(vector.size for vector in distinct.values()))
    expected = xp.concatenate([longest[: vector.size] for vector in distinct.values()])
    is_right = xp.concatenate(list(distinct.values())) == expected
    sizes = xp.array([vector.size for vector in distinct.values()])
    found = dict(
        zip(distinct, xp.logical_and.reduceat(is_right, xp.cumsum(sizes) - sizes).tolist(), strict=True)
    )
    return [found.get(id(vector), True) for vector in vectors]


def of_some(joint: Kernel, is_plain: Sequence[bool], *inputs: Sequence[Any]) -> list[Any]:
    """What a function of several operations' inputs gives of those that are plain; None for the others.

    It takes lists of what is given for each, and gives a list, or None.
    """
    chosen = [list(compress(values, is_plain)) for values in inputs]
    found = joint(*chosen) if any(is_plain) else None
    results = iter(found or ())
    return [next(results) if plain and found else None for plain in is_plain]


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
    form = _RowForm(dense)
    place, changed = form.place, form.changed
    pair = (Arg("grad", type_attr="T"), Arg("indices", type_attr="Tindices"))
    name = dense.name.replace("Apply", "SparseApply")
    definition = OpDef(
        name, (*dense.inputs[:place], *pair, *dense.inputs[place + 1 :]), (),
        {**dense.attrs, "Tindices": AttrDef("Tindices", "type")}, _row_shapes(changed, place), form.kernel,
        effect="write", writes_rows=dense.updates, differentiable=False, kernel_attrs=dense.kernel_attrs,
        joint=form.joint,
    )  # fmt: skip
    definition.__doc__ = f"What {dense.name} does, to the rows at the indices."
    return OPS.add(name, definition)


class _RowForm:
    """The kernels of the update of rows that belongs to an update of whole variables.

    Attributes
    ----------
    changed : int
        How many tables it changes, which are its first inputs.
    place : int
        Which input of the update of whole variables is the gradient. Behind it, that of rows takes the indices.
    """

    def __init__(self, dense: OpDef) -> None:
        names = [arg.name for arg in dense.inputs]
        self.changed, self.place = len(dense.updates), names.index(str(dense.apply))
        assert names[: self.changed] == list(dense.updates)
        self._dense = dense

    def kernel(self, xp: Any, *inputs: Any, **attrs: Any) -> None:
        tables, before, gradient, indices, behind = self._parts(inputs)
        _check_rows(tables, gradient, indices)
        for chosen in rounds(indices):
            rows = indices if chosen is EVERY else indices[chosen]
            part = gradient if chosen is EVERY else gradient[chosen]
            old = [table.take(rows, axis=0) for table in tables]
            for table, new in zip(tables, self._new(xp, old, [*before, part, *behind], attrs), strict=True):
                put_rows(xp, table, rows, new)

    def joint(self, xp: Any, *inputs: Any, **attrs: Any) -> Any:
        storages, before, gradients, indices, behind = self._parts(inputs)
        settings = [*before, *behind, *attrs.values()]
        are_alike = all(one is setting[0] or one == setting[0] for setting in settings for one in setting)
        tables = [[storage.value for storage in role] for role in storages]
        rows = _distinct_rows(xp, tables, gradients, indices) if are_alike else None
        if rows is None:
            return [None] * len(indices)
        given = [*(own[0] for own in before), xp.concatenate(gradients), *(own[0] for own in behind)]
        self._change(xp, storages, indices, rows, given, {key: own[0] for key, own in attrs.items()})
        return [()] * len(indices)

    def _change(
        self, xp: Any, storages: Any, indices: Any, rows: Any, given: Sequence[Any], attrs: Any
    ) -> None:
        """Change rows of several tables, as rows of one where those lie side by side."""
        wholes = [side_by_side(role) for role in storages]
        old = [
            _joined_rows(xp, role, indices) if whole is None else whole.take(rows, axis=0, mode="clip")
            for role, whole in zip(storages, wholes, strict=True)
        ]
        for role, whole, new in zip(storages, wholes, self._new(xp, old, given, attrs), strict=True):
            if whole is not None:
                put_rows(xp, whole, rows, new)
                continue
            ends = xp.cumsum(xp.array([own.size for own in indices]))
            for storage, own, values in zip(role, indices, xp.split(new, ends[:-1]), strict=True):
                put_rows(xp, storage.value, own, values)

    def _parts(self, inputs: Sequence[Any]) -> tuple[Any, Any, Any, Any, Any]:
        """The tables, the hyper-parameters in front of the gradient, the gradient, the indices, and what is behind."""
        changed, place = self.changed, self.place
        return inputs[:changed], inputs[changed:place], inputs[place], inputs[place + 1], inputs[place + 2 :]

    def _new(self, xp: Any, old: Sequence[Any], given: Sequence[Any], attrs: Any) -> Sequence[Any]:
        """The new rows of each table."""
        assert self._dense.kernel is not None
        results = self._dense.kernel(xp, *map(_Rows, old), *given, **attrs)
        return results if self.changed > 1 else [results]


_FEW = 1 << 13  # numbers; more of them are updated sooner table by table, each within the processor's caches


def _distinct_rows(xp: Any, tables: Sequence[Any], gradients: Any, indices: Any) -> Any:
    """The indices as rows of all tables one below the other; None if they do not fit, or one is there twice."""
    if sum(gradient.size for gradient in gradients) > _FEW:
        return None
    for first, *slots, gradient, own in zip(*tables, gradients, indices, strict=True):
        if gradient.shape != (own.size, *first.shape[1:]) or any(slot.shape != first.shape for slot in slots):
            return None
    found, limits = joined(xp, indices), xp.array([len(table) for table in tables[0]])
    if found is None or (found.highest >= limits).any():
        return None
    rows, _ = apart(xp, found, limits)
    return rows if are_distinct(xp, rows) else None


def _joined_rows(xp: Any, storages: Sequence[Any], indices: Sequence[Any]) -> Any:
    """The rows of several tables, one below the other."""
    named = zip(storages, indices, strict=True)
    return xp.concatenate([storage.value.take(rows, axis=0, mode="clip") for storage, rows in named])


def side_by_side(storages: Sequence[Any]) -> Any:
    """The tables of some variables, which have rows of one shape, as one table; None if they are no neighbours."""
    first = storages[0].place
    if first is None:
        return None
    stop = first.start
    for storage in storages:
        place = storage.place
        if place is None or place.arena is not first.arena or place.start != stop:
            return None
        stop = place.stop
    return first.arena[first.start : stop].reshape(-1, *storages[0].value.shape[1:])


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
