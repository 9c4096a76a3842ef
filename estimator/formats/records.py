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

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from estimator.core.errors import DataLossError
from estimator.formats.checksum import crc32c, mask

_HEADER = struct.Struct("<QI")
_TRAILER = struct.Struct("<I")


def frame(data: bytes) -> bytes:
    """One record, as it stands in a file.

    Example
    -------
    >>> len(frame(b"abc"))
    19
    """
    length = struct.pack("<Q", len(data))
    return b"".join((length, _TRAILER.pack(mask(crc32c(length))), data, _TRAILER.pack(mask(crc32c(data)))))


def read_records(file: BinaryIO, *, strict: bool = False) -> Iterator[bytes]:
    """The records of a file open for reading, from its position on.

    Parameters
    ----------
    file : binary file
        Seekable, so that a damaged length is never taken for an amount of memory.
    strict : bool
        Whether a last record that is cut off is an error instead of the end.

    Raises
    ------
    DataLossError
        If a checksum does not match, or if `strict` and the last record is cut off.
    """
    source = str(getattr(file, "name", "record file"))
    offset = file.tell()
    while header := file.read(_HEADER.size):
        where = f"{source}: record at byte {offset}"
        length = _length(header, where) if len(header) == _HEADER.size else 0
        body_size = length + _TRAILER.size
        end = _end(file)
        if len(header) < _HEADER.size or file.tell() + body_size > end:
            if strict:
                raise DataLossError(
                    f"{where}: truncated record: the file ends at byte {end}, before the record does."
                )
            return
        body = file.read(body_size)
        yield _checked(body, where)
        offset += _HEADER.size + body_size


def _end(file: BinaryIO) -> int:
    """The file's size now; a live one grows."""
    here = file.tell()
    end = file.seek(0, io.SEEK_END)
    file.seek(here)
    return end


def _length(header: bytes, where: str) -> int:
    length, stored = _HEADER.unpack(header)
    calculated = mask(crc32c(header[:8]))
    if stored != calculated:
        raise DataLossError(
            f"{where}: corrupted length: its checksum is {stored:#010x}, calculated {calculated:#010x}; "
            "the file is damaged."
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
