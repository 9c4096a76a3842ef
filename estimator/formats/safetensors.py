"""Safetensors: the tensors of a model in a file that holds nothing else, so that nothing is run to read it.

A file is ``<size of the header> <header> <bytes of the tensors>``. The size is eight bytes, the lowest first; the
header is JSON, filled up with blanks to a multiple of eight bytes::

    {"__metadata__": {"format": "pt"},
     "fc.weight": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}}

Numbers are row-major and little-endian, and the tensors lie back to back: no hole, no overlap, nothing behind the last.
They are written by their types, large ones first, then by name, so that each begins where its type may.
There is no checksum: a flipped bit of a number is not noticed.

The package ``safetensors`` is not used: its arrays of bfloat16 need another package, it writes those that are not
row-major with wrong values, and the form is small.

Source
------
https://huggingface.co/docs/safetensors, version 0.8
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import shortened

Array = np.ndarray[Any, Any]

_SIZE_BYTES = 8
_MOST_HEADER_BYTES = 100_000_000  # as in the package: names and shapes, no model has more
_METADATA = "__metadata__"
_MOST_AXES = 64  # of an array
# in the order of the package, which writes those first that stand last
_TYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "I16": "int16",
    "U16": "uint16",
    "F16": "float16",
    "BF16": "bfloat16",
    "I32": "int32",
    "U32": "uint32",
    "F32": "float32",
    "C64": "complex64",
    "F64": "float64",
    "I64": "int64",
    "U64": "uint64",
}
_NAMES = {as_dtype(ours): name for name, ours in _TYPES.items()}
_PLACES = {dtype: place for place, dtype in enumerate(_NAMES)}


class TypedArray(NamedTuple):
    """An array, and its element type, which the array of one of bfloat16 does not tell: that has the bits."""

    array: Array
    dtype: DType


class Contents(NamedTuple):
    """What a file holds: tensors by name, sorted, and texts about them."""

    tensors: dict[str, TypedArray]
    metadata: dict[str, str]


class _Entry(NamedTuple):
    name: str
    dtype: DType
    shape: tuple[int, ...]
    begin: int
    end: int


def read(data: bytes, where: str) -> Contents:
    """What is in the file; the arrays are views of its bytes.

    Parameters
    ----------
    data : bytes
        All of the file.
    where : str
        What it is called, for messages.

    Raises
    ------
    DataLossError
        If it is no such file, or damaged.
    UnimplementedError
        If elements are of a type that this package does not have, such as float8.
    """
    header, body = _parts(data, where)
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _damaged(where, f"{_METADATA} maps names to texts, and this one does not")
    entries = sorted((_entry(name, said, where) for name, said in header.items()), key=lambda one: one[3:])
    _check_places(entries, len(body), where)
    tensors = {
        entry.name: TypedArray(
            np.frombuffer(body[entry.begin : entry.end], entry.dtype.np.newbyteorder("<")).reshape(
                entry.shape
            ),
            entry.dtype,
        )
        for entry in sorted(entries)
    }
    return Contents(tensors, metadata)


def _parts(data: bytes, where: str) -> tuple[dict[str, Any], memoryview]:
    if len(data) < _SIZE_BYTES:
        raise _damaged(where, f"it has {len(data)} bytes")
    size = int.from_bytes(data[:_SIZE_BYTES], "little")
    if size > min(len(data) - _SIZE_BYTES, _MOST_HEADER_BYTES):
        raise _damaged(where, f"its first 8 bytes speak of a header of {size} bytes, and it has {len(data)}")
    try:
        header = json.loads(data[_SIZE_BYTES : _SIZE_BYTES + size], object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _damaged(where, f"its header is no JSON ({error})") from None
    if not isinstance(header, dict):
        raise _damaged(where, "its header is no JSON object")
    return header, memoryview(data)[_SIZE_BYTES + size :]


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _entry(name: str, said: Any, where: str) -> _Entry:
    """What the header says of a tensor.

    Raises
    ------
    DataLossError, UnimplementedError
        As :func:`read`.
    """
    if not isinstance(said, dict) or not {"dtype", "shape", "data_offsets"} <= said.keys():
        raise _damaged(where, f"of {name!r} the header does not tell type, shape and place")
    kind, shape, places = said["dtype"], said["shape"], said["data_offsets"]
    if not (_are_sizes(shape) and _are_sizes(places) and len(places) == 2):
        raise _damaged(where, f"{name!r} has shape {shape!r} and place {places!r}")
    if len(shape) > _MOST_AXES or not _is_text(name):
        raise _damaged(where, f"{name!r} of {len(shape)} axes is no tensor that PyTorch has")
    if kind not in _TYPES:
        raise UnimplementedError(
            f"{where!r}: {name!r} is of type {kind!r}, which no checkpoint of this package has; convert it to "
            f"float32. There is: {shortened(_TYPES)}."
        )
    dtype = as_dtype(_TYPES[kind])
    begin, end = places
    if end - begin != math.prod(shape) * dtype.size:
        raise _damaged(where, f"{name!r} of {kind} {shape} has {end - begin} bytes")
    return _Entry(name, dtype, tuple(shape), begin, end)


def _is_text(name: str) -> bool:
    """Whether it can be written: JSON may have a half of a character."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)


def _check_places(entries: Sequence[_Entry], size: int, where: str) -> None:
    """Raise unless the tensors lie back to back and fill the file."""
    end = 0
    for entry in entries:
        if entry.begin != end:
            raise _damaged(
                where, f"{entry.name!r} begins at byte {entry.begin}, and the one before ends at {end}"
            )
        end = entry.end
    if end != size:
        raise _damaged(where, f"its tensors have {end} bytes, and the file has {size} for them")


def _damaged(where: str, what: str) -> DataLossError:
    return DataLossError(
        f"{where!r} is no safetensors file, or damaged: {what}. Put it back from a copy, or save it again."
    )


def pieces(tensors: Mapping[str, TypedArray], metadata: Mapping[str, str]) -> Iterator[bytes]:
    """The bytes of a file, piece by piece.

    Parameters
    ----------
    tensors : mapping of str to TypedArray
        In any order, and with any layout in memory.
    metadata : mapping of str to str
        Texts about them: ``{"format": "pt"}`` is what libraries of PyTorch's look for.

    Raises
    ------
    InvalidArgumentError
        If elements are of a type that such files do not have.
    """
    if wrong := [
        f"{name} ({value.dtype.name})" for name, value in tensors.items() if value.dtype not in _NAMES
    ]:
        raise InvalidArgumentError(
            f"no safetensors file has tensors of these types: {shortened(wrong)}. Leave them out or convert them."
        )
    ordered = sorted(tensors.items(), key=lambda item: (-_PLACES[item[1].dtype], item[0]))
    header: dict[str, Any] = {_METADATA: dict(metadata)} if metadata else {}
    end = 0
    for name, (array, dtype) in ordered:
        begin, end = end, end + array.size * dtype.size
        said = {"dtype": _NAMES[dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
        header[name] = said
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _SIZE_BYTES)
    yield len(text).to_bytes(_SIZE_BYTES, "little") + text
    for _, (array, dtype) in ordered:
        yield array.astype(dtype.np.newbyteorder("<"), copy=False).tobytes()  # row by row, however it lies
