"""Messages of any format, by its description: which fields a type has, and their values in a message's bytes.

A description is what ``protoc --descriptor_set_out`` writes, a FileDescriptorSet::

    cat = message_type("pets.Cat", b"bytes://" + description)     # or the path of a file; "local://" are TensorFlow's
    name, = cat.fields(["name"])
    cat.values(serialized, [name])                                # [[b"Tom"]]
    name.written(np.array([b"Tom"], object))                      # b"\\x0a\\x03Tom"

The fields of a message are read as they stand in its bytes, as TensorFlow reads them: a field of proto3 that was
written is there although it is 0, a text need not be UTF-8, a message inside stays bytes.

Source
------
TF 2.15 decode_proto_op.cc, encode_proto_op.cc, util/proto/descriptors.cc
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DType, float32, float64, int32, int64, string, uint32, uint64
from estimator.core.errors import DataLossError, InvalidArgumentError, OpError
from estimator.core.files import open_regular
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean, shortened
from estimator.formats import messages
from estimator.formats.table import varint
from estimator.formats.wire import (
    END_GROUP,
    FIXED32,
    FIXED64,
    GROUP,
    SIZED,
    VARINT,
    malformed,
    read_fields,
    read_number,
)

_IN_TEXT = b"bytes://"
_LOCAL = b"local://"
_64_BITS = 2**64 - 1

# -- the types of fields -----------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    """A type of fields: its name, the types of tensors that have its values, and one of them in bytes."""

    name: str
    types: tuple[DType, ...]
    wire: int
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]


def _integer(name: str, *types: DType, is_zigzag: bool = False) -> _Kind:
    bits, most = 8 * types[0].size, int(types[0].max)

    def read(data: bytes) -> int:
        number = read_number(data, 0)[0] & (2**bits - 1)
        if is_zigzag:
            return number >> 1 ^ -(number & 1)
        return number - 2**bits if number > most else number

    def write(number: int) -> bytes:
        zigzag = 2 * number if number >= 0 else -2 * number - 1
        return varint((zigzag if is_zigzag else number) & _64_BITS)

    return _Kind(name, types, VARINT, read, write)


def _fixed(name: str, form: str, *types: DType) -> _Kind:
    layout = struct.Struct(f"<{form}")
    return _Kind(
        name,
        types,
        FIXED64 if layout.size == 8 else FIXED32,
        lambda data: layout.unpack(data)[0],
        layout.pack,
    )


def _sized(name: str) -> _Kind:
    return _Kind(name, (string,), SIZED, bytes, lambda value: varint(len(value)) + value)


# In the order of protobuf's numbers for them, from 1 on.
_KINDS = [
    _fixed("double", "d", float64),
    _fixed("float", "f", float32, float64),
    _integer("int64", int64),
    _integer("uint64", uint64),
    _integer("int32", int32, int64),
    _fixed("fixed64", "Q", uint64),
    _fixed("fixed32", "I", uint32, uint64),
    _Kind("bool", (dtypes.bool,), VARINT, lambda data: read_number(data, 0)[0] & _64_BITS != 0, varint),
    _sized("string"),
    _Kind("group", (string,), GROUP, bytes, bytes),
    _sized("message"),
    _sized("bytes"),
    _integer("uint32", uint32, uint64),
    _integer("enum", int32),
    _fixed("sfixed32", "i", int32, int64),
    _fixed("sfixed64", "q", int64),
    _integer("sint32", int32, int64, is_zigzag=True),
    _integer("sint64", int64, is_zigzag=True),
]


def _parts(packed: bytes, wire: int) -> list[bytes]:
    """The numbers of a packed field, each by itself."""
    at, found, size = 0, list[bytes](), {FIXED64: 8, FIXED32: 4}.get(wire)
    if size is not None and len(packed) % size:
        malformed()
    while at < len(packed):
        end = at + size if size else read_number(packed, at)[1]
        found.append(packed[at:end])
        at = end
    return found


# -- fields and messages -----------------------------------------------------------------------------------------------


class Field:
    """One field of a type of messages.

    Parameters
    ----------
    descriptor : FieldDescriptor
        Protobuf's.
    """

    def __init__(self, descriptor: Any) -> None:
        self._descriptor = descriptor
        self._is_packed = bool(descriptor.GetOptions().packed)
        self._kind = _KINDS[descriptor.type - 1]
        self.name: str = descriptor.name
        self.number: int = descriptor.number
        self.is_repeated: bool = descriptor.default_value == []  # which all versions of protobuf tell alike

    @property
    def kind(self) -> str:
        """Its type in protobuf's words."""
        return self._kind.name

    @property
    def types(self) -> tuple[DType, ...]:
        """The types of tensors that can have its values."""
        return self._kind.types

    @cached_property
    def default(self) -> Any:
        """What stands in a tensor where a message has nothing."""
        if self.kind in ("message", "group") or (self.is_repeated and string in self.types):
            return b""
        if self.is_repeated:
            return self._descriptor.enum_type.values[0].number if self.kind == "enum" else 0
        value = self._descriptor.default_value
        return value.encode() if isinstance(value, str) else value

    def read(self, wire: int, data: bytes) -> list[Any]:
        """The values that stand in one place of a message; none if these bytes are of another type.

        Raises
        ------
        MalformedError
            If they are packed, and the last one is cut off.
        """
        if wire == self._kind.wire:
            return [self._kind.read(data)]
        is_packed = wire == SIZED and string not in self.types
        return list(map(self._kind.read, _parts(data, self._kind.wire))) if is_packed else []

    def written(self, values: Any) -> bytes:
        """The values of an array as they stand in a message, however many these are.

        Raises
        ------
        InvalidArgumentError
            If one does not fit into the field.
        """
        if string not in self.types:
            values = self._narrowed(values)
        encoded = list(map(self._kind.write, values.tolist()))
        if self._is_packed:
            joined = b"".join(encoded)
            return self._tag(SIZED) + varint(len(joined)) + joined if encoded else b""
        tag, end = self._tag(self._kind.wire), self._tag(END_GROUP) if self.kind == "group" else b""
        return b"".join(tag + value + end for value in encoded)

    def _narrowed(self, values: Any) -> Any:
        with np.errstate(over="ignore"):  # a float32 becomes infinite, as everywhere
            narrow = values.astype(self.types[0].np)
        if self.types[0].is_integer and (narrow != values).any():
            odd = values[narrow != values][0]
            raise InvalidArgumentError(
                f"{odd} does not fit into the field {self.name!r}, which is {self.kind}."
            )
        return narrow

    def _tag(self, wire: int) -> bytes:
        return varint(self.number << 3 | wire)


