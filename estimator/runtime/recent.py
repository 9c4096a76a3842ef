"""A memory of the things used last, for threads that share a session."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Entry(Generic[T]):
    __slots__ = ("thing", "used")

    def __init__(self, thing: T, used: int) -> None:
        self.thing = thing
        self.used = used


class Recent(Generic[T]):
    """At most `limit` things by key; the one that was used longest ago makes room.

    Looking up takes no lock, since every step of a training does it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[Hashable, _Entry[T]] = {}
        self._clock = itertools.count()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """The thing under that key, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        entry.used = next(self._clock)
        return entry.thing

    def add(self, key: Hashable, thing: T) -> T:
        """Remember a thing, in place of what had its key."""
        with self._lock:
            self._entries[key] = _Entry(thing, next(self._clock))
            if len(self._entries) > self._limit:
                del self._entries[min(self._entries, key=lambda key: self._entries[key].used)]
        return thing

    def clear(self) -> None:
        """Forget everything that was kept."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
