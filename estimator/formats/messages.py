"""TensorFlow's protobuf messages without TensorFlow: ``messages.GraphDef()``.

The classes are built on first use from the tables of :mod:`estimator.formats.fields`, in a descriptor pool
of our own. So no generated code pins a protobuf version, and TensorFlow, tensorboardX or any other owner
of the name ``tensorflow.GraphDef`` can live in the same process. Inside the pool the names are
TensorFlow's, hence text files and ``Any`` read as TensorFlow's do. Importing this module does not import
protobuf.

A class is an attribute of this module, a nested one of its outer class, an enum as well::

    node = messages.NodeDef(name="x", op="Placeholder")
    node.attr["dtype"].type = messages.DataType.Value("DT_FLOAT")
    graph = messages.parse_text("GraphDef", text, "graph.pbtxt")

What only servers use, the messages of other packages and their services, joins the pool when it is first asked for::

    request = messages.get("serving.PredictRequest")()

Unknown fields survive reading and writing in binary form, and are skipped in text form.
"""

from __future__ import annotations

import copyreg
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from estimator.core.errors import DataLossError
from estimator.core.garbage import count_as_old, no_search_for_cycles
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.formats import fields, profile_fields, session_fields

_LOCK = threading.RLock()  # two pools would give two incompatible classes of the same message
_MESSAGES = fields.MESSAGES + session_fields.MESSAGES + profile_fields.MESSAGES
_ENUMS = fields.ENUMS | session_fields.ENUMS
# first part of a name to the module that has the tables of its package: PACKAGE, MESSAGES, ENUMS and SERVICES
_JOINING_LATER = {
    "serving": "estimator.formats.serving_fields",
    "inference": "estimator.formats.inference_fields",
}
_SCALARS = frozenset("double float int64 uint64 int32 uint32 fixed64 fixed32 bool string bytes".split())


class _Field(NamedTuple):
    number: int
    name: str
    type: str
    is_repeated: bool
    oneof: str


def __getattr__(name: str) -> Any:  # the classes are made at run time, so no checker can know them
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.")
    found = globals()[name] = get(name)
    return found


def get(name: str) -> Any:  # a class made at run time
    """The message class, or the wrapper (``Name``, ``Value``) of the enum, of that name.

    Parameters
    ----------
    name : str
        Without the package: ``"GraphDef"``, ``"AttrValue.ListValue"``, ``"DataType"``; what servers use begins with
        the last part of the package's name: ``"serving.PredictRequest"``.

    Raises
    ------
    AttributeError
        If the tables have no such message; the nearest names are given.
    """
    with _LOCK:
        return _get(name)


@cache
def _get(name: str) -> Any:
    from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

    full_name = _full_name(name)
    if name in _ENUMS:
        return EnumTypeWrapper(pool().FindEnumTypeByName(full_name))
    try:
        descriptor = pool().FindMessageTypeByName(full_name)
    except KeyError:
        hint = did_you_mean(name, names() | set(_ENUMS))
        raise AttributeError(
            f"there is no message {name!r} among TensorFlow's messages known here.{hint}"
        ) from None
    return _made(descriptor)


def _made(descriptor: Any) -> Any:  # a message class
    """The class of a message, and those of its fields: whoever has a message has the ones in it without asking."""
    from google.protobuf.message_factory import GetMessageClass

    found = GetMessageClass(descriptor)
    if found.__module__ != __name__:
        found.__module__ = __name__  # where help and pickle look for the class
        copyreg.pickle(found, _reduced)
        for field in descriptor.fields:
            if field.message_type is not None:
                _made(field.message_type)
    return found


def _reduced(message: Any) -> tuple[Any, ...]:
    """How a message is pickled: by its name in our pool, while protobuf would look for it in the pool of all."""
    return _unpickled, (message.DESCRIPTOR.full_name, message.SerializeToString())


def _unpickled(full_name: str, data: bytes) -> Any:  # a message
    with _LOCK:
        return _made(pool().FindMessageTypeByName(full_name)).FromString(data)


class Method(NamedTuple):
    """A method of a service: its name, and the classes of what it takes and gives; each may be a stream of them."""

    name: str
    request: Any
    answer: Any
    takes_stream: bool
    gives_stream: bool


def methods(service: str) -> tuple[str, list[Method]]:
    """The full name of a service, and its methods.

    Parameters
    ----------
    service : str
        As for :func:`get`: ``"serving.PredictionService"``.

    Raises
    ------
    KeyError
        If the tables have no such service.
    """
    with _LOCK:
        found = pool().FindServiceByName(_full_name(service))
        return found.full_name, [
            Method(
                method.name,
                _made(method.input_type),
                _made(method.output_type),
                method.client_streaming,
                method.server_streaming,
            )
            for method in found.methods
        ]


def _full_name(name: str) -> str:
    """The name with its package, which is in the pool from now on."""
    first, _, rest = name.partition(".")
    return f"{_join(first)}.{rest}" if first in _JOINING_LATER else f"{fields.PACKAGE}.{name}"


