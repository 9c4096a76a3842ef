"""CRC-32C (Castagnoli), and the masked form in which TensorFlow's files store it.

A checksum stored next to the data it covers would make nested checksums degenerate, so files hold mask(c)
= rotate(c, 15 bits right) + 0xA282EAD8, modulo 2^32. Nothing on disk is an unmasked checksum.

Source
------
RFC 3720 appendix B.4 (the polynomial), tensorflow/core/lib/hash/crc32c.h (the mask)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

import google_crc32c
import numpy as np

# Arrays may have any element type of a fixed size.
Buffer: TypeAlias = "bytes | bytearray | memoryview | np.ndarray[Any, Any]"
Checksums: TypeAlias = "np.ndarray[Any, np.dtype[np.uint32]]"

_DELTA = 0xA282EAD8
_ALL_BITS = 0xFFFFFFFF
_READS_ARRAYS = (
    google_crc32c.implementation == "c"
)  # written in Python, it takes an array's elements for bytes


def crc32c(data: Buffer) -> int:
    """The checksum of the bytes; of an array's elements in row-major order.

    Example
    -------
    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc: int = google_crc32c.value(data if _is_read(data) else as_bytes(data))
    return crc


def extend(crc: int, data: Buffer) -> int:
    """The checksum of earlier bytes, whose checksum is `crc`, followed by these."""
    return int(google_crc32c.extend(crc, data if _is_read(data) else as_bytes(data)))


def checksums(pieces: Sequence[bytes] | Sequence[np.ndarray[Any, Any]]) -> Checksums:
    """The checksum of each of many pieces: bytes, or contiguous arrays."""
    value = google_crc32c.value if _READS_ARRAYS else crc32c
    return np.fromiter(map(value, pieces), np.uint32, len(pieces))


def checksums_of_rows(rows: np.ndarray[Any, np.dtype[np.uint8]]) -> Checksums:
    """The checksum of each short row of bytes [n, width], without a call for each.

    What a byte changes in the checksum of a row does not depend on the other bytes; tables say it.
    """
    of_zeros, changes = _changes(rows.shape[1])
    found = np.full(len(rows), of_zeros, np.uint32)
    for place, change in enumerate(changes):
        found ^= change.take(rows[:, place])
    return found


def _is_read(data: Buffer) -> bool:
    """Whether the library takes it as it is, which for a small one is cheaper than to look at it as bytes."""
    return type(data) is bytes or (_READS_ARRAYS and isinstance(data, np.ndarray) and data.flags.c_contiguous)


@cache
def _changes(width: int) -> tuple[int, Checksums]:
    of_zeros = crc32c(bytes(width))
    rows = np.zeros((width, 256, width), np.uint8)
    for place in range(width):
        rows[place, :, place] = np.arange(256)
    pieces = [row.tobytes() for row in rows.reshape(-1, width)]
    return of_zeros, checksums(pieces).reshape(width, 256) ^ np.uint32(of_zeros)


def as_bytes(data: Buffer) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The bytes of a buffer as one row of uint8, without a copy if it is contiguous."""
    if isinstance(data, np.ndarray):
        return np.ascontiguousarray(data).reshape(-1).view(np.uint8)
    return np.frombuffer(data, np.uint8)


def mask(crc: Any) -> Any:
    """What a file stores for the checksum `crc`, or for each of an array of uint32."""
    return ((crc >> 15 | crc << 17) + _DELTA) & _ALL_BITS


def unmask(masked: Any) -> Any:
    """The checksum for which a file stores `masked`, or each of an array of int64."""
    rotated = masked - _DELTA & _ALL_BITS
    return (rotated >> 17 | rotated << 15) & _ALL_BITS
