"""Examples of ops/parsing.py and ops/csv.py; tests/test_parsing.py has what TensorFlow gives for many more inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32, int64
from estimator.core.shapes import TensorShape
from tests.ops.example import Example, f32, i32
from tests.parsing_of_tf import entry, example, floats, ints, lists, texts


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

LISTED = example(entry(b"v", ints(3, 4)), entry(b"t", texts(b"one"))) + lists(
    q=[ints(1), ints(2)], s=[ints(5, 6), b""]
)
BARE = lists(q=[ints(7)])
OF_LISTS = {
    "Ncontext_sparse": 1,
    "context_sparse_types": [int64],
    "context_ragged_value_types": [],
    "context_ragged_split_types": [],
    "context_dense_shapes": [TensorShape([])],
    "Nfeature_list_sparse": 1,
    "Nfeature_list_dense": 1,
    "feature_list_dense_types": [int64],
    "feature_list_sparse_types": [int64],
    "feature_list_ragged_value_types": [],
    "feature_list_ragged_split_types": [],
    "feature_list_dense_shapes": [TensorShape([])],
}


def i64(value: Any) -> Any:
    """An array of int64."""
    return np.array(value, np.int64)


def of_lists(serialized: Any, *results: Any, note: str) -> Example:
    """What SequenceExamples have under the keys v and t of the context and s and q of the lists."""
    keys = [words(b"v"), words(b"t"), NO_TEXT, words(b"s"), words(b"q"), NO_TEXT]
    inputs = [serialized, NO_NAMES, *keys, np.array([False]), DEFAULTS[:1]]
    return Example("ParseSequenceExampleV2", inputs, lambda *_: results, attrs=OF_LISTS, note=note)


EXAMPLES = [
    of_lists(
        words(LISTED, BARE),
        i64([[0, 0], [0, 1]]),
        i64([3, 4]),
        i64([2, 2]),
        words(b"one", b"none"),
        i64([[0, 0, 0], [0, 0, 1]]),
        i64([5, 6]),
        i64([2, 2, 2]),
        i64([[1, 2], [7, 0]]),
        i64([2, 1]),
        note="two",
    ),
    of_lists(
        np.array(LISTED, object),
        i64([[0], [1]]),
        i64([3, 4]),
        i64([2]),
        np.array(b"one", object),
        i64([[0, 0], [0, 1]]),
        i64([5, 6]),
        i64([2, 2]),
        i64([1, 2]),
        i64(2),
        note="one",
    ),
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
