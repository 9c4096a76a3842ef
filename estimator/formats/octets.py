"""Bytes of a buffer at many places at once."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Octets: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Places: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"


def octets_at(octets: Octets, places: Places) -> Octets:
    """The byte at each place; of a place that a malformed length has led beyond the end, any byte."""
    return octets.take(places, mode="clip")


def pieces_at(octets: Octets, places: Places, size: int) -> Octets:
    """So many bytes from each place on, as rows [places, size]; all lie in the buffer."""
    pieces = np.ndarray(len(octets) - size + 1, f"V{size}", octets, strides=(1,))  # from every place on
    return pieces[places].view(np.uint8).reshape(-1, size)


def joined(octets: Octets, places: Places, sizes: Any) -> Octets:
    """The bytes that lie at places, each piece of its size, one behind the other."""
    size = int(sizes[0]) if len(sizes) else 0
    if size and (sizes == size).all():
        return pieces_at(octets, places, size).reshape(-1)
    ends = np.cumsum(sizes, dtype=np.int64)
    shifts = np.repeat(places - ends + sizes, sizes)
    return octets.take(shifts + np.arange(len(shifts)))
