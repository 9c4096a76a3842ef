"""Slices of partitioned variables: their extents, and the ordered-code keys of their bytes in a bundle.

A partitioned variable has an entry of its full name that lists the slices, and one entry for each slice,
whose key is

::

    num(0) string(name) num(rank) { signed(start) signed(length) } for each dimension

so that it sorts right after the header and no tensor name collides with it. A dimension taken whole may be
written as (0, -1).

Source
------
tensorflow/core/util/saved_tensor_slice_util.cc, tensorflow/core/lib/strings/ordered_code.cc
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from estimator.core.frozen import frozen

Extent: TypeAlias = "tuple[int, int] | None"  # (start, length), or None for the whole dimension

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

_MOST_SLICES = 10_000  # of one variable; the overlap test compares all pairs


@frozen
class SlicedArray:
    """A tensor in slices: the value of a partitioned variable.

    Parameters
    ----------
    shape : tuple of int
        Of the whole.
    slices : tuple of (extents, array)
        What each array is of it.
    is_partial : bool
        Whether some slices may be missing.
    """

    shape: tuple[int, ...]
    slices: tuple[tuple[tuple[Extent, ...], Array], ...]
    is_partial: bool = False

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The values of the slices, in the order of `slices`."""
        return tuple(array for _, array in self.slices)

    @property
    def is_whole(self) -> bool:
        """Whether there is one slice, and it is everything."""
        return len(self.slices) == 1 and slice_shape(self.shape, self.slices[0][0]) == self.shape


