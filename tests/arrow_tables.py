"""Tables as a library with Arrow's C interface gives them, laid out by hand after its specification.

    table = ArrowTable(Type("+s", children=[Type("l", "age")]), [Chunk(2, [None], [Chunk(2, [None, int64s(31, 25)])])])

Its memory is overwritten when a chunk is released, so that whoever looks at it afterwards sees nonsense.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from ctypes import CFUNCTYPE, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from estimator.graph.ragged import RaggedTensorValue
from estimator.pipeline.element import as_component
from estimator.pipeline.structure import leaves, pack
from estimator.pipeline.tables import unfolded

COLUMN_FIELDS = [
    "format",
    "name",
    "metadata",
    "flags",
    "n_children",
    "children",
    "dictionary",
    "release",
    "private",
]
CHUNK_FIELDS = [
    "length", "null_count", "offset", "n_buffers", "n_children", "buffers", "children", "dictionary", "release", "private",
]  # fmt: skip
_KINDS = {"flags": c_int64, "length": c_int64, "null_count": c_int64, "offset": c_int64, "n_buffers": c_int64,
          "n_children": c_int64, "format": c_char_p, "name": c_char_p}  # fmt: skip


class CSchema(ctypes.Structure):
    """ArrowSchema of the specification, every pointer as an address."""

    _fields_ = [(name, _KINDS.get(name, c_void_p)) for name in COLUMN_FIELDS]


class CArray(ctypes.Structure):
    """ArrowArray."""

    _fields_ = [(name, _KINDS.get(name, c_void_p)) for name in CHUNK_FIELDS]


class CStream(ctypes.Structure):
    """ArrowArrayStream."""

    _fields_ = [
        (name, c_void_p) for name in ("get_schema", "get_next", "get_last_error", "release", "private")
    ]


@dataclass
class Type:
    """A format string, a name, and what belongs to it."""

    format: str
    name: str = ""
    children: Sequence[Type] = ()
    dictionary: Type | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class Chunk:
    """Rows: their number and the bytes of their buffers, the bitmap of what is there first."""

    length: int
    buffers: Sequence[bytes | None]
    children: Sequence[Chunk] = ()
    dictionary: Chunk | None = None
    offset: int = 0
    null_count: int = -1


_MEMORY: list[Any] = []  # what C looks at: a library keeps it, not the object that it gave


class ArrowTable:
    """What a library hands out: ``__arrow_c_stream__`` gives the chunks, one after the other.

    Parameters
    ----------
    type : Type
    chunks : sequence of Chunk
    fails_with : str, optional
        What it says instead of giving the end.
    """

    def __init__(self, type: Type, chunks: Sequence[Chunk], fails_with: str | None = None) -> None:
        self._type, self._chunks, self._error = type, list(chunks), fails_with
        self.released = 0

    def __len__(self) -> int:
        return sum(chunk.length for chunk in self._chunks)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        assert requested_schema is None
        chunks = iter(self._chunks)

        def get_schema(stream: int, out: int) -> int:
            ctypes.memmove(out, ctypes.byref(self._schema(self._type)), ctypes.sizeof(CSchema))
            return 0

        def get_next(stream: int, out: int) -> int:
            chunk = next(chunks, None)
            if chunk is None and self._error:
                return 5
            given = CArray() if chunk is None else self._array(chunk)
            ctypes.memmove(out, ctypes.byref(given), ctypes.sizeof(CArray))
            return 0

        message = self._keep(ctypes.create_string_buffer((self._error or "").encode()))

        def get_last_error(stream: int) -> int:
            return ctypes.addressof(message)

        calls = (
            CFUNCTYPE(c_int, c_void_p, c_void_p)(get_schema),
            CFUNCTYPE(c_int, c_void_p, c_void_p)(get_next),
            CFUNCTYPE(c_void_p, c_void_p)(get_last_error),
        )
        stream = self._keep(CStream(*(ctypes.cast(self._keep(call), c_void_p) for call in calls)))
        return _capsule(stream, b"arrow_array_stream")

    # -- structures --------------------------------------------------------------------------------

    def _keep(self, value: Any) -> Any:
        _MEMORY.append(value)
        return value

    def _schema(self, type: Type) -> CSchema:
        children = [self._schema(child) for child in type.children]
        result = CSchema(self._keep(type.format.encode()), self._keep(type.name.encode()))
        if type.metadata:
            result.metadata = ctypes.addressof(
                self._keep(ctypes.create_string_buffer(_packed(type.metadata)))
            )
        result.n_children = len(children)
        result.children = self._pointers(children)
        if type.dictionary is not None:
            result.dictionary = ctypes.addressof(self._keep(self._schema(type.dictionary)))
        result.release = self._release(CSchema, [])
        return result

    def _array(self, chunk: Chunk) -> CArray:
        memory = [
            None if data is None else self._keep(ctypes.create_string_buffer(data)) for data in chunk.buffers
        ]
        result = CArray(chunk.length, chunk.null_count, chunk.offset, len(memory), len(chunk.children))
        addresses = [None if part is None else ctypes.addressof(part) for part in memory]
        result.buffers = ctypes.addressof(self._keep((c_void_p * (len(memory) + 1))(*addresses)))
        result.children = self._pointers([self._array(child) for child in chunk.children])
        if chunk.dictionary is not None:
            result.dictionary = ctypes.addressof(self._keep(self._array(chunk.dictionary)))
        result.release = self._release(
            CArray, memory, [result.children, result.n_children, result.dictionary]
        )
        return result

    def _pointers(self, structures: Sequence[Any]) -> int:
        kept = self._keep(list(structures))
        return ctypes.addressof(self._keep((c_void_p * (len(kept) + 1))(*map(ctypes.addressof, kept))))

    def _release(self, kind: type[Any], memory: Sequence[Any], below: Sequence[Any] = ()) -> int:
        """The function that ends a structure and those below it, and spoils their memory."""

        def release(address: int) -> None:
            structure = kind.from_address(address)
            for part in memory:
                if part is not None:
                    ctypes.memset(part, 0xA5, ctypes.sizeof(part))
            if below:
                for number in range(below[1]):
                    _release_at(CArray, (c_void_p * below[1]).from_address(below[0])[number])
                if below[2]:
                    _release_at(CArray, below[2])
            structure.release = None
            self.released += 1

        address: int | None = ctypes.cast(self._keep(CFUNCTYPE(None, c_void_p)(release)), c_void_p).value
        assert address is not None
        return address


def _release_at(kind: type[Any], address: Any) -> None:
    CFUNCTYPE(None, c_void_p)(kind.from_address(address).release)(address)


def _capsule(structure: Any, name: bytes) -> Any:
    make: Any = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [c_void_p, c_char_p, c_void_p]
    return make(ctypes.addressof(structure), name, None)


def _packed(metadata: dict[str, str]) -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("=i", len(value.encode())) + value.encode()

    return struct.pack("=i", len(metadata)) + b"".join(
        text(key) + text(value) for key, value in metadata.items()
    )


# -- buffers ---------------------------------------------------------------------------------------


def bits(*values: object) -> bytes:
    """A bitmap: bit i of octet i // 8 says whether row i is there, or true."""
    return np.packbits(np.array([bool(value) for value in values]), bitorder="little").tobytes()