@cache
def _join(first: str) -> str:
    """Add to the pool what joins it later, and give the name of its package."""
    tables = import_module(_JOINING_LATER[first])
    scope = _scope(fields.PACKAGE, _MESSAGES, _ENUMS) | _scope(tables.PACKAGE, tables.MESSAGES, tables.ENUMS)
    file = _file(tables.PACKAGE, tables.MESSAGES, tables.ENUMS, scope)
    file.dependency.extend([*fields.WELL_KNOWN, fields.PACKAGE])
    for name, declared in _tables(tables.SERVICES):
        service = file.service.add(name=name)
        for line in declared:
            _add_method(service, line.split(), scope)
    pool().Add(file)
    return str(tables.PACKAGE)


def _add_method(service: Any, words: list[str], scope: _Scope) -> None:
    """A method of the words ``Name Request Answer``; ``stream`` may stand before either message."""
    name, *sides = words
    is_stream, kinds = [False, False], list[str]()
    for word in sides:
        if word == "stream":
            is_stream[len(kinds)] = True
        else:
            kinds.append(scope[word].full_name)
    service.method.add(
        name=name,
        input_type=kinds[0],
        output_type=kinds[1],
        client_streaming=is_stream[0],
        server_streaming=is_stream[1],
    )


def names() -> set[str]:
    """The names of all messages, without the package."""
    return {message for message, _ in _messages(_MESSAGES)}


def pool() -> Any:  # a DescriptorPool, whose class may only be imported lazily
    """The private descriptor pool."""
    with _LOCK:
        return _pool()


def parse(name: str, data: bytes, source: str) -> Any:  # a message
    """The message in binary form.

    Parameters
    ----------
    name : str
        Its type, as for :func:`get`.
    data : bytes
        The serialised message.
    source : str
        Where the bytes are from, for the error message.

    Raises
    ------
    DataLossError
        If the bytes are not such a message.
    """
    return decode(get(name), data, source)


def decode(kind: Any, data: bytes, source: str) -> Any:  # a message class of any pool
    """The message of a class that the bytes hold.

    Raises
    ------
    DataLossError
        If the bytes are not such a message.
    """
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(data)
    except DecodeError as e:
        raise DataLossError(
            f"{source}: these {len(data)} bytes are not a {kind.DESCRIPTOR.name} message ({e}); the file is damaged "
            "or of another kind."
        ) from e


def own(name: str, message: Any) -> Any:  # a message
    """The message as one of the classes here: itself, or its copy if it is of generated code, of another pool.

    Raises
    ------
    TypeError
        If it is no message.
    DataLossError
        If it is another message.
    """
    if isinstance(message, get(name)):
        return message
    if not hasattr(message, "SerializeToString"):
        raise TypeError(f"a {name} is wanted, given: {message!r} ({type(message).__name__}).")
    return parse(name, message.SerializeToString(), f"the given {name}")


def parse_text(
    kind: str | type, text: str | bytes, source: str, *, skip_unknown: bool = True
) -> Any:  # a message
    """The message in protobuf's text form.

    Parameters
    ----------
    kind : str or class
        Which message.
    text : str or bytes
        What is parsed.
    source : str
        Where it is from, for the error.
    skip_unknown : bool
        Whether fields that the message does not have are skipped, or an error.

    Raises
    ------
    DataLossError
        If the text is not such a message; the parser's line and column are given.
    """
    from google.protobuf import text_format

    message = get(kind)() if isinstance(kind, str) else kind()
    try:
        as_str = text.decode("utf-8") if isinstance(text, bytes) else text
        parser_pool = pool()
        return text_format.Parse(
            as_str, message, allow_unknown_field=skip_unknown, descriptor_pool=parser_pool
        )
    except (text_format.ParseError, UnicodeDecodeError, RecursionError) as e:
        raise DataLossError(f"{source}: the text is not a {message.DESCRIPTOR.name} message: {e}.") from e


def to_bytes(message: Any) -> bytes:  # any message class of the pool
    """The binary form, the same bytes each time: map entries are sorted."""
    return bytes(message.SerializeToString(deterministic=True))


def to_text(message: Any) -> str:  # any message class of the pool
    """The text form as TensorFlow prints it: enum names, octal escapes, floats in their shortest form."""
    from google.protobuf import text_format

    return str(text_format.MessageToString(message, as_utf8=False, descriptor_pool=pool()))


def to_dict(message: Any) -> dict[str, Any]:  # any message class of the pool
    """The message as JSON has it: enums by name, bytes as base64 text, names of fields in camel case."""
    from google.protobuf.json_format import MessageToDict

    told: dict[str, Any] = MessageToDict(message)
    return told


