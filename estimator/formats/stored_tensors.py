"""Tensors that lie in one piece: their bytes as arrays of this machine's, or of strings.

Small ones that lie close together, as those of a whole checkpoint do, are read in one go (:meth:`StoredTensors.runs`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import as_dtype, string
from estimator.core.errors import ResourceExhaustedError
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

    def runs(self, tensors: Mapping[str, Entry]) -> Iterator[list[tuple[str, Array]]]:
        """Those tensors that are small arrays of this machine's, what lies close together read in one go and compared.

        They come in the order in which they are stored. The arrays are read-only and share their memory.
        """
        small = [
            (name, entry)
            for name, entry in (tensors.items() if self._is_native else ())
            if entry.size <= _SMALL and entry.dtype_number != _STRING and not entry.slices
        ]
        run: list[tuple[str, Entry]] = []
        begin = end = in_shard = 0
        for tensor in sorted(small, key=_place):
            _, _, shard, offset, size, _, _ = tensor[1]
            is_near = shard == in_shard and offset - end <= _GAP and offset + size - begin <= BLOCK
            if run and not is_near:
                yield self._read_run(run, begin, end)
                run = []
            if not run:
                begin, end, in_shard = offset, offset, shard
            run.append(tensor)
            end = max(end, offset + size)
        if run:
            yield self._read_run(run, begin, end)

    def _read_run(self, run: list[tuple[str, Entry]], begin: int, end: int) -> list[tuple[str, Array]]:
        name, last = max(run, key=_end)
        self._data.require(name, last)  # before memory is taken for what they claim
        octets = np.empty(end - begin, np.uint8)
        self._data.read(name, last._replace(offset=begin, size=end - begin), octets)
        octets.flags.writeable = False
        memory = octets.data
        types = {number: as_dtype(number).np for number in {entry.dtype_number for _, entry in run}}
        arrays = [
            np.ndarray(shape, types[number], memory, offset - begin)
            for _, (number, shape, _, offset, _, _, _) in run
        ]
        crcs = checksums(arrays).tolist()
        if crcs != [entry.crc for _, entry in run]:
            for (name, entry), crc in zip(run, crcs, strict=True):
                self._data.compare(name, entry, crc)
        return list(zip([name for name, _ in run], arrays, strict=True))

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


def _place(tensor: tuple[str, Entry]) -> tuple[Any, ...]:
    """Shard, offset and size, and the name."""
    return *tensor[1][2:5], tensor[0]


def _end(tensor: tuple[str, Entry]) -> int:
    _, entry = tensor
    return entry.offset + entry.size
