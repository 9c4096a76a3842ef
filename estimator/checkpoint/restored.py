"""Values that were read from checkpoints and verified, remembered so that they are not read again.

evaluate and predict are often called again and again on one checkpoint. What they restore is the same
bytes, so this process keeps the arrays, up to a number of bytes, the longest unused leaving first. An
entry counts only while every file of the checkpoint looks from outside as it did (size, time, inode) and
the index, which holds the checksum of every tensor, has the same checksum itself. Arrays are handed out
read-only; whoever restores them copies them into the store.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from estimator.checkpoint.latest import Signature, signature
from estimator.formats.bundle import BundleReader

Array = np.ndarray[Any, Any]

LIMIT_BYTES = 256 << 20


@dataclass(frozen=True)
class _Entry:
    """The tensors of one checkpoint, and what its files looked like."""

    files: Signature
    index_crc: int
    arrays: dict[str, Array]

    @property
    def size_bytes(self) -> int:
        return sum(map(_size_bytes, self.arrays.values()))


class RestoredArrays:
    """The most recently restored checkpoints of this process.

    Parameters
    ----------
    limit_bytes : int
        How much is kept; a checkpoint that is larger is not kept at all.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # the longest unused first
        self._lock = threading.Lock()

    def read(self, reader: BundleReader, keys: Iterable[str]) -> dict[str, Array]:
        """The tensors of these keys, read-only; from memory, if the checkpoint is as it was.

        Raises
        ------
        NotFoundError, DataLossError
            As :meth:`BundleReader.get`.
        """
        wanted = list(keys)
        prefix = os.path.abspath(reader.prefix)
        files = signature(*os.path.split(prefix))
        known = self._known(prefix, files, reader.index_crc)
        arrays = {key: known[key] if key in known else _frozen(reader.get(key)) for key in wanted}
        if files is not None and not known.keys() >= arrays.keys():
            self._keep(prefix, _Entry(files, reader.index_crc, known | arrays))
        return arrays

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def _known(self, prefix: str, files: Signature | None, index_crc: int) -> dict[str, Array]:
        with self._lock:
            entry = self._entries.get(prefix)
            if entry is None:
                return {}
            if (entry.files, entry.index_crc) != (files, index_crc):
                del self._entries[prefix]
                return {}
            self._entries.move_to_end(prefix)
            return entry.arrays

    def _keep(self, prefix: str, entry: _Entry) -> None:
        if entry.size_bytes > self._limit_bytes:
            return
        with self._lock:
            self._entries[prefix] = entry
            self._entries.move_to_end(prefix)
            while sum(each.size_bytes for each in self._entries.values()) > self._limit_bytes:
                self._entries.popitem(last=False)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def _size_bytes(array: Array) -> int:
    texts = sum(map(len, array.flat)) if array.dtype == object else 0
    return int(array.nbytes) + texts


restored = RestoredArrays()