def from_dict(name: str, told: Mapping[str, Any]) -> Any:  # a message
    """The message that :func:`to_dict` has told.

    Raises
    ------
    ValueError
        If it is none.
    """
    from google.protobuf.json_format import ParseDict, ParseError

    try:
        return ParseDict(dict(told), get(name)())
    except ParseError as error:
        raise ValueError(f"this is no {name}: {error}") from error


@cache
def _pool() -> Any:
    with no_search_for_cycles():  # what protobuf and the tables make stays
        made = _filled_pool()
        count_as_old()
    return made


def _filled_pool() -> Any:
    from google.protobuf import descriptor_pool

    result = descriptor_pool.DescriptorPool()
    for name, table in fields.WELL_KNOWN.items():
        known = _file(fields.WELL_KNOWN_PACKAGE, table, {}, {})
        known.name = name
        result.Add(known)
    file = _file(fields.PACKAGE, _MESSAGES, _ENUMS, _scope(fields.PACKAGE, _MESSAGES, _ENUMS))
    file.dependency.extend(fields.WELL_KNOWN)
    result.Add(file)
    return result


def _tables(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each line at the margin with those below it, in their order."""
    name, found = "", list[str]()
    for line in filter(None, text.splitlines()):
        if line[0] == " ":
            found.append(line)
            continue
        if name:
            yield name, found
        name, found = line, []
    yield name, found


def _messages(table: str) -> Iterator[tuple[str, list[_Field]]]:
    """Each message of a table with its fields, in the table's order."""
    for name, lines in _tables(table):
        yield name, [_field(line) for line in lines]


def _field(line: str) -> _Field:
    left, _, oneof = line.partition("|")
    number, field, rest = left.split(None, 2)
    return _Field(int(number), field, rest.rstrip(" *\n"), rest.rstrip().endswith("*"), oneof.strip())


class _Named(NamedTuple):
    full_name: str
    is_enum: bool


_Scope = dict[str, _Named]  # what a table may say for a type


def _scope(package: str, table: str, enums: Mapping[str, Any]) -> _Scope:
    named = {name: _Named(f".{package}.{name}", False) for name, _ in _tables(table)}
    return named | {name: _Named(f".{package}.{name}", True) for name in enums}


def _file(package: str, table: str, enums: dict[str, dict[str, int]], scope: _Scope) -> Any:
    """A FileDescriptorProto of one table."""
    from google.protobuf.descriptor_pb2 import FileDescriptorProto

    result = FileDescriptorProto(name=package, package=package, syntax="proto3")
    by_name: dict[str, Any] = {"": result}
    for name, declared in _messages(table):
        message = _nested(by_name, name, "message_type", "nested_type")
        by_name[name] = message
        for field in declared:
            _add_field(message, field, f"{package}.{name}", scope)
    for name, values in enums.items():
        enum = _nested(by_name, name, "enum_type", "enum_type")
        for value, number in values.items():
            enum.value.add(name=value, number=number)
    return result


def _nested(by_name: dict[str, Any], name: str, in_file: str, in_message: str) -> Any:
    """A new descriptor inside the file, or inside the message that the dotted name says."""
    outer, _, inner = name.rpartition(".")
    return getattr(by_name[outer], in_message if outer else in_file).add(name=inner)


def _add_field(message: Any, field: _Field, owner: str, scope: _Scope) -> None:
    proto = message.field.add(name=field.name, number=field.number)
    proto.label = proto.LABEL_REPEATED if field.is_repeated else proto.LABEL_OPTIONAL
    if field.type.startswith("map<"):
        proto.label = proto.LABEL_REPEATED
        _set_type(proto, f".{owner}.{_add_map_entry(message, field, owner, scope)}", scope)
    else:
        _set_type(proto, field.type, scope)
    if field.oneof:
        names = [oneof.name for oneof in message.oneof_decl]
        if field.oneof not in names:
            names.append(field.oneof)
            message.oneof_decl.add(name=field.oneof)
        proto.oneof_index = names.index(field.oneof)


def _add_map_entry(message: Any, field: _Field, owner: str, scope: _Scope) -> str:
    """A map is a repeated nested message {key, value} of this prescribed name."""
    key, value = field.type.removeprefix("map<").removesuffix(">").split(", ")
    name = "".join(part.capitalize() for part in field.name.split("_")) + "Entry"
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    _add_field(entry, _Field(1, "key", key, False, ""), f"{owner}.{name}", scope)
    _add_field(entry, _Field(2, "value", value, False, ""), f"{owner}.{name}", scope)
    return name


def _set_type(proto: Any, type_name: str, scope: _Scope) -> None:
    if type_name in _SCALARS:
        proto.type = getattr(proto, f"TYPE_{type_name.upper()}")
        return
    is_full = type_name.startswith((".", f"{fields.WELL_KNOWN_PACKAGE}."))
    named = _Named("." + type_name.lstrip("."), False) if is_full else scope[type_name]
    proto.type = proto.TYPE_ENUM if named.is_enum else proto.TYPE_MESSAGE
    proto.type_name = named.full_name
