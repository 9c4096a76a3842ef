"""PNG files of images: how they are written, without a library for images.

Each row is stored as it is, as the difference to the pixel before it, or to the row above it, whichever has the
smallest numbers, and all is compressed by zlib.

Source
------
PNG (Portable Network Graphics) Specification, W3C, sections 9 (filters) and 11 (chunks)
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> grey, grey and alpha, RGB, RGB and alpha


def encode(pixels: np.ndarray[Any, Any], compression: int = -1) -> bytes:
    """The PNG file of an image.

    Parameters
    ----------
    pixels : array of uint8 or uint16
        [height, width, channels]: grey, grey and alpha, RGB, RGB and alpha.
    compression : int
        From 0, not at all, to 9, slowly; -1 leaves it to zlib.

    Raises
    ------
    ValueError
        If the image has no pixels, or another number of channels.

    Example
    -------
    >>> encode(np.zeros((1, 1, 3), np.uint8))[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    height, width, channels = pixels.shape
    if not (height and width and channels in _COLOR_TYPES):
        raise ValueError(
            f"an image of the shape [{height}, {width}, {channels}] cannot be a PNG: it has pixels, of 1 to 4 channels."
        )
    bits = 8 * pixels.dtype.itemsize
    size = struct.pack(">IIBBBBB", width, height, bits, _COLOR_TYPES[channels], 0, 0, 0)
    rows = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder(">"))).view(np.uint8)
    data = zlib.compress(_filtered(rows.reshape(height, -1), channels * bits // 8), compression)
    return SIGNATURE + _chunk(b"IHDR", size) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _filtered(rows: np.ndarray[Any, Any], pixel_bytes: int) -> bytes:
    """The rows, each behind the number of the way in which it is stored."""
    before, above = np.zeros_like(rows), np.zeros_like(rows)
    before[:, pixel_bytes:] = rows[:, :-pixel_bytes]
    above[1:] = rows[:-1]
    ways = np.stack([rows, rows - before, rows - above])
    costs = np.abs(ways.view(np.int8).astype(np.int16)).sum(axis=2)
    best = costs.argmin(axis=0)
    chosen = np.take_along_axis(ways, best[None, :, None], axis=0)[0]
    return np.concatenate([best[:, None].astype(np.uint8), chosen], axis=1).tobytes()
