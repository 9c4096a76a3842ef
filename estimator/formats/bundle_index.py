"""The entries of a bundle's index: read, checked against one another, and written.

Nothing an entry claims is believed before it is checked here: a shape has at most 254 sizes >= 0 whose
product fits 63 bits, the stored size is what shape and dtype say, the shard exists, no two tensors of a
shard overlap, and neither do the slices of a partitioned variable. They need not cover it: TensorFlow stores some
slots of partitioned variables slice by slice under different names. What remains for
:mod:`estimator.formats.bundle` is to compare the extents with the data files, and the slices with what is asked for.

An index may have tens of thousands of entries. Those of the common form are read and checked together
(:mod:`estimator.formats.entry_columns`); any other form, and whatever is wrong, alone.

Source
------
tensorflow/core/protobuf/tensor_bundle.proto, tensorflow/core/util/tensor_bundle/tensor_bundle.cc of
TensorFlow 2.15
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.formats import messages, slices
from estimator.formats.checksum import unmask
from estimator.formats.entry_columns import Columns, Numbers, read_columns
from estimator.formats.slices import Extent

VERSION = 1  # of the bundle format, as producer and as consumer
_MOST_DIMS = 254
_MOST_SHARDS = 99_999  # five digits in the names of the data files
_LARGEST = (1 << 63) - 1
_ANY_SIZE = -1

Kind: TypeAlias = "tuple[int, tuple[int, ...], int]"  # number of the type, shape, size in bytes or _ANY_SIZE


@frozen
class Header:
    """What the first entry says about all data files."""

    num_shards: int
    is_big_endian: bool


class Entry(NamedTuple):
    """Where a tensor lies, or of which slices it is assembled.

    Attributes
    ----------
    dtype_number : int
        The value of enum DataType; :attr:`dtype` is the type itself.
    shape : tuple of int
        Of the whole tensor.
    crc : int
        Unmasked checksum of the stored bytes.
    slices : tuple of tuple of Extent
        Empty for a tensor that lies in one piece.
    """

    dtype_number: int
    shape: tuple[int, ...]
    shard: int = 0
    offset: int = 0
    size: int = 0
    crc: int = 0
    slices: tuple[tuple[Extent, ...], ...] = ()

    @property
    def num_elements(self) -> int:
        """The product of the sizes."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> DType:
        """The element type.

        Raises
        ------
        UnimplementedError
            If numpy has no such type.
        """
        found = _SUPPORTED.get(self.dtype_number)
        if found is None:
            name = messages.DataType.Name(self.dtype_number)
            raise UnimplementedError(
                f"tensors of {name} cannot be read; known: {', '.join(map(str, _SUPPORTED.values()))}."
            )
        return found


_SUPPORTED = {
    dtype.as_datatype_enum: dtype for dtype in map(dtypes.as_dtype, [*range(1, 11), 14, 17, 18, 19, 22, 23])
}


class ParsedIndex(NamedTuple):
    """What an index says.

    Attributes
    ----------
    header : Header
    entries : dict of bytes to Entry
        Every entry under its key: its name in UTF-8, or a slice key, which starts with byte 0.
    common : array of int64
        The numbers of the entries of the common form, whose messages end in the checksum.
    """

    header: Header
    entries: dict[bytes, Entry]
    common: Numbers


def parse_index(table: Sequence[tuple[bytes, bytes]], source: str) -> ParsedIndex:
    """What the entries of the table say.

    Raises
    ------
    DataLossError
        If the header is missing or an entry is impossible.
    InvalidArgumentError
        If the file asks for a newer reader.
    """
    if not table or table[0][0] != b"":
        raise DataLossError(
            f"{source}: the first key is not the empty one of the bundle's header; this is not a bundle index."
        )
    header = _parse_header(table[0][1], source)
    keys, values = [key for key, _ in table[1:]], [value for _, value in table[1:]]
    _check_names(keys, source)
    entries, common = _parse_entries(keys, values, header, source)
    _check_overlaps(entries, source)
    for key, entry in entries.items():
        if entry.slices:
            _check_slices(key, entry, entries, f"{source}: {_show(key)}")
    return ParsedIndex(header, entries, common)


def header_bytes(num_shards: int = 1) -> bytes:
    """The header's message, as TensorFlow writes it."""
    header = messages.BundleHeaderProto(num_shards=num_shards)
    header.version.producer = VERSION
    return messages.to_bytes(header)


@lru_cache(maxsize=4096)  # more types and shapes than a model has
def head_bytes(dtype_number: int, shape: tuple[int, ...]) -> bytes:
    """How the message of a tensor of that type and shape begins."""
    return entry_bytes(Entry(dtype_number, shape), None)


