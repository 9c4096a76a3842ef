"""Messages of a format of their own, and calls of functions of ``tf`` that take them apart and put them together.

The calls are text, so that TensorFlow (tests/interop/tf_protos.py) and this package (tests/test_protos.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/protos.json has TensorFlow's answers.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

SCALARS = (
    "double float int64 uint64 int32 fixed64 fixed32 bool string bytes uint32 sfixed32 sfixed64 sint32 sint64"
).split()
TYPES = "bool int8 uint8 int32 uint32 int64 uint64 float16 float32 float64 string bfloat16".split()

# -- the format: p.All has fields of all types, repeated (`int32s`) and not (`int32`); p.New is of proto3 -------------


def _field(fields: Any, name: str, number: int, kind: str, is_repeated: bool = False, **rest: Any) -> Any:
    field = fields.add(name=name, number=number, **rest)
    field.type = getattr(field, f"TYPE_{kind.upper()}")
    field.label = field.LABEL_REPEATED if is_repeated else field.LABEL_OPTIONAL
    return field


def _old() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="old.proto", package="p", syntax="proto2")
    message = file.message_type.add(name="All")
    for place, kind in enumerate(SCALARS):
        _field(message.field, f"{kind}s", place + 1, kind, is_repeated=True)
        _field(message.field, kind, place + 21, kind)
    colour = file.enum_type.add(name="Colour")
    for number, name in ((1, "RED"), (2, "BLUE"), (-1, "NONE")):
        colour.value.add(name=name, number=number)
    inner = file.message_type.add(name="Inner")
    _field(inner.field, "a", 1, "int32")
    _field(message.field, "colours", 50, "enum", is_repeated=True, type_name=".p.Colour")
    _field(message.field, "colour", 51, "enum", type_name=".p.Colour")
    _field(message.field, "other_colour", 52, "enum", type_name=".p.Colour", default_value="BLUE")
    _field(message.field, "inners", 53, "message", is_repeated=True, type_name=".p.Inner")
    _field(message.field, "inner", 54, "message", type_name=".p.Inner")
    _field(message.field, "seven", 55, "int32", default_value="7")
    _field(message.field, "word", 56, "string", default_value="none")
    _field(message.field, "infinite", 57, "double", default_value="-inf")
    _field(message.field, "packed", 58, "int32", is_repeated=True).options.packed = True
    _field(message.field, "true", 59, "bool", default_value="true")
    group = message.nested_type.add(name="Group")
    _field(group.field, "a", 1, "int32")
    _field(message.field, "group", 60, "group", type_name=".p.All.Group")
    message.extension_range.add(start=100, end=200)
    _field(file.extension, "more", 100, "int32").extendee = ".p.All"
    return file


def _new() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="new.proto", package="p", syntax="proto3", dependency=["old.proto"]
    )
    message = file.message_type.add(name="New")
    _field(message.field, "a", 1, "int32")
    _field(message.field, "many", 2, "int32", is_repeated=True)
    _field(message.field, "old", 3, "message", type_name=".p.All")
    _field(message.field, "words", 4, "string", is_repeated=True)
    return file


FILES = [_old(), _new()]
SET = descriptor_pb2.FileDescriptorSet(file=FILES).SerializeToString()
IN_BYTES = b"bytes://" + SET
_pool = descriptor_pool.DescriptorPool()
for _file in FILES:
    _pool.Add(_file)


def made(kind: str, text: str) -> bytes:
    """The message of that type that a text describes."""
    message = message_factory.GetMessageClass(_pool.FindMessageTypeByName(kind))()
    return bytes(text_format.Parse(text, message).SerializeToString(deterministic=True))


def old(text: str) -> bytes:
    """A p.All."""
    return made("p.All", text)


def new(text: str) -> bytes:
    """A p.New."""
    return made("p.New", text)


# -- calls -------------------------------------------------------------------------------------------------------------

VALUES = {kind: ("1.5", "-2") if kind in ("double", "float") else ("1", "3") for kind in SCALARS}
VALUES |= {"bool": ("true", "false"), "string": ("'h\\303\\251'", "''"), "bytes": ("'\\377'", "'b'")}
VALUES |= dict.fromkeys(("int32", "sint32", "sfixed32"), ("-1", "2147483647"))
VALUES |= dict.fromkeys(("uint32", "fixed32"), ("4294967295", "2"))
VALUES |= dict.fromkeys(("int64", "sint64", "sfixed64"), ("-1", "9223372036854775807"))
VALUES |= dict.fromkeys(("uint64", "fixed64"), ("18446744073709551615", "2"))
WIDE = {"double": "float64", "float": "float32", "bool": "bool", "string": "string", "bytes": "string"}
WIDE |= {"int64": "int64", "sint64": "int64", "sfixed64": "int64", "uint64": "uint64", "fixed64": "uint64"}
WIDE |= {"int32": "int32", "sint32": "int32", "sfixed32": "int32", "uint32": "uint32", "fixed32": "uint32"}


def _decoded(texts: str, fields: str, types: str, kind: str = "p.All", more: str = "") -> str:
    listed = ", ".join(f"tf.{one}" for one in types.split())
    return f"tf.io.decode_proto({texts}, {kind!r}, {fields.split()}, [{listed}], IN_BYTES{more})"


def _of_each_type() -> list[str]:
    calls = []
    for kind in SCALARS:
        first, second = VALUES[kind]
        both = f"[old({f'{kind}s: {first} {kind}s: {second} {kind}: {first}'!r}), b'', old({f'{kind}: {second}'!r})]"
        calls.append(_decoded(both, f"{kind}s {kind}", f"{WIDE[kind]} {WIDE[kind]}"))
        calls += [_decoded(f"old({f'{kind}s: {first}'!r})", f"{kind}s", one) for one in TYPES]
    for field in ("colours", "inners", "group"):
        calls += [_decoded("b''", field, one) for one in TYPES]
    return calls


DECODED = """
[old('colours: RED colours: BLUE'), old('colour: NONE')] | colours colour other_colour | int32 int32 int32
[b'', old('seven: 1 word: "w" infinite: 1 true: false')] | seven word infinite true | int32 string float64 bool
[old('inners { a: 3 } inners {} inner { a: 4 }'), b''] | inners inner | string string
[old('packed: 1 packed: -1'), old('packed: 300'), b''] | packed | int32
[old('packed: 1 packed: -1')] | packed | int64
[old('Group { a: 3 }'), b''] | group | string
[[old('int32: 1'), b''], [b'', old('int32s: [2, 3]')]] | int32s int32 | int32 int32
old('int32: 1') | int32 | int32
old('int32: 1') | int32 int32 | int32 int64
old('int32: 1') | |
[] | int32s | int32
tf.zeros([0, 2], tf.string) | int32s | int32
[b'', b''] | int32s | int32
[old('int32: 1') + old('int32: 2')] | int32 int32s | int32 int32
[old('inner { a: 1 }') + old('inner {}')] | inner | string
[old('int32: 1'), b'\\xa8\\x3e\\x07'] | int32 seven | int32 int32
[b'\\x2a\\x02\\x01\\x02'] | int32s | int32
[b'\\xd2\\x03\\x02\\x01\\x02'] | packed | int32
[b'\\xd0\\x03\\x05'] | packed | int32
[b'\\x2d\\x01\\x00\\x00\\x00'] | int32s seven | int32 int32
[old('int32s: 4')[:-1]] | int32s | int32
[b'\\x0a\\x05ab'] | int32s | int32
[b'\\x4a\\x05ab'] | strings | string
[b'\\x4a\\x01\\xff'] | strings | string
[b'\\xff'] | int32s | int32
[b'\\x04'] | int32s | int32
[b'\\x90\\x03\\x63'] | colours | int32
['abc'] | nothing | int32
[b''] | int32s nothing | int32 int32
[b''] | int32s | int32 int32
[b''] | int32s int64s | int32
[b''] | more | int32
[b''] | p.more | int32
[b''] | inner.a | int32
[3] | int32s | int32
""".strip().splitlines()

TEXTS = """
['int32: 1 int32s: [2, 3]', ''] | int32 int32s | int32 int32
['inner { a: 3 }'] | inner | string
['colour: BLUE word: "w"'] | colour word | int32 string
['[p.more]: 3 int32: 4'] | int32 | int32
['nothing: 1'] | int32 | int32
['int32: '] | int32 | int32
['int32: "a"'] | int32 | int32
[b'\\xff'] | int32 | int32
""".strip().splitlines()

OTHERS = """
tf.io.decode_proto([new('a: 0 many: [1, 2] words: "w"'), b''], 'p.New', ['a', 'many', 'words', 'old'], [tf.int32, tf.int32, tf.string, tf.string], IN_BYTES)
tf.io.decode_proto([b'\\n'], 'p.New', ['a'], [tf.int32], descriptor_source=IN_BYTES)
tf.io.decode_proto([b'\\x08\\x00\\x08\\x05'], 'p.New', ['a'], [tf.int32], IN_FILE)
tf.io.decode_proto([b'\\x22\\x01\\xff'], 'p.New', ['words'], [tf.string], IN_FILE)
tf.io.decode_proto([b'\\x22\\x01\\xff'], 'p.New', ['words'], [tf.string], IN_FILE, sanitize=True)
tf.io.decode_proto([b'\\x10\\x01\\x10\\x02\\x98\\x06\\x01'], 'p.New', ['many'], [tf.int32], IN_FILE, sanitize=True)
tf.io.decode_proto([b'\\x1a\\x04\\x98\\x3f\\x01'], 'p.New', ['old'], [tf.string], IN_FILE, sanitize=True)
tf.io.decode_proto([b'\\x1a\\x06\\x2a\\x04\\x01\\x02\\x03\\x04'], 'p.New', ['old'], [tf.string], IN_FILE, sanitize=True)
tf.io.decode_proto([b'\\x1a\\x06\\x2a\\x04\\x01\\x02\\x03\\x04'], 'p.New', ['old'], [tf.string], IN_FILE)
tf.io.decode_proto([b'\\xff'], 'p.New', ['many'], [tf.int32], IN_FILE, sanitize=True)
tf.io.decode_proto([b''], 'p.Nothing', ['a'], [tf.int32], IN_FILE)
tf.io.decode_proto([b''], 'New', ['a'], [tf.int32], IN_FILE)
tf.io.decode_proto([b''], '', ['a'], [tf.int32], IN_FILE)
tf.io.decode_proto([b''], 'p.Colour', ['a'], [tf.int32], IN_FILE)
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], 'nothing.bin')
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], 'bytes://\\x01')
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], 'bytes://')
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], 'http://x')
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], IN_FILE, 'json')
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32])
tf.io.decode_proto([b''], 'p.New', ['a'], [tf.int32], WITHOUT_OLD)
tf.io.decode_proto([b'\\n\\x01a\\x12\\x02\\x08\\x01'], 'tensorflow.NodeDef', ['name', 'op', 'input'], [tf.string, tf.string, tf.string])
tf.io.decode_proto(['name: "a" input: "b" input: "c"'], 'tensorflow.NodeDef', ['name', 'input'], [tf.string, tf.string], message_format='text')
tf.io.decode_proto(['feature { key: "k" value { int64_list { value: 3 } } }'], 'tensorflow.Features', ['feature'], [tf.string], 'local://', 'text')
tf.io.decode_proto([b''], 'tensorflow.Features', ['feature'], [tf.string], '')
tf.io.decode_proto(tf.placeholder_with_default(['', ''], None), 'tensorflow.NodeDef', ['name'], [tf.string])
tf.io.encode_proto([[2]], [[[5, 6]]], ['int32s'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1], [0], [2]], [[[5, 6], [7, 8], [9, -1]]], ['int32s'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1], [0], [2]], [[[5, 6], [7, 8], [9, -1]]], ['packed'], 'p.All', IN_BYTES)
tf.io.encode_proto([[2]], [[[5, 6]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[0]], [[[5, 6]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[0]]], ['a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[2]], [[[1, 2]]], ['a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1], [0, 2]], [[['w'], ['x']], [[3, 4], [5, 6]]], ['words', 'a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1]], [[['w']], [[3]]], ['words', 'many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1]], [[[3]], [[4]]], ['a', 'a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[[1], [2]]], [[[[1, 0], [2, 3]]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto(tf.zeros([0, 1], tf.int32), [tf.zeros([0, 3], tf.int32)], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[3]], [[[1, 2]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[-1]], [[[1, 2]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1]], [[[1, 2]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1]], [[[1]], [[2]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1], [1]], [[[1]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([1], [[[1]]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1]], [[[1], [2]], [[1]]], ['many', 'a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1, 1], [1, 1]], [[[1], [2]], tf.placeholder_with_default([[1]], [None, 1])], ['many', 'a'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [tf.constant([[2**40]], tf.int64)], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [tf.constant([[-2**31]], tf.int64)], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [tf.constant([[1e300]], tf.float64)], ['float'], 'p.All', IN_BYTES)
tf.io.encode_proto([[]], [], [], 'p.All', IN_BYTES)
tf.io.encode_proto([1], [1], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto(1, [1], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[['a']]], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[b'\\xff']]], ['words'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[b'\\xff\\xff']]], ['old'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[old('int32: 1')]]], ['old'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[b'']]], ['old'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[99]]], ['colour'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1]], [[[b'\\x08\\x01']]], ['group'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1]], [[[1]]], ['nothing'], 'p.New', IN_BYTES)
tf.io.encode_proto([[1]], [[[1]]], ['more'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1]], [[[1]]], ['p.more'], 'p.All', IN_BYTES)
tf.io.encode_proto([[1]], [[[1]]], ['a'], 'p.Nothing', IN_BYTES)
tf.io.encode_proto([[1, 0]], [[['n']], [['o']]], ['name', 'op'], 'tensorflow.NodeDef')
tf.io.encode_proto([[1]], [[['n']]], ['name'], 'tensorflow.NodeDef', 'nothing.bin')
tf.io.encode_proto([[1], [1]], [tf.placeholder_with_default([[1], [2]], None)], ['many'], 'p.New', IN_BYTES)
tf.io.encode_proto(tf.placeholder_with_default([[1], [1]], None), [[[1], [2]]], ['many'], 'p.New', IN_BYTES)
""".strip().splitlines()


def _encoded() -> list[str]:
    calls = [
        f"tf.io.encode_proto([[2, 1]], [tf.cast([[1, 0]], tf.{one}), tf.cast([[1]], tf.{one})], ['{kind}s', '{kind}'], 'p.All', IN_BYTES)"
        for kind in [*SCALARS]
        if kind not in ("string", "bytes")
        for one in TYPES
        if one != "string"
    ]
    calls += [
        f"tf.io.encode_proto([[2, 1]], [[['a', '']], [['b']]], ['{kind}s', '{kind}'], 'p.All', IN_BYTES)"
        for kind in SCALARS
    ]
    return calls


CALLS = [
    *_of_each_type(),
    *(_decoded(*map(str.strip, row.split("|"))) for row in DECODED),
    *(_decoded(*map(str.strip, row.split("|")), more=", message_format='text'") for row in TEXTS),
    *OTHERS,
    *_encoded(),
]


def outcome(tf: Any, call: str) -> dict[str, Any]:
    """The static shapes and the values that a call gives, or the kind of its error.

    Returns
    -------
    dict
        ``shapes`` and ``values``, or ``error``.
    """
    with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default(), tf.Session() as session:
        path, without = Path(folder, "set.bin"), Path(folder, "without_old.bin")
        path.write_bytes(SET)
        without.write_bytes(descriptor_pb2.FileDescriptorSet(file=FILES[1:]).SerializeToString())
        names = {"tf": tf, "old": old, "new": new, "IN_BYTES": IN_BYTES, "IN_FILE": str(path)}
        names["WITHOUT_OLD"] = str(without)
        try:
            result = eval(call, names)  # noqa: S307  those above
            tensors = [result.sizes, *result.values] if hasattr(result, "sizes") else [result]
            values = session.run(tensors)
        except (ValueError, TypeError, tf.errors.OpError) as error:
            return {
                "error": type(error).__name__
                if isinstance(error, tf.errors.OpError)
                else "ValueError or TypeError"
            }
        shapes = [
            str(tensor.shape.as_list() if tensor.shape.rank is not None else None) for tensor in tensors
        ]
        return {
            "shapes": shapes,
            "values": [[value.dtype.name, repr(value.tolist())] for value in map(np.asarray, values)],
        }
