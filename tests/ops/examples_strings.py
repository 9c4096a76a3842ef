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
        "ShardedFilespec",
        [np.array(b"dir/part", object), np.array(10, np.int32)],
        lambda *x: np.array(b"dir/part-?????-of-00010", object),
    ),
]

ELSEWHERE = {
    "SaveV2": "tests/ops/test_saving.py",
    "RestoreV2": "tests/ops/test_saving.py",
    "MergeV2Checkpoints": "tests/ops/test_saving.py",
}
