"""``rt[key]``: rows, parts of rows, and what lies further inside.

A whole number takes one row, a slice some rows; behind it stand keys for the dimensions inside. Single places are taken
of rows of one length alone, since shorter ones may not have them. A ragged tensor is ``Any`` here: its class calls this
module.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dimension
from estimator.functions import arrays, indexing, logic, math
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.ragged.partition import RowPartition, known_int
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

_ALL = slice(None)


def slice_of(rt: Any, key: Any) -> Any:
    """What ``rt[key]`` stands for.

    Raises
    ------
    ValueError
        If there are too many keys, or a single place in rows of different lengths is asked for.
    TypeError
        If a key is neither a number, a slice, an ellipsis nor tf.newaxis.
    """
    keys = list(key) if isinstance(key, (list, tuple)) else [key]
    for one in keys:
        _demand_key(one)
    with function_scope(None, "RaggedGetItem", *rt.tensors):
        return _taken(rt, _without_ellipsis(keys, rt))


def _demand_key(key: Any) -> None:
    if isinstance(key, (int, np.integer, slice, Dimension)) or key is None or key is Ellipsis:
        return
    if isinstance(key, Tensor) and key.dtype.is_integer and key.dims in (None, ()):
        return
    raise TypeError(
        f"a ragged tensor is indexed by whole numbers, slices, ... and tf.newaxis, given: {key!r}; "
        "tf.ragged.boolean_mask and tf.gather take several rows."
    )


def _without_ellipsis(keys: list[Any], rt: Any) -> list[Any]:
    if sum(key is Ellipsis for key in keys) > 1:
        raise ValueError("Only one ellipsis is allowed: '...' stands for all dimensions that have no key.")
    dims, given = rt.dims, sum(key is not None and key is not Ellipsis for key in keys)
    if dims is not None and given > len(dims):
        raise ValueError(f"Too many indices: {given} for the {len(dims)} dimensions of {rt!r}.")
    place = next((place for place, key in enumerate(keys) if key is Ellipsis), None)
    if place is None:
        return keys
    if dims is None:
        raise ValueError(f"'...' in an index needs a known rank, given: {rt!r}.")
    return [*keys[:place], *[_ALL] * (len(dims) - given), *keys[place + 1 :]]


def _taken(x: Any, keys: list[Any]) -> Any:
    """What keys take of a ragged tensor or of the tensor in one, beginning with the rows."""
    if not keys:
        return x
    if isinstance(x, Tensor):
        return x[tuple(keys)]
    first, rest = keys[0], keys[1:]
    if first is None:
        inner = _taken(x, rest)
        if isinstance(inner, Tensor):
            return arrays.expand_dims(inner, 0)
        return type(x).from_uniform_row_length(inner, inner.nrows(), 1, validate=False)
    if isinstance(first, slice):
        return _inside(_rows(x, first), rest)
    begin, end = x.partition.row_starts()[first], x.partition.row_limits()[first]
    rows = slice(*(bound if known_int(bound) is None else known_int(bound) for bound in (begin, end)))
    return _taken(_taken(x.values, [rows]), rest)


def _rows(x: Any, key: slice) -> Any:
    """Some of the rows."""
    if key == _ALL:
        return x
    begins, ends = x.partition.row_starts()[key], x.partition.row_limits()[key]
    length = x.partition.static_row_length
    if key.step not in (None, 1):
        return _of_ranges(x, begins, ends, None, length)
    none = np.zeros(1, x.row_splits.dtype.np)  # of no rows the splits are [0]
    splits = arrays.concat([tensor_of(none)[arrays.size(begins) :], begins[:1], ends], 0)
    first, last = (
        bound if known_int(bound) is None else known_int(bound) for bound in (splits[0], splits[-1])
    )
    rows = RowPartition(math.subtract(splits, splits[0]), length)
    return type(x)(_taken(x.values, [slice(first, last)]), rows)


def _of_ranges(x: Any, begins: Tensor, ends: Tensor, step: Any, uniform_row_length: int | None = None) -> Any:
    """Rows that have the values of `x` between these places."""
    dtype = x.row_splits.dtype
    splits, places = b.RaggedRange(begins, ends, 1 if step is None else math.cast(step, dtype), Tsplits=dtype)
    return type(x)(indexing.gather(x.values, places), RowPartition(splits, uniform_row_length))


def _inside(x: Any, keys: list[Any]) -> Any:
    """What keys take of each row."""
    if not keys:
        return x
    first, rest = keys[0], keys[1:]
    if first is None:
        return type(x).from_uniform_row_length(_inside(x, rest), 1, x.nrows(), validate=False)
    if not isinstance(first, slice):
        return _taken(_column(x, first), [_ALL, *rest])
    if first == _ALL:
        return x.with_values(_inside_values(x.values, rest))
    cut = _columns(x, first)
    return cut.with_values(_inside_values(cut.values, rest))


def _inside_values(values: Any, keys: list[Any]) -> Any:
    """What keys take of each of the values of a ragged tensor."""
    if isinstance(values, Tensor):
        return values[(_ALL, *keys)] if keys else values
    return _inside(values, keys)


def _column(x: Any, place: Any) -> Any:
    """The value at one place of each row, where all rows have one length."""
    length = x.uniform_row_length
    if length is None:
        raise ValueError(
            "Cannot index into an inner ragged dimension: rows of different lengths may lack the place; take a slice, "
            "such as rt[:, :1]."
        )
    at = math.cast(place, x.row_splits.dtype)
    inside = logic.where_v2(logic.less(at, 0), math.add(at, length), at)
    return indexing.gather(x.values, math.add(x.partition.row_starts(), inside))


def _columns(x: Any, key: slice) -> Any:
    """Some of the values of each row, as Python would slice each of them."""
    begins, ends, step = x.partition.row_starts(), x.partition.row_limits(), key.step
    if step is not None and isinstance(step, Tensor):
        raise TypeError(f"the step of a slice in rows must be a whole number, given: {step}.")
    backwards = step is not None and step < 0
    first, last = (ends - 1, begins - 1) if backwards else (begins, ends)

    def bound(given: Any, default: Tensor) -> Tensor:
        if given is None:
            return default
        at = math.cast(given, x.row_splits.dtype)
        place = logic.where_v2(logic.less(at, 0), math.add(ends, at), math.add(begins, at))
        low, high = (begins - 1, ends - 1) if backwards else (begins, ends)
        return math.minimum(math.maximum(place, low), high)

    return _of_ranges(x, bound(key.start, first), bound(key.stop, last), step)
