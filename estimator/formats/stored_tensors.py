"""Tensors that lie in one piece: their bytes as arrays of this machine's, or of strings.

Small ones that lie close together, as those of a whole checkpoint do, are read in one go (:class:`Run`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import string
from estimator.core.errors import ResourceExhaustedError
from estimator.core.frozen import mutable
from estimator.formats.bundle_data import BLOCK, DataFiles
from estimator.formats.bundle_index import Entry
from estimator.formats.checksum import as_bytes, checksums
from estimator.formats.string_tensor import decode_strings

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

Look: TypeAlias = Callable[[Array], None]
"""Is called with each part of a tensor, as a row of numbers."""

_STRING = string.as_datatype_enum
_SMALL = 1 << 16  # bytes of a tensor that is read with its neighbours
_GAP = 1 << 10  # bytes between them that are read in vain


@mutable
class Run:
    """Small tensors that lie close together in one data file, to be read in one go.

    Attributes
    ----------
    begin, end : int
        What is read of the file.
    names : list of str
        In the order in which they are stored.
    views : list
        Of each its shape, its type, and where it begins in what is read.
    last : str
        The one that ends last.
    """

    begin: int
    end: int
    names: list[str]
    views: list[tuple[tuple[int, ...], np.dtype[Any], int]]
    last: str


class StoredTensors:
    """Reads what single entries say; all methods raise NotFoundError and DataLossError as :class:`DataFiles` does.

    Parameters
    ----------
    data : DataFiles
        Of the bundle.
    is_big_endian : bool
        How its numbers are stored.
    """

    def __init__(self, data: DataFiles, is_big_endian: bool) -> None:
        self._data = data
        self._is_big_endian = is_big_endian
        self._is_native = is_big_endian == (sys.byteorder == "big")

    def check(self, name: str, entry: Entry) -> None:
        """Read the tensor a block at a time and compare its checksum."""
        if entry.dtype_number == _STRING:
            self._read_strings(name, entry, None)
            return
        for _ in self._data.blocks(name, entry):
            pass  # the checksum is compared at the end

    def read(self, name: str, entry: Entry, out: Array | None = None, look: Look | None = None) -> Array:
        """The tensor, in `out` if that is given; its numbers are shown to `look` on the way."""
        if entry.dtype is string:
            return self._read_strings(name, entry, out)
        self._data.require(name, entry)  # before memory is taken for what the entry claims
        target = out if out is not None and out.flags.c_contiguous else self.allocate(name, entry)
        shown = None if look is None else self._shown(entry, look)
        self._data.fill(name, entry, as_bytes(target), shown)
        if self._is_big_endian:
            target.byteswap(inplace=True)
        if out is not None and target is not out:
            out[...] = target
            return out
        return target

    def _shown(self, entry: Entry, look: Look) -> Callable[[Any], None]:
        """What shows bytes of the tensor to `look` as the numbers that they are."""
        stored = entry.dtype.np.newbyteorder(">" if self._is_big_endian else "<")
        return lambda octets: look(octets.view(stored))

    def _read_strings(self, name: str, entry: Entry, out: Array | None) -> Array:
        self._data.require(name, entry)
        data = np.empty(entry.size, np.uint8)
        self._data.read(name, entry, data)
        order = ">" if self._is_big_endian else "<"
        where = self._data.where(name, entry)
        elements, crc = decode_strings(data.tobytes(), entry.num_elements, where, order)
        self._data.compare(name, entry, crc)
        result = self.allocate(name, entry) if out is None else out
        result[...] = np.fromiter(elements, object, len(elements)).reshape(entry.shape)
        return result

    def runs(
        self, runs: Iterable[Run], tensors: Mapping[str, Entry]
    ) -> Iterator[Iterable[tuple[str, Array]]]:
        """The tensors of these runs, as arrays of this machine's: each run is read in one go, and all are compared.

        They come in the order in which they are stored. The arrays are read-only and share their memory.
        """
        for run in runs if self._is_native else ():
            yield zip(run.names, self._read_run(run, tensors), strict=True)

    def _read_run(self, run: Run, tensors: Mapping[str, Entry]) -> list[Array]:
        last = tensors[run.last]
        self._data.require(run.last, last)  # before memory is taken for what they claim
        octets = np.empty(run.end - run.begin, np.uint8)
        self._data.read(run.last, last._replace(offset=run.begin, size=len(octets)), octets)
        octets.flags.writeable = False
        memory = octets.data
        arrays = [np.ndarray(shape, dtype, memory, offset) for shape, dtype, offset in run.views]
        crcs = checksums(arrays).tolist()
        if crcs != [tensors[name].crc for name in run.names]:
            for name, crc in zip(run.names, crcs, strict=True):
                self._data.compare(name, tensors[name], crc)
        return arrays

    def rows(self, name: str, entry: Entry) -> Iterator[tuple[int, Array]]:
        """The tensor a few rows at a time, each time with the number of the first; compared at the end."""
        row_bytes = entry.size // entry.shape[0] if entry.size else 1
        at_a_time = max(1, BLOCK // row_bytes)
        start = 0
        for block in self._data.blocks(name, entry, at_a_time * row_bytes):
            rows = block.view(entry.dtype.np.newbyteorder(">" if self._is_big_endian else "<"))
            rows = rows.reshape(-1, *entry.shape[1:])
            yield start, rows
            start += len(rows)

    def numbers(self, name: str, entry: Entry) -> Iterator[Array]:
        """The tensor's numbers as rows of some thousand, in a buffer that the next one takes; compared at the end."""
        stored = entry.dtype.np.newbyteorder(">" if self._is_big_endian else "<")
        for block in self._data.blocks(name, entry):  # whose size every element's divides
            yield block.view(stored)

    def allocate(self, name: str, entry: Entry) -> Array:
        """An array of the tensor's shape and type.

        Raises
        ------
        ResourceExhaustedError
            If there is no memory for it.
        """
        try:
            return np.empty(entry.shape, entry.dtype.np)
        except (MemoryError, ValueError) as e:
            raise ResourceExhaustedError(
                f"no memory for {self._data.where(name, entry)} of shape {list(entry.shape)}: {e}."
            ) from e


def runs_of(tensors: Mapping[str, Entry]) -> list[Run]:
    """How those of the tensors are read that are small and hold numbers.

    Raises
    ------
    UnimplementedError
        If one of them is of a type that has no counterpart in numpy.
    """
    small = [
        (name, entry)
        for name, entry in tensors.items()
        if entry.size <= _SMALL and entry.dtype_number != _STRING and not entry.slices
    ]
    types = {
        number: entry.dtype.np for number, entry in {entry.dtype_number: entry for _, entry in small}.items()
    }
    found: list[Run] = []
    run, in_shard = Run(0, 0, [], [], ""), -1
    for name, (number, shape, shard, offset, size, _, _) in sorted(small, key=_place):
        if shard != in_shard or offset - run.end > _GAP or offset + size - run.begin > BLOCK:
            run, in_shard = Run(offset, offset, [], [], name), shard
            found.append(run)
        run.names.append(name)
        run.views.append((shape, types[number], offset - run.begin))
        if offset + size >= run.end:
            run.end, run.last = offset + size, name
    return found


def _place(tensor: tuple[str, Entry]) -> tuple[Any, ...]:
    """Shard, offset and size, and the name."""
    return *tensor[1][2:5], tensor[0]
