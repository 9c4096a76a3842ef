"""Writes tensor bundles: the tensors go straight to a file of the caller's, the index comes back as bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import AlreadyExistsError, InvalidArgumentError, UnavailableError
from estimator.formats import slices
from estimator.formats.bundle_index import Entry
from estimator.formats.checksum import as_bytes, checksums, extend
from estimator.formats.entry_columns import Numbers
from estimator.formats.slices import Extent, SlicedArray
from estimator.formats.string_tensor import as_array, encode_strings
from estimator.formats.written_index import LastIndex, StoredColumns

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has

_CHUNK = 1 << 20  # bytes checksummed and written together, while they are in the cache
_SWAPPED = (
    ">" if sys.byteorder == "little" else ">="
)  # what numpy says of numbers that do not lie as in the file
_SMALL = 1 << 16  # bytes of a tensor that is written together with others
_NUMERIC = "biufc"  # numpy's kinds of numbers
_NUMBERS = (
    "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128"
)
_PLAIN = {dtype.np: dtype for dtype in map(as_dtype, _NUMBERS.split()) if dtype.np.byteorder not in _SWAPPED}
"""The types of arrays that lie in the file as they lie in memory."""


class ByteSink(Protocol):
    """What the writer needs of a file."""

    def write(self, data: bytes | memoryview, /) -> int | None:
        """Take the bytes; the number taken, or None for all."""


class BundleWriter:
    """Streams tensors into one data file and makes the index.

    Parameters
    ----------
    data : ByteSink
        A file open for writing at its start; only ``write`` is called.
    last_index : LastIndex, optional
        The index of the bundle before this one, which is most likely of the same tensors.
    """

    def __init__(self, data: ByteSink, last_index: LastIndex | None = None) -> None:
        self._data = data
        self._last_index = last_index or LastIndex()
        self._offset = 0
        self._keys: list[bytes] = []
        self._kinds: list[tuple[int, tuple[int, ...]]] = []
        self._extents: list[Numbers] = []  # [n, 3]: offsets, sizes and checksums, in the order of the keys
        self._names: set[str] = set()
        self._partitioned: dict[str, Entry] = {}
        self._partial: set[str] = set()  # those of which slices may be missing

    @property
    def size(self) -> int:
        """Bytes written to the data file so far."""
        return self._offset

    def add(self, name: str, value: Array | SlicedArray, dtype: DType | None = None) -> None:
        """Write a tensor: whole, or slice by slice. One slice that is everything is stored as a whole.

        Parameters
        ----------
        name : str
            Its key.
        value : array or SlicedArray
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
        if isinstance(value, SlicedArray):
            if not value.is_whole:
                if value.is_partial:
                    self._partial.add(name)
                for extents, array in value.slices:
                    self.add_slice(name, value.shape, extents, array, dtype)
                return
            value = value.arrays[0]
        value = as_array(value)
        dtype = _dtype_of(name, value, dtype)
        self._claim(name)
        self._write(_key(name), value, dtype)

    def add_all(self, tensors: Iterable[tuple[str, Array | SlicedArray]], types: Mapping[str, DType]) -> None:
        """Write many tensors in this order, as :meth:`add` does each; small ones are written together.

        Parameters
        ----------
        tensors : iterable of (str, array or SlicedArray)
        types : mapping
            The element types of those whose array does not tell.

        Raises
        ------
        AlreadyExistsError, InvalidArgumentError
            As :meth:`add`.
        """
        small: dict[str, Array] = {}
        size = 0
        for name, value in tensors:
            if not isinstance(value, np.ndarray) or not _is_small(value) or name in small:
                self._add_small(small, types)
                small, size = {}, 0
                self.add(name, value, types.get(name))
                continue
            small[name] = value
            size += value.nbytes
            if size >= _CHUNK:
                self._add_small(small, types)
                small, size = {}, 0
        self._add_small(small, types)

    def _add_small(self, tensors: Mapping[str, Array], types: Mapping[str, DType]) -> None:
        """Write small arrays together, whose names nothing is known of so far."""
        self._claim(*tensors)
        arrays = list(tensors.values())
        dtypes: list[Any] = [_PLAIN.get(array.dtype) for array in arrays]
        if not all(dtypes) or not types.keys().isdisjoint(tensors):
            dtypes = [_dtype_of(name, array, types.get(name)) for name, array in tensors.items()]
            arrays = list(map(_as_stored, arrays))
        self._write_small(list(map(_key, tensors)), arrays, dtypes)

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
            What the slice takes of each dimension; None for all of it. TensorFlow's Saver always gives
            numbers.
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
        value, shape, stored = as_array(value), tuple(full_shape), tuple(extents)
        dtype = _dtype_of(name, value, dtype)
        if len(stored) != len(shape) or slices.slice_shape(shape, stored) != value.shape:
            raise InvalidArgumentError(
                f"{name!r}: slice {slices.show(stored)} of shape {list(shape)} does not have the given "
                f"shape {list(value.shape)}."
            )
        if name not in self._partitioned:
            self._claim(name)
            self._partitioned[name] = Entry(dtype.as_datatype_enum, shape)
        whole = self._partitioned[name]
        if (whole.dtype_number, whole.shape) != (dtype.as_datatype_enum, shape) or stored in whole.slices:
            raise InvalidArgumentError(
                f"{name!r}: slice {slices.show(stored)} of {dtype.name} {list(shape)} does not fit the "
                f"slices before: {[slices.show(part) for part in whole.slices]} of shape "
                f"{list(whole.shape)}."
            )
        self._partitioned[name] = Entry(whole.dtype_number, shape, slices=(*whole.slices, stored))
        self._write(slices.slice_key(name, stored), value, dtype)

    def finish(self, num_shards: int = 1) -> bytes:
        """The contents of the index file; it may be asked for again.

        Parameters
        ----------
        num_shards : int
            How many data files the index counts, which is part of their names. All tensors lie in the first.

        Raises
        ------
        InvalidArgumentError
            If the slices of a variable do not cover it.
        """
        for name, entry in self._partitioned.items():
            fault = None if name in self._partial else slices.find_fault(entry.shape, entry.slices)
            if fault is not None:
                raise InvalidArgumentError(
                    f"{name!r} of shape {list(entry.shape)} is not covered exactly once: {fault}."
                )
        extents = np.concatenate([np.empty((0, 3), np.int64), *self._extents])
        stored = StoredColumns(self._keys, self._kinds, *extents.T)
        partitioned = {_key(name): entry for name, entry in self._partitioned.items()}
        return self._last_index.next(stored, partitioned, num_shards)

    def _claim(self, *names: str) -> None:
        if not self._names.isdisjoint(names):
            name = next(name for name in names if name in self._names)
            raise AlreadyExistsError(f"{name!r} is added twice; the names of a checkpoint are unique.")
        for name in names:
            if not name or name[0] == "\0":
                raise InvalidArgumentError(
                    f"{name!r} cannot name a tensor of a checkpoint: use at least one letter."
                )
        self._names.update(names)

    def _write(self, key: bytes, value: Array, dtype: DType) -> None:
        if _is_small(value):
            self._write_small([key], [_as_stored(value)], [dtype])
            return
        offset = self._offset
        if dtype is string:
            data, crc = encode_strings(value, key.decode("utf-8", "replace"))
            self._put(memoryview(data))
        else:
            crc = self._write_large(as_bytes(_as_stored(value)))
        self._keys.append(key)
        self._kinds.append((dtype.as_datatype_enum, value.shape))
        self._extents.append(np.array([[offset, self._offset - offset, crc]], np.int64))

    def _write_small(self, keys: Sequence[bytes], arrays: Sequence[Array], dtypes: Sequence[DType]) -> None:
        pieces = [array.tobytes() for array in arrays]
        offset = self._offset
        self._put(memoryview(b"".join(pieces)))
        self._keys += keys
        self._kinds += [
            (dtype.as_datatype_enum, array.shape) for array, dtype in zip(arrays, dtypes, strict=True)
        ]
        sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
        offsets = offset + np.cumsum(sizes) - sizes
        self._extents.append(np.stack((offsets, sizes, checksums(pieces).astype(np.int64)), axis=1))

    def _write_large(self, octets: Array) -> int:
        crc = 0
        for start in range(0, len(octets), _CHUNK):
            chunk = octets[start : start + _CHUNK]
            crc = extend(crc, chunk)
            self._put(chunk.data)
        return crc

    def _put(self, data: bytes | memoryview) -> None:
        """Write all of it: an unbuffered file may take less at a time."""
        while data:
            taken = self._data.write(data)
            if taken is None:
                taken = len(data)
            if taken <= 0:
                raise UnavailableError(
                    f"the data file took {taken} of {len(data)} bytes at offset {self._offset}."
                )
            self._offset += taken
            data = data[taken:]


def _is_small(value: Array) -> bool:
    """Whether it is an array of few numbers."""
    return value.nbytes <= _SMALL and value.dtype.kind in _NUMERIC


def _as_stored(value: Array) -> Array:
    """The numbers in the order of bytes that the file has."""
    return value.astype(value.dtype.newbyteorder("<")) if value.dtype.byteorder in _SWAPPED else value


def _dtype_of(name: str, value: Array, dtype: DType | None) -> DType:
    found = as_dtype(value.dtype) if dtype is None else dtype
    if found.np == value.dtype:
        return found
    if found.np.kind != value.dtype.kind and not (found is string and value.dtype.kind in "SUO"):
        raise InvalidArgumentError(f"{name!r}: an array of {value.dtype} cannot be stored as {found.name}.")
    if found.np.itemsize != value.dtype.itemsize and found is not string:
        raise InvalidArgumentError(
            f"{name!r}: an array of {value.dtype} cannot be stored as {found.name}; convert it first."
        )
    return found


def _key(name: str) -> bytes:
    return name.encode("utf-8")
