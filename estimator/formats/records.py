"""TFRecord framing, of event files and of data: each record with the checksums of its length and of its
bytes.

::

    length (fixed64) | masked crc32c of those 8 bytes (fixed32) | data | masked crc32c of data (fixed32)

A program that is killed leaves a last record half written. Readers that follow a live file take that as
its end; with ``strict=True`` it is an error, as any other damage always is.

Source
------
tensorflow/core/lib/io/record_{reader,writer}.cc
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from estimator.core.errors import DataLossError
from estimator.formats.checksum import crc32c, mask

_HEADER = struct.Struct("<QI")
_TRAILER = struct.Struct("<I")
_PIECE = 1 << 24


def frame(data: bytes) -> bytes:
    """One record, as it stands in a file.

    Example
    -------
    >>> len(frame(b"abc"))
    19
    """
    length = struct.pack("<Q", len(data))
    return b"".join((length, _TRAILER.pack(mask(crc32c(length))), data, _TRAILER.pack(mask(crc32c(data)))))


def frame_size(data: bytes) -> int:
    """How many bytes the record takes in a file."""
    return _HEADER.size + len(data) + _TRAILER.size


def read_records(file: BinaryIO, *, strict: bool = False) -> Iterator[bytes]:
    """The records of a file open for reading, from where it stands on.

    Parameters
    ----------
    file : binary file
    strict : bool
        Whether a last record that is cut off is an error instead of the end.

    Raises
    ------
    DataLossError
        If a checksum does not match, or if `strict` and the last record is cut off.
    """
    source = str(getattr(file, "name", "record file"))
    offset = 0 if not file.seekable() else file.tell()
    while header := file.read(_HEADER.size):
        where = f"{source}: record at byte {offset}"
        length = _length(header, where) if len(header) == _HEADER.size else 0
        body_size = length + _TRAILER.size
        body = _read(file, body_size)
        if len(header) < _HEADER.size or len(body) < body_size:
            if strict:
                raise DataLossError(
                    f"{where}: truncated record: the file ends at byte {offset + len(header) + len(body)}, before the "
                    "record does."
                )
            return
        yield _checked(body, where)
        offset += _HEADER.size + body_size


def _read(file: BinaryIO, size: int) -> bytes:
    """So many bytes, or what there is: piece by piece, so that a damaged size is never taken for a need of memory."""
    if size <= _PIECE:
        return file.read(size)
    pieces = []
    while size and (piece := file.read(min(size, _PIECE))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _length(header: bytes, where: str) -> int:
    length, stored = _HEADER.unpack(header)
    calculated = mask(crc32c(header[:8]))
    if stored != calculated:
        raise DataLossError(
            f"{where}: corrupted length: its checksum is {stored:#010x}, calculated {calculated:#010x}; "
            "the file is damaged, or compressed in another way than was said, or has no records."
        )
    return int(length)


def _checked(body: bytes, where: str) -> bytes:
    data = body[: -_TRAILER.size]
    (stored,) = _TRAILER.unpack(body[-_TRAILER.size :])
    calculated = mask(crc32c(data))
    if stored != calculated:
        raise DataLossError(
            f"{where}: corrupted data of {len(data)} bytes: its checksum is {stored:#010x}, calculated "
            f"{calculated:#010x}; the file is damaged."
        )
    return data
