"""Examples of ops/text_coding.py and ops/unicode.py; what TensorFlow gives for more is in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import float32, int32
from tests.ops.example import Example, f32, i32


def texts(*words: bytes) -> Any:
    """An array of strings."""
    return np.array(words, object)


def text(word: bytes) -> Any:
    """A string."""
    result = np.empty((), object)
    result[()] = word
    return result


# field 1: DT_FLOAT, field 2: the shape [2], field 4: the bytes of 1.5 and -2
FLOATS = b"\x08\x01\x12\x04\x12\x02\x08\x02\x22\x08\x00\x00\xc0?\x00\x00\x00\xc0"
# field 1: DT_STRING, field 2: the shape [], field 8: the text
WORD = b"\x08\x07\x12\x00\x42\x02ab"
WORDS = texts("aé€".encode(), b"", b"x\xffy", "\U0001f600\t".encode())


EXAMPLES = [
    Example(
        "EncodeBase64",
        [texts(b"", b"a", b"ab", b"abc", b"\xfb\xff\x00")],
        lambda x: texts(b"", b"YQ", b"YWI", b"YWJj", b"-_8A"),
    ),
    Example(
        "EncodeBase64",
        [texts(b"a", b"ab")],
        lambda x: texts(b"YQ==", b"YWI="),
        attrs={"pad": True},
        note="padded",
    ),
    Example(
        "DecodeBase64",
        [texts(b"", b"YQ", b"YQ==", b"YWI", b"YWJj", b"-_8A")],
        lambda x: texts(b"", b"a", b"a", b"ab", b"abc", b"\xfb\xff\x00"),
    ),
    Example("SerializeTensor", [f32(1.5, -2)], lambda x: text(FLOATS)),
    Example("SerializeTensor", [text(b"ab")], lambda x: text(WORD), note="text"),
    Example(
        "SerializeTensor",
        [np.array(True)],
        lambda x: text(b"\x08\x0a\x12\x00\x22\x01\x01"),
        note="scalar",
    ),
    Example("ParseTensor", [text(FLOATS)], lambda x: f32(1.5, -2), attrs={"out_type": float32}),
    Example(
        "ParseTensor",
        [text(b"\x08\x03\x12\x00\x3a\x01\x05")],
        lambda x: np.int32(5),
        attrs={"out_type": int32},
        note="values in a field",
    ),
    Example(
        "UnicodeTranscode",
        [WORDS],
        lambda x: texts(b"\0a\0\xe9\x20\xac", b"", b"\0x\xff\xfd\0y", b"\xd8\x3d\xde\0\0\t"),
        attrs={"input_encoding": "UTF-8", "output_encoding": "UTF-16-BE"},
    ),
    Example(
        "UnicodeTranscode",
        [WORDS],
        lambda x: texts("aé€".encode(), b"", b"xy", "\U0001f600".encode()),
        attrs={
            "input_encoding": "UTF-8",
            "output_encoding": "UTF-8",
            "errors": "ignore",
            "replace_control_characters": True,
        },
        note="ignored",
    ),  # fmt: skip
    Example(
        "UnicodeTranscode",
        [texts(b"a\xe9")],
        lambda x: texts(b"\0\0\0a\0\0\0\xe9"),
        attrs={"input_encoding": "ISO-8859-1", "output_encoding": "UTF-32-BE"},
        note="Latin",
    ),
    Example(
        "UnicodeDecode",
        [WORDS],
        lambda x: (
            np.array([0, 3, 3, 6, 8]),
            i32(97, 0xE9, 0x20AC, 120, 63, 121, 0x1F600, 9),
        ),
        attrs={"input_encoding": "UTF-8", "replacement_char": 63},
    ),
    Example(
        "UnicodeDecode",
        [text(b"ab")],
        lambda x: (i32(0, 2), i32(97, 98)),
        attrs={"input_encoding": "UTF-8", "Tsplits": int32},
        note="one text",
    ),
    Example(
        "UnicodeDecodeWithOffsets",
        [WORDS],
        lambda x: (
            np.array([0, 3, 3, 6, 8]),
            i32(97, 0xE9, 0x20AC, 120, 0xFFFD, 121, 0x1F600, 0xFFFD),
            np.array([0, 1, 3, 0, 1, 2, 0, 4]),
        ),
        attrs={"input_encoding": "UTF-8", "replace_control_characters": True},
    ),
    Example(
        "UnicodeEncode",
        [i32(97, 0x20AC, 0xD800, 98), np.array([0, 2, 2, 4])],
        lambda *_: texts("a€".encode(), b"", "\ufffdb".encode()),
        attrs={"output_encoding": "UTF-8"},
    ),
    Example(
        "UnicodeEncode",
        [i32(97, -1), i32(0, 2)],
        lambda *_: texts(b"\0a"),
        attrs={"output_encoding": "UTF-16-BE", "errors": "ignore", "Tsplits": int32},
        note="ignored",
    ),
]
