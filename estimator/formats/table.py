"""The sorted string table (``*.index``): byte keys in increasing order, each with a byte value.

::

    data blocks | metaindex block (empty) | index block | footer, 48 bytes
    block  = entries, restart offsets (fixed32 each), their count (fixed32) | type byte | masked crc32c
    entry  = varint shared, varint rest, varint value size, the key after its first `shared` bytes, value
    footer = handle of metaindex, handle of index, zeros up to 40 bytes, magic
    handle = varint offset, varint size

`shared` counts the bytes in common with the key before. It is 0 at a restart point: every 16 entries, in
the index block every entry. The index block has one entry per data block: a key not below the block's last
and below the next one's first, and its handle. Written tables equal TensorFlow's byte for byte. Reading
accepts any block size, believes nothing it has not checked, and allocates no more than a fixed multiple of
the file's size.

Source
------
The table format of LevelDB as in tensorflow/tsl/lib/io/{format,block,table}*.cc
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.core.named_tuple import NamedTuple
from estimator.formats.checksum import crc32c, mask

MAGIC = 0xDB4775248B80FB57
FOOTER_SIZE = 48
BLOCK_SIZE = 262144  # TensorFlow's for bundles; an entry of twice this size opens a block of its own
_TRAILER_SIZE = 5
_RAW, _SNAPPY = 0, 1
_RESTART_INTERVAL = 16
# Shared prefixes let keys outgrow the file; names that people give stay far below this factor.
_KEY_BYTES_PER_FILE_BYTE = 64


class _Handle(NamedTuple):
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size + _TRAILER_SIZE

    @property
    def contents(self) -> tuple[int, int]:
        """Where what the checksum is of begins and ends."""
        return self.offset, self.end - 4


def varint(value: int) -> bytes:
    """A non-negative number, seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data: bytes, at: int, end: int, where: str) -> tuple[int, int]:
    """The number at `at`, and the position after it.

    Raises
    ------
    DataLossError
        If it runs past `end` or has more than 64 bits.
    """
    result = shift = 0
    for position in range(at, min(end, at + 10)):
        byte = data[position]
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            if result >> 64:
                break
            return result, position + 1
        shift += 7
    raise DataLossError(
        f"{where}: no number of at most 64 bits at byte {at} (the part ends at {end}); the file is damaged."
    )


class TableWriter:
    """Collects entries in increasing order of their keys and gives the table's bytes.

    Parameters
    ----------
    block_size : int
        A data block ends once it has this many bytes.

    Attributes
    ----------
    value_ends : list of int
        Where in the table the value of each entry ends.
    blocks : list of (int, int)
        Where the contents of each block begin and end, of those that are written.
    """

    def __init__(self, block_size: int = BLOCK_SIZE) -> None:
        self._block_size = block_size
        self._file = bytearray()
        self._block = _BlockWriter(_RESTART_INTERVAL)
        self._index = _BlockWriter(1)
        self._waiting: _Handle | None = None  # its index key depends on the next block's first key
        self._last_key: bytes | None = None
        self.value_ends: list[int] = []
        self.blocks: list[tuple[int, int]] = []

    def add(self, key: bytes, value: bytes) -> None:
        """Append an entry.

        Raises
        ------
        InvalidArgumentError
            If the key is not above the one before.
        """
        if self._last_key is not None and key <= self._last_key:
            raise InvalidArgumentError(f"table keys must increase: {key!r} comes after {self._last_key!r}.")
        if len(key) + len(value) >= 2 * self._block_size:
            self._flush()
        if self._waiting is not None:
            self._index.add(_separator(self._last_key or b"", key), _pack(self._waiting))
            self._waiting = None
        self._block.add(key, value)
        self.value_ends.append(len(self._file) + self._block.end)
        self._last_key = key
        if self._block.size >= self._block_size:
            self._flush()

    def finish(self) -> bytes:
        """The bytes of the whole table: the last blocks, the index and the footer are added now."""
        self._flush()
        metaindex = self._append(_BlockWriter(_RESTART_INTERVAL))
        if self._waiting is not None:
            self._index.add(_successor(self._last_key or b""), _pack(self._waiting))
        handles = _pack(metaindex) + _pack(self._append(self._index))
        self._file += handles.ljust(FOOTER_SIZE - 8, b"\0") + struct.pack("<Q", MAGIC)
        return bytes(self._file)

    def _flush(self) -> None:
        if self._block.count:
            self._waiting = self._append(self._block)
            self._block = _BlockWriter(_RESTART_INTERVAL)

    def _append(self, block: _BlockWriter) -> _Handle:
        contents = block.finish()
        handle = _Handle(len(self._file), len(contents))
        typed = contents + bytes([_RAW])
        self._file += typed + struct.pack("<I", mask(crc32c(typed)))
        self.blocks.append((handle.offset, handle.offset + len(typed)))
        return handle


