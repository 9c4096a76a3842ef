"""How a bundle stores a tensor of strings.

::

    varint length of each element | masked crc32c of the lengths (fixed32) | the elements' bytes, joined

The checksum of the lengths runs over each length as a fixed 32-bit number (64-bit if it needs that), not
over the varints. The tensor's own checksum continues it over the four stored bytes and then over the
strings.

Source
------
tensorflow/core/util/tensor_bundle/tensor_bundle.cc (WriteStringTensor, ReadStringTensor)
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.formats.checksum import extend, mask
from estimator.formats.table import read_varint, varint


def as_array(value: object) -> np.ndarray[Any, Any]:
    """The value as an array whose bytes are objects: numpy's own ``S`` arrays drop trailing zero bytes."""
    if isinstance(value, np.ndarray):
        return value
    array = np.asarray(value)
    return np.array(value, object) if array.dtype.kind == "S" else array


def encode_strings(value: np.ndarray[Any, Any], name: str) -> tuple[bytes, int]:
    """The stored bytes and their (unmasked) checksum.

    Parameters
    ----------
    value : array of bytes, str or object
        The elements; text is stored as UTF-8.
    name : str
        The tensor's name, for the error message.

    Raises
    ------
    InvalidArgumentError
        If an element is neither bytes nor str.
    """
    elements = [as_bytes(element, name) for element in value.ravel().tolist()]
    lengths = [len(element) for element in elements]
    crc = _length_crc(lengths, "<")
    stored_crc = struct.pack("<I", mask(crc))
    joined = b"".join(elements)
    return b"".join(map(varint, lengths)) + stored_crc + joined, extend(extend(crc, stored_crc), joined)


def decode_strings(data: bytes, count: int, where: str, order: str = "<") -> tuple[list[bytes], int]:
    """The `count` elements and the (unmasked) checksum of what was stored.

    Raises
    ------
    DataLossError
        If the lengths are damaged or do not fit the bytes.
    """
    if count + 4 > len(data):
        raise DataLossError(
            f"{where}: {count} strings need at least {count + 4} bytes, {len(data)} are stored."
        )
    lengths, at = [], 0
    for _ in range(count):
        length, at = read_varint(data, at, len(data), where)
        lengths.append(length)
    crc = _length_crc(lengths, order)
    stored_crc = data[at : at + 4]
    if stored_crc != struct.pack(f"{order}I", mask(crc)):
        raise DataLossError(
            f"{where}: the length checksum does not match: stored {stored_crc.hex()}, calculated "
            f"{struct.pack(f'{order}I', mask(crc)).hex()}; the file is damaged."
        )
    at += 4
    if at + sum(lengths) != len(data):
        raise DataLossError(
            f"{where}: {sum(lengths)} bytes of strings expected, {len(data) - at} are stored."
        )
    return list(_split(data, at, lengths)), extend(extend(crc, stored_crc), data[at:])


def _split(data: bytes, at: int, lengths: Iterable[int]) -> Iterable[bytes]:
    for length in lengths:
        yield data[at : at + length]
        at += length


def _length_crc(lengths: list[int], order: str) -> int:
    if all(length < 1 << 32 for length in lengths):
        return extend(0, struct.pack(f"{order}{len(lengths)}I", *lengths))
    return extend(0, b"".join(struct.pack(order + ("I" if n < 1 << 32 else "Q"), n) for n in lengths))


def as_bytes(element: object, name: str) -> bytes:
    """The element of a string tensor as bytes; text becomes UTF-8.

    Raises
    ------
    InvalidArgumentError
        If it is neither.
    """
    if isinstance(element, str):
        return element.encode("utf-8")
    if isinstance(element, bytes):
        return element
    raise InvalidArgumentError(f"{name!r}: a string tensor holds bytes or str, given: {element!r}.")
