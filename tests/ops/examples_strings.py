"""Examples of ops/strings.py; the texts are TensorFlow 2.15's."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32


def texts(*words: bytes) -> Any:
    """An array of strings."""
    return np.array(words, object)


HASHED = np.array([[b"", b"a"], [b"wide", b"a longer text of more than thirty-two bytes"]], object)


EXAMPLES = [
    Example("AsString", [i32(3, -12)], lambda x: texts(b"3", b"-12")),
    Example(
        "AsString", [f32(1.5, np.nan, np.inf)], lambda x: texts(b"1.500000", b"nan", b"inf"), note="floats"
    ),
    Example(
        "AsString",
        [i32([[2, 0, 1], [0, 0, -2]])],
        lambda x: texts(b"2", b"0", b"1", b"0", b"0", b"-2").reshape(2, 3),
        note="few integers that occur again",
    ),
    Example(
        "AsString",
        [np.arange(-128, 128).astype(np.int8)],
        lambda x: texts(*(str(number).encode() for number in range(-128, 128))),
        note="all of a type",
    ),
    Example(
        "AsString",
        [np.array([2**63, 2**63 - 1], np.uint64)],
        lambda x: texts(b"9223372036854775808", b"9223372036854775807"),
        note="unsigned",
    ),
    Example("AsString", [np.zeros((0, 2), np.int64)], lambda x: np.empty((0, 2), object), note="none"),
    Example("AsString", [np.array([True, False])], lambda x: texts(b"true", b"false"), note="booleans"),
    Example(
        "AsString",
        [f32(1.5, 2e20)],
        lambda x: texts(b"1.5", b"2e+20"),
        attrs={"shortest": True},
        note="shortest",
    ),
    Example(
        "AsString",
        [f32([1.5])],
        lambda x: texts(b"1.500000e+00"),
        attrs={"scientific": True},
        note="scientific",
    ),
    Example("AsString", [i32([3])], lambda x: texts(b"00003"), attrs={"width": 5, "fill": "0"}, note="width"),
    Example("AsString", [f32([3.14159])], lambda x: texts(b"3.14"), attrs={"precision": 2}, note="precision"),
    Example(
        "AsString",
        [np.array([1 + 2j], np.complex64)],
        lambda x: texts(b"(1.000000,2.000000)"),
        note="complex",
    ),
    Example(
        "StringToHashBucketFast",
        [HASHED],
        lambda x: np.array([[263, 939], [37, 915]]),
        attrs={"num_buckets": 1000},
    ),
    Example(
        "StringToHashBucketStrong",
        [HASHED],
        lambda x: np.array([[435, 646], [298, 274]]),
        attrs={"num_buckets": 1000, "key": [1, 2]},
    ),
    Example(
        "StringToHashBucketStrong",
        [HASHED],
        lambda x: np.array([[210, 650], [764, 938]]),
        attrs={"num_buckets": 1000, "key": [-1, 2]},
        note="a negative key",
    ),
    Example(
        "StringToHashBucket",
        [HASHED],
        lambda x: np.array([[899, 868], [106, 827]]),
        attrs={"num_buckets": 1000},
    ),
    Example(
        "StringJoin",
        [[texts(b"a", b"b\0"), np.array(b"-", object), texts(b"c", b"d")]],
        lambda x: texts(b"a.-.c", b"b\0.-.d"),
        attrs={"separator": "."},
    ),
    Example(
        "StringJoin",
        [[np.array(b"model", object), np.array(b"_temp/part", object)]],
        lambda x: np.array(b"model_temp/part", object),
        note="scalars",
    ),
    Example("StringJoin", [[]], lambda x: np.array(b"", object), note="nothing"),
    Example(
        "StringStrip",
        [texts(b"  a \t\n\r\x0b\x0c", b"b c", b"\xc2\xa0d")],
        lambda x: texts(b"a", b"b c", b"\xc2\xa0d"),
    ),
    Example("StringLower", [texts("AB\u00c9".encode())], lambda x: texts("ab\u00c9".encode())),
    Example(
        "StringLower",
        [texts("AB\u00c9".encode(), b"\xffA")],
        lambda x: texts("ab\u00e9".encode(), b"\xffa"),
        attrs={"encoding": "utf-8"},
        note="all letters",
    ),
    Example("StringUpper", [texts("ab\u00e9".encode())], lambda x: texts("AB\u00e9".encode())),
    Example(
        "StringUpper",
        [texts("ab\u00e9\u00df".encode())],
        lambda x: texts("AB\u00c9SS".encode()),
        attrs={"encoding": "utf-8"},
        note="all letters",
    ),
    Example("StringLength", [texts("\u00e9".encode(), b"", b"a\0")], lambda x: i32(2, 0, 2)),
    Example(
        "StringLength",
        [texts("\u00e9a".encode(), b"\xff\xfe")],
        lambda x: i32(2, 2),
        attrs={"unit": "UTF8_CHAR"},
        note="characters",
    ),
    Example("Substr", [texts(b"hello", b"world"), i32(1), i32(3)], lambda *_: texts(b"ell", b"orl")),
    Example(
        "Substr",
        [np.array(b"hello", object), i32(0, 2), i32(1, 9)],
        lambda *_: texts(b"h", b"llo"),
        note="one text, many places",
    ),
    Example("Substr", [texts(b"hello"), i32(-3), i32(2)], lambda *_: texts(b"ll"), note="from the end"),
    Example("Substr", [texts(b"abc"), i32(3), i32(1)], lambda *_: texts(b""), note="behind the end"),
    Example("Substr", [texts(b"abc"), i32(1), i32(-1)], lambda *_: texts(b"bc"), note="all the rest"),
    Example(
        "Substr",
        [texts(b"abc"), i32(1), i32(-1)],
        lambda *_: texts(b""),
        attrs={"unit": "UTF8_CHAR"},
        note="nothing of characters",
    ),
    Example(
        "AsString",
        [f32(1.5, np.inf, -np.inf, np.nan)],
        lambda x: texts(b"000001.5000", b"        inf", b"       -inf", b"        nan"),
        attrs={"width": 11, "fill": "0", "precision": 4},
        note="zeros stand before digits alone",
    ),
    Example(
        "Substr", [texts("h\u00e9llo".encode()), i32(1), i32(2)], lambda *_: texts(b"\xc3\xa9"), note="bytes"
    ),
    Example(
        "Substr",
        [texts("h\u00e9llo".encode()), i32(1), i32(2)],
        lambda *_: texts("\u00e9l".encode()),
        attrs={"unit": "UTF8_CHAR"},
        note="characters",
    ),
    Example(
        "StringToNumber",
        [texts(*b"1 1.5 inf nan 0x10 1e400 1e-50 +3 1. .5 1e5 3000000000 -0".split(), b" 1 ", b"\t7\n")],
        lambda x: f32(1, 1.5, np.inf, np.nan, 16, np.inf, 0, 3, 1, 0.5, 1e5, 3e9, -0.0, 1, 7),
    ),
    Example(
        "StringToNumber",
        [texts(b"1", b" -2 ", b"3000000000")],
        lambda x: np.array([1, -2, 3000000000]),
        attrs={"out_type": "int64"},
        note="integers",
    ),
    Example(
        "StringToNumber",
        [texts(b"0.1").reshape(1, 1)],
        lambda x: np.array([[0.1]]),
        attrs={"out_type": "float64"},
        note="double",
    ),
    Example(
        "StringSplit",
        [texts(b"a b  c", b""), np.array(b" ", object)],
        lambda *_: (np.array([[0, 0], [0, 1], [0, 2]]), texts(b"a", b"b", b"c"), np.array([2, 3])),
    ),
    Example(
        "StringSplit",
        [texts(b"a b  c", b" ", b""), np.array(b" ", object)],
        lambda *_: (
            np.array([[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1]]),
            texts(b"a", b"b", b"", b"c", b"", b""),
            np.array([3, 4]),
        ),
        attrs={"skip_empty": False},
        note="empty words, and of nothing none",
    ),
    Example(
        "StringSplit",
        [texts(b"a,b;c]d"), np.array(b",;]", object)],
        lambda *_: (
            np.array([[0, 0], [0, 1], [0, 2], [0, 3]]),
            texts(b"a", b"b", b"c", b"d"),
            np.array([1, 4]),
        ),
        note="any of several bytes",
    ),
    Example(
        "StringSplit",
        [texts("\u00e9 ".encode(), b""), np.array(b"", object)],
        lambda *_: (np.array([[0, 0], [0, 1], [0, 2]]), texts(b"\xc3", b"\xa9", b" "), np.array([2, 3])),
        attrs={"skip_empty": False},
        note="bytes",
    ),
    Example(
        "StringSplitV2",
        [texts(b"a b  c\t\n", b"  ", b""), np.array(b"", object)],
        lambda *_: (np.array([[0, 0], [0, 1], [0, 2]]), texts(b"a", b"b", b"c"), np.array([3, 3])),
    ),
    Example(
        "StringSplitV2",
        [texts(b"a--b---c", b"--"), np.array(b"--", object)],
        lambda *_: (
            np.array([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]]),
            texts(b"a", b"b", b"-c", b"", b""),
            np.array([2, 3]),
        ),
        note="a separator",
    ),
    Example(
        "StringSplitV2",
        [texts(b"a b c  ", b" a", b""), np.array(b"", object)],
        lambda *_: (
            np.array([[0, 0], [0, 1], [1, 0], [1, 1]]),
            texts(b"a", b"b c  ", b"a", b""),
            np.array([3, 2]),
        ),
        attrs={"maxsplit": 1},
        note="once, and a rest",
    ),
    Example(
        "StringSplitV2",
        [texts(b" a,b", b""), np.array(b",", object)],
        lambda *_: (np.array([[0, 0], [1, 0]]), texts(b" a,b", b""), np.array([2, 1])),
        attrs={"maxsplit": 0},
        note="never",
    ),
    Example(
        "RegexReplace",
        [texts(b"a1b22"), np.array(b"[0-9]+", object), np.array(b"#", object)],
        lambda *_: texts(b"a#b#"),
    ),
    Example(
        "StaticRegexReplace",
        [texts(b"a1b22")],
        lambda x: texts(b"a#b22"),
        attrs={"pattern": "[0-9]+", "rewrite": "#", "replace_global": False},
    ),
    Example(
        "RegexFullMatch",
        [texts(b"ab", b"abc", b"ab\n"), np.array(b"ab", object)],
        lambda *_: np.array([True, False, False]),
    ),
    Example(
        "StaticRegexFullMatch",
        [texts(b"s3://bucket", b"a s3://bucket", b"/models")],
        lambda x: np.array([True, False, False]),
        attrs={"pattern": "^s3://.*"},
    ),
    Example(
        "ShardedFilename",
        [np.array(b"dir/part", object), np.array(3, np.int32), np.array(10, np.int32)],
        lambda *x: np.array(b"dir/part-00003-of-00010", object),
    ),
    Example(
        "DecodeRaw",
        [texts(b"\x01\0\xff\xff", b"\0\x01\0\0")],
        lambda x: np.array([[1, -1], [256, 0]], np.int16),
        attrs={"out_type": "int16"},
    ),
    Example(
        "DecodeRaw",
        [np.array(b"\0\x01\xff\xfe", object)],
        lambda x: np.array([1, -2], np.int16),
        attrs={"out_type": "int16", "little_endian": False},
        note="the high byte first",
    ),
    Example(
        "DecodeRaw",
        [np.array(np.pi, "<f8").tobytes()],
        lambda x: np.array([np.pi]),
        attrs={"out_type": "float64"},
        note="double",
    ),
    Example(
        "DecodeRaw",
        [texts(b"\0\x01")],
        lambda x: np.array([[False, True]]),
        attrs={"out_type": "bool"},
        note="booleans",
    ),
    Example(
        "DecodeRaw",
        [np.zeros((2, 0), object)],
        lambda x: np.zeros((2, 0, 0), np.uint8),
        attrs={"out_type": "uint8"},
        note="nothing",
    ),
    Example(
        "ShardedFilespec",
        [np.array(b"dir/part", object), np.array(10, np.int32)],
        lambda *x: np.array(b"dir/part-?????-of-00010", object),
    ),
]

ELSEWHERE = {
    "SaveV2": "tests/ops/test_saving.py",
    "RestoreV2": "tests/ops/test_saving.py",
    "MergeV2Checkpoints": "tests/ops/test_saving.py",
    "ReadFile": "tests/ops/test_files.py",
    "WriteFile": "tests/ops/test_files.py",
    "MatchingFiles": "tests/ops/test_files.py",
}
