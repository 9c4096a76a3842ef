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
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np

from estimator.core.errors import DataLossError
from estimator.formats.checksum import Checksums, checksums, checksums_of_rows, crc32c, mask
from estimator.formats.octets import Octets, pieces_at

_LENGTH = struct.Struct("<Q")
_HEADER = struct.Struct("<QI")
_TRAILER = struct.Struct("<I")
_BLOCK = 1 << 17  # read at a time
_PIECE = 1 << 24


def frame(data: bytes) -> bytes:
    """One record, as it stands in a file.

    Example
    -------
    >>> len(frame(b"abc"))
    19
    """
    return b"".join((_header(len(data)), data, _TRAILER.pack(mask(crc32c(data)))))


@lru_cache(4096)
def _header(length: int) -> bytes:
    packed = _LENGTH.pack(length)
    return packed + _TRAILER.pack(mask(crc32c(packed)))


def framed_size(records: Sequence[bytes]) -> int:
    """How many bytes some records take in a file."""
    return len(records) * (_HEADER.size + _TRAILER.size) + sum(map(len, records))


def read_records(file: Any, *, strict: bool = False) -> Iterator[bytes]:
    """The records of a file open for reading, from where it stands on.

    The file is read in blocks, and so farther than the record that is given.

    Parameters
    ----------
    file : buffered binary file
    strict : bool
        Whether a last record that is cut off is an error instead of the end.

    Raises
    ------
    DataLossError
        If a checksum does not match, or if `strict` and the last record is cut off.
    """
    source = str(getattr(file, "name", "record file"))
    offset = 0 if not file.seekable() else file.tell()
    data = file.read1(_BLOCK)
    while data:
        where = f"{source}: record at byte {offset}"
        records = _whole_records(data, where)
        if records:
            yield from records
            size = framed_size(records)
            offset += size
            data = data[size:] + file.read1(_BLOCK)
            continue
        missing = _missing(data, where)
        more = _read(file, missing)
        data += more
        if len(more) < missing:
            if strict:
                raise DataLossError(
                    f"{where}: truncated record: the file ends at byte {offset + len(data)}, before the record does."
                )
            return


def _whole_records(data: bytes, where: str) -> list[bytes]:
    """The records with which some bytes begin, up to the first that is damaged or cut off.

    Raises
    ------
    DataLossError
        If the very first is damaged.
    """
    begins, records = _by_lengths(data)
    if not records:
        return []
    octets, places = np.frombuffer(data, np.uint8), np.array(begins)
    headers = pieces_at(octets, places - _HEADER.size, _HEADER.size)
    trailers = pieces_at(octets, places + np.fromiter(map(len, records), np.int64), _TRAILER.size)
    is_damaged = _differ(checksums_of_rows(headers[:, : _LENGTH.size]), headers[:, _LENGTH.size :])
    is_damaged |= _differ(checksums(records), trailers)
    if is_damaged[0]:
        _length(data, where)
        raise _damage(records[0], trailers[0].tobytes(), where)
    return records[: is_damaged.argmax()] if is_damaged.any() else records


def _by_lengths(data: bytes) -> tuple[list[int], list[bytes]]:
    """Where what records hold begins, and what it is, if their lengths are right."""
    begins, records = list[int](), list[bytes]()
    begin, last = _HEADER.size, len(data) - _TRAILER.size
    while begin <= last:
        end = begin + _LENGTH.unpack_from(data, begin - _HEADER.size)[0]
        if end > last:
            break
        begins.append(begin)
        records.append(data[begin:end])
        begin = end + _TRAILER.size + _HEADER.size
    return begins, records


def _differ(crcs: Checksums, stored: Octets) -> Any:
    """Which of the checksums is not the one that is stored."""
    return mask(crcs) != np.ascontiguousarray(stored).view("<u4")[:, 0]


def _missing(data: bytes, where: str) -> int:
    """How many bytes the record with which some begin lacks, or its header.

    Raises
    ------
    DataLossError
        If its length is damaged, so that nobody asks for that much memory.
    """
    if len(data) < _HEADER.size:
        return _HEADER.size - len(data)
    return _HEADER.size + _length(data, where) + _TRAILER.size - len(data)


def _read(file: BinaryIO, size: int) -> bytes:
    """So many bytes, or what there is: piece by piece, so that a damaged size is never taken for a need of memory."""
    if size <= _PIECE:
        return file.read(size)
    pieces = []
    while size and (piece := file.read(min(size, _PIECE))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _length(data: bytes, where: str) -> int:
    """The length of the record with which some bytes begin."""
    length, stored = _HEADER.unpack_from(data)
    calculated = mask(crc32c(data[: _LENGTH.size]))
    if stored != calculated:
        raise DataLossError(
            f"{where}: corrupted length: its checksum is {stored:#010x}, calculated {calculated:#010x}; "
            "the file is damaged, or compressed in another way than was said, or has no records."
        )
    return int(length)


def _damage(record: bytes, trailer: bytes, where: str) -> DataLossError:
    (stored,) = _TRAILER.unpack(trailer)
    return DataLossError(
        f"{where}: corrupted data of {len(record)} bytes: its checksum is {stored:#010x}, calculated "
        f"{mask(crc32c(record)):#010x}; the file is damaged."
    )
