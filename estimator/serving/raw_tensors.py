"""Tensors as raw bytes, under the Open Inference Protocol's names for their types.

A raw tensor is its elements row by row, little-endian; of BYTES each is four bytes of length, and itself::

    head = TensorHead("x", "FP32", [2, 1])
    array_from_raw(raw_from_array(array, float32), head)

Source
------
github.com/kserve/open-inference-protocol; Triton's extension for binary tensors
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.frozen import frozen
from estimator.core.registry import did_you_mean
from estimator.core.shown import shorten
from estimator.serving.json_tensors import Array

_DATATYPES = {
    name: name.upper() for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
} | {
    "float16": "FP16",
    "bfloat16": "BF16",
    "float32": "FP32",
    "float64": "FP64",
    "string": "BYTES",
}
_DTYPES = {datatype: as_dtype(name) for name, datatype in _DATATYPES.items()}
_LENGTH_BYTES = 4
_MOST_DIMS = 32


@frozen
class TensorHead:
    """What a request or an answer says of a tensor besides its elements.

    Parameters
    ----------
    name : str
    datatype : str
        ``"FP32"``, ``"BYTES"`` and so on.
    shape : sequence of int
        -1 for a size that is left open, of a model's metadata.
    """

    name: str
    datatype: str
    shape: Sequence[int]

    def dtype(self) -> DType:
        """The type of the elements.

        Raises
        ------
        InvalidArgumentError
            If there is no such datatype.
        """
        found = _DTYPES.get(self.datatype)
        if found is None:
            hint = did_you_mean(str(self.datatype), _DTYPES) or f" There is: {', '.join(sorted(_DTYPES))}."
            raise InvalidArgumentError(f"{self.name!r}: there is no datatype {self.datatype!r}.{hint}")
        return found

    def count(self) -> int:
        """The number of elements.

        Raises
        ------
        InvalidArgumentError
            If the shape is none.
        """
        if any(type(size) is not int or size < 0 for size in self.shape) or len(self.shape) > _MOST_DIMS:
            raise InvalidArgumentError(f"{self.name!r}: {shorten(list(self.shape))} is no shape.")
        return math.prod(self.shape)


def head_of(name: str, array: Array, dtype: DType) -> TensorHead:
    """What an answer says of an array."""
    return TensorHead(name, datatype_of(name, dtype), array.shape)


def datatype_of(name: str, dtype: DType) -> str:
    """The protocol's name for a type.

    Raises
    ------
    UnimplementedError
        If it has none: complex numbers.
    """
    if dtype.name not in _DATATYPES:
        raise UnimplementedError(f"{name!r}: the Open Inference Protocol has no {dtype.name}.")
    return _DATATYPES[dtype.name]


def array_from_raw(raw: bytes, head: TensorHead) -> Array:
    """The array that raw bytes are.

    Raises
    ------
    InvalidArgumentError
        If there are more or fewer than the shape says.
    """
    dtype, count = head.dtype(), head.count()
    if dtype is string:
        return _texts_from_raw(raw, count, head.name).reshape(head.shape)
    if len(raw) != count * dtype.size:
        raise InvalidArgumentError(
            f"{head.name!r}: {len(raw)} bytes are given, {head.datatype} of shape {list(head.shape)} has "
            f"{count * dtype.size}."
        )
    little = np.frombuffer(raw, dtype.np.newbyteorder("<"))
    if dtype.is_bool:
        little = np.frombuffer(raw, np.uint8) != 0
    return little.astype(dtype.np, copy=False).reshape(head.shape)


def _texts_from_raw(raw: bytes, count: int, name: str) -> Array:
    texts, at = list[bytes](), 0
    while at < len(raw):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(raw[at:begin], "little")
        if begin > len(raw) or at > len(raw):
            raise InvalidArgumentError(f"{name!r}: element {len(texts)} ends after the bytes that are given.")
        texts.append(raw[begin:at])
    if len(texts) != count:
        raise InvalidArgumentError(f"{name!r}: {len(texts)} elements are given, its shape has {count}.")
    return np.fromiter(texts, object, count)


def raw_from_array(array: Array, dtype: DType) -> bytes:
    """The raw bytes of an array."""
    if dtype is not string:
        return np.ascontiguousarray(array, dtype.np.newbyteorder("<")).tobytes()
    texts = array.reshape(-1).tolist()
    return b"".join(part for text in texts for part in (len(text).to_bytes(_LENGTH_BYTES, "little"), text))