class MessageType:
    """A type of messages.

    Parameters
    ----------
    descriptor : Descriptor
        Protobuf's.
    pool : DescriptorPool
        Where it is from.
    """

    def __init__(self, descriptor: Any, pool: Any) -> None:
        self._descriptor, self._pool = descriptor, pool
        self.name: str = descriptor.full_name

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        found = self._descriptor.fields_by_name.get(name)
        return None if found is None else Field(found)

    def extension(self, name: str) -> Field | None:
        """The extension of that full name, ``package.name``, or None."""
        try:
            found = self._pool.FindExtensionByName(name)
        except KeyError:
            return None
        return Field(found) if found.containing_type is self._descriptor else None

    @property
    def field_names(self) -> list[str]:
        """The names of its fields."""
        return [*self._descriptor.fields_by_name]

    def values(self, serialized: bytes, fields: Sequence[Field]) -> list[list[Any]]:
        """What a message has in each of some fields; the last value, if the field is not repeated.

        Raises
        ------
        MalformedError
            If the bytes are no message.
        """
        found: dict[int, list[Any]] = {field.number: [] for field in fields}
        by_number = {field.number: field for field in fields}
        for number, wire, data in read_fields(serialized):
            if number in found:
                found[number] += by_number[number].read(wire, data)
        return [found[field.number] if field.is_repeated else found[field.number][-1:] for field in fields]

    def rewritten(self, serialized: bytes) -> bytes:
        """The same message as protobuf writes it, which has then looked into all of it.

        Raises
        ------
        DataLossError
            If the bytes are no such message.
        """
        return bytes(messages.decode(self._class, serialized, "the message").SerializeToString())

    def from_text(self, text: bytes) -> bytes:
        """The message that protobuf's text form describes.

        Raises
        ------
        DataLossError
            If the text is no such message; the parser's line and column are given.
        """
        from google.protobuf import text_format

        try:
            message = text_format.Parse(text.decode("utf-8"), self._class(), descriptor_pool=self._pool)
        except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
            raise DataLossError(f"the text is no {self.name}: {error}.") from error
        return bytes(message.SerializeToString())

    @cached_property
    def _class(self) -> Any:
        from google.protobuf import message_factory

        return message_factory.GetMessageClass(self._descriptor)


