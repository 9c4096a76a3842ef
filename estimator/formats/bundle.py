"""Tensor bundles, TensorFlow's checkpoints: PREFIX.index and PREFIX.data-SSSSS-of-NNNNN.

The data files hold the tensors' bytes, row-major and little-endian, back to back. The index is a sorted table
(:mod:`estimator.formats.table`) of messages: under the empty key a header, under each tensor's name its dtype, shape, data file,
offset, size and checksum. A partitioned variable is stored as slices (:mod:`estimator.formats.slices`), strings with their lengths
(:mod:`estimator.formats.string_tensor`).

The writer knows no paths: the caller gives a file for the data and puts the index where it belongs, last, since a checkpoint exists
when its index does. The reader opens data files only when a tensor of theirs is asked for::

    with open("ckpt.data-00000-of-00001", "wb") as file:
        writer = BundleWriter(file)
        writer.add("dense/kernel", kernel)
        index = writer.finish()

    with BundleReader("ckpt") as reader:
        kernel = reader.get("dense/kernel")

Arrays of strings are object arrays of ``bytes``, bfloat16 is its ``uint16`` bits.

Source
------
tensorflow/core/util/tensor_bundle/tensor_bundle.cc of TensorFlow 2.15
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import (
    AlreadyExistsError,
    DataLossError,
    InvalidArgumentError,
    NotFoundError,
    ResourceExhaustedError,
    UnavailableError,
)
from estimator.core.registry import did_you_mean
from estimator.formats import slices
from estimator.formats.bundle_index import Entry, entry_bytes, header_bytes, parse_index
from estimator.formats.checksum import as_bytes, crc32c, extend, mask
from estimator.formats.slices import Extent
from estimator.formats.string_tensor import decode_strings, encode_strings
from estimator.formats.table import TableWriter, read_table

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

_CHUNK = 1 << 20  # bytes checksummed and written together, while they are in the cache


class ByteSink(Protocol):
    """What the writer needs of a file."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """Take the bytes; the number taken, or None for all."""


def data_path(prefix: str, shard: int = 0, num_shards: int = 1) -> str:
    """The name of one data file of a bundle."""
    return f"{prefix}.data-{shard:05d}-of-{num_shards:05d}"


class BundleWriter:
    """Streams tensors into one data file and makes the index.

    Parameters
    ----------
    data : ByteSink
        A file open for writing at its start; only ``write`` is called.
    """

    def __init__(self, data: ByteSink) -> None:
        self._data = data
        self._offset = 0
        self._table: dict[bytes, bytes] = {}
        self._entries: dict[str, tuple[DType, tuple[int, ...]]] = {}
        self._partitioned: dict[str, Entry] = {}

    @property
    def entries(self) -> dict[str, tuple[DType, tuple[int, ...]]]:
        """Name -> (dtype, full shape) of what was added so far."""
        return dict(self._entries)

    @property
    def size(self) -> int:
        """Bytes written to the data file so far."""
        return self._offset

    def add(self, name: str, value: Array, dtype: DType | None = None) -> None:
        """Write a whole tensor.

        Parameters
        ----------
        name : str
            Its key.
        value : array
            Of numbers, or of bytes or str.
        dtype : DType, optional
            Only needed for bfloat16, whose array is of uint16.

        Raises
        ------
        AlreadyExistsError
            If the name was added before.
        InvalidArgumentError
            If the name is empty or starts with a zero byte, or the array does not fit the dtype.
        """
        value = np.asarray(value)
        dtype = _dtype_of(name, value, dtype)
        self._claim(name, dtype, value.shape)
        self._write(_key(name), value, dtype)

    def add_slice(
        self,
        name: str,
        full_shape: Sequence[int],
        extents: Sequence[Extent],
        value: Array,
        dtype: DType | None = None,
    ) -> None:
        """Write one slice of a partitioned variable; all slices together must cover it exactly once.

        Parameters
        ----------
        name : str
            The name of the whole variable.
        full_shape : sequence of int
            Its shape.
        extents : sequence of (start, length) or None
            What the slice takes of each dimension; None for all of it. TensorFlow's Saver always gives numbers.
        value : array
            The slice.
        dtype : DType, optional
            As for :meth:`add`.

        Raises
        ------
        AlreadyExistsError
            If the slice, or a whole tensor of that name, was added before.
        InvalidArgumentError
            If the slice does not fit the variable.
        """
        value, shape, stored = np.asarray(value), tuple(full_shape), tuple(extents)
        dtype = _dtype_of(name, value, dtype)
        if len(stored) != len(shape) or slices.slice_shape(shape, stored) != value.shape:
            raise InvalidArgumentError(
                f"{name!r}: slice {slices.show(stored)} of shape {list(shape)} does not have the given shape {list(value.shape)}."
            )
        if name not in self._partitioned:
            self._claim(name, dtype, shape)
            self._partitioned[name] = Entry(dtype.as_datatype_enum, shape)
        whole = self._partitioned[name]
        if (whole.dtype_number, whole.shape) != (dtype.as_datatype_enum, shape) or stored in whole.slices:
            raise InvalidArgumentError(
                f"{name!r}: slice {slices.show(stored)} of {dtype.name} {list(shape)} does not fit the slices before: "
                f"{[slices.show(each) for each in whole.slices]} of shape {list(whole.shape)}."
            )
        self._partitioned[name] = Entry(whole.dtype_number, shape, slices=(*whole.slices, stored))
        self._write(slices.slice_key(name, stored), value, dtype)

    def finish(self) -> bytes:
        """The contents of the index file.

        Raises
        ------
        InvalidArgumentError
            If the slices of a variable do not cover it.
        """
        for name, entry in self._partitioned.items():
            fault = slices.find_fault(entry.shape, entry.slices)
            if fault is not None:
                raise InvalidArgumentError(f"{name!r} of shape {list(entry.shape)} is not covered exactly once: {fault}.")
            self._table[_key(name)] = entry_bytes(entry, None)
        table = TableWriter()
        table.add(b"", header_bytes())
        for key in sorted(self._table):
            table.add(key, self._table[key])
        return table.finish()

    def _claim(self, name: str, dtype: DType, shape: tuple[int, ...]) -> None:
        if name in self._entries:
            raise AlreadyExistsError(f"{name!r} is added twice; the names of a checkpoint are unique.")
        if not name or name.startswith("\0"):
            raise InvalidArgumentError(f"{name!r} cannot name a tensor of a checkpoint: use at least one letter.")
        self._entries[name] = (dtype, shape)

    def _write(self, key: bytes, value: Array, dtype: DType) -> None:
        offset = self._offset
        crc = self._write_strings(value, key) if dtype is string else self._write_numbers(value, dtype)
        entry = Entry(dtype.as_datatype_enum, value.shape, 0, offset, self._offset - offset, crc)
        self._table[key] = entry_bytes(entry, mask(crc))

    def _write_strings(self, value: Array, key: bytes) -> int:
        data, crc = encode_strings(value, key.decode("utf-8", "replace"))
        self._put(memoryview(data))
        return crc

    def _write_numbers(self, value: Array, dtype: DType) -> int:
        data = as_bytes(value.astype(dtype.np.newbyteorder("<"), order="C", copy=False))
        crc = 0
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK]
            crc = extend(crc, chunk)
            self._put(memoryview(chunk))
        return crc

    def _put(self, data: memoryview) -> None:
        """Write all of it: an unbuffered file may take less at a time."""
        while len(data):
            taken = self._data.write(data)
            if taken is None:
                taken = len(data)
            if taken <= 0:
                raise UnavailableError(f"the data file took {taken} of {len(data)} bytes at offset {self._offset}.")
            self._offset += taken
            data = data[taken:]


class BundleReader:
    """Reads the tensors of a bundle, each verified by its checksum.

    Parameters
    ----------
    prefix : str or path
        The path up to ``.index``.

    Raises
    ------
    NotFoundError
        If there is no such index; the bundles in that folder are named.
    DataLossError
        If the index is damaged.
    """

    def __init__(self, prefix: str | os.PathLike[str]) -> None:
        self.prefix = os.fspath(prefix)
        self._index_path = f"{self.prefix}.index"
        try:
            data = Path(self._index_path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as e:
            raise NotFoundError(_no_bundle(self.prefix)) from e
        self.header, self._by_key = parse_index(read_table(data, self._index_path), self._index_path)
        self._entries = {key.decode(): entry for key, entry in self._by_key.items() if not key.startswith(b"\0")}
        self._files: dict[int, BinaryIO] = {}
        self._lock = threading.Lock()  # a data file has one position

    def __enter__(self) -> BundleReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the data files; a later :meth:`get` opens them again."""
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    @property
    def entries(self) -> dict[str, Entry]:
        """Name -> where the tensor lies."""
        return dict(self._entries)

    def names(self) -> list[str]:
        """The names of all tensors, sorted; slices count as their variable."""
        return sorted(self._entries)

    def has(self, name: str) -> bool:
        """Whether there is a tensor of that name."""
        return name in self._entries

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        """
        return self._entry(name).shape

    def dtype(self, name: str) -> DType:
        """The element type of a tensor.

        Raises
        ------
        NotFoundError
            If there is none of that name.
        UnimplementedError
            If its type has no counterpart in numpy.
        """
        return self._entry(name).dtype

    def get(self, name: str, out: Array | None = None) -> Array:
        """The tensor's value, in an array that belongs to the caller.

        Parameters
        ----------
        name : str
            Its key.
        out : array, optional
            Of the tensor's shape and dtype; filled and returned. After an error its contents are undefined.

        Raises
        ------
        NotFoundError
            If there is no such tensor (the nearest names are given), or its data file is missing.
        InvalidArgumentError
            If `out` does not fit.
        DataLossError
            If the data file is cut off or a checksum does not match.
        UnimplementedError
            If the element type has no counterpart in numpy.
        """
        entry = self._entry(name)
        if out is not None and (out.shape != entry.shape or out.dtype != entry.dtype.np):
            raise InvalidArgumentError(
                f"{name!r} of {self.prefix} is {entry.dtype.name} {list(entry.shape)}, `out` is {out.dtype} {list(out.shape)}."
            )
        if not entry.slices:
            return self._read(name, entry, out)
        result = self._allocate(name, entry) if out is None else out
        for extents in entry.slices:
            part = self._by_key[slices.slice_key(name, extents)]
            result[slices.slice_index(extents)] = self._read(f"{name}, slice {slices.show(extents)}", part, None)
        return result

    def verify(self) -> None:
        """Read everything once and compare all checksums.

        Raises
        ------
        NotFoundError, DataLossError
            For the first tensor that :meth:`get` could not give.
        """
        for key, entry in self._by_key.items():
            if not entry.slices:
                self._check_stored(key.decode("utf-8", "replace"), entry)

    def _entry(self, name: str) -> Entry:
        try:
            return self._entries[name]
        except KeyError:
            hint = did_you_mean(name, self._entries) or f" It has {len(self._entries)} tensors: {_first(self.names())}."
            raise NotFoundError(f"Key {name} not found in checkpoint {self.prefix}.{hint}") from None

    def _where(self, name: str, entry: Entry) -> str:
        path = data_path(self.prefix, entry.shard, self.header.num_shards)
        return f"{path}: tensor {name!r} ({entry.size} bytes at offset {entry.offset})"

    def _file(self, name: str, entry: Entry) -> BinaryIO:
        """The open data file, known to be long enough for the tensor."""
        file = self._files.get(entry.shard)
        if file is None:
            path = data_path(self.prefix, entry.shard, self.header.num_shards)
            try:
                file = self._files[entry.shard] = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by close()
            except FileNotFoundError as e:
                raise NotFoundError(
                    f"{path}; No such file or directory. It holds tensor {name!r}; copy all files of {self.prefix} together."
                ) from e
        size = os.fstat(file.fileno()).st_size
        if entry.offset + entry.size > size:
            raise DataLossError(
                f"{self._where(name, entry)}: Read less bytes than requested: the file has {size} bytes and is cut off."
            )
        return file

    def _fill(self, name: str, entry: Entry, target: memoryview, start: int = 0) -> None:
        """Read the bytes of the tensor from `start` on."""
        with self._lock:
            file = self._file(name, entry)
            file.seek(entry.offset + start)
            while len(target):
                count = file.readinto(target)  # type: ignore[attr-defined]  # a FileIO has it
                if not count:
                    raise DataLossError(f"{self._where(name, entry)}: Read less bytes than requested.")
                target = target[count:]

    def _check_stored(self, name: str, entry: Entry) -> None:
        if entry.dtype_number == string.as_datatype_enum:
            self._read(name, entry, None)
            return
        with self._lock:
            self._file(name, entry)  # before a buffer is made for what the entry claims
        buffer = np.empty(min(entry.size, _CHUNK), np.uint8)
        crc = 0
        for start in range(0, entry.size, _CHUNK):
            chunk = buffer[: entry.size - start]
            self._fill(name, entry, memoryview(chunk), start)
            crc = extend(crc, chunk)
        self._compare(name, entry, crc)

    def _read(self, name: str, entry: Entry, out: Array | None) -> Array:
        with self._lock:
            self._file(name, entry)  # before memory is taken for what the entry claims
        if entry.dtype is string:
            return self._read_strings(name, entry, out)
        target = out if out is not None and out.flags.c_contiguous else self._allocate(name, entry)
        stored = as_bytes(target)
        self._fill(name, entry, memoryview(stored))
        self._compare(name, entry, crc32c(stored))
        if self.header.is_big_endian:
            target.byteswap(inplace=True)
        if out is not None and target is not out:
            out[...] = target
            return out
        return target

    def _read_strings(self, name: str, entry: Entry, out: Array | None) -> Array:
        data = bytearray(entry.size)
        self._fill(name, entry, memoryview(data))
        order = ">" if self.header.is_big_endian else "<"
        elements, crc = decode_strings(bytes(data), entry.num_elements, self._where(name, entry), order)
        self._compare(name, entry, crc)
        result = self._allocate(name, entry) if out is None else out
        result[...] = np.fromiter(elements, object, len(elements)).reshape(entry.shape)
        return result

    def _compare(self, name: str, entry: Entry, crc: int) -> None:
        if crc != entry.crc:
            raise DataLossError(
                f"{self._where(name, entry)}: Checksum does not match: stored {entry.crc:#010x} vs. calculated on the "
                f"restored bytes {crc:#010x}; the file is damaged, use another checkpoint."
            )

    def _allocate(self, name: str, entry: Entry) -> Array:
        try:
            return np.empty(entry.shape, entry.dtype.np)
        except (MemoryError, ValueError) as e:
            raise ResourceExhaustedError(f"no memory for {self._where(name, entry)} of shape {list(entry.shape)}: {e}.") from e


def _dtype_of(name: str, value: Array, dtype: DType | None) -> DType:
    found = as_dtype(value.dtype) if dtype is None else dtype
    if found.np.kind != value.dtype.kind and not (found is string and value.dtype.kind in "SUO"):
        raise InvalidArgumentError(f"{name!r}: an array of {value.dtype} cannot be stored as {found.name}.")
    if found.np.itemsize != value.dtype.itemsize and found is not string:
        raise InvalidArgumentError(f"{name!r}: an array of {value.dtype} cannot be stored as {found.name}; convert it first.")
    return found


def _key(name: str) -> bytes:
    return name.encode("utf-8")


def _first(names: Sequence[str], count: int = 10) -> str:
    return ", ".join(map(repr, names[:count])) + (", ..." if len(names) > count else "")


def _no_bundle(prefix: str) -> str:
    """Why there is nothing to read at that prefix, and what there is instead."""
    folder = Path(prefix).parent
    found = sorted(path.name.removesuffix(".index") for path in folder.glob("*.index")) if folder.is_dir() else []
    text = f"Failed to find any matching files for {prefix}: {prefix}.index does not exist."
    if prefix.endswith((".index", ".meta")) or ".data-" in Path(prefix).name:
        return f"{text} Give the prefix of the files, for example {str(folder / found[0]) if found else 'model.ckpt-200'!r}."
    return f"{text} Checkpoints in {str(folder)!r}: {_first(found) if found else 'none'}."