class _BlockWriter:
    """The entries of one block.

    Attributes
    ----------
    count : int
        Of entries.
    end : int
        Where the entries end.
    size : int
        Of the contents, in bytes.
    """

    def __init__(self, restart_interval: int) -> None:
        self._interval = restart_interval
        self._entries: list[bytes] = []
        self._restarts = [0]
        self._last_key = b""
        self.end = 0
        self.count = 0
        self.size = 8

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self.count % self._interval:
            shared = _common(self._last_key, key)
        elif self.count:
            self._restarts.append(self.end)
            self.size += 4
        rest, value_size = len(key) - shared, len(value)
        if shared < 0x80 and rest < 0x80 and value_size < 0x80:
            entry = b"%c%c%c%b%b" % (shared, rest, value_size, key[shared:], value)
        else:
            entry = b"".join((varint(shared), varint(rest), varint(value_size), key[shared:], value))
        self._entries.append(entry)
        self.end += len(entry)
        self.size += len(entry)
        self._last_key = key
        self.count += 1

    def finish(self) -> bytes:
        restarts = struct.pack(f"<{len(self._restarts) + 1}I", *self._restarts, len(self._restarts))
        return b"".join((*self._entries, restarts))


class TableForm:
    """A table in whose values some numbers of four bytes change, and nothing else.

    Parameters
    ----------
    data : bytes
        The table, whose checksums have been compared.
    blocks : sequence of (int, int)
        Where the contents of each block begin and end.
    places : array [n] of int64
        Where the numbers begin.
    """

    def __init__(
        self, data: bytes, blocks: Sequence[tuple[int, int]], places: np.ndarray[Any, np.dtype[np.int64]]
    ) -> None:
        self._octets = np.frombuffer(data, np.uint8)
        self._blocks = blocks
        self._places = places[:, np.newaxis] + np.arange(4)

    def with_numbers(self, numbers: np.ndarray[Any, Any]) -> bytes:
        """The table with other numbers, of 32 bits, at the places."""
        octets = self._octets.copy()
        octets[self._places] = np.ascontiguousarray(numbers, "<u4").view(np.uint8).reshape(-1, 4)
        for begin, end in self._blocks:
            struct.pack_into("<I", octets.data, end, mask(crc32c(octets[begin:end])))
        return octets.tobytes()

    def numbers_in(self, data: bytes) -> np.ndarray[Any, np.dtype[np.uint32]] | None:
        """The numbers in another table; None if that differs in anything else, or a block has a wrong checksum."""
        octets = np.frombuffer(data, np.uint8)
        if octets.shape != self._octets.shape:
            return None
        is_alike = octets == self._octets
        is_alike[self._places] = True
        for begin, end in self._blocks:
            (stored,) = struct.unpack_from("<I", data, end)
            if stored != mask(crc32c(octets[begin:end])):
                return None
            is_alike[end : end + 4] = True
        return octets[self._places].view("<u4")[:, 0] if is_alike.all() else None


