"""Examples of ops/ragged.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal


def i64(*values: Any) -> Any:
    return np.array(values if len(values) != 1 else values[0], np.int64)


SPLITS = i64(0, 2, 2, 5)  # rows of 2, 0 and 3
OUTER = i64(0, 1, 3)  # of which the first is one row, and the others another
VALUES = f32(1, 2, 3, 4, 5)
TEXTS = np.array([b"a", b"b", b"c", b"d", b"e"], object)
WIDE = normal(5, 2)
ONE = {"row_partition_types": ["ROW_SPLITS"]}


def filled(rows: Any, values: Any, fill: Any) -> Any:
    """The values of each row, then as many of `fill` as the longest row has more."""
    longest = max(len(row) for row in rows)
    return np.array(
        [[values[row[place]] if place < len(row) else fill for place in range(longest)] for row in rows],
        np.asarray(values).dtype,
    )


ROWS = [[0, 1], [], [2, 3, 4]]

EXAMPLES = [
    Example(
        "RaggedTensorToTensor",
        [i64(-1), VALUES, f32(-9.0), [SPLITS]],
        lambda *_: filled(ROWS, VALUES, -9),
        ONE,
        constants=[0],
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(4, 2), VALUES, f32(0.5), [SPLITS]],
        lambda *_: f32([[1, 2], [0.5, 0.5], [3, 4], [0.5, 0.5]]),
        ONE,
        constants=[0],
        note="cut and filled up",
    ),
    Example(
        "RaggedTensorToTensor",
        [i32(-1, 2, -1), WIDE, f32([7, 8]), [SPLITS.astype(np.int32)]],
        lambda shape, values, fill, _: np.stack([values[:2], np.stack([fill, fill]), values[2:4]]),
        ONE,
        note="rows of vectors",
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(-1), WIDE, f32(7.0), [SPLITS]],
        lambda shape, values, fill, _: filled(ROWS, values, np.full(2, fill)),
        ONE,
        constants=[0],
        note="one number for all",
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(-1), VALUES, f32(0.0), [i64(3), i64(0, 0, 2, 2, 2)]],
        lambda *_: filled(ROWS, VALUES, 0),
        {"row_partition_types": ["FIRST_DIM_SIZE", "VALUE_ROWIDS"]},
        constants=[0],
        note="row ids",
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(-1), VALUES, f32(0.0), [OUTER, SPLITS]],
        lambda *_: f32([[[1, 2, 0], [0, 0, 0]], [[0, 0, 0], [3, 4, 5]]]),
        {"row_partition_types": ["ROW_SPLITS", "ROW_SPLITS"]},
        constants=[0],
        note="nested",
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(-1), TEXTS, np.array(b"", object), [SPLITS]],
        lambda *_: filled(ROWS, TEXTS, b""),
        ONE,
        constants=[0],
        note="texts",
    ),
    Example(
        "RaggedTensorToTensor",
        [i64(-1), f32([]), f32(0.0), [i64(0, 0)]],
        lambda *_: np.zeros((1, 0), np.float32),
        ONE,
        constants=[0],
        note="nothing",
    ),
    Example(
        "RaggedTensorToSparse",
        [[SPLITS], VALUES],
        lambda *_: (i64([[0, 0], [0, 1], [2, 0], [2, 1], [2, 2]]), VALUES, i64(3, 3)),
    ),
    Example(
        "RaggedTensorToSparse",
        [[i32(0, 1, 3), i32(0, 2, 2, 5)], TEXTS],
        lambda *_: (
            i64([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1], [1, 1, 2]]),
            TEXTS,
            i64(2, 2, 3),
        ),
        note="nested texts",
    ),
    Example(
        "RaggedTensorToSparse",
        [[i64(0, 0, 2)], WIDE[:2]],
        lambda _, values: (
            i64([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]),
            values.reshape(-1),
            i64(2, 2, 2),
        ),
        note="rows of vectors",
    ),
    Example(
        "RaggedRange",
        [i32(0, 5, 8), i32(3, 5, 12), i32(1, 1, 3)],
        lambda *_: (i64(0, 3, 3, 5), i32(0, 1, 2, 8, 11)),
    ),
    Example(
        "RaggedRange",
        [f32(0.0), f32(1.1, -1.0), f32(0.5, -0.25)],
        lambda *_: (i32(0, 3, 7), f32(0, 0.5, 1, 0, -0.25, -0.5, -0.75)),
        {"Tsplits": "int32"},
        note="one start",
    ),
    Example(
        "RaggedRange", [i64(2), i64(4), i64(1)], lambda *_: (i64(0, 2), i64(2, 3)), note="one row of scalars"
    ),
    Example(
        "RaggedGather",
        [[SPLITS], VALUES, i32(2, 0, 1, 2)],
        lambda *_: (i64(0, 3, 5, 5, 8), f32(3, 4, 5, 1, 2, 3, 4, 5)),
        {"OUTPUT_RAGGED_RANK": 1},
    ),
    Example(
        "RaggedGather",
        [[OUTER, SPLITS], WIDE, i64([[1], [0]])],
        lambda _, values, __: (
            i64(0, 1, 2),
            i64(0, 2, 3),
            i64(0, 0, 3, 5),
            values[[2, 3, 4, 0, 1]],
        ),
        {"OUTPUT_RAGGED_RANK": 3},
        note="a matrix of numbers",
    ),
    Example(
        "RaggedGather",
        [[i32(0, 2, 2, 5)], TEXTS, i32([])],
        lambda *_: (i32([0]), TEXTS[:0]),
        {"OUTPUT_RAGGED_RANK": 1},
        note="none",
    ),
]