def _columns(entries: Sequence[Entry], *fields: str) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    places = map(Entry._fields.index, fields)
    return [np.fromiter(map(itemgetter(place), entries), np.int64, len(entries)) for place in places]


def entry_bytes(entry: Entry, masked_crc: int | None) -> bytes:
    """The entry's message; `masked_crc` is None for a partitioned variable, which has no bytes itself."""
    message = messages.BundleEntryProto(
        dtype=entry.dtype_number, shard_id=entry.shard, offset=entry.offset, size=entry.size
    )
    message.shape.SetInParent()  # TensorFlow rejects an entry without a shape, even a scalar's
    for size in entry.shape:
        message.shape.dim.add(size=size)
    if masked_crc is not None:
        message.crc32c = masked_crc
    for extents in entry.slices:
        stored = message.slices.add()
        for extent in extents:
            added = stored.extent.add()
            if extent is not None:
                added.start, added.length = extent
    return messages.to_bytes(message)


def data_path(prefix: str, shard: int = 0, num_shards: int = 1) -> str:
    """The name of one data file of a bundle."""
    return f"{prefix}.data-{shard:05d}-of-{num_shards:05d}"


def _show(key: bytes) -> str:
    return f"entry {key.decode('utf-8', 'replace')!r}"


def _parse_header(data: bytes, source: str) -> Header:
    message = messages.parse("BundleHeaderProto", data, f"{source}: header")
    if not 1 <= message.num_shards <= _MOST_SHARDS:
        raise DataLossError(
            f"{source}: the header counts {message.num_shards} shards, expected 1...{_MOST_SHARDS}; the "
            "file is damaged."
        )
    if message.version.min_consumer > VERSION:
        raise InvalidArgumentError(
            f"{source}: Checkpoint min consumer version {message.version.min_consumer} above current "
            f"version {VERSION}; it needs a newer reader."
        )
    if VERSION in message.version.bad_consumers:
        raise InvalidArgumentError(
            f"{source}: Checkpoint disallows consumer version {VERSION}; it needs another reader."
        )
    return Header(message.num_shards, message.endianness == messages.BundleHeaderProto.BIG)


def _check_names(keys: Sequence[bytes], source: str) -> None:
    names = [key for key in keys if not key.startswith(b"\0")]
    try:
        b" ".join(names).decode("utf-8")
    except UnicodeDecodeError:
        for name in names:
            _check_name(name, source)


def _check_name(name: bytes, source: str) -> None:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError as e:
        where = f"{source}: {_show(name)}"
        raise DataLossError(f"{where}: the key {name!r} is not UTF-8; the file is damaged.") from e


def _parse_entries(
    keys: Sequence[bytes], values: Sequence[bytes], header: Header, source: str
) -> tuple[dict[bytes, Entry], Numbers]:
    """Every entry under its key: those of the common form together; any other, and what is wrong, alone."""
    found = read_columns(values)
    known = _parse_heads(found, keys, source)
    kinds = [known[head] for head in found.heads]
    columns = found.shards, found.offsets, found.sizes, unmask(found.masked_crcs)
    fields = zip(
        [dtype for dtype, _, _ in kinds],
        [shape for _, shape, _ in kinds],
        *(column.tolist() for column in columns),
        repeat(()),
        strict=False,
    )
    entries: dict[bytes, Entry] = dict.fromkeys(keys, Entry(0, ()))  # in their order
    entries.update(
        zip([keys[number] for number in found.numbers.tolist()], map(Entry._make, fields), strict=True)
    )
    is_alone = np.ones(len(keys), bool)
    is_alone[found.numbers[_is_right(found, kinds, header)]] = False
    for number in np.flatnonzero(is_alone).tolist():
        entries[keys[number]] = _parse_entry(keys[number], values[number], header, source)
    return entries, found.numbers


def _parse_heads(found: Columns, keys: Sequence[bytes], source: str) -> dict[bytes, Kind]:
    """What the beginnings of entries say, of which many are alike."""
    known: dict[bytes, Kind] = {}
    for number, head in zip(found.numbers.tolist(), found.heads, strict=True):
        if head not in known:
            where = f"{source}: {_show(keys[number])}"
            dtype_number, shape = _parse_kind(messages.parse("BundleEntryProto", head, where), where)
            size = _size_of(dtype_number, shape)
            known[head] = dtype_number, shape, _ANY_SIZE if size is None else min(size, _LARGEST)
    return known


def _is_right(found: Columns, kinds: Sequence[Kind], header: Header) -> Any:
    """Of which entries :func:`_check_extent` would say so, as booleans."""
    sizes = np.fromiter((size for _, _, size in kinds), np.int64, len(kinds))
    is_inside = (found.shards < header.num_shards) & (found.offsets <= _LARGEST - found.sizes)
    return is_inside & ((sizes == found.sizes) | (sizes == _ANY_SIZE))