class TableContents(NamedTuple):
    """What a table holds, and where.

    Attributes
    ----------
    entries : list of (bytes, bytes)
        Keys and values, in order.
    value_ends : list of int
        Where in the table each value ends.
    blocks : list of (int, int)
        Where the contents of each block begin and end.
    """

    entries: list[tuple[bytes, bytes]]
    value_ends: list[int]
    blocks: list[tuple[int, int]]


def _pack(handle: _Handle) -> bytes:
    return varint(handle.offset) + varint(handle.size)


def _common(left: bytes, right: bytes) -> int:
    """How many first bytes are equal."""
    shortest = min(len(left), len(right))
    different = int.from_bytes(left[:shortest], "big") ^ int.from_bytes(right[:shortest], "big")
    return shortest - (different.bit_length() + 7) // 8


def _separator(last: bytes, following: bytes) -> bytes:
    """A short key in [last, following), chosen as TensorFlow does."""
    at = _common(last, following)
    if at < min(len(last), len(following)) and last[at] + 1 < following[at]:
        return last[:at] + bytes([last[at] + 1])
    return last


def _successor(last: bytes) -> bytes:
    """A short key not below `last`."""
    for at, byte in enumerate(last):
        if byte != 0xFF:
            return last[:at] + bytes([byte + 1])
    return last


def read_table(data: bytes, source: str) -> TableContents:
    """All entries of a table, after checking every block's checksum.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : str
        The file's name, for messages.

    Raises
    ------
    DataLossError
        If anything but the metaindex block is damaged: TensorFlow never reads that one, so a warning is
        logged.
    UnimplementedError
        If a block is compressed.
    """
    metaindex, index = _read_footer(data, source)
    found = TableContents([], [], [handle.contents for handle in (metaindex, index)])
    end = 0
    budget = _KEY_BYTES_PER_FILE_BYTE * len(data)
    handles, _ = _entries(*_block(data, index, f"{source}, index block"), source, budget)
    for _, packed in handles:
        handle = _unpack(packed, 0, f"{source}, index block")[0]
        where = f"{source}, data block at byte {handle.offset}"
        if handle.offset < end:
            raise DataLossError(
                f"{where}: it overlaps the block before it, which ends at {end}; the file is damaged."
            )
        end = handle.end
        last = found.entries[-1][0] if found.entries else None
        entries, ends = _entries(*_block(data, handle, where), where, budget)
        for key, _ in entries:
            if last is not None and key <= last:
                raise DataLossError(
                    f"{where}: key {key!r} comes after {last!r}, keys must increase; the file is damaged."
                )
            last = key
            budget -= len(key)
        found.entries.extend(entries)
        found.value_ends.extend([handle.offset + at for at in ends])
        found.blocks.append(handle.contents)
    _check_metaindex(data, metaindex, source)
    return found


def _read_footer(data: bytes, source: str) -> tuple[_Handle, _Handle]:
    """The handles of the metaindex and of the index block."""
    if len(data) < FOOTER_SIZE:
        raise DataLossError(
            f"{source}: file is too short to be an sstable: {len(data)} bytes, the footer alone has "
            f"{FOOTER_SIZE}. It is empty or cut off; use another checkpoint."
        )
    footer = data[-FOOTER_SIZE:]
    (magic,) = struct.unpack("<Q", footer[-8:])
    if magic != MAGIC:
        raise DataLossError(
            f"{source}: not an sstable (bad magic number): the last 8 bytes are {magic:#018x}, expected "
            f"{MAGIC:#018x}. The file is cut off, damaged or no checkpoint index."
        )
    where = f"{source}, footer at byte {len(data) - FOOTER_SIZE}"
    metaindex, at = _unpack(footer, 0, where)
    index, _ = _unpack(footer, at, where)
    return metaindex, index


