"""Indexes that are read one after the other, as those of a training are.

They differ in checksums alone as long as names, types and shapes stay, and one that does is not taken apart again: what
it says is what the last one said, with other checksums. The last one that was read in this process is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.formats import slices
from estimator.formats.bundle_index import Entry, Header, parse_index
from estimator.formats.checksum import unmask
from estimator.formats.slices import Extent
from estimator.formats.stored_tensors import Run, runs_of
from estimator.formats.table import TableForm, read_table

_MOST_BYTES = 16 << 20  # of an index that is remembered: a hundred thousand tensors and more


class IndexForm:
    """What an index says but for its checksums; one that differs in these alone has the very same form.

    Parameters
    ----------
    data : bytes
        The index.
    source : str
        The file's name, for messages.

    Attributes
    ----------
    header : Header
    entries : dict of bytes to Entry
        By key, with the checksums of the index that it was made of.

    Raises
    ------
    DataLossError, InvalidArgumentError, UnimplementedError
        If the index is damaged, or is for another reader.
    """

    def __init__(self, data: bytes, source: str) -> None:
        contents = read_table(data, source)
        self.header: Header
        self.header, self.entries, self._common = parse_index(contents.entries, source)
        ends = np.array(contents.value_ends, np.int64)[1:]  # the first entry is the header
        self._table = TableForm(data, contents.blocks, ends[self._common] - 4)
        self._columns = list(zip(*self.entries.values(), strict=True))

    def entries_in(self, data: bytes) -> dict[bytes, Entry] | None:
        """What another index says; None if it differs in more than checksums, or is damaged."""
        numbers = self._table.numbers_in(data)
        if numbers is None or not self._columns:
            return None
        *fields, crcs, cuts = self._columns
        all_crcs = np.array(crcs, np.int64)
        all_crcs[self._common] = unmask(numbers.astype(np.int64))
        rows = zip(*fields, all_crcs.tolist(), cuts, strict=True)
        return dict(zip(self.entries, map(Entry._make, rows), strict=True))

    @cached_property
    def names(self) -> list[str]:
        """The names of the tensors, in the order of their entries."""
        return [key.decode() for key in self.entries if key[:1] != b"\0"]

    @cached_property
    def specs(self) -> dict[str, tuple[tuple[int, ...], DType]]:
        """Name -> shape and element type, of all tensors.

        Raises
        ------
        UnimplementedError
            If a type has no counterpart in numpy.
        """
        return {name: (entry.shape, entry.dtype) for name, entry in named(self, self.entries).items()}

    @cached_property
    def last_pieces(self) -> list[tuple[str, Entry]]:
        """What ends last in each data file, with its name for messages."""
        last: dict[int, tuple[str, Entry]] = {}
        for name, entry in named(self, self.entries).items():
            for shown, _, piece in pieces(name, entry, self.entries):
                before = last.get(piece.shard)
                if before is None or before[1].offset + before[1].size < piece.offset + piece.size:
                    last[piece.shard] = shown, piece
        return list(last.values())

    @cached_property
    def runs(self) -> list[Run]:
        """How all small tensors are read.

        Raises
        ------
        UnimplementedError
            If one of them is of a type that has no counterpart in numpy.
        """
        return runs_of(named(self, self.entries))

    @cached_property
    def is_plain(self) -> bool:
        """Whether all tensors are numbers that lie in one piece."""
        return not any(
            entry.slices or entry.dtype_number == string.as_datatype_enum for entry in self.entries.values()
        )

    @cached_property
    def nbytes(self) -> int:
        """How many bytes all tensors take."""
        return sum(entry.size for entry in self.entries.values())


_last: IndexForm | None = None


def read_index(data: bytes, source: str) -> tuple[IndexForm, dict[bytes, Entry]]:
    """The form of an index, and what it says: every entry under its key.

    Raises
    ------
    DataLossError, InvalidArgumentError, UnimplementedError
        As :class:`IndexForm`.
    """
    global _last
    last = _last
    if last is not None:
        entries = last.entries_in(data)
        if entries is not None:
            return last, entries
    form = IndexForm(data, source)
    if len(data) <= _MOST_BYTES:
        _last = form
    return form, form.entries


def named(form: IndexForm, entries: dict[bytes, Entry]) -> dict[str, Entry]:
    """The entries of tensors by name."""
    if len(form.names) == len(entries):
        return dict(zip(form.names, entries.values(), strict=True))
    return {key.decode(): entry for key, entry in entries.items() if key[:1] != b"\0"}


def pieces(
    name: str, entry: Entry, by_key: Mapping[bytes, Entry]
) -> Iterator[tuple[str, tuple[Extent, ...], Entry]]:
    """Of each piece that is stored of a tensor: its name for messages, what it is of the tensor, where it lies."""
    if not entry.slices:
        yield name, slices.whole(entry.shape), entry
    for extents in entry.slices:
        yield f"{name}, slice {slices.show(extents)}", extents, by_key[slices.slice_key(name, extents)]
