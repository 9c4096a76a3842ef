"""Tables of other libraries, read where they lie, by Arrow's C data interface.

pyarrow, polars, duckdb, pandas and others give their tables as a capsule around C structures, which say of what type
each column is and where in memory its values stand. So one reader is enough for all of them, nothing is imported,
and nothing is copied that numpy can look at:

    table = read(frame)         a Struct of columns, see :mod:`estimator.formats.arrow`

What is read stays readable: each array keeps the memory of its owner, and cannot be written to.

Source
------
The Arrow C data interface, the C stream interface and the PyCapsule interface (Arrow 26): structures, format strings,
and the layouts of buffers.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable, Iterator
from ctypes import POINTER, c_char, c_char_p, c_int, c_int64, c_void_p
from typing import Any

import numpy as np

from estimator.formats.arrow import Array, Column, Fixed, Flat, Listed, Missing, Struct, Unread, joined

# -- the structures of the interface ---------------------------------------------------------------


class _Schema(ctypes.Structure):
    """A type: ``format`` is its name, see :data:`_NUMBERS`."""


class _Array(ctypes.Structure):
    """Rows of a type: how many, from which on, and the addresses of the buffers they stand in."""


class _Stream(ctypes.Structure):
    """Functions that give the type of some chunks, and one chunk after the other."""


_Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(_Schema))),
    ("dictionary", POINTER(_Schema)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(_Schema))),
    ("private_data", c_void_p),
]
_Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(_Array))),
    ("dictionary", POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(_Array))),
    ("private_data", c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(_Stream), POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(c_char_p, POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, POINTER(_Stream))),
    ("private_data", c_void_p),
]


class _Owned:
    """A structure that somebody has filled for us, and that has to be given back when nobody looks at it any more."""

    def __init__(self, kind: type[Any]) -> None:
        self.filled = kind()

    def __del__(self, reference: Callable[..., Any] = ctypes.byref) -> None:
        if self.filled.release:
            self.filled.release(reference(self.filled))  # at the very end ctypes itself is gone


def _pointer(capsule: Any, name: bytes, kind: type[Any]) -> Any:
    """What a capsule holds."""
    get: Any = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = c_void_p, [ctypes.py_object, c_char_p]
    return kind.from_address(get(capsule, name))


# -- reading ---------------------------------------------------------------------------------------


def read(value: Any) -> Column:
    """The column that a value is; a table is a Struct.

    Raises
    ------
    ValueError
        If its library fails to give the rows; its message is told.
    """
    if hasattr(type(value), "__arrow_c_stream__"):
        return joined(list(_chunks(value.__arrow_c_stream__())))
    types, rows = value.__arrow_c_array__()
    array = _pointer(rows, b"arrow_array", _Array)
    return _column(_Rows(_pointer(types, b"arrow_schema", _Schema), array, rows, array.length))


def _chunks(capsule: Any) -> Iterator[Column]:
    """The chunks of a stream; if there is none, one without rows, whose type is told all the same."""
    stream, schema = _pointer(capsule, b"arrow_array_stream", _Stream), _Owned(_Schema)
    _call(stream, stream.get_schema, schema)
    is_first = True
    while True:
        chunk = _Owned(_Array)
        _call(stream, stream.get_next, chunk)
        if not chunk.filled.release:  # the end
            break
        is_first = False
        yield _column(_Rows(schema.filled, chunk.filled, chunk, chunk.filled.length))
    if is_first:
        yield _column(_Rows(schema.filled, None, None, 0))


def _call(stream: Any, function: Any, into: _Owned) -> None:
    code = function(ctypes.byref(stream), ctypes.byref(into.filled))
    if code:
        said = (stream.get_last_error(ctypes.byref(stream)) or b"").decode(errors="replace")
        raise ValueError(f"the table could not be read: its library says {said!r} (error {code}).")


class _Rows:
    """Some rows of one column, and where they lie.

    Parameters
    ----------
    schema : _Schema
    array : _Array or None
        None for a column that has no rows at all.
    owner : object
        Whose life keeps the memory.
    length : int
        How many rows.
    begin : int
        Of the first one, among those of the array.
    """

    def __init__(self, schema: Any, array: Any, owner: Any, length: int, begin: int = 0) -> None:
        self.schema, self.length = schema, length
        self.format = schema.format.decode()
        self._array, self._owner = array, owner
        self._first = begin + (array.offset if array is not None else 0)

    def buffer(self, number: int, dtype: Any, per_row: int = 1, more: int = 0) -> Array:
        """The values of a buffer that belong to the rows: so many a row, and some more behind them."""
        return self.memory(number, dtype, self._first * per_row, self.length * per_row + more)

    def memory(self, number: int, dtype: Any, begin: int, count: int) -> Array:
        """Some values of a buffer, wherever its rows are."""
        kind = np.dtype(dtype)
        if self._array is None or not count:
            return np.zeros(count, kind)
        held: Any = (c_char * (count * kind.itemsize)).from_address(
            self._array.buffers[number] + begin * kind.itemsize
        )
        held.owner = self._owner
        values = np.frombuffer(held, kind)
        values.flags.writeable = False
        return values

    def bits(self, number: int) -> Array:
        """A bool for each row, of a buffer that has a bit for each."""
        offset = self._first % 8
        octets = self.memory(number, np.uint8, self._first // 8, (offset + self.length + 7) // 8)
        return np.unpackbits(octets, bitorder="little")[offset : offset + self.length].astype(bool)

    def missing(self) -> Missing:
        """Which rows are missing."""
        if self._array is None or not self._array.null_count or not self._array.buffers[0]:
            return None
        missing = ~self.bits(0)
        return missing if missing.any() else None

    @property
    def n_buffers(self) -> int:
        """How many buffers there are."""
        return 0 if self._array is None else int(self._array.n_buffers)

    def child(self, number: int, begin: int | None = None, length: int | None = None) -> _Rows:
        """The rows of a child: those that stand at the places of these, or others."""
        array = None if self._array is None else self._array.children[number].contents
        first, size = (self._first, self.length) if begin is None or length is None else (begin, length)
        return _Rows(self.schema.children[number].contents, array, self._owner, size, first)

    def per_row(self, size: int) -> _Rows:
        """The rows of the only child, of which each of these has so many."""
        return self.child(0, self._first * size, self.length * size)

    def dictionary(self) -> _Rows:
        """The values that codes stand for."""
        array = None if self._array is None else self._array.dictionary.contents
        size = 0 if array is None else array.length
        return _Rows(self.schema.dictionary.contents, array, self._owner, size)

    def metadata(self) -> dict[bytes, bytes]:
        """What is noted at the type: an extension type has its name there."""
        return dict(_pairs(self.schema.metadata)) if self.schema.metadata else {}


def _pairs(address: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values: their number, then the length of each text before it."""

    def number() -> int:
        nonlocal address
        address += 4
        return int(ctypes.c_int32.from_address(address - 4).value)

    def text() -> bytes:
        nonlocal address
        size = number()
        address += size
        return ctypes.string_at(address - size, size)

    for _ in range(number()):
        yield text(), text()


