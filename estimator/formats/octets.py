"""Bytes of a buffer, and varints in it, at many places at once."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Octets: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Places: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

MARGIN = bytes(16)  # must follow the last message, so that a look ahead of its end is none beyond the buffer
TOO_LONG = 1 << 62  # as a size: leads beyond any end
_SIZE_BYTES = 4  # of a size that is understood, at most


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


def sizes_at(octets: Octets, places: Places, most_bytes: int = _SIZE_BYTES) -> tuple[Any, Any]:
    """The sizes that stand at places as varints, and how many bytes each takes: one number if it is 1 for all.

    A size of too many bytes is :data:`TOO_LONG`, which leads beyond any end.
    """
    first = octets_at(octets, places)
    if first.max(initial=0) < 0x80:
        return first, 1
    sizes, widths = (first & 0x7F).astype(np.int64), np.ones(len(first), np.int64)
    is_longer = first >= 0x80
    for place in range(1, most_bytes):
        octet = np.where(is_longer, octets_at(octets, places + place), 0)
        sizes |= (octet & 0x7F).astype(np.int64) << 7 * place
        widths += is_longer
        is_longer = octet >= 0x80
        if not is_longer.any():
            return sizes, widths
    return np.where(is_longer, TOO_LONG, sizes), widths
