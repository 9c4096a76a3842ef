"""Indexes that are written one after the other, as those of a training are.

While names, types and shapes stay, so do sizes and offsets, and the next index differs from the last one in checksums
alone. Then these are put in their places, and nothing else is made anew: for ten thousand tensors a hundredth of the
work.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import starmap

import numpy as np

from estimator.core.frozen import frozen
from estimator.formats.bundle_index import Entry, entry_bytes, head_bytes, header_bytes
from estimator.formats.checksum import mask
from estimator.formats.entry_columns import Numbers, write_columns
from estimator.formats.table import TableForm, TableWriter


@frozen(eq=False)
class StoredColumns:
    """The tensors that lie in one piece in the first data file, in the order in which they were written.

    Attributes
    ----------
    keys : list of bytes
    kinds : list of (int, tuple of int)
        The number of the type, and the shape.
    offsets, sizes, crcs : array [n] of int64
        The fields of :class:`Entry`.
    """

    keys: list[bytes]
    kinds: list[tuple[int, tuple[int, ...]]]
    offsets: Numbers
    sizes: Numbers
    crcs: Numbers

    def differ_in_checksums(self, other: StoredColumns) -> bool:
        """Whether the others are these but for the checksums."""
        return (
            self.keys == other.keys
            and self.kinds == other.kinds
            and np.array_equal(self.offsets, other.offsets)
            and np.array_equal(self.sizes, other.sizes)
        )


class WrittenIndex:
    """An index, and what it was made of: while names, types and shapes stay, the next one has other checksums alone.

    Parameters
    ----------
    stored : StoredColumns
        What lies in the data file.
    partitioned : mapping
        The entries of variables that lie there slice by slice, by key.
    num_shards : int
        How many data files it counts.
    """

    def __init__(self, stored: StoredColumns, partitioned: Mapping[bytes, Entry], num_shards: int) -> None:
        self._stored, self._partitioned, self._num_shards = stored, dict(partitioned), num_shards
        heads = list(starmap(head_bytes, stored.kinds))
        written = write_columns(heads, stored.offsets, stored.sizes, mask(stored.crcs))
        messages = dict(zip(stored.keys, written, strict=True))
        messages |= {key: entry_bytes(entry, None) for key, entry in partitioned.items()}
        table = TableWriter()
        table.add(b"", header_bytes(num_shards))
        keys = sorted(messages)
        for key in keys:
            table.add(key, messages[key])
        self.data = table.finish()
        ends = dict(zip(keys, table.value_ends[1:], strict=True))
        places = np.fromiter((ends[key] - 4 for key in stored.keys), np.int64, len(stored.keys))
        self._form = TableForm(self.data, table.blocks, places)
        self._has_all_checksums = bool(mask(stored.crcs).all())  # one that is 0 is left out

    def again(
        self, stored: StoredColumns, partitioned: Mapping[bytes, Entry], num_shards: int
    ) -> bytes | None:
        """The index of these, if they differ from those before in checksums alone; else None."""
        masked = mask(stored.crcs)
        is_alike = (
            self._num_shards == num_shards
            and self._has_all_checksums
            and bool(masked.all())
            and self._stored.differ_in_checksums(stored)
            and self._partitioned == partitioned
        )
        return self._form.with_numbers(masked) if is_alike else None


class LastIndex:
    """The index that was written last, for the next one: of a saver, for example.

    Attributes
    ----------
    written : WrittenIndex or None
        It; None before the first.
    """

    def __init__(self) -> None:
        self.written: WrittenIndex | None = None

    def next(self, stored: StoredColumns, partitioned: Mapping[bytes, Entry], num_shards: int) -> bytes:
        """The bytes of the next index; see :class:`WrittenIndex` for what it is made of."""
        if self.written is not None:
            data = self.written.again(stored, partitioned, num_shards)
            if data is not None:
                return data
        self.written = WrittenIndex(stored, partitioned, num_shards)
        return self.written.data