# -- descriptions ------------------------------------------------------------------------------------------------------


def message_type(name: str, source: bytes) -> MessageType:
    """The type of messages of that name.

    Parameters
    ----------
    name : str
        With its package.
    source : bytes
        ``local://`` (or nothing) for TensorFlow's own; ``bytes://`` and a FileDescriptorSet behind it; the path of a
        file that has one.

    Raises
    ------
    InvalidArgumentError
        If the source has no such type, or is no description.
    """
    return _described(name, None if source in (b"", _LOCAL) else _description(source))


@lru_cache(maxsize=64)
def _described(name: str, description: bytes | None) -> MessageType:
    pool = messages.pool() if description is None else _pool(description)
    try:
        return MessageType(pool.FindMessageTypeByName(name), pool)
    except KeyError:
        raise InvalidArgumentError(_unknown(name, description)) from None


def _unknown(name: str, description: bytes | None) -> str:
    if description is None:
        known = [f"tensorflow.{one}" for one in messages.names()]
        hint = did_you_mean(name, known)
        return (
            f"TensorFlow's messages that are known here have no {name!r}.{hint} Of others give the "
            "description: descriptor_source= a file that `protoc --include_imports --descriptor_set_out` wrote."
        )
    known = list(_names(description))
    hint = did_you_mean(name, known)
    return f"descriptor_source describes no message {name!r}.{hint} It has: {shortened(known)}."


def _names(description: bytes) -> Iterator[str]:
    for file in _parsed(description).file:
        for message in file.message_type:
            yield f"{file.package}.{message.name}".lstrip(".")


def _description(source: bytes) -> bytes:
    if source.startswith(_IN_TEXT):
        return source.removeprefix(_IN_TEXT)
    path = os.fsdecode(source)
    try:
        with open_regular(path) as file:
            return file.readall()
    except (OSError, OpError) as error:
        raise InvalidArgumentError(
            f"descriptor_source={path!r} is no file that can be read ({error}). It is a path, 'local://', or "
            "'bytes://' and a FileDescriptorSet."
        ) from error


def _parsed(description: bytes) -> Any:
    from google.protobuf.descriptor_pb2 import FileDescriptorSet

    try:
        return messages.decode(FileDescriptorSet, description, "descriptor_source")
    except DataLossError as error:
        raise InvalidArgumentError(str(error)) from error


@lru_cache(maxsize=16)
def _pool(description: bytes) -> Any:
    """A pool of the files of a description, each behind those that it imports."""
    from google.protobuf.descriptor_pool import DescriptorPool

    pool, waiting = DescriptorPool(), {file.name: file for file in _parsed(description).file}

    def add(file: Any) -> None:
        for name in file.dependency:
            if name in waiting:
                add(waiting.pop(name))
        pool.Add(file)

    try:
        while waiting:
            add(waiting.pop(next(iter(waiting))))
    except TypeError as error:  # of protobuf
        raise InvalidArgumentError(
            f"descriptor_source: {error}. Write it with `protoc --include_imports --descriptor_set_out`."
        ) from error
    return pool
