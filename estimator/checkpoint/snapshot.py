"""A copy of what is to be saved, so that a training may go on while it is written.

The memory of the copy is kept for the next one, which then takes as long as memory takes to be read and written once;
new memory, which the system has to find and to clear first, takes several times as long, and ten times in some virtual
machines. So a thread may let it be found before the first copy is made.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from estimator.core.memory import available_bytes
from estimator.formats.slices import SlicedArray

Array = np.ndarray[Any, Any]
Value = Array | SlicedArray

_ALIGNMENT = 64  # bytes, a line of the cache
_SHARE = 2  # new memory is taken only if so many times as much is available
_PAGE = 4096  # bytes that the system finds at once, at least
_STRETCH = 16 << 20  # bytes between two looks whether the memory is wanted now


class SnapshotMemory:
    """Memory for one copy at a time of a model's values.

    Example
    -------
    >>> kernel = np.ones(2, np.float32)
    >>> copied = SnapshotMemory().copy({"kernel": kernel})
    >>> kernel += 1
    >>> copied["kernel"]
    array([1., 1.], dtype=float32)
    """

    def __init__(self) -> None:
        self._memory = np.empty(0, np.uint8)
        self._used = 0
        self._finding: threading.Thread | None = None
        self._is_wanted = False

    def reserve(self, sizes: Iterable[int]) -> None:
        """Let a thread take memory for copies of arrays of so many bytes, if there is room for the arrays as well."""
        needed = sum(map(_aligned, sizes)) + _PAGE  # and a few small ones
        available = available_bytes()
        if needed <= self._memory.nbytes or available is None or available < (_SHARE + 1) * needed:
            return
        self.free()
        self._memory, self._is_wanted = np.empty(needed, np.uint8), False
        thread = threading.Thread(target=self._find, name="estimator-memory", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left: the first copy takes longer
            return
        self._finding = thread

    def _find(self) -> None:
        for start in range(0, self._memory.nbytes, _STRETCH):
            if self._is_wanted:
                return
            self._memory[start : start + _STRETCH : _PAGE] = 0

    def _settle(self) -> None:
        """What the thread has not come to is found as it is written."""
        self._is_wanted = True
        if self._finding is not None:
            self._finding.join()
            self._finding = None

    def copy(self, values: Mapping[str, Value]) -> dict[str, Value] | None:
        """The values in this memory, in place of those that were copied before; None if there is no room for them."""
        self._settle()
        needed = sum(_room(array) for value in values.values() for array in _arrays(value))
        if needed > self._memory.nbytes:
            self.free()
            available = available_bytes()
            if available is None or available < _SHARE * needed:
                return None
            self._memory = np.empty(needed, np.uint8)
        self._used = 0
        return {key: self._copied(value) for key, value in values.items()}

    def free(self) -> None:
        """Give the memory back."""
        self._settle()
        self._memory = np.empty(0, np.uint8)

    def _copied(self, value: Value) -> Value:
        if isinstance(value, SlicedArray):
            slices = tuple((extents, self._copied_array(array)) for extents, array in value.slices)
            return dataclasses.replace(value, slices=slices)
        return self._copied_array(value)

    def _copied_array(self, array: Array) -> Array:
        if array.dtype == object:
            return array.copy()  # texts, which do not change
        start, self._used = self._used, self._used + _room(array)
        place = self._memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        np.copyto(place, array)
        return place


def _arrays(value: Value) -> tuple[Array, ...]:
    return value.arrays if isinstance(value, SlicedArray) else (value,)


def _room(array: Array) -> int:
    """How many bytes are set apart for the array."""
    return 0 if array.dtype == object else _aligned(array.nbytes)


def _aligned(nbytes: int) -> int:
    return -(-nbytes // _ALIGNMENT) * _ALIGNMENT
