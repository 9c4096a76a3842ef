"""Rows of arrays as dicts, by generated code.

A dict that is written out, ``{k0: v0, k1: v1}``, is made in half the time of ``dict(zip(keys, values))``, and for small
models that is most of what a prediction costs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def rows_as_dicts(columns: Mapping[Any, Iterable[Any]]) -> Iterator[dict[Any, Any]]:
    """A dict of values for each dict-like row of columns that are equally long.

    Parameters
    ----------
    columns : mapping of str to array
        Each row has its keys, in its order.

    Example
    -------
    >>> list(rows_as_dicts({"a": [1, 2], "b": [3, 4]}))
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    return _dicts_of(len(columns))(tuple(columns), zip(*columns.values(), strict=True))


@functools.cache  # by a number of keys: there are few
def _dicts_of(count: int) -> Callable[[tuple[Any, ...], Iterable[Any]], Iterator[dict[Any, Any]]]:
    """What makes dicts of that many keys from tuples of their values."""
    keys, values = (" ".join(f"{letter}{number}," for number in range(count)) for letter in "kv")
    items = ", ".join(f"k{number}: v{number}" for number in range(count))
    lines = [
        "def dicts(keys, rows):",
        f"    ({keys}) = keys",
        f"    return ({{{items}}} for ({values}) in rows)",
    ]
    defined: dict[str, Any] = {}
    exec("\n".join(lines), defined)  # noqa: S102  our own text, of numbers alone
    dicts: Callable[[tuple[Any, ...], Iterable[Any]], Iterator[dict[Any, Any]]] = defined["dicts"]
    return dicts
