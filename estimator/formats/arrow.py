"""Columns of Arrow, as arrays of numpy: what :mod:`estimator.formats.arrow_memory` reads.

    Struct({"age": Flat(values=array([31, 0, 25]), missing=array([False, True, False]))})

is a table of one column. Values and what is missing stay apart, so that no missing value ever becomes a number. Types
without an array in numpy, such as moments and unions, are an :class:`Unread`, which says what the type is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.frozen import frozen

Array: TypeAlias = "np.ndarray[Any, Any]"
Missing: TypeAlias = "Array | None"  # bool, a row each; None if every row is there


@frozen
class Flat:
    """Numbers, bools, or texts as bytes objects. What stands in a missing row means nothing.

    Attributes
    ----------
    values : ndarray [rows]
    missing : ndarray of bool [rows], or None
    """

    values: Array
    missing: Missing = None


@frozen
class Listed:
    """Rows of different lengths: row i is ``inner[splits[i]:splits[i + 1]]``."""

    inner: Column
    splits: Array
    missing: Missing = None


@frozen
class Fixed:
    """Rows of one shape: row i is the i-th part of as many values of `inner` as the shape has."""

    inner: Column
    shape: tuple[int, ...]
    rows: int
    missing: Missing = None


@frozen
class Struct:
    """Columns by name, of equal length; a table is one."""

    columns: dict[str, Column]
    missing: Missing = None


@frozen
class Unread:
    """A column of a type that no array has, and why."""

    reason: str
    rows: int


Column: TypeAlias = "Flat | Listed | Fixed | Struct | Unread"


def joined(parts: Sequence[Any]) -> Column:
    """Columns of one type, one below the other."""
    first = parts[0]
    if len(parts) == 1:
        column: Column = first
        return column
    if isinstance(first, Unread):
        return Unread(first.reason, sum(part.rows for part in parts))
    missing = _all_missing(parts)
    if isinstance(first, Struct):
        columns = {name: joined([part.columns[name] for part in parts]) for name in first.columns}
        return Struct(columns, missing)
    if isinstance(first, Flat):
        return Flat(np.concatenate([part.values for part in parts]), missing)
    inner = joined([part.inner for part in parts])
    if isinstance(first, Fixed):
        return Fixed(inner, first.shape, sum(part.rows for part in parts), missing)
    lengths = np.concatenate([np.diff(part.splits) for part in parts])
    return Listed(inner, np.concatenate([[0], np.cumsum(lengths)]), missing)


def _n_rows(column: Column) -> int:
    """The number of rows."""
    if isinstance(column, Flat):
        return len(column.values)
    if isinstance(column, Listed):
        return len(column.splits) - 1
    if isinstance(column, Struct):
        return next(map(_n_rows, column.columns.values()), 0)
    return column.rows


def _all_missing(parts: Sequence[Any]) -> Missing:
    if all(part.missing is None for part in parts):
        return None
    return np.concatenate(
        [np.zeros(_n_rows(part), bool) if part.missing is None else part.missing for part in parts]
    )
