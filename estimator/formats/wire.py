"""Protobuf's wire format: the fields of a message one after the other, whatever the message is.

``read_fields`` gives what stands there; it knows no names and no types, and leaves what to make of a field to others.

Source
------
protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

VARINT, FIXED64, SIZED, GROUP, END_GROUP, FIXED32 = range(6)  # the types of the wire
_SIZES = {FIXED64: 8, FIXED32: 4}
_DEEPEST = 100  # groups in one another, as protobuf itself allows


class MalformedError(ValueError):
    """The bytes are no such message."""


def malformed() -> NoReturn:
    """Say that the bytes are no such message.

    Raises
    ------
    MalformedError
    """
    raise MalformedError("the bytes are cut off or of another kind")


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """The varint at a place, and the place behind it.

    Raises
    ------
    MalformedError
        If it does not end, or not soon enough.
    """
    value = shift = 0
    for byte in data[at : at + 10]:
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    malformed()


def read_numbers(data: bytes) -> Iterator[int]:
    """The numbers modulo 2**64 of varints that stand one behind the other.

    Raises
    ------
    MalformedError
        If the last one does not end.
    """
    at = 0
    while at < len(data):
        number, at = read_number(data, at)
        yield number & 0xFFFF_FFFF_FFFF_FFFF


def read_sized(data: bytes, at: int) -> tuple[bytes, int]:
    """The bytes whose length stands at a place, and the place behind them.

    Raises
    ------
    MalformedError
        If there are fewer.
    """
    if at >= len(data):
        malformed()
    size = data[at]
    at += 1
    if size >= 0x80:
        size, at = read_number(data, at - 1)
    end = at + size
    if end > len(data):
        malformed()
    return data[at:end], end


def read_fields(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type of the wire and bytes of each field; those of a group with its marks of begin and end.

    Raises
    ------
    MalformedError
        If a field is cut off, or has no number or no type.
    """
    at = 0
    while at < len(data):
        begin = at
        tag, at = read_number(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            malformed()
        if kind == SIZED:
            value, at = read_sized(data, at)
            yield number, kind, value
        else:
            start, at = begin if kind == GROUP else at, skip(data, tag, at)
            yield number, kind, data[start:at]


def skip(data: bytes, tag: int, at: int, depth: int = 0) -> int:
    """The place behind the field whose tag was read just before `at`.

    Raises
    ------
    MalformedError
        If the field is cut off or of no type, or too many groups lie in one another.
    """
    number, kind = tag >> 3, tag & 7
    if depth > _DEEPEST:
        malformed()
    if kind == VARINT:
        return read_number(data, at)[1]
    if kind == SIZED:
        return read_sized(data, at)[1]
    if kind == GROUP:
        return _group_end(data, number, at, depth)
    size = _SIZES.get(kind) or malformed()
    return at + size if at + size <= len(data) else malformed()


def _group_end(data: bytes, number: int, at: int, depth: int) -> int:
    while True:
        tag, at = read_number(data, at)
        if tag == number << 3 | END_GROUP:
            return at
        at = skip(data, tag, at, depth + 1)
