"""BMP files: uncompressed images, read without a library.

Source
------
tensorflow/core/kernels/image/decode_image_op.cc (DecodeBmp), which takes the bytes of a palette's image for grey
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError

SIGNATURE = b"BM"
_HEADER_BYTES = 54
_MOST_PIXELS = 1 << 29


def decode(contents: bytes, channels: int = 0) -> np.ndarray[Any, Any]:
    """The image, with the channels that it has, or 3 or 4 of them.

    Parameters
    ----------
    contents : bytes
    channels : int
        0 for those of the file: 1 for 8 bits a pixel, 3 for 24, 4 for 32.

    Returns
    -------
    array of uint8
        [height, width, channels].

    Raises
    ------
    InvalidArgumentError
        If the file is cut off or of another kind, or there are other numbers of channels.
    """
    if channels not in (0, 3, 4):
        raise InvalidArgumentError(f"channels must be 0, 3 or 4 for a BMP, given: {channels}.")
    if len(contents) < _HEADER_BYTES:
        raise InvalidArgumentError(
            f"a BMP of {len(contents)} bytes is cut off within its header of {_HEADER_BYTES}."
        )
    offset, _, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", contents, 10)
    if bits not in (8, 24, 32) or compression not in (0, 3) or width < 1 or not height:
        raise InvalidArgumentError(
            f"a BMP of {width}x{height} pixels, {bits} bits each, compression {compression}, cannot be decoded: "
            "uncompressed ones of 8, 24 or 32 bits can."
        )
    pixels = _rows(contents, offset, abs(height), width, bits // 8)
    upright = pixels if height < 0 else pixels[::-1]
    return _with_channels(_rgb(upright), channels)


def _rows(contents: bytes, offset: int, height: int, width: int, channels: int) -> np.ndarray[Any, Any]:
    """The pixels as they lie in the file; a row fills whole groups of four bytes."""
    row_bytes = -(-width * channels // 4) * 4
    needed = offset + row_bytes * (height - 1) + width * channels
    if height * width > _MOST_PIXELS or needed > len(contents):
        raise InvalidArgumentError(
            f"a BMP of {width}x{height} pixels needs {needed} bytes; it has {len(contents)}."
        )
    data = np.frombuffer(contents, np.uint8, min(row_bytes * height, len(contents) - offset), offset)
    padded = np.zeros(row_bytes * height, np.uint8)
    padded[: data.size] = data
    return padded.reshape(height, row_bytes)[:, : width * channels].reshape(height, width, channels)


def _rgb(pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Blue, green, red as red, green, blue."""
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]
    return pixels[..., order]


def _with_channels(pixels: np.ndarray[Any, Any], channels: int) -> np.ndarray[Any, Any]:
    if channels in (0, pixels.shape[2]):
        return np.ascontiguousarray(pixels)
    colours = np.broadcast_to(pixels, (*pixels.shape[:2], 3)) if pixels.shape[2] == 1 else pixels[..., :3]
    opaque = np.full((*pixels.shape[:2], channels - 3), 255, np.uint8)
    return np.concatenate([colours, opaque], axis=2)
