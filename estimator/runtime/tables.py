"""Lookup tables: what a session knows of keys and their values.

A table is a dict. A lookup is one call of its ``get`` for every key, made by ``map`` and so without a line of Python
for each: a text is hashed once, as fast as it could be sorted into place. A table that cannot change takes its entries
once: initialising it again does nothing, as in TensorFlow, so that sessions and evaluations may all say
``tf.tables_initializer()``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import FailedPreconditionError, InvalidArgumentError, UnimplementedError

Array = np.ndarray[Any, Any]


class Table:
    """Keys and their values.

    Parameters
    ----------
    name : str
        In the session.
    key_dtype, value_dtype : DType
    is_static : bool
        Whether it is initialised once and never changes, or may be changed at any time and needs no initialising.
    """

    def __init__(self, name: str, key_dtype: DType, value_dtype: DType, is_static: bool) -> None:
        self.name = name
        self.key_dtype = key_dtype
        self.value_dtype = value_dtype
        self.is_static = is_static
        self._entries: dict[Any, Any] | None = None if is_static else {}

    @property
    def kind(self) -> str:
        """What it is, for comparison and for messages."""
        change = "static" if self.is_static else "mutable"
        return f"a {change} table from {self.key_dtype.name} to {self.value_dtype.name}"

    def give_up(self) -> None:
        """Nobody ever waits for a table."""

    @property
    def is_initialized(self) -> bool:
        """Whether it can be asked."""
        return self._entries is not None

    @property
    def entries(self) -> dict[Any, Any]:
        """Key to value.

        Raises
        ------
        FailedPreconditionError
            If it is to be initialised first.
        """
        if self._entries is None:
            raise FailedPreconditionError(
                f"Table not initialized: {self.name!r} has no entries yet; run tf.tables_initializer(), "
                "or the table's initializer, first."
            )
        return self._entries

    def find(self, keys: Array, default: Any) -> Array:
        """The value of each key, the default, one for all or one for each, for those that are not there."""
        self._demand(keys.dtype, default.dtype)
        defaults = default.ravel().tolist() if default.ndim else repeat(default.item())
        found = map(self.entries.get, keys.ravel().tolist(), defaults)
        return np.fromiter(found, self.value_dtype.np, keys.size).reshape(keys.shape)

    def initialize(self, keys: Sequence[Any], values: Sequence[Any]) -> None:
        """Give a static table its entries, if it has none yet.

        Raises
        ------
        InvalidArgumentError
            If there are none.
        FailedPreconditionError
            If one key has two values.
        """
        if self._entries is not None:
            return
        if not keys:
            raise InvalidArgumentError(
                "keys and values cannot be empty: a table without entries is a mistake."
            )
        entries = dict(zip(keys, values, strict=True))
        if len(entries) < len(keys):
            _refuse_conflicts(keys, values)
        self._entries = entries

    def replace(self, keys: Array, values: Array) -> None:
        """Take these entries and no others; a static table takes them once."""
        self._demand(keys.dtype, values.dtype)
        if self.is_static:
            self.initialize(keys.tolist(), values.tolist())
        else:
            self._entries = dict(zip(keys.tolist(), values.tolist(), strict=True))

    def insert(self, keys: Array, values: Array) -> None:
        """Add entries, or replace those of the same keys; the last one of a key counts.

        Raises
        ------
        UnimplementedError
            If the table is static.
        """
        self._demand(keys.dtype, values.dtype)
        self._demand_mutable()
        self.entries.update(zip(keys.ravel().tolist(), values.ravel().tolist(), strict=True))

    def remove(self, keys: Array) -> None:
        """Remove the entries of these keys, as far as there are any.

        Raises
        ------
        UnimplementedError
            If the table is static.
        """
        self._demand(keys.dtype, self.value_dtype.np)
        self._demand_mutable()
        for key in keys.ravel().tolist():
            self.entries.pop(key, None)

    def export(self) -> tuple[Array, Array]:
        """All keys and all values, in the order in which they came."""
        entries, size = self.entries, len(self.entries)
        keys = np.fromiter(entries.keys(), self.key_dtype.np, size)
        return keys, np.fromiter(entries.values(), self.value_dtype.np, size)

    def _demand(self, keys: Any, values: Any) -> None:
        if keys != self.key_dtype.np or values != self.value_dtype.np:
            raise InvalidArgumentError(
                f"{self.name!r} is {self.kind}; it was given keys of {keys} and values of {values}."
            )

    def _demand_mutable(self) -> None:
        if self.is_static:
            raise UnimplementedError(
                f"{self.name!r} is {self.kind}, which takes its entries from its initializer only."
            )


def _refuse_conflicts(keys: Sequence[Any], values: Sequence[Any]) -> None:
    """Raise if a key has two values; the same one twice is no conflict."""
    first: dict[Any, Any] = {}
    for key, value in zip(keys, values, strict=True):
        known = first.setdefault(key, value)
        if known != value:
            raise FailedPreconditionError(
                "HashTable has different value for same key: key "
                f"{_shown(key)} has {_shown(known)}, and then {_shown(value)}."
            )


def _shown(value: Any) -> str:
    return repr(value.decode("utf-8", "backslashreplace")) if isinstance(value, bytes) else repr(value)
