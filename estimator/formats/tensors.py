"""Arrays to and from TensorProto, static shapes to and from TensorShapeProto.

Written: numbers of more than one element as ``tensor_content`` (raw little-endian bytes), a single one in
the ``*_val`` field of its type, strings in ``string_val``. Where the values end in one value again and
again, it is written once, in the ``*_val`` field: a table of zeros takes some bytes. Nor does such a table
take memory here: :func:`continued` gives a view of its one value.

Read: all of these, and what TensorFlow's own files hold besides: half and bfloat16 as 16-bit patterns,
complex numbers as pairs.

Source
------
tensorflow/core/framework/tensor.proto, tensorflow/python/framework/tensor_util.py of TensorFlow 2.15
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import numpy as np

from estimator.core.dtypes import DType, as_dtype, bfloat16, float16, string
from estimator.core.errors import DataLossError, InvalidArgumentError, ResourceExhaustedError
from estimator.core.shapes import Dims
from estimator.core.shown import shown_bytes
from estimator.formats import messages
from estimator.formats.string_tensor import as_array, as_bytes

Array: TypeAlias = "np.ndarray[Any, Any]"  # of whatever dtype the tensor has
Message: TypeAlias = Any  # a class made at run time

_VALUE_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "string": "string_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
} | dict.fromkeys(("int32", "int16", "int8", "uint16", "uint8"), "int_val")

_BITS = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}  # by size; comparing these is comparing bits
_WORTH_LOOKING = 64  # elements: shorter ones are written as they stand, by us as by TensorFlow
_PIECE = 1 << 16  # elements compared at once
_WORTH_CUTTING = 4  # times fewer values; one in a *_val field takes more room than its bytes

_MOST_DIMS = 64  # numpy's limit
_MOST_BYTES = (
    1 << 31
)  # of a tensor read from a message, which itself cannot be larger; a fill could claim anything


def dims_to_proto(dims: Dims) -> Message:
    """A TensorShapeProto; None for the rank or a size means unknown."""
    proto = messages.TensorShapeProto()
    if dims is None:
        proto.unknown_rank = True
        return proto
    for size in dims:
        proto.dim.add(size=-1 if size is None else size)
    return proto


def dims_from_proto(proto: Message) -> Dims:
    """The static shape that a TensorShapeProto says.

    Raises
    ------
    DataLossError
        If a size is less than -1, which means unknown.
    """
    if proto.unknown_rank:
        return None
    sizes = tuple([dim.size for dim in proto.dim])
    least = min(sizes, default=0)
    if least >= 0:
        return sizes
    if least < -1:
        raise DataLossError(f"a TensorShapeProto has the sizes {list(sizes)}; expected -1 (unknown) or more.")
    return tuple(None if size == -1 else size for size in sizes)


def array_to_proto(
    value: Array | Sequence[Any] | float | str | bytes, dtype: DType | None = None, in_values: bool = False
) -> Message:
    """A TensorProto of the value.

    Parameters
    ----------
    value : array, or what numpy makes one of
        Its dtype is kept unless `dtype` is given.
    dtype : DType, optional
        The element type; for bfloat16 the array holds the uint16 bits.
    in_values : bool
        Whether every value stands in the ``*_val`` field of its type, where those look who read no other form.

    Raises
    ------
    InvalidArgumentError
        If the elements have no TensorProto form (resources, variants, objects other than bytes or str).
    """
    array = as_array(value)
    kind = as_dtype(array.dtype) if dtype is None else dtype
    proto = messages.TensorProto()
    fill_proto(proto, array, kind, in_values)
    return proto


def fill_proto(proto: Message, array: Array, dtype: DType, in_values: bool = False) -> None:
    """Give a new TensorProto, such as one of a map, what :func:`array_to_proto` gives the one that it makes."""
    proto.dtype = dtype.as_datatype_enum
    shape = proto.tensor_shape
    shape.SetInParent()  # a scalar has one, too
    for size in array.shape:
        shape.dim.add(size=size)
    name, values = _every_value(array, dtype) if in_values else value_field(array, dtype)
    if isinstance(values, bytes):
        proto.tensor_content = values
    else:
        getattr(proto, name).extend(values)


def value_field(array: Array, dtype: DType) -> tuple[str, list[Any] | bytes]:
    """The field of a TensorProto that holds the elements, and what it holds: the rule of what is written.

    Raises
    ------
    InvalidArgumentError
        If a tensor of that type has no TensorProto form.
    """
    values = leading_values(array)
    if dtype is string or dtype.name not in _VALUE_FIELDS:
        return _every_value(values, dtype)
    if values.size == 1 or values.size < array.size:
        return _VALUE_FIELDS[dtype.name], _to_values(values.astype(dtype.np, copy=False), dtype)
    return "tensor_content", values.astype(dtype.np.newbyteorder("<"), copy=False).tobytes()


def _every_value(array: Array, dtype: DType) -> tuple[str, list[Any]]:
    """The ``*_val`` field of that type, with each element."""
    if dtype.name not in _VALUE_FIELDS:
        raise InvalidArgumentError(f"a tensor of {dtype.name} cannot be written as a TensorProto.")
    if dtype is string:
        return "string_val", [as_bytes(element, "a constant") for element in array.ravel().tolist()]
    return _VALUE_FIELDS[dtype.name], _to_values(array.astype(dtype.np, copy=False), dtype)


def leading_values(array: Array) -> Array:
    """The values in their order, cut off where it pays because only the last one follows.

    Equality is that of the bits: 0.0 and -0.0 are two values, NaN is one.
    """
    flat = array.reshape(-1)
    if flat.size and flat.strides == (0,):
        return flat[:1]  # a view of one value
    if flat.size < _WORTH_LOOKING:
        return flat
    bits = flat if array.dtype == object else flat.view(_BITS.get(array.itemsize, f"V{array.itemsize}"))
    if bits[-1] != bits[-2]:
        return flat
    count = _last_other(bits) + 2
    return flat[:count] if count * _WORTH_CUTTING <= flat.size else flat


def _last_other(bits: Array) -> int:
    """The place of the last value that differs from the very last one, or -1; a large array is looked at in pieces."""
    last = bits[-1:]  # an array: bytes alone would lose their trailing zeros
    for start in reversed(range(0, bits.size, _PIECE)):
        others = np.flatnonzero(bits[start : start + _PIECE] != last)
        if others.size:
            return start + int(others[-1])
    return -1


def continued(values: Array, shape: tuple[int, ...]) -> Array:
    """An array of that shape: the values in their order, the last one again and again.

    A single value takes the memory of one: the array is a view of it, not to be written to.
    """
    flat = values.reshape(-1)
    if flat.size == 1:
        return np.broadcast_to(flat.reshape(()), shape)
    result = np.empty(math.prod(shape), values.dtype)
    result[: flat.size] = flat
    if flat.size < result.size:
        result[flat.size :].fill(flat[-1])  # np.full would drop the trailing zeros of bytes
    return result.reshape(shape)


def own_copy(array: Array) -> Array:
    """A copy, not to be written to: of one value again and again, as zeros are, it takes the memory of one."""
    values = leading_values(array)
    return continued(values.copy(), array.shape) if values.size == 1 < array.size else array.copy()


def array_from_proto(proto: Message, source: str = "TensorProto", most_bytes: int = _MOST_BYTES) -> Array:
    """The array that a TensorProto stands for; strings as an object array of bytes.

    Parameters
    ----------
    proto : TensorProto
        In any of the forms that TensorFlow writes.
    source : str
        The name of the node or file, for messages.
    most_bytes : int
        Of the array, which a few values may fill. Texts count as pointers, and a size of 0 as 1, as numpy reckons.

    Raises
    ------
    DataLossError
        If it contradicts itself: no full shape, more values than elements, or a wrong number of bytes.
    InvalidArgumentError
        If its element type cannot be read.
    ResourceExhaustedError
        If the array would have more bytes.
    """
    dtype, shape = _dtype(proto, source), _shape(proto, source)
    count = math.prod(shape)
    size = _filled_bytes(dtype, shape)
    if size > most_bytes:
        raise ResourceExhaustedError(
            f"{source}: an array of shape {list(shape)} would have {shown_bytes(size)}, it may have "
            f"{shown_bytes(most_bytes)}."
        )
    if proto.tensor_content and dtype is not string:
        return _from_content(proto.tensor_content, dtype, shape, source)
    values = _from_values(getattr(proto, _VALUE_FIELDS[dtype.name]), dtype)
    if len(values) > count:
        raise DataLossError(
            f"{source}: {len(values)} values for shape {list(shape)}, which has {count} elements."
        )
    if len(values) == count:
        return values.reshape(shape)
    if not len(values):  # no value at all means zeros
        values = np.full(min(count, 1), b"" if dtype is string else 0, dtype.np)
    return continued(values, shape)


def _filled_bytes(dtype: DType, shape: tuple[int, ...]) -> int:
    sizes = shape if all(shape) else [size or 1 for size in shape]
    return math.prod(sizes) * max(dtype.size, 8 if dtype is string else 1)


def misplaced_values(proto: Message, source: str = "TensorProto") -> list[str]:
    """The fields with values that are of another type than the TensorProto, and would be passed over.

    Raises
    ------
    InvalidArgumentError
        If its element type cannot be read.
    """
    own = _VALUE_FIELDS[_dtype(proto, source).name]
    filled = {field.name for field, _ in proto.ListFields()}
    return sorted(filled.intersection(_VALUE_FIELDS.values()) - {own})


def _shape(proto: Message, source: str) -> tuple[int, ...]:
    dims = dims_from_proto(proto.tensor_shape)
    if dims is None or None in dims:
        raise DataLossError(f"{source}: the shape of a constant is not known: {dims}.")
    if len(dims) > _MOST_DIMS:
        raise DataLossError(
            f"{source}: a shape of {len(dims)} dimensions; an array has {_MOST_DIMS} at most."
        )
    return cast("tuple[int, ...]", dims)


def _dtype(proto: Message, source: str) -> DType:
    try:
        dtype = as_dtype(proto.dtype)
    except TypeError:
        dtype = None
    if dtype is None or dtype.name not in _VALUE_FIELDS or proto.dtype > 200:
        names = messages.DataType
        shown = names.Name(proto.dtype) if proto.dtype in names.values() else str(proto.dtype)
        raise InvalidArgumentError(f"{source}: a TensorProto of element type {shown} cannot be read.")
    return dtype


def _from_content(content: bytes, dtype: DType, shape: tuple[int, ...], source: str) -> Array:
    expected = math.prod(shape) * dtype.size
    if len(content) != expected:
        raise DataLossError(
            f"{source}: tensor_content has {len(content)} bytes, shape {list(shape)} of {dtype.name} has "
            f"{expected}."
        )
    return np.frombuffer(content, dtype.np.newbyteorder("<")).astype(dtype.np).reshape(shape)


def _from_values(values: Sequence[Any], dtype: DType) -> Array:
    if dtype is string:
        return np.fromiter(values, object, len(values))
    if dtype in (float16, bfloat16):
        return (np.array(values, np.int64) & 0xFFFF).astype(np.uint16).view(dtype.np)
    if dtype.is_complex:
        parts = np.array(values[: len(values) // 2 * 2], np.float32 if dtype.size == 8 else np.float64)
        return parts.view(dtype.np)
    if dtype.is_integer and dtype.size < 8:
        return np.array(values, np.int64).astype(dtype.np)  # wraps as C does, where numpy would refuse
    return np.array(values, dtype.np)


def _to_values(array: Array, dtype: DType) -> list[Any]:
    if dtype in (float16, bfloat16):
        return [int(bits) for bits in array.ravel().view(np.uint16)]
    if dtype.is_complex:
        return [part for number in array.ravel().tolist() for part in (number.real, number.imag)]
    return list(array.ravel().tolist())
