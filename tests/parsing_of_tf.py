"""Serialised examples and lines of text, whole and damaged, and calls of functions of ``tf`` that parse them.

The calls are text, so that TensorFlow (tests/interop/tf_parsing.py) and this package (tests/test_parsing.py) evaluate the
very same ones; nothing is imported here that either of them lacks. tests/data/tf/parsing.json has TensorFlow's answers.
"""

from __future__ import annotations

import random
import re
from typing import Any

import numpy as np


def varint(value: int) -> bytes:
    """A number as protobuf writes it."""
    value &= 2**64 - 1
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def sized(number: int, data: bytes) -> bytes:
    """A field of bytes, or of a message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def entry(key: bytes, value: bytes) -> bytes:
    """An entry of a map."""
    return sized(1, sized(1, key) + sized(2, value))


def ints(*values: int) -> bytes:
    """A Feature of integers."""
    return sized(3, sized(1, b"".join(map(varint, values))))


def floats(*values: float) -> bytes:
    """A Feature of floats."""
    return sized(2, sized(1, np.array(values, "<f4").tobytes()))


def texts(*values: bytes) -> bytes:
    """A Feature of texts."""
    return sized(1, b"".join(sized(1, value) for value in values))


def example(*entries: bytes) -> bytes:
    """An Example, or a SequenceExample that has a context only."""
    return sized(1, b"".join(entries))


def lists(**features: list[bytes]) -> bytes:
    """The lists of a SequenceExample."""
    return sized(
        2,
        b"".join(
            entry(key.encode(), b"".join(sized(1, one) for one in found)) for key, found in features.items()
        ),
    )


def one_by_one(tag: int, values: list[bytes]) -> bytes:
    """The list of a Feature whose numbers are not packed."""
    return b"".join(bytes([tag]) + value for value in values)


def mixed(seed: int, size: int = 12) -> list[bytes]:
    """Examples as they may come: in any order and form, with features that are missing, unknown or there twice."""
    rng = random.Random(seed)
    return [_mixed(rng) for _ in range(size)]


def _mixed(rng: random.Random) -> bytes:
    numbers = [
        rng.choice((0, 1, 127, 128, 300, -1, 2**40, 2**63 - 1, -(2**63))) for _ in range(rng.randrange(4))
    ]
    reals = [rng.randrange(-8, 8) / 4 for _ in range(rng.randrange(3))]
    words = [bytes([97 + rng.randrange(26)]) * rng.choice((0, 1, 5, 130)) for _ in range(rng.randrange(3))]
    features = [
        entry(b"a", ints(rng.randrange(1000))),
        entry(b"some numbers of a long name", ints(*numbers)),
        entry(b"x", floats(rng.randrange(9) / 2, 1)),
        entry(b"reals", floats(*reals)),
        entry(b"t", texts(b"w" * rng.choice((1, 3, 200)))),
        entry(b"words", texts(*words)),
        entry(b"word", texts(b"unknown")),
        entry(b"k" * rng.choice((1, 8, 9, 40, 150)), b""),
        rng.choice((entry(b"reals", b""), entry(b"words", texts()), b"")),
    ]
    form = rng.randrange(8)
    if form == 0:
        features[1] = entry(
            b"some numbers of a long name", sized(3, one_by_one(0x08, [varint(n) for n in numbers]))
        )
    elif form == 1:
        features[3] = entry(b"reals", sized(2, one_by_one(0x0D, [np.float32(x).tobytes() for x in reals])))
    elif form == 2:
        features.append(entry(b"a", ints(2000)))
    elif form == 3:
        features[0] = sized(1, sized(2, ints(3000)) + sized(1, b"a"))
    if rng.randrange(3):
        rng.shuffle(features)
    kept = [feature for feature in features if rng.randrange(6)]
    cut = rng.randrange(len(kept) + 1) if form == 4 else 0
    return (example(*kept[:cut]) if cut else b"") + example(*kept[cut:])


GOOD = example(entry(b"a", ints(5)))
TWO = example(entry(b"a", ints(5, 6)))
BYTES = {
    "good": GOOD,
    "two": TWO,
    "large": example(entry(b"a", ints(300, -3, 2**63 - 1, -(2**63), 0))),
    "key_twice_in_map": example(entry(b"a", ints(1)), entry(b"a", ints(2, 3))),
    "empty_last": example(entry(b"a", ints(1)), entry(b"a", b"")),
    "two_empty_last": example(entry(b"a", ints(2, 3)), entry(b"a", b"")),
    "empty_list_last": example(entry(b"a", ints(1)), entry(b"a", ints())),
    "two_maps": example(entry(b"a", ints(1))) + example(entry(b"b", ints(2))),
    "two_maps_same_key": example(entry(b"a", ints(1))) + example(entry(b"a", ints(2))),
    "value_twice": example(sized(1, sized(1, b"a") + sized(2, ints(1)) + sized(2, ints(2)))),
    "key_twice": example(sized(1, sized(1, b"b") + sized(1, b"a") + sized(2, ints(1)))),
    "value_first": example(sized(1, sized(2, ints(1)) + sized(1, b"a"))),
    "list_twice": example(entry(b"a", ints(1) + ints(2))),
    "two_kinds": example(entry(b"a", ints(1) + texts(b"x"))),
    "other_kind_first": example(entry(b"a", texts(b"x") + ints(1))),
    "unpacked": example(entry(b"a", sized(3, b"\x08\x07\x08\xac\x02"))),
    "unpacked_cut": example(entry(b"a", sized(3, b"\x08\x07\x08\xac"))),
    "unpacked_then_packed": example(entry(b"a", sized(3, b"\x08\x07" + sized(1, b"\x01\x02")))),
    "packed_then_unpacked": example(entry(b"a", sized(3, sized(1, b"\x01\x02") + b"\x08\x07"))),
    "packed_twice": example(entry(b"a", sized(3, sized(1, b"\x01") + sized(1, b"\x02")))),
    "no_kind": example(entry(b"a", b"")),
    "empty_list": example(entry(b"a", ints())),
    "no_list": example(entry(b"a", sized(3, b""))),
    "no_value": example(sized(1, sized(1, b"a"))),
    "no_key": example(sized(1, sized(2, ints(1)))),
    "floats": example(entry(b"a", floats(1.5, -2.0))),
    "truncated": GOOD[:-1],
    "nothing": b"",
    "words": b"hello world",
    "unknown_field": GOOD + sized(7, b"abc") + b"\x18\x05\x25abcd\x29abcdefgh",
    "unknown_cut": GOOD + b"\x25abc",
    "unknown_in_map": example(entry(b"a", ints(5)), sized(7, b"abc")),
    "unknown_in_entry": example(sized(1, sized(1, b"a") + sized(2, ints(1)) + sized(7, b"q"))),
    "unknown_behind_list": example(entry(b"a", ints(5) + sized(9, b"z"))),
    "unknown_before_list": example(entry(b"a", sized(9, b"z") + ints(5))),
    "unknown_in_list": example(entry(b"a", sized(3, sized(1, b"\x05") + sized(9, b"z")))),
    "number_for_map": b"\x08\x05",
    "number_for_entry": sized(1, b"\x08\x05"),
    "fixed32_for_integer": example(entry(b"a", sized(3, b"\x0d\x01\x02\x03\x04"))),
    "number_for_list": example(entry(b"a", b"\x18\x05")),
    "varint_cut": example(entry(b"a", sized(3, sized(1, b"\x80")))),
    "varint_of_ten": example(entry(b"a", sized(3, sized(1, b"\xff" * 9 + b"\x7f")))),
    "varint_of_eleven": example(entry(b"a", sized(3, sized(1, b"\xff" * 10 + b"\x01")))),
    "key_is_no_text": example(entry(b"\xff\xfe", ints(1)), entry(b"a", ints(4))),
    "other_feature_damaged": example(entry(b"b", sized(3, sized(1, b"\x80"))), entry(b"a", ints(5))),
    "group": b"\x0b\x0c" + GOOD,
    "field_zero": b"\x02\x00" + GOOD,
}
FLOATS = {
    "unpacked": example(entry(b"a", sized(2, b"\x0d\0\0\x80\x3f\x0d\0\0\0\x40"))),
    "unpacked_cut": example(entry(b"a", sized(2, b"\x0d\0\0\x80\x3f\x0d\0\0\0"))),
    "unpacked_mixed": example(entry(b"a", sized(2, b"\x0d\0\0\x80\x3f\x0a\x00\0\0\0"))),
    "nan": example(entry(b"a", floats(np.nan, np.inf))),
}
TEXTS = {
    "zeros": example(entry(b"a", texts(b"x\0y", b"", b"\0"))),
    "unknown": example(entry(b"a", texts(b"x") + sized(9, b"z"))),
    "unknown_in_list": example(entry(b"a", sized(1, sized(1, b"x") + sized(9, b"z")))),
    "cut": example(entry(b"a", sized(1, b"\x0a\x05abc"))),
}
SEQUENCES = {
    "whole": example(entry(b"a", ints(5)))
    + lists(q=[ints(1), ints(2), ints(3)], v=[ints(1, 2), ints(), ints(3)]),
    "lists_only": lists(q=[ints(1)], v=[ints(7)]),
    "context_only": example(entry(b"a", ints(5))),
    "two_in_a_step": example(entry(b"a", ints(5))) + lists(q=[ints(1), ints(2, 3)]),
    "other_kind": example(entry(b"a", ints(5))) + lists(q=[ints(1), floats(2)]),
    "no_steps": example(entry(b"a", ints(5))) + lists(q=[], v=[]),
    "empty_step": example(entry(b"a", ints(5))) + lists(q=[ints(1), b""]),
    "empty_in_ragged": example(entry(b"a", ints(5))) + lists(q=[ints(1)], v=[b"", ints(4)]),
    "nothing": b"",
    "words": b"hello world",
}

_I, _V = "tf.FixedLenFeature([], tf.int64)", "tf.VarLenFeature(tf.int64)"
_D, _P = "tf.FixedLenFeature([], tf.int64, 9)", "tf.FixedLenFeature([2], tf.int64, [7, 8])"
_S = "tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True, default_value=-1)"
_SS = "tf.FixedLenSequenceFeature([2], tf.int64, allow_missing=True)"

_SPECS = [
    "tf.parse_example([GOOD, TWO], {'a': tf.SparseFeature('a', 'a', tf.int64, 10)})",
    "tf.parse_single_example(EXAMPLE, {'s': tf.SparseFeature('i', 'x', tf.float32, 10)})",
    "tf.parse_example([EXAMPLE, EXAMPLE], {'s': tf.SparseFeature(['i', 'j'], 'x', tf.float32, [10, 5])})",
    "tf.parse_example([EXAMPLE, b''], {'s': tf.SparseFeature('i', 'x', tf.float32, 10, already_sorted=True)})",
    "tf.parse_example([EXAMPLE], {'s': tf.SparseFeature('i', 'x', tf.float32, 3), 'x': tf.VarLenFeature(tf.float32)})",
    "tf.parse_example([b''], {'a': tf.FixedLenFeature([], tf.int64)}, example_names=['seven'])",
    "tf.parse_example([GOOD, b''], {'a': tf.FixedLenFeature([], tf.int64)}, example_names=['seven', 'eight'])",
    "tf.parse_example([GOOD, TWO], {'a': tf.FixedLenFeature([], tf.int64)}, example_names=['seven', 'eight'])",
    "tf.parse_example([b''], {'a': tf.FixedLenFeature([], tf.int64)}, example_names=['seven', 'eight'])",
    "tf.parse_single_example(b'', {'a': tf.FixedLenFeature([], tf.int64)}, example_names='seven')",
    f"tf.parse_example(NONE, {{'a': {_I}, 'v': {_V}, 's': {_S}, 'ss': {_SS}}})",
    f"tf.parse_example([b''], {{'v': {_V}, 's': {_S}, 'ss': {_SS}}})",
    "tf.parse_example([EXAMPLE], {'x': tf.FixedLenFeature([3], tf.float32), 't': tf.FixedLenFeature([2, 1], tf.string)})",
    "tf.parse_example([EXAMPLE, b''], {'t': tf.FixedLenFeature([2], tf.string, ['c', 'd'])})",
    "tf.parse_example([b'', EXAMPLE], {'t': tf.FixedLenSequenceFeature([], tf.string, True)})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([], tf.int32)})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([None], tf.int64)})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([2], tf.int64, [1, 2, 3])})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([2], tf.int64, 1)})",
    "tf.parse_example([GOOD], {'a': 5})",
    "tf.parse_example([GOOD], {})",
    "tf.parse_example([GOOD], None)",
    "tf.parse_example([GOOD], {'a': tf.FixedLenSequenceFeature([], tf.int64)})",
    "tf.parse_example([GOOD], {'a': tf.VarLenFeature(tf.int64), 'b': tf.SparseFeature('i', 'a', tf.float32, 5)})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([], tf.int64), 'b': tf.SparseFeature('i', 'a', tf.int64, 5)})",
    "tf.parse_example([GOOD], {'a': tf.VarLenFeature(None)})",
    "tf.parse_example([GOOD], {'a': tf.FixedLenFeature([2], tf.float32, ['x', 'y'])})",
    "tf.parse_single_example([GOOD], {'a': tf.FixedLenFeature([], tf.int64)})",
    "tf.parse_example([[GOOD]], {'a': tf.FixedLenFeature([], tf.int64)})",
]

_Q, _QM = (
    "tf.FixedLenSequenceFeature([], tf.int64)",
    "tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True)",
)
_OF_SEQUENCES = [
    f"{{'a': {_I}}}, {{'q': {_Q}}}", f"{{'a': {_D}}}, {{'q': {_QM}}}", f"{{'a': {_V}}}, {{'q': {_V}}}",
    f"None, {{'v': {_V}}}", f"{{'a': {_D}}}",
]  # fmt: skip
_THREE = "[SEQUENCES['whole'], SEQUENCES['no_steps'], SEQUENCES['lists_only']]"
_SEQUENCE_SPECS = [
    *(
        f"tf.io.parse_sequence_example({_THREE}, {spec}, example_names=['x', 'y', 'z'])"
        for spec in _OF_SEQUENCES
    ),
    f"tf.io.parse_sequence_example(SEQUENCES['whole'], {{'a': {_D}}}, {{'q': {_QM}, 'v': {_V}}})",
    f"tf.io.parse_sequence_example(NONE, {{'a': {_D}}}, {{'q': {_QM}, 'v': {_V}}})",
    f"tf.parse_single_sequence_example(b'', {{'a': {_I}}}, example_name='seven')",
    "tf.parse_single_sequence_example(SEQUENCES['whole'], None, None)",
    f"tf.parse_single_sequence_example([b''], {{'a': {_D}}})",
    f"tf.parse_single_sequence_example(SEQUENCES['whole'], None, {{'q': {_I}}})",
    f"tf.parse_single_sequence_example(SEQUENCES['whole'], {{'a': {_Q}}}, None)",
    f"tf.parse_single_sequence_example(SEQUENCES['whole'], None, {{'v': {_SS}}})",
]

_PART = "tf.io.RaggedFeature."
_PARTITIONS = [
    "", f"{_PART}RowSplits('s')", f"{_PART}RowLengths('l')", f"{_PART}RowStarts('b')", f"{_PART}RowLimits('e')",
    f"{_PART}ValueRowIds('i')", f"{_PART}UniformRowLength(2)", f"{_PART}RowLengths('o'), {_PART}RowLengths('l')",
    f"{_PART}RowLengths('u'), {_PART}UniformRowLength(2)", f"{_PART}UniformRowLength(1), {_PART}RowLengths('l')",
    f"{_PART}UniformRowLength(1), {_PART}UniformRowLength(2)", f"{_PART}ValueRowIds('p'), {_PART}RowSplits('s')",
    f"{_PART}RowLengths('w')",
]  # fmt: skip
_OF_RAGGED = [
    f"{{'r': tf.io.RaggedFeature(tf.float32, 'x', [{partitions}]{more})}}"
    for partitions in _PARTITIONS
    for more in ("", ", tf.int64, True")
]
_RAGGED_SPECS = [
    *(
        f"tf.parse_example([ROWS, b'', MORE_ROWS], {spec})"
        for spec in _OF_RAGGED
        if "b')" not in spec and "s')" not in spec
    ),
    *(f"tf.parse_example([ROWS, MORE_ROWS], {spec})" for spec in _OF_RAGGED),
    *(f"tf.parse_single_example(ROWS, {spec})" for spec in _OF_RAGGED),
    "tf.parse_example([ROWS, b''], {'t': tf.io.RaggedFeature(tf.string), 'l': tf.io.RaggedFeature(tf.int64)})",
    "tf.parse_example(NONE, {'t': tf.io.RaggedFeature(tf.string), 'l': tf.VarLenFeature(tf.int64)})",
    "tf.parse_example([ROWS], {'t': tf.io.RaggedFeature(tf.float32)})",
    "tf.parse_example([ROWS], {'x': tf.io.RaggedFeature(tf.float32), 'r': tf.io.RaggedFeature(tf.int64, 'x')})",
    "tf.parse_example([ROWS], {'x': tf.io.RaggedFeature(tf.float32), 'r': tf.io.RaggedFeature(tf.float32, 'x', (), tf.int64)})",
    "tf.parse_example([ROWS], {'x': tf.VarLenFeature(tf.float32), 'r': tf.io.RaggedFeature(tf.float32, 'x')})",
    "tf.parse_example([ROWS], {'x': tf.FixedLenFeature([4], tf.float32), 'r': tf.io.RaggedFeature(tf.float32, 'x')})",
    "tf.io.RaggedFeature(tf.int32)",
    "tf.io.RaggedFeature(tf.int64, '')",
    "tf.io.RaggedFeature(tf.int64, partitions='s')",
    "tf.io.RaggedFeature(tf.int64, partitions=['s'])",
    "tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.float32)",
    "tf.io.RaggedFeature(tf.int64, validate=1)",
]

_LINES = r'''
' 1, 2 ,"3"," 4"', [[1]] * 4
'a"b,c', [['']] * 2
'a"b,c', [['']] * 2, use_quote_delim=False
'x,NA,', [['d'], [7], [8.]], na_value='NA'
'x,"NA",""', [['d'], [7], [8.]], na_value='NA'
'"",""', [['d'], [7]]
'"","a"', [NO_TEXT, NO_TEXT]
',a', [NO_TEXT, NO_TEXT]
',1', [NO_INTEGER, NO_INTEGER]
'"a""b",1', [[''], [1]]
'"a,b",1', [[''], [1]]
'"a\nb",1', [[''], [1]]
'a\nb,1', [[''], [1]]
'a\rb,1', [[''], [1]]
'a,1\n', [[''], [1]]
'\na,\r\n1', [[''], [1]]
'a,"1"\n', [[''], [1]]
'a,"1"x', [[''], [1]]
'a,"1', [[''], [1]]
'a,"', [[''], [1]]
'"a","b', [[''], ['']]
'"a"', [['']]
'"a",', [['c'], ['d']]
'a', [[''], [1]]
'a,1,2', [[''], [1]]
'', [['d']]
'', [['d'], [1]]
'a,', [['d'], ['e']]
',', [['d'], ['e']]
'1.5,x', [[1], ['']]
'1e3,inf', [[1.], [1.]]
'nan,-inf', [[1.], [1.]]
'+1', [[1]]
'+1.5,.5', [[1.], [1.]]
'-1', [[1]]
'2147483648', [[1]]
'1;2', [[1], [2]], field_delim=';'
'1\t2', [[1], [2]], field_delim='\t'
'1 2', [[1], [2]], field_delim=' '
'1;2', [[1], [2]], field_delim=';;'
'12', [[1]], field_delim=''
'1,2,3,4', [[0], [0]], select_cols=[1, 3]
'1,2,3,4', [[0], [0]], select_cols=[1, 5]
'1,2,3', [[0], [0]], select_cols=[0, 1]
'1,2,"x', [[0]], select_cols=[0]
'"1",2,"x', [[0]], select_cols=[1]
'"1","x', [[0]], select_cols=[1]
'"1",', [[5]], select_cols=[1]
'1,2', [[0], [0]], select_cols=[1, 0]
'1,2', [[0], [0]], select_cols=[1]
'1,2', [[0]], select_cols=[-1]
[['1,2', '3,4'], ['5,6', '7,']], [[0], [9]]
['1,2', 'x,2'], [[0], [9]]
['1,2', '1'], [[0], [9]]
['1,2', ',3'], [NO_INTEGER, [9]]
'1,2', [1, 2]
'1,2', [[1, 2], [2]]
'1,2', [[[1]], [2]]
'1', [[True]]
'1', []
'0x10', [[1]]
'0x10', [[1.]]
' ', [[5]]
' ', [[5.]]
' ', [['q']]
'  a ,b', [['q'], ['q']]
' "a" ,b', [['q'], ['q']]
'NA', [NO_TEXT], na_value='NA'
'" 3 "', [[1.]]
'\t3\t', [[1]]
'""""', [['']]
'"a"",b"', [['']]
'"a""",b', [[''], ['']]
'1,2,', [[1], [2]]
NONE, [[1], [2]]
'"1,2"', [['']], use_quote_delim=False
'"a"\n"b"', [['']]
'1\n', [[1]]
'1,\n', [[1], ['d']]
'1e40', [[1.]]
'1_0', [[1]]
'1_0', [[1.]]
'x\0y,1', [[''], [1]]
',,', [['a'], ['b'], ['c']], na_value='b'
'a,"NA"', [[''], NO_TEXT], na_value='NA'
['1.00000017881393432617187499', '1.00000017881393432617187501', '1.000000178813934326171875'], [[1.]]
['1.0000000596046448', '16777217.0000000001', '16777217', '3.4028235677973366e38', '-1.0000000596046448'], [[1.]]
['1.5,2,a', '3e2,-4,b', ' 5 ,6,'], [[1.], [7], ['d']]
['1.5,2,a', ',,', '5,6,c'], [[1.], [7], ['d']]
['1.5,2,a', 'NA,NA,NA', '5,6,c'], [[1.], [7], ['d']], na_value='NA'
['1.5,2,a', '7,-9,b', '5,6,c'], [[1.], [7], ['d']], na_value='-9'
['1.5,2,a', '"7",8,"b,b"', '5,6,c'], [[1.], [7], ['d']]
['1.5,2,a', '7,8,b', '5,6,c'], [[1.], ['d']], select_cols=[0, 2]
['1.5,2,a', '7,8', '5,6,c'], [[1.], [7]], select_cols=[0, 1]
['1.5,2,a', '7,8', '5,6,c'], [[1.], [7], ['d']]
['1.5,2,a', '7,8.5,b', '5,6,c'], [[1.], [7], ['d']]
['1.5,2,a', '7,3000000000,b', '5,6,c'], [[1.], [7], ['d']]
['1.5,2,a', '7,inf,b', 'inf,6,c'], [[1.], ['x'], ['d']]
['1.5,2', '', '5,6'], [[1.], [7]]
['1.5,2', '7\\n,8', '5,6'], [[1.], [7]]
['1;2', '3;4', '5;6'], [[1.], [7.]], field_delim=';'
'''

_OF_MIXED = (
    "{'a': tf.FixedLenFeature([], tf.int64, 7), 'x': tf.FixedLenFeature([2], tf.float32, [1.5, 2.5]), "
    "'t': tf.FixedLenFeature([], tf.string, 'none'), 'reals': tf.VarLenFeature(tf.float32), "
    "'words': tf.FixedLenSequenceFeature([], tf.string, True, 'pad'), "
    "'some numbers of a long name': tf.io.RaggedFeature(tf.int64), 'nowhere': tf.VarLenFeature(tf.string)}"
)

CALLS = [
    *(
        f"tf.parse_single_example(BYTES[{name!r}], {{'a': {feature}}})"
        for name in BYTES
        for feature in (_I, _V, _D, _P, _S)
    ),
    *(f"tf.parse_example([{first}, BYTES[{name!r}]], {{'a': {feature}}})" for name in BYTES
      for first, feature in (("GOOD", _I), ("TWO", _V), ("GOOD", _D), ("TWO", _P), ("TWO", _S), ("TWO", _SS))),
    *(f"tf.parse_single_example(FLOATS[{name!r}], {{'a': tf.VarLenFeature(tf.float32)}})" for name in FLOATS),
    *(f"tf.parse_single_example(TEXTS[{name!r}], {{'a': tf.VarLenFeature(tf.string)}})" for name in TEXTS),
    *(f"tf.parse_example(mixed({seed}), {_OF_MIXED})" for seed in range(20)),
    *_SPECS,
    *_RAGGED_SPECS,
    *(f"tf.parse_single_sequence_example(SEQUENCES[{name!r}], {spec})" for name in SEQUENCES for spec in _OF_SEQUENCES),
    *_SEQUENCE_SPECS,
    *(f"tf.decode_csv({line})" for line in _LINES.strip().splitlines()),
]  # fmt: skip


EXAMPLE = example(
    entry(b"i", ints(4, 0, 2)),
    entry(b"j", ints(1, 0, 3)),
    entry(b"x", floats(0.5, 1.5, 2.5)),
    entry(b"t", texts(b"a", b"b")),
)

ROWS = example(
    entry(b"x", floats(1, 2, 3, 4)),
    entry(b"t", texts(b"a", b"b")),
    entry(b"s", ints(0, 1, 1, 4)),
    entry(b"l", ints(1, 0, 3)),
    entry(b"b", ints(0, 1, 1)),
    entry(b"e", ints(1, 1, 4)),
    entry(b"i", ints(0, 2, 2, 2)),
    entry(b"o", ints(2, 1)),
    entry(b"u", ints(1, 1)),
    entry(b"p", ints(0, 2, 2)),
    entry(b"w", ints(1, 2)),
)
MORE_ROWS = example(
    entry(b"x", floats(5, 6)),
    entry(b"s", ints(0, 2)),
    entry(b"l", ints(2)),
    entry(b"b", ints(0)),
    entry(b"e", ints(2)),
    entry(b"i", ints(1, 1)),
    entry(b"o", ints(0, 1)),
    entry(b"u", ints(1)),
    entry(b"p", ints(1)),
    entry(b"w", ints(1)),
)

_MARKS = re.compile(
    r"Name: [a-z]\w*|Key: \w+|Feature: \w+|Index: \d+|Field \d+|record \d+|Expect \d+ fields but have \d+|only 1 char"
)


def outcome(tf: Any, call: str, known: bool = True) -> dict[str, Any]:
    """What a call gives: names, types and values of its results, or the class of its error and what it points at."""
    with tf.Graph().as_default(), tf.Session() as session:
        given = {
            "tf": tf,
            "NONE": np.zeros([0], object),
            "NO_TEXT": tf.constant([], tf.string),
            "NO_INTEGER": tf.constant([], tf.int32),
        }
        try:
            result = session.run(eval(call, {**globals(), **given}))  # noqa: S307  the calls of this file
        except (ValueError, TypeError, tf.errors.OpError) as error:
            message = str(getattr(error, "message", error))
            is_op_error = isinstance(error, tf.errors.OpError)  # which may be a ValueError, too
            kind = type(error).__name__ if is_op_error else "ValueError or TypeError"
            return {"error": kind, "marks": sorted(set(_MARKS.findall(message)))}
    return {"values": _plain(result)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if hasattr(value, "flat_values"):  # of a ragged tensor
        return [_plain(part) for part in (value.flat_values, *value.nested_row_splits)]
    if hasattr(value, "_fields") or (isinstance(value, (list, tuple))):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):
        return ["text", value.decode("latin-1")]
    array = np.asarray(value)
    if array.dtype == object:
        return ["texts", [*array.shape], [text.decode("latin-1") for text in array.ravel()]]
    return [array.dtype.name, [*array.shape], [repr(number) for number in array.ravel().tolist()]]
