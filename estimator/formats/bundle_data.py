"""The data files of a bundle: the bytes of one entry, read or mapped, and compared with its checksum.

An entry's extent is compared with the size of its file before anything is read and before memory is taken for
what the entry claims. Checksums are computed block by block, while a block is in the processor's cache.

Reading is the rule. A mapped file costs no memory of the process's own, but one that somebody cuts off while it
is mapped kills the process (SIGBUS) where a read is an error; so only :meth:`DataFiles.mapped` maps, for those
who ask for it. Deleting or replacing the file (a rename, which is all that this package does) is harmless to both.

Files stay open until :meth:`DataFiles.close`, or until the object goes.
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from io import FileIO
from typing import Any, TypeAlias

import numpy as np

from estimator.core.errors import DataLossError, NotFoundError
from estimator.core.files import open_regular
from estimator.formats.bundle_index import Entry, Header, data_path
from estimator.formats.checksum import as_bytes, extend

Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"

BLOCK = 1 << 20  # bytes read and checksummed together


class DataFiles:
    """The data files of one bundle, each opened when an entry of it is first read.

    Parameters
    ----------
    prefix : str
        Of the bundle.
    header : Header
        Says how many files there are.
    """

    def __init__(self, prefix: str, header: Header) -> None:
        self._prefix = prefix
        self._num_shards = header.num_shards
        self._files: dict[int, FileIO] = {}
        self._maps: dict[int, mmap.mmap] = {}
        self._lock = threading.Lock()  # a file has one position
        weakref.finalize(self, _close, self._files)

    def close(self) -> None:
        """Close the files; they are opened again when they are needed. What is mapped stays mapped."""
        with self._lock:
            _close(self._files)
            self._maps.clear()

    def where(self, name: str, entry: Entry) -> str:
        """How messages begin: the file, the tensor, and where it lies."""
        path = data_path(self._prefix, entry.shard, self._num_shards)
        return f"{path}: tensor {name!r} ({entry.size} bytes at offset {entry.offset})"

    def require(self, name: str, entry: Entry) -> None:
        """Raise what reading the entry would, as far as that can be told without reading.

        Raises
        ------
        NotFoundError
            If its file is missing.
        DataLossError
            If its file is too short.
        """
        with self._lock:
            self._file(name, entry)

    def fill(self, name: str, entry: Entry, target: Bytes, look: Callable[[Bytes], None] | None) -> None:
        """Read the entry into `target`, which has its size, and compare the checksum.

        Each block is shown to `look` as long as it is in the processor's cache.

        Raises
        ------
        NotFoundError, DataLossError
            If the file is missing or too short, or the checksum differs; `target` is then undefined.
        """
        crc = 0
        for start in range(0, entry.size, BLOCK):
            block = target[start : start + BLOCK]
            self.read(name, entry, block, start)
            crc = extend(crc, block)
            if look is not None:
                look(block)
        self.compare(name, entry, crc)

    def blocks(self, name: str, entry: Entry, size: int = BLOCK) -> Iterator[Bytes]:
        """The entry's bytes, `size` at a time, in one buffer; the checksum is compared after the last.

        Raises
        ------
        NotFoundError, DataLossError
            As :meth:`fill`.
        """
        self.require(name, entry)  # before a buffer is made for what the entry claims
        buffer = np.empty(min(entry.size, size), np.uint8)
        crc = 0
        for start in range(0, entry.size, size):
            block = buffer[: entry.size - start]
            self.read(name, entry, block, start)
            crc = extend(crc, block)
            yield block
        self.compare(name, entry, crc)

    def mapped(self, name: str, entry: Entry) -> Bytes:
        """The entry's bytes in mapped memory, read-only, after their checksum has been compared.

        Raises
        ------
        NotFoundError, DataLossError
            As :meth:`fill`.
        """
        with self._lock:
            file = self._file(name, entry)
            if not entry.size:  # an empty file cannot be mapped
                stored = np.frombuffer(b"", np.uint8)
            else:
                if len(self._maps.get(entry.shard, b"")) < entry.offset + entry.size:
                    self._maps[entry.shard] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                stored = np.frombuffer(self._maps[entry.shard], np.uint8, entry.size, entry.offset)
        crc = 0
        for start in range(0, entry.size, BLOCK):
            crc = extend(crc, stored[start : start + BLOCK])
        self.compare(name, entry, crc)
        return stored

    def read(self, name: str, entry: Entry, target: Bytes, start: int = 0) -> None:
        """Fill `target` with the entry's bytes from `start` on; nothing is compared.

        Raises
        ------
        NotFoundError, DataLossError
            If the file is missing or too short.
        """
        rest = as_bytes(target).data
        with self._lock:
            file = self._opened(name, entry)
            file.seek(entry.offset + start)
            while len(rest):
                count = file.readinto(rest)
                if not count:
                    raise DataLossError(f"{self.where(name, entry)}: Read less bytes than requested.")
                rest = rest[count:]

    def compare(self, name: str, entry: Entry, crc: int) -> None:
        """Raise DataLossError if the checksum is not the stored one."""
        if crc != entry.crc:
            raise DataLossError(
                f"{self.where(name, entry)}: Checksum does not match: stored {entry.crc:#010x} vs. "
                f"calculated on the restored bytes {crc:#010x}; the file is damaged, use another "
                "checkpoint."
            )

    def _file(self, name: str, entry: Entry) -> FileIO:
        """The open data file, known to be long enough for the entry."""
        file = self._opened(name, entry)
        size = os.fstat(file.fileno()).st_size
        if entry.offset + entry.size > size:
            raise DataLossError(
                f"{self.where(name, entry)}: Read less bytes than requested: the file has {size} bytes "
                "and is cut off."
            )
        return file

    def _opened(self, name: str, entry: Entry) -> FileIO:
        file = self._files.get(entry.shard)
        if file is None:
            path = data_path(self._prefix, entry.shard, self._num_shards)
            try:
                file = self._files[entry.shard] = open_regular(path)
            except NotFoundError as e:
                raise NotFoundError(
                    f"{path}; No such file or directory. It holds tensor {name!r}; copy all files of "
                    f"{self._prefix} together."
                ) from e
        return file


def _close(files: dict[int, FileIO]) -> None:
    for file in files.values():
        file.close()
    files.clear()
