"""Values that were read from checkpoints and verified, remembered so that they are not read again.

evaluate and predict are often called again and again on one checkpoint. What they restore is the same
bytes, so this process keeps the arrays: of each directory those of the checkpoint restored last (a loop of
train and evaluate does not gather old ones), up to a number of bytes in all, the longest unused leaving
first. They count only while every file of the checkpoint looks from outside as it did (size, time, inode) and
the index, which holds the checksum of every tensor, has the same checksum itself. Arrays are handed out
read-only; whoever restores them copies them into the store.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import numpy as np

from estimator.core.dtypes import string
from estimator.core.frozen import frozen
from estimator.formats.bundle import BundleReader, Entry
from estimator.model_dir.finding import Signature, signature

Array = np.ndarray[Any, Any]

LIMIT_BYTES = 256 << 20


@frozen
class _Entry:
    """The tensors of one checkpoint, and what its files looked like."""

    files: Signature
    index_crc: int
    arrays: dict[str, Array]
    size_bytes: int


class ReadCache:
    """The checkpoint restored last of each directory, in this process.

    Parameters
    ----------
    limit_bytes : int
        How much is kept; a checkpoint that is larger is not kept at all.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # by directory, the longest unused first
        self._lock = threading.Lock()

    def read(self, reader: BundleReader, keys: Iterable[str]) -> dict[str, Array]:
        """The tensors of these keys, read-only; from memory, if the checkpoint is as it was.

        Raises
        ------
        NotFoundError, DataLossError
            As :meth:`BundleReader.get`.
        """
        wanted = list(keys)
        directory, name = os.path.split(os.path.abspath(reader.prefix))
        files = signature(directory, name)
        known = self._known(directory, files, reader.index_crc)
        read = reader.get_all(key for key in wanted if key not in known)
        if files is not None and read:
            arrays = known | read if known else read
            self._keep(
                directory, _Entry(files, reader.index_crc, arrays, sum(map(_size_bytes, arrays.values())))
            )
        return {key: read[key] if key in read else known[key] for key in wanted} if known else read

    def keeps(self, reader: BundleReader, keys: Iterable[str]) -> bool:
        """Whether these tensors are whole, and few enough to be kept; others are read where they are needed."""
        if reader.form.is_plain and reader.form.nbytes <= self._limit_bytes:
            return True
        entries, wanted = reader.entries, list(keys)
        size = sum(_stored_bytes(entries[key]) for key in wanted)
        return size <= self._limit_bytes and all(map(reader.is_complete, wanted))

    def clear(self) -> None:
        """Forget everything, so that the next restore reads the files."""
        with self._lock:
            self._entries.clear()

    def _known(self, directory: str, files: Signature | None, index_crc: int) -> dict[str, Array]:
        with self._lock:
            entry = self._entries.get(directory)
            if entry is None:
                return {}
            if (entry.files, entry.index_crc) != (files, index_crc):
                del self._entries[directory]
                return {}
            self._entries.move_to_end(directory)
            return entry.arrays

    def _keep(self, directory: str, entry: _Entry) -> None:
        if entry.size_bytes > self._limit_bytes:
            return
        with self._lock:
            self._entries[directory] = entry
            self._entries.move_to_end(directory)
            while sum(entry.size_bytes for entry in self._entries.values()) > self._limit_bytes:
                self._entries.popitem(last=False)


def _size_bytes(array: Array) -> int:
    texts = sum(map(len, array.flat)) if array.dtype.kind == "O" else 0
    return int(array.nbytes) + texts


def _stored_bytes(entry: Entry) -> int:
    if entry.size and entry.dtype_number != string.as_datatype_enum:
        return entry.size
    return entry.size + entry.num_elements * entry.dtype.np.itemsize


cache = ReadCache()