def numbers(dtype: str, *values: float) -> bytes:
    """Values one after the other, as numpy's type."""
    return np.array(values, dtype).tobytes()


def texts(*values: bytes, offsets: str = "i4") -> list[bytes]:
    """The offsets and the bytes of texts."""
    ends = np.cumsum([0, *map(len, values)]).astype(offsets)
    return [ends.tobytes(), b"".join(values)]


def table(length: int, /, **columns: tuple[Type | str, Chunk]) -> ArrowTable:
    """A table of one chunk; a column is its type, or format, and its rows."""
    types = [_named(kind, name) for name, (kind, _) in columns.items()]
    return ArrowTable(
        Type("+s", children=types), [Chunk(length, [None], [chunk for _, chunk in columns.values()])]
    )


def _named(kind: Type | str, name: str) -> Type:
    if isinstance(kind, str):
        return Type(kind, name)
    return Type(kind.format, name, kind.children, kind.dictionary, kind.metadata)


# -- what becomes of them --------------------------------------------------------------------------


def arrays(data: Any) -> Any:
    """The nested components of some data, as lists; of ragged ones the rows."""
    found = unfolded(data)
    return pack(found, [plain(as_component(leaf, "data")) for leaf in leaves(found)])


def plain(value: Any) -> Any:
    """One component as lists."""
    return value.to_list() if isinstance(value, RaggedTensorValue) else value.tolist()