def parse_spec(spec: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """The shape and the extents in a text such as ``150 3 50,50:-``; ``-`` is all of an axis.

    Raises
    ------
    ValueError
        If it is not such a text.
    """
    *sizes, taken = spec.split(" ")
    shape = tuple(map(int, sizes))
    pairs = [
        ("0", size) if text == "-" else text.split(",")
        for size, text in zip(shape, taken.split(":"), strict=True)
    ]
    return shape, tuple((int(start), int(length)) for start, length in pairs)


def slice_key(name: str, extents: Sequence[Extent]) -> bytes:
    """The key of one slice of the tensor `name`."""
    key = bytearray(_number(0) + _string(name.encode("utf-8")) + _number(len(extents)))
    for extent in extents:
        start, length = (0, -1) if extent is None else extent
        key += _signed(start) + _signed(length)
    return bytes(key)


def slice_shape(shape: Sequence[int], extents: Sequence[Extent]) -> tuple[int, ...]:
    """The shape of that slice of a tensor of shape `shape`."""
    return tuple(size if extent is None else extent[1] for size, extent in zip(shape, extents, strict=True))


def slice_index(extents: Sequence[Extent]) -> tuple[slice, ...]:
    """What picks the slice out of the whole array."""
    return tuple(slice(None) if extent is None else slice(extent[0], sum(extent)) for extent in extents)


def show(extents: Sequence[Extent]) -> str:
    """TensorFlow's notation, for example ``50,50:0,3``."""
    return ":".join("-" if extent is None else f"{extent[0]},{extent[1]}" for extent in extents)


def whole(shape: Sequence[int]) -> tuple[Extent, ...]:
    """The slice that is everything, with its sizes."""
    return tuple((0, size) for size in shape)


def overlap(
    shape: Sequence[int], one: Sequence[Extent], other: Sequence[Extent]
) -> tuple[tuple[int, int], ...] | None:
    """What two slices of a tensor have in common; None if that is nothing."""
    common = []
    for size, *pair in zip(shape, one, other, strict=True):
        (a, a_size), (b, b_size) = ((0, size) if extent is None else extent for extent in pair)
        start, stop = max(a, b), min(a + a_size, b + b_size)
        if start >= stop:
            return None
        common.append((start, stop - start))
    return tuple(common)


def index_within(extents: Sequence[Extent], part: Sequence[tuple[int, int]]) -> tuple[slice, ...]:
    """What picks `part` of the tensor out of an array that holds the slice `extents` of it."""
    starts = (0 if extent is None else extent[0] for extent in extents)
    return tuple(slice(at - start, at - start + size) for start, (at, size) in zip(starts, part, strict=True))


def cover(shape: Sequence[int], stored: Sequence[Sequence[Extent]], wanted: Sequence[Extent]) -> bool:
    """Whether slices that do not overlap have all of a slice; no slices at all stand for the whole tensor."""
    if not stored:
        return True
    found = (overlap(shape, part, wanted) for part in stored)
    size = sum(math.prod(length for _, length in extents) for extents in found if extents is not None)
    return size == math.prod(slice_shape(shape, wanted))


def copy_common(
    shape: Sequence[int],
    stored: Sequence[Extent],
    value: Array,
    wanted: Sequence[tuple[Sequence[Extent], Array]],
) -> None:
    """Copy what the slice `stored`, whose elements are `value`, has of the wanted slices into their arrays."""
    for extents, out in wanted:
        common = overlap(shape, stored, extents)
        if common is not None:
            out[index_within(extents, common)] = value[index_within(stored, common)]


def find_outside(shape: Sequence[int], extents: Sequence[Extent]) -> str | None:
    """Why this is not a slice of a tensor of that shape, or None if it is."""
    if len(extents) != len(shape):
        return f"slice {show(extents)} has {len(extents)} dimensions"
    for size, extent in zip(shape, extents, strict=True):
        if extent is not None and not (0 <= extent[0] and 0 <= extent[1] and sum(extent) <= size):
            return f"slice {show(extents)} reaches outside"
    return None


def find_fault(shape: Sequence[int], slices: Sequence[Sequence[Extent]]) -> str | None:
    """Why the slices do not cover a tensor of that shape exactly once, or None if they do."""
    fault = find_conflict(shape, slices)
    if fault is not None:
        return fault
    stored = sum(math.prod(slice_shape(shape, extents)) for extents in slices)
    if stored != math.prod(shape):
        return f"the slices have {stored} elements together, the whole has {math.prod(shape)}"
    return None


def find_conflict(shape: Sequence[int], slices: Sequence[Sequence[Extent]]) -> str | None:
    """Why these cannot be slices of a tensor of that shape, all or some of them; None if they can."""
    if len(slices) > _MOST_SLICES:
        return f"there are {len(slices)} slices, at most {_MOST_SLICES} are read"
    for extents in slices:
        fault = find_outside(shape, extents)
        if fault is not None:
            return fault
    return _find_overlap(shape, slices)


def _find_overlap(shape: Sequence[int], slices: Sequence[Sequence[Extent]]) -> str | None:
    filled = [part for part in slices if math.prod(slice_shape(shape, part))]
    starts = np.array([[0 if extent is None else extent[0] for extent in part] for part in filled], np.int64)
    sizes = np.array([slice_shape(shape, part) for part in filled], np.int64)
    if not starts.size:
        return None if len(filled) < 2 else "a scalar is stored more than once"
    stops = starts + sizes
    for i in range(len(filled) - 1):
        hits = np.all((starts[i] < stops[i + 1 :]) & (starts[i + 1 :] < stops[i]), axis=1)
        if hits.any():
            return f"slices {show(filled[i])} and {show(filled[i + 1 + int(np.argmax(hits))])} overlap"
    return None


def _number(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _string(text: bytes) -> bytes:
    escaped = b"".join({0x00: b"\x00\xff", 0xFF: b"\xff\x00"}.get(byte, bytes([byte])) for byte in text)
    return escaped + b"\x00\x01"


def _signed(value: int) -> bytes:
    if -64 <= value < 64:
        return bytes([0x80 ^ (value & 0xFF)])
    positive = ~value if value < 0 else value
    size = positive.bit_length() // 7 + 1
    header = ((1 << size) - 1) << (7 * size)  # as many leading ones as there are bytes
    code = (positive | header).to_bytes(size + 1, "big")[-size:]
    return bytes(byte ^ 0xFF for byte in code) if value < 0 else code