def _unpack(packed: bytes, at: int, where: str) -> tuple[_Handle, int]:
    offset, at = read_varint(packed, at, len(packed), where)
    size, at = read_varint(packed, at, len(packed), where)
    return _Handle(offset, size), at


def _check_metaindex(data: bytes, handle: _Handle, source: str) -> None:
    try:
        _block(data, handle, f"{source}, metaindex block")
    except (DataLossError, UnimplementedError) as e:
        log.warning("%s Nothing is read from that block, so the file is used.", e)


def _block(data: bytes, handle: _Handle, where: str) -> tuple[bytes, int]:
    """A block's contents, and where its entries end."""
    if handle.end > len(data) - FOOTER_SIZE:
        raise DataLossError(
            f"{where}: the block of {handle.size} bytes at {handle.offset} would end beyond the "
            f"{len(data)} bytes of the file; block checksum mismatch or a cut-off file."
        )
    body_end = handle.offset + handle.size
    typed = data[handle.offset : body_end + 1]
    (stored,) = struct.unpack_from("<I", data, body_end + 1)
    calculated = mask(crc32c(typed))
    if stored != calculated:
        raise DataLossError(
            f"{where}: block checksum mismatch: stored {stored:#010x}, calculated {calculated:#010x} over "
            f"bytes {handle.offset}...{body_end}; the file is damaged."
        )
    if typed[-1] != _RAW:
        kind = "snappy" if typed[-1] == _SNAPPY else f"type {typed[-1]}"
        raise UnimplementedError(
            f"{where}: the block is compressed ({kind}), expected 0 (raw), which is all that TensorFlow's "
            "checkpoint writer makes. Save the checkpoint again uncompressed."
        )
    return typed[:-1], _entries_end(typed, handle.size, where)


def _entries_end(contents: bytes, size: int, where: str) -> int:
    count = struct.unpack_from("<I", contents, size - 4)[0] if size >= 4 else 0
    end = size - 4 * (count + 1)
    if count < 1 or end < 0:
        raise DataLossError(
            f"{where}: {count} restart points in a block of {size} bytes, expected 1...{size // 4 - 1}."
        )
    if max(struct.unpack_from(f"<{count}I", contents, end)) > end:
        raise DataLossError(
            f"{where}: a restart point lies beyond the entries, which end at {end}; the file is damaged."
        )
    return end


def _entries(
    contents: bytes, end: int, where: str, budget: int
) -> tuple[list[tuple[bytes, bytes]], list[int]]:
    """The entries of a block, and where each ends; `budget` is how many bytes the keys may have in all."""
    found, ends = [], []
    at, key = 0, b""
    while at < end:
        shared, rest, size = contents[at : at + 3]  # behind the entries there are more bytes than these
        key_at = at + 3
        if shared > 0x7F or rest > 0x7F or size > 0x7F:
            shared, rest, size, key_at = _long_sizes(contents, at, end, where)
        value_at = key_at + rest
        if shared > len(key) or value_at + size > end:
            raise DataLossError(
                f"{where}: the entry at byte {at} wants {shared} bytes of the key before ({len(key)} "
                f"bytes) and {rest} + {size} bytes of the block, whose entries end at {end}; the "
                "file is damaged."
            )
        budget -= shared + rest
        if budget < 0:
            raise DataLossError(
                f"{where}: keys grow to more than {_KEY_BYTES_PER_FILE_BYTE} times the file; it is damaged."
            )
        key = key[:shared] + contents[key_at:value_at]
        at = value_at + size
        found.append((key, contents[value_at:at]))
        ends.append(at)
    return found, ends


def _long_sizes(contents: bytes, at: int, end: int, where: str) -> tuple[int, int, int, int]:
    """The three numbers before an entry's key, and where that begins."""
    shared, at = read_varint(contents, at, end, where)
    rest, at = read_varint(contents, at, end, where)
    size, at = read_varint(contents, at, end, where)
    return shared, rest, size, at
