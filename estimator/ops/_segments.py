"""What the ops on segments share: rows that have one id become one row.

numpy's ``reduceat`` does it, once rows of one id lie together, and ``add.at`` for sums of a batch. Within a
segment rows are taken in the order in which they come, so that a sum does not depend on what other segments hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope
from estimator.ops._rows import apart, joined, put_rows, split

_ONE_BY_ONE = 1 << 14  # numbers; more of few ids are added up pairwise, which keeps more of their digits


def reduce_rows(xp: Any, ufunc_name: str, rows: Any, ids: Any, count: int, empty: Any) -> Any:
    """One row for each id below `count`, made of the rows that have it; `empty` for an id without rows.

    Shape   rows [k, inner...], ids [k], all in [0, count) -> [count, inner...]
    """
    if not ids.size:
        return xp.full((count, *rows.shape[1:]), empty, rows.dtype)
    if not isinstance(ids, np.ndarray):
        return _reduce_traced(xp, ufunc_name, rows, ids, count, empty)
    order = None
    if not are_distinct_and_sorted(ids):
        if ufunc_name == "add" and _is_quick(rows, ids, count):
            return _added(xp, rows, ids, count)
        if (ids[1:] < ids[:-1]).any():
            order, ids = sort(xp, ids)
        rows, ids = _joined(xp, getattr(xp, ufunc_name).reduceat, rows, ids, order)
    if ids.size == count:
        return rows  # each id has rows
    result = xp.full((count, *rows.shape[1:]), empty, rows.dtype)
    put_rows(xp, result, ids, rows)
    return result


def _reduce_traced(xp: Any, ufunc_name: str, rows: Any, ids: Any, count: int, empty: Any) -> Any:
    """:func:`reduce_rows` where only the run will tell the ids: row by row, and no row for others."""
    kind = rows.dtype.kind
    neutral = {"add": 0, "multiply": 1}.get(ufunc_name)
    if neutral is None:
        least, most = (
            (-xp.inf, xp.inf) if kind == "f" else (xp.iinfo(rows.dtype).min, xp.iinfo(rows.dtype).max)
        )
        neutral = least if ufunc_name == "maximum" else most
    places = xp.where(ids < 0, count, ids)  # beyond the end nothing is written
    result = xp.full((count, *rows.shape[1:]), neutral, rows.dtype)
    getattr(xp, ufunc_name).at(result, places, rows)
    if neutral == empty:
        return result
    has_rows = xp.zeros(count, bool)
    has_rows[places] = True
    return xp.where(xp.reshape(has_rows, (-1, *(1,) * (rows.ndim - 1))), result, rows.dtype.type(empty))


def reduce_rows_together(xp: Any, rows: Any, ids: Any, counts: Sequence[int]) -> list[Any] | None:
    """The sums of several :func:`reduce_rows` with the same bits; None if they are better made one by one."""
    found, limits = joined(xp, ids), xp.array(counts)
    if found is None or (found.highest >= limits).any() or not all(map(_is_quick, rows, ids, counts)):
        return None
    every, starts = apart(xp, found, limits)
    sums = split(_added(xp, xp.concatenate(rows), every, sum(counts)), starts.tolist())
    for place, own in enumerate(ids):  # of those a row may be -0.0, which is lost in a sum
        if len(own) <= counts[place] and are_distinct_and_sorted(own):
            sums[place] = reduce_rows(xp, "add", rows[place], own, counts[place], 0)
    return sums


def _is_quick(rows: Any, ids: Any, count: int) -> bool:
    """Whether rows of numbers are best added up one by one; so many of an id are cheap to join."""
    return (rows.size < _ONE_BY_ONE or ids.size <= 4 * count) and rows.dtype.char in "fdil"


def _added(xp: Any, rows: Any, ids: Any, count: int) -> Any:
    """The sums of rows, number by number: of a vector numpy takes a fifth of the time that it takes of rows."""
    width = rows.size // ids.size
    places = ids if width == 1 else (ids.astype(xp.int64)[:, None] * width + xp.arange(width)).reshape(-1)
    sums = xp.zeros(count * width, rows.dtype)
    xp.add.at(sums, places, rows.reshape(-1))
    return sums.reshape(count, *rows.shape[1:])


def are_distinct_and_sorted(ids: Any) -> bool:
    """Whether each id is greater than the one before it."""
    return bool((ids[1:] > ids[:-1]).all())


def _joined(xp: Any, reduceat: Any, rows: Any, ids: Any, order: Any) -> tuple[Any, Any]:
    """One row of each group of equal ids, which ascend, and the ids; `order` says where their rows are, if not there.

    ``reduceat`` takes its time for each group, also for one of a single row. Where most are such, as among the ids of a
    batch, it is given the others alone.
    """
    is_first = xp.ones(ids.size, bool)
    is_first[1:] = ids[1:] != ids[:-1]
    begins = xp.flatnonzero(is_first)
    is_shared = ~is_first  # the group has several rows
    is_shared[:-1] |= is_shared[1:]
    shared = xp.flatnonzero(is_shared)
    if 2 * shared.size > ids.size:
        rows = rows if order is None else rows.take(order, axis=0)
        return reduceat(rows, begins, axis=0, dtype=rows.dtype), ids[begins]
    joined = rows.take(begins if order is None else order[begins], axis=0)
    if shared.size:
        several = rows.take(shared if order is None else order[shared], axis=0)
        inner = xp.flatnonzero(is_first[shared])
        joined[is_shared[begins]] = reduceat(several, inner, axis=0, dtype=rows.dtype)
    return joined, ids[begins]


def ascending(xp: Any, ids: Any) -> Any:
    """Places that sort the ids, none of them negative; equal ones stay in their order."""
    return sort(xp, ids)[0]


def sort(xp: Any, ids: Any) -> tuple[Any, Any]:
    """Places that sort the ids, none of them negative, and the sorted ids; equal ones stay in their order.

    The place is made part of what is sorted, which numpy does several times faster than a stable argsort.
    """
    bits = max(ids.size - 1, 0).bit_length()
    keys = ids.astype(xp.int64)
    keys <<= bits
    keys |= xp.arange(ids.size)
    keys.sort()
    return keys & ((1 << bits) - 1), keys >> bits


def demand_sorted(segment_ids: Any, what: str = "segment ids") -> Any:
    """The ids, which must ascend and not be negative.

    Raises
    ------
    InvalidArgumentError
        If they do not.
    """
    if not segment_ids.size:
        return segment_ids
    if not (holds(segment_ids[0] >= 0) and holds((segment_ids[1:] >= segment_ids[:-1]).all())):
        raise InvalidArgumentError(
            f"{what} must be sorted and not negative; unsorted_segment_sum takes any order."
        )
    return segment_ids


def demand_below(ids: Any, count: int) -> None:
    """Refuse an id that is not below the number of segments.

    Raises
    ------
    InvalidArgumentError
        If there is one, or the number is negative.
    """
    if count < 0:
        raise InvalidArgumentError(f"the number of segments must not be negative, given: {count}.")
    if ids.size and not holds(ids.max() < count):
        raise InvalidArgumentError(f"segment id {int(ids.max())} is not in [0, {count}).")


def last_and_one(segment_ids: Any) -> int:
    """The number of segments that sorted ids speak of."""
    return int(segment_ids[-1]) + 1 if segment_ids.size else 0


def segments_shape(s: ShapeScope, data: Dims, ids: int, count: int | None) -> Dims:
    """The shape of segments of data: the ids are input `ids`, their number, if it is given, is input `count`."""
    rules.with_rank(s.shapes[ids], 1, "the segment ids")
    number = s.value(ids) if count is None else s.value(count)
    if data is None:
        return None
    if not data:
        raise ValueError("the data of segments must have rows, given: a scalar.")
    if number is None:
        return (None, *data[1:])
    return (last_and_one(number) if count is None else int(number), *data[1:])


def same_length(data: Dims, ids: Dims) -> None:
    """Refuse data that have not one row for each id.

    Raises
    ------
    ValueError
        If both lengths are known and differ.
    """
    if data and ids is not None:
        merge(data[:1], ids)
