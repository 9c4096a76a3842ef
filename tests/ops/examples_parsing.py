"""Examples of ops/parsing.py and ops/csv.py; tests/test_parsing.py has what TensorFlow gives for many more inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.core.shapes import TensorShape
from tests.ops.example import Example, f32, i32
from tests.parsing_of_tf import entry, example, floats, ints, texts


def words(*given: bytes) -> Any:
    """An array of texts."""
    return np.array(given, object)


FIRST = example(entry(b"v", ints(3, 4)), entry(b"x", floats(0.5, 1.5)), entry(b"t", texts(b"one")))
SECOND = example(entry(b"x", floats(2.5, 3.5)), entry(b"r", ints(7)))
NO_NAMES, NO_TEXT = words(), words()
DENSE = {"dense_shapes": [TensorShape([]), TensorShape([2])]}
BATCH = [
    np.array([[0, 0], [0, 1]], np.int64),
    np.array([3, 4], np.int64),
    np.array([2, 2], np.int64),
    words(b"one", b"none"),
    f32([[0.5, 1.5], [2.5, 3.5]]),
]
SINGLE = [
    np.array([[0], [1]], np.int64),
    np.array([3, 4], np.int64),
    np.array([2], np.int64),
    np.array(b"one", object),
    f32([0.5, 1.5]),
]
DEFAULTS = [np.array(b"none", object), f32([]).reshape(0)]

EXAMPLES = [
    Example(
        "ParseExampleV2",
        [words(FIRST, SECOND), NO_NAMES, words(b"v"), words(b"t", b"x"), words(b"r"), DEFAULTS],
        lambda *_: (*BATCH, np.array([7], np.int64), i32([0, 0, 1])),
        attrs={
            "num_sparse": 1,
            "sparse_types": [int64],
            "ragged_value_types": [int64],
            "ragged_split_types": [int32],
            **DENSE,
        },
    ),
    Example(
        "ParseExampleV2",
        [np.array(FIRST, object), NO_NAMES, words(b"v"), words(b"t", b"x"), NO_TEXT, DEFAULTS],
        lambda *_: tuple(SINGLE),
        attrs={
            "num_sparse": 1,
            "sparse_types": [int64],
            "ragged_value_types": [],
            "ragged_split_types": [],
            **DENSE,
        },
        note="one",
    ),
    Example(
        "ParseExample",
        [
            words(FIRST, SECOND),
            NO_NAMES,
            [np.array(b"v", object)],
            [np.array(b"t", object), np.array(b"x", object)],
            DEFAULTS,
        ],
        lambda *_: tuple(BATCH),
        attrs={"sparse_types": [int64], **DENSE},
    ),
    Example(
        "ParseSingleExample",
        [np.array(FIRST, object), DEFAULTS],
        lambda *_: tuple(SINGLE),
        attrs={
            "num_sparse": 1,
            "sparse_types": [int64],
            "sparse_keys": ["v"],
            "dense_keys": ["t", "x"],
            **DENSE,
        },
    ),
    Example(
        "DecodeCSV",
        [words(b'1,"a,b"', b",c"), [i32([9]), np.array([b"d"], object)]],
        lambda *_: (i32([1, 9]), words(b"a,b", b"c")),
    ),
    Example(
        "DecodeCSV",
        [words(b"1;x;2.5", b"2;y;NA"), [f32([]).reshape(0).astype(np.int32), f32([0.5])]],
        lambda *_: (i32([1, 2]), f32([2.5, 0.5])),
        attrs={"field_delim": ";", "na_value": "NA", "select_cols": [0, 2]},
        note="columns",
    ),
]
