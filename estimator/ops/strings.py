"""Ops on strings: object arrays of ``bytes``, always computed on the host."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._texts import each

_FILLS = ("", " ", "+", "-", "0", "#")  # flags of C's printf


@op(
    "AsString",
    "input: T -> output: string",
    attrs={"precision": -1, "scientific": False, "shortest": False, "width": -1, "fill": ""},
    shape=rules.like_first,
    host=True,
    differentiable=False,
)
def as_string(
    xp: Any, input: Any, precision: int, scientific: bool, shortest: bool, width: int, fill: str
) -> Any:
    """Numbers as text in C's notation: %d, floats %f (%e scientific, %g shortest), true and false.

    Raises  InvalidArgumentError if scientific and shortest are both asked for, or either or a precision of what is no
            floating point number, or another fill than C's.
    Source  TF op AsString, string_ops.cc
    """
    if scientific and shortest:
        raise InvalidArgumentError("as_string can be scientific or shortest, not both.")
    if (scientific or shortest or precision >= 0) and input.dtype.kind not in "fc":
        raise InvalidArgumentError(
            "scientific, shortest and precision are for floating point numbers; without them those of other types are "
            "written as they are."
        )
    if fill not in _FILLS:
        raise InvalidArgumentError(f"fill must be one of {', '.join(map(repr, _FILLS))}, given: {fill!r}.")
    kind = "d" if input.dtype.kind in "iu" else "e" if scientific else "g" if shortest else "f"
    size = "" if width < 0 else str(width)
    digits = "" if precision < 0 or kind == "d" else f".{precision}"
    write = _writer(input.dtype, f"%{fill}{size}{digits}{kind}".encode())
    return _each_integer(write, input) if kind == "d" and input.size else each(write, input)


def _each_integer(write: Callable[[Any], bytes], integers: Any) -> Any:
    """As :func:`each`; where few integers occur, such as the ids of classes, each of them is written once."""
    values = integers.ravel()
    low, high = int(values.min()), int(values.max())
    if high - low >= values.size:
        return each(write, integers)
    texts = np.fromiter(map(write, range(low, high + 1)), object, high - low + 1)
    places = (values - values.min()).view(f"u{values.itemsize}")  # 127 - -128 of int8 is -1, which is 255
    return texts[places].reshape(integers.shape)


def _writer(dtype: Any, pattern: bytes) -> Callable[[Any], bytes]:
    """What writes one value of that type."""
    if dtype == object:
        return bytes
    if dtype == np.bool_:
        return lambda value: b"true" if value else b"false"
    if dtype.kind == "c":
        return lambda value: b"(%b,%b)" % (pattern % value.real, pattern % value.imag)
    if dtype.kind == "f" and pattern.startswith(
        b"%0"
    ):  # C fills with zeros what has digits, Python inf and nan too
        blank = b"%" + pattern.removeprefix(b"%0")
        return lambda value: (pattern if math.isfinite(value) else blank) % value
    return pattern.__mod__


def _joined_shape(s: ShapeScope) -> Dims:
    result: Dims = ()
    for dims in s.shapes:
        result = dims if result == () else result if dims == () else merge(result, dims)
    return result


@op(
    "StringJoin",
    "inputs: N * string -> output: string",
    attrs={"separator": ""},
    shape=_joined_shape,
    host=True,
    differentiable=False,
)
def string_join(xp: Any, inputs: Any, separator: str | bytes) -> Any:
    """The texts at one place of all inputs, one behind the other.

    Shape   all inputs alike, or scalar, which is repeated
    Source  TF op StringJoin, string_ops.cc
    """
    between = separator if isinstance(separator, bytes) else separator.encode()
    arrays = np.broadcast_arrays(*inputs) if inputs else [np.array(b"", object)]
    rows = zip(*(array.ravel().tolist() for array in arrays), strict=True)
    return np.fromiter(map(between.join, rows), object, arrays[0].size).reshape(arrays[0].shape)


def _without_axes(s: ShapeScope) -> Dims:
    dims, indices, keep = s.shapes[0], s.value(1), s.attrs["keep_dims"]
    if dims is None or indices is None:
        return None
    axes = rules.normal_axes(indices.reshape(-1).tolist(), len(dims))
    kept = [1 if axis in axes else size for axis, size in enumerate(dims) if keep or axis not in axes]
    return tuple(kept)


@op(
    "ReduceJoin",
    "inputs: string, reduction_indices: int32 -> output: string",
    attrs={"keep_dims": False, "separator": ""},
    shape=_without_axes,
    host=True,
    differentiable=False,
)
def reduce_join(xp: Any, inputs: Any, reduction_indices: Any, keep_dims: bool, separator: str | bytes) -> Any:
    """The texts along axes one behind the other; the axis that is named first runs fastest.

    Source  TF op ReduceJoin, string_ops.cc
    """
    between = separator if isinstance(separator, bytes) else separator.encode()
    axes = [int(axis) % inputs.ndim for axis in reduction_indices.reshape(-1)]
    rest = [axis for axis in range(inputs.ndim) if axis not in axes]
    turned = np.transpose(inputs, [*rest, *reversed(axes)])
    outer = turned.shape[: len(rest)]
    rows = turned.reshape(math.prod(outer), -1).tolist()
    joined = np.array([*map(between.join, rows), None], object)[:-1].reshape(outer)
    return np.expand_dims(joined, tuple(sorted(axes))) if keep_dims else joined


def _one_of(attr: str, *known: str) -> Callable[[ShapeScope], Dims]:
    """The shape of the first input, for ops with an attribute of which only some values are known."""

    def rule(s: ShapeScope) -> Dims:
        if s.attrs[attr] not in known:
            raise ValueError(
                f"{attr}={s.attrs[attr]!r} is not known; known are {', '.join(map(repr, known))}."
            )
        return s.shapes[0]

    return rule


def _in_unicode(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda text: change(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


@op("StringStrip", "input: string -> output: string", shape=rules.like_first, host=True, differentiable=False)
def string_strip(xp: Any, input: Any) -> Any:
    """Texts without the blanks, tabs and ends of lines around them.

    Source  TF op StringStrip, string_ops.cc
    """
    return each(bytes.strip, input)


@op(
    "StringLower",
    "input: string -> output: string",
    attrs={"encoding": ""},
    shape=_one_of("encoding", "", "utf-8"),
    host=True,
    differentiable=False,
)
def string_lower(xp: Any, input: Any, encoding: str) -> Any:
    """Texts in small letters: those of ASCII, or all with the encoding utf-8.

    Source  TF op StringLower, string_ops.cc
    """
    return each(_in_unicode(str.lower) if encoding else bytes.lower, input)


@op(
    "StringUpper",
    "input: string -> output: string",
    attrs={"encoding": ""},
    shape=_one_of("encoding", "", "utf-8"),
    host=True,
    differentiable=False,
)
def string_upper(xp: Any, input: Any, encoding: str) -> Any:
    """Texts in capital letters: those of ASCII, or all with the encoding utf-8.

    Source  TF op StringUpper, string_ops.cc
    """
    return each(_in_unicode(str.upper) if encoding else bytes.upper, input)


def _characters(text: bytes) -> int:
    """How many characters of UTF-8 begin in a text."""
    return sum(byte & 0xC0 != 0x80 for byte in text)


@op(
    "StringLength",
    "input: string -> output: int32",
    attrs={"unit": "BYTE"},
    shape=_one_of("unit", "BYTE", "UTF8_CHAR"),
    host=True,
    differentiable=False,
)
def string_length(xp: Any, input: Any, unit: str) -> Any:
    """How many bytes texts have, or characters.

    Source  TF op StringLength, string_ops.cc
    """
    return each(len if unit == "BYTE" else _characters, input, np.int32)


def _part(s: ShapeScope) -> Dims:
    _one_of("unit", "BYTE", "UTF8_CHAR")(s)
    return broadcast([s.shapes[0], merge(s.shapes[1], s.shapes[2])])


@op(
    "Substr",
    "input: string, pos: T, len: T -> output: string",
    attrs={"unit": "BYTE"},
    shape=_part,
    host=True,
    differentiable=False,
)
def substr(xp: Any, input: Any, pos: Any, len: Any, unit: str) -> Any:
    """Parts of texts, in bytes or characters; a negative position counts from the end.

    Raises  InvalidArgumentError if a text has no such position.
    Source  TF op Substr, string_ops.cc
    """
    texts, places, lengths = np.broadcast_arrays(input, pos, len)
    result = np.empty(texts.shape, object)
    for index in np.ndindex(texts.shape):
        result[index] = _substring(texts.item(*index), int(places[index]), int(lengths[index]), unit, index)
    return result


def _substring(text: bytes, start: int, length: int, unit: str, index: tuple[int, ...]) -> bytes:
    whole: Any = text if unit == "BYTE" else text.decode("utf-8", "surrogateescape")
    if not -len(whole) <= start <= len(whole):
        raise InvalidArgumentError(f"pos {start} out of range for string {text!r} at index {list(index)}.")
    first = start % len(whole) if start < 0 else start
    rest = len(whole) if unit == "BYTE" else 0  # what a negative length is for each unit
    part = whole[first : first + (length if length >= 0 else rest)]
    found: bytes = part if unit == "BYTE" else part.encode("utf-8", "surrogateescape")
    return found
