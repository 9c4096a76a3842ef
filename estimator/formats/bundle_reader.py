"""Reads tensor bundles: one tensor at a time, each compared with its checksum.

Tensors are read into their final array and verified there. Data files are not mapped into memory: a mapped
file that somebody cuts off kills the process, a read one is an error.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.errors import (
    DataLossError,
    InvalidArgumentError,
    NotFoundError,
    ResourceExhaustedError,
)
from estimator.core.registry import did_you_mean
from estimator.formats import slices
from estimator.formats.bundle_index import Entry, data_path, parse_index
from estimator.formats.checksum import as_bytes, crc32c, extend
from estimator.formats.string_tensor import decode_strings
from estimator.formats.table import read_table

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

_CHUNK = 1 << 20  # bytes that verify() holds at a time


class BundleReader:
    """Reads the tensors of a bundle, each verified by its checksum.

    Parameters
    ----------
    prefix : str or path
        The path up to ``.index``.

    Attributes
    ----------
    index_crc : int
        The checksum of the whole index, which holds those of all tensors: it stands for the contents.

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
        self.index_crc = crc32c(data)
        self.header, self._by_key = parse_index(read_table(data, self._index_path), self._index_path)
        self._entries = {
            key.decode(): entry for key, entry in self._by_key.items() if not key.startswith(b"\0")
        }
        self._files: dict[int, FileIO] = {}
        self._lock = threading.Lock()  # a data file has one position

    def __enter__(self) -> BundleReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
                f"{name!r} of {self.prefix} is {entry.dtype.name} {list(entry.shape)}, `out` is "
                f"{out.dtype} {list(out.shape)}."
            )
        if not entry.slices:
            return self._read(name, entry, out)
        result = self._allocate(name, entry) if out is None else out
        for extents in entry.slices:
            part = self._by_key[slices.slice_key(name, extents)]
            result[slices.slice_index(extents)] = self._read(
                f"{name}, slice {slices.show(extents)}", part, None
            )
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
            known = f" It has {len(self._entries)} tensors: {_first(self.names())}."
            hint = did_you_mean(name, self._entries) or known
            raise NotFoundError(f"Key {name} not found in checkpoint {self.prefix}.{hint}") from None

    def _where(self, name: str, entry: Entry) -> str:
        path = data_path(self.prefix, entry.shard, self.header.num_shards)
        return f"{path}: tensor {name!r} ({entry.size} bytes at offset {entry.offset})"

    def _file(self, name: str, entry: Entry) -> FileIO:
        """The open data file, known to be long enough for the tensor."""
        file = self._files.get(entry.shard)
        if file is None:
            path = data_path(self.prefix, entry.shard, self.header.num_shards)
            try:
                file = self._files[entry.shard] = FileIO(path)
            except FileNotFoundError as e:
                raise NotFoundError(
                    f"{path}; No such file or directory. It holds tensor {name!r}; copy all files of "
                    f"{self.prefix} together."
                ) from e
        size = os.fstat(file.fileno()).st_size
        if entry.offset + entry.size > size:
            raise DataLossError(
                f"{self._where(name, entry)}: Read less bytes than requested: the file has {size} bytes "
                "and is cut off."
            )
        return file

    def _fill(self, name: str, entry: Entry, target: memoryview, start: int = 0) -> None:
        """Read the bytes of the tensor from `start` on."""
        with self._lock:
            file = self._file(name, entry)
            file.seek(entry.offset + start)
            while len(target):
                count = file.readinto(target)
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
            self._fill(name, entry, chunk.data, start)
            crc = extend(crc, chunk)
        self._compare(name, entry, crc)

    def _read(self, name: str, entry: Entry, out: Array | None) -> Array:
        with self._lock:
            self._file(name, entry)  # before memory is taken for what the entry claims
        if entry.dtype is string:
            return self._read_strings(name, entry, out)
        target = out if out is not None and out.flags.c_contiguous else self._allocate(name, entry)
        stored = as_bytes(target)
        self._fill(name, entry, stored.data)
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
                f"{self._where(name, entry)}: Checksum does not match: stored {entry.crc:#010x} vs. "
                f"calculated on the restored bytes {crc:#010x}; the file is damaged, use another "
                "checkpoint."
            )

    def _allocate(self, name: str, entry: Entry) -> Array:
        try:
            return np.empty(entry.shape, entry.dtype.np)
        except (MemoryError, ValueError) as e:
            raise ResourceExhaustedError(
                f"no memory for {self._where(name, entry)} of shape {list(entry.shape)}: {e}."
            ) from e


def _first(names: Sequence[str], count: int = 10) -> str:
    return ", ".join(map(repr, names[:count])) + (", ..." if len(names) > count else "")


def _no_bundle(prefix: str) -> str:
    """Why there is nothing to read at that prefix, and what there is instead."""
    folder = Path(prefix).parent
    indexes = folder.glob("*.index") if folder.is_dir() else ()
    found = sorted(path.name.removesuffix(".index") for path in indexes)
    text = f"Failed to find any matching files for {prefix}: {prefix}.index does not exist."
    if prefix.endswith((".index", ".meta")) or ".data-" in Path(prefix).name:
        example = str(folder / found[0]) if found else "model.ckpt-200"
        return f"{text} Give the prefix of the files, for example {example!r}."
    return f"{text} Checkpoints in {str(folder)!r}: {_first(found) if found else 'none'}."