def _parse_entry(key: bytes, value: bytes, header: Header, source: str) -> Entry:
    where = f"{source}: {_show(key)}"
    message = messages.parse("BundleEntryProto", value, where)
    entry = Entry(
        *_parse_kind(message, where),
        message.shard_id,
        message.offset,
        message.size,
        unmask(message.crc32c),
        tuple(tuple(map(_parse_extent, part.extent)) for part in message.slices),
    )
    if not entry.slices:
        _check_extent(entry, header, where)
    return entry


def _parse_kind(message: Any, where: str) -> tuple[int, tuple[int, ...]]:  # a BundleEntryProto
    """The number of the type, and the shape."""
    if message.dtype not in messages.DataType.values() or not 0 < message.dtype < 100:
        raise DataLossError(f"{where}: {message.dtype} is not an element type; the file is damaged.")
    return message.dtype, _parse_shape(message.shape, where)


def _parse_shape(message: Any, where: str) -> tuple[int, ...]:  # a TensorShapeProto
    shape = tuple(dim.size for dim in message.dim)
    if message.unknown_rank or len(shape) > _MOST_DIMS or any(size < 0 for size in shape):
        shown = "unknown rank" if message.unknown_rank else f"{len(shape)} dimensions {list(shape[:8])}"
        raise DataLossError(
            f"{where}: shape of {shown}, expected at most {_MOST_DIMS} sizes >= 0; the file is damaged."
        )
    if math.prod(filter(None, shape)) > _LARGEST:
        raise DataLossError(f"{where}: shape {list(shape)} has more than 2^63 elements; the file is damaged.")
    return shape


def _parse_extent(message: Any) -> Extent:  # a TensorSliceProto.Extent
    return (message.start, message.length) if message.HasField("length") else None


def _check_extent(entry: Entry, header: Header, where: str) -> None:
    if not 0 <= entry.shard < header.num_shards:
        raise DataLossError(
            f"{where}: shard {entry.shard}, expected 0...{header.num_shards - 1}; the file is damaged."
        )
    if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > _LARGEST:
        raise DataLossError(f"{where}: {entry.size} bytes at offset {entry.offset}; the file is damaged.")
    expected = _size_of(entry.dtype_number, entry.shape)
    if expected is not None and entry.size != expected:
        raise DataLossError(
            f"{where}: Invalid size in bundle entry: {entry.size} bytes stored, shape {list(entry.shape)} "
            f"of {entry.dtype.name} has {expected}; the file is damaged."
        )


def _size_of(dtype_number: int, shape: tuple[int, ...]) -> int | None:
    """How many bytes such a tensor has; None if its elements have no fixed size, or numpy has no such type."""
    dtype = _SUPPORTED.get(dtype_number)
    return math.prod(shape) * dtype.size if dtype is not None and dtype.size else None


def _check_overlaps(entries: Mapping[bytes, Entry], source: str) -> None:
    pieces = [(key, entry) for key, entry in entries.items() if entry.size and not entry.slices]
    shards, begins, sizes = _columns([entry for _, entry in pieces], "shard", "offset", "size")
    order = np.lexsort((begins + sizes, begins, shards))
    shards, begins, ends = shards[order], begins[order], (begins + sizes)[order]
    clashes = np.flatnonzero((shards[1:] == shards[:-1]) & (begins[1:] < ends[:-1]))
    if clashes.size:
        (one, before), (other, after) = (pieces[number] for number in order[clashes[0] :][:2].tolist())
        raise DataLossError(
            f"{source}: {_show(one)} ends at byte {before.offset + before.size} of shard {before.shard}, "
            f"{_show(other)} starts at {after.offset}; tensors must not overlap, the file is damaged."
        )


def _check_slices(key: bytes, entry: Entry, entries: Mapping[bytes, Entry], where: str) -> None:
    fault = slices.find_conflict(entry.shape, entry.slices)
    if fault is not None:
        raise DataLossError(f"{where}: of shape {list(entry.shape)} has impossible slices: {fault}.")
    for extents in entry.slices:
        part = entries.get(slices.slice_key(key.decode("utf-8"), extents))
        expected = slices.slice_shape(entry.shape, extents)
        if part is None or part.slices or part.shape != expected or part.dtype_number != entry.dtype_number:
            found = "missing" if part is None else f"of shape {list(part.shape)}, dtype {part.dtype_number}"
            raise DataLossError(
                f"{where}: slice {slices.show(extents)} is {found}, expected shape {list(expected)}, dtype "
                f"{entry.dtype_number}."
            )