# -- of each type ----------------------------------------------------------------------------------

_NUMBERS = dict(zip("cCsSiIlLefg", "i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split(), strict=True))


def _column(rows: _Rows) -> Column:
    stored = _of_codes(rows) if rows.schema.dictionary else _stored(rows)
    shape = _tensor_shape(rows.metadata())
    if shape is None or not isinstance(stored, Listed | Fixed):
        return stored
    values: Column = stored  # all of a row in one list, or lists of lists
    while isinstance(values, Listed | Fixed):
        values = values.inner
    return Fixed(values, shape, rows.length, stored.missing)


def _stored(rows: _Rows) -> Column:
    if rows.format in _NUMBERS:
        return Flat(rows.buffer(1, _NUMBERS[rows.format]), rows.missing())
    kind, _, parameters = rows.format.partition(":")
    if kind in _READERS:
        return _READERS[kind](rows, parameters)
    what = "dates or times" if kind.startswith("t") else f"values of Arrow's type {rows.format!r}"
    return Unread(what, rows.length)


def _tensor_shape(metadata: dict[bytes, bytes]) -> tuple[int, ...] | None:
    """The shape that all rows of an extension type have, if it is one of tensors: Arrow's own, or Hugging Face's."""
    name = metadata.get(b"ARROW:extension:name", b"")
    if not name.startswith((b"arrow.fixed_shape_tensor", b"datasets.features.features.Array")):
        return None
    said = json.loads(metadata[b"ARROW:extension:metadata"])
    shape, axes = (said["shape"], said.get("permutation")) if isinstance(said, dict) else (said[0], None)
    is_plain = None not in shape and axes in (None, sorted(axes or []))
    return tuple(shape) if is_plain else None


def _of_codes(rows: _Rows) -> Column:
    codes, words = _stored(rows), _column(rows.dictionary())
    if not isinstance(codes, Flat) or not isinstance(words, Flat):
        return Unread("codes of lists or records", rows.length)
    missing = np.zeros(rows.length, bool) if codes.missing is None else codes.missing
    places = np.where(missing, 0, codes.values)
    if not len(words.values):  # then no row has a value
        return Flat(np.zeros(rows.length, words.values.dtype), codes.missing)
    if words.missing is not None:
        missing = missing | words.missing[places]
    return Flat(words.values[places], missing if missing.any() else None)


def _bools(rows: _Rows, parameters: str) -> Column:
    return Flat(rows.bits(1), rows.missing())


def _nothing(rows: _Rows, parameters: str) -> Column:
    return Flat(np.full(rows.length, b"", object), np.ones(rows.length, bool) if rows.length else None)


def _texts(rows: _Rows, parameters: str) -> Column:
    bounds = _splits(rows)
    begin, end = int(bounds[0]), int(bounds[-1])
    data = rows.memory(2, np.uint8, begin, end - begin).tobytes()
    ends = (bounds - begin).tolist()
    return Flat(_objects([data[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)]), rows.missing())


def _viewed_texts(rows: _Rows, parameters: str) -> Column:
    """Texts of up to twelve bytes stand beside their length, before NULs; of longer ones their buffer and place do."""
    octets, missing = rows.buffer(1, np.uint8, per_row=16).reshape(-1, 16), rows.missing()
    views = np.ascontiguousarray(octets).view(np.int32)
    sizes = views[:, 0] if missing is None else np.where(missing, 0, views[:, 0])
    texts = np.ascontiguousarray(octets[:, 4:]).view("S12").ravel().astype(object)
    is_long = sizes > 12
    ends = octets[np.arange(rows.length), 3 + np.clip(sizes, 1, 12)]
    for row in np.flatnonzero((ends == 0) & (sizes > 0) & ~is_long):  # numpy has taken a NUL for the end
        texts[row] = octets[row, 4 : 4 + sizes[row]].tobytes()
    if is_long.any():
        shared = _shared_texts(rows)
        places = zip(sizes[is_long].tolist(), *views[is_long, 2:].T.tolist(), strict=True)
        texts[is_long] = _objects([shared[buffer][place : place + size] for size, buffer, place in places])
    return Flat(texts, missing)


def _shared_texts(rows: _Rows) -> list[bytes]:
    """The buffers of longer texts; the last one has the sizes of those before it."""
    sizes = rows.memory(rows.n_buffers - 1, np.int64, 0, rows.n_buffers - 3).tolist()
    return [rows.memory(2 + number, np.uint8, 0, size).tobytes() for number, size in enumerate(sizes)]


def _fixed_texts(rows: _Rows, parameters: str) -> Column:
    size = int(parameters)
    data = rows.buffer(1, np.uint8, per_row=size).tobytes()
    return Flat(_objects([data[size * row : size * (row + 1)] for row in range(rows.length)]), rows.missing())


def _decimals(rows: _Rows, parameters: str) -> Column:
    """The nearest float64 of each: a quotient of two whole numbers is rounded once."""
    _, scale, *bits = map(int, parameters.split(","))
    size = (bits[0] if bits else 128) // 8
    data = rows.buffer(1, np.uint8, per_row=size).tobytes()
    wholes = (
        int.from_bytes(data[size * row : size * (row + 1)], "little", signed=True)
        for row in range(rows.length)
    )
    quotients = (whole / 10**scale if scale >= 0 else float(whole * 10**-scale) for whole in wholes)
    return Flat(np.fromiter(quotients, np.float64, rows.length), rows.missing())


def _lists(rows: _Rows, parameters: str) -> Column:
    bounds = _splits(rows)
    begin, end = int(bounds[0]), int(bounds[-1])
    return Listed(_column(rows.child(0, begin, end - begin)), bounds - begin, rows.missing())


def _splits(rows: _Rows) -> Array:
    """Where each row begins and the last one ends: 32 bits each, 64 in the large types."""
    dtype = np.int64 if rows.format in ("U", "Z", "+L") else np.int32
    return (
        rows.buffer(1, dtype, more=1 if rows.length else 0).astype(np.int64)
        if rows.length
        else np.zeros(1, int)
    )


def _lists_of_one_size(rows: _Rows, parameters: str) -> Column:
    size = int(parameters)
    return Fixed(_column(rows.per_row(size)), (size,), rows.length, rows.missing())


def _struct(rows: _Rows, parameters: str) -> Column:
    children = [rows.child(number) for number in range(rows.schema.n_children)]
    names = [(child.schema.name or b"").decode() for child in children]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"a table has several columns of the same name: {', '.join(map(repr, twice))}.")
    return Struct(dict(zip(names, map(_column, children), strict=True)), rows.missing())


_READERS: dict[str, Callable[[_Rows, str], Column]] = {
    "n": _nothing,
    "b": _bools,
    **dict.fromkeys(["u", "U", "z", "Z"], _texts),
    **dict.fromkeys(["vu", "vz"], _viewed_texts),
    "w": _fixed_texts,
    "d": _decimals,
    **dict.fromkeys(["+l", "+L"], _lists),
    "+w": _lists_of_one_size,
    "+s": _struct,
}


def _objects(texts: list[bytes]) -> Array:
    return np.fromiter(texts, object, len(texts))
