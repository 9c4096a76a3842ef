"""Examples of ops/slicing.py, indexing.py and ranking.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal

X = normal(3, 4, seed=1)
CUBE = normal(2, 3, 4, seed=3)
NAN, INF = np.nan, np.inf


def _grad(index: Any) -> Any:
    """Zeros of shape (3, 4) with the last input at an index."""

    def formula(*inputs: Any) -> Any:
        result = np.zeros((3, 4), np.float32)
        result[index] = inputs[-1]
        return result

    return formula


_SLICING = [
    Example("Slice", [X, i32(1, 0), i32(2, 3)], lambda *_: X[1:3, 0:3], constants=[1, 2]),
    Example("Slice", [X, i32(0, 2), i32(-1, -1)], lambda *_: X[:, 2:], constants=[1, 2], note="to the end"),
    Example("Slice", [X, i32(1, 1), i32(1, -1)], lambda *_: X[1:2, 1:], note="known in the run"),
    Example("Slice", [X, i32(1, 1), i32(0, 2)], lambda *_: X[1:1, 1:3], constants=[1, 2], note="empty"),
    Example(
        "StridedSlice", [X, i32(1, 0), i32(3, 4), i32(1, 2)], lambda *_: X[1:3, 0:4:2], constants=[1, 2, 3]
    ),
    Example(
        "StridedSlice",
        [X, i32(1, 0), i32(0, 0), i32(1, 2)],
        lambda *_: X[1:, ::2],
        constants=[1, 2, 3],
        attrs={"begin_mask": 2, "end_mask": 3},
        note="open ends",
    ),
    Example(
        "StridedSlice",
        [X, i32(0, -3), i32(0, -1), i32(-1, 1)],
        lambda *_: X[::-1, -3:-1],
        constants=[1, 2, 3],
        attrs={"begin_mask": 1, "end_mask": 1},
        note="negative",
    ),
    Example(
        "StridedSlice",
        [CUBE, i32(0, 1), i32(0, 2), i32(1, 1)],
        lambda *_: CUBE[..., 1],
        constants=[1, 2, 3],
        attrs={"ellipsis_mask": 1, "shrink_axis_mask": 2},
        note="ellipsis and a position",
    ),
    Example(
        "StridedSlice",
        [X, i32(0, -1, 0), i32(0, 0, 0), i32(1, 1, 1)],
        lambda *_: X[None, -1, None],
        constants=[1, 2, 3],
        attrs={"new_axis_mask": 5, "shrink_axis_mask": 2},
        note="new axes",
    ),
    Example(
        "StridedSlice",
        [X, i32(1, 1), i32(9, 9), i32(1, 1)],
        lambda *_: X[1:9, 1:9],
        constants=[1, 2, 3],
        note="beyond the end",
    ),
    Example(
        "StridedSlice",
        [X, i32([2]), i32([1]), i32([1])],
        lambda *_: X[2:1],
        constants=[1, 2, 3],
        note="empty",
    ),
    Example("StridedSlice", [X, i32([1]), i32([3]), i32([1])], lambda *_: X[1:3], note="known in the run"),
    Example(
        "StridedSlice",
        [X, i32([1]), i32([2]), i32([1])],
        lambda *_: X[1],
        attrs={"shrink_axis_mask": 1},
        constants=[3],
        note="position known in the run",
    ),
    Example(
        "StridedSliceGrad",
        [i32(3, 4), i32(1, 0), i32(3, 4), i32(1, 2), normal(2, 2)],
        _grad(np.s_[1:3, 0:4:2]),
        constants=[0, 1, 2, 3],
    ),
    Example(
        "StridedSliceGrad",
        [i32(3, 4), i32(1, 0), i32(2, 0), i32(1, 1), normal(4)],
        _grad(np.s_[1]),
        attrs={"end_mask": 2, "shrink_axis_mask": 1},
        constants=[0, 1, 2, 3],
        note="position",
    ),
]
_ROWS = i32([[2, 0], [2, 1]])
_INDEXING = [
    Example("GatherV2", [X, _ROWS, i32(0)], lambda x, i, axis: X[[[2, 0], [2, 1]]], constants=[2]),
    Example(
        "GatherV2",
        [X, i32(3, 3, 0), i32(1)],
        lambda x, i, axis: X[:, [3, 3, 0]],
        constants=[2],
        note="columns",
    ),
    Example(
        "GatherV2",
        [CUBE, _ROWS, i32(-2)],
        lambda x, i, axis: CUBE[:, [[2, 0], [2, 1]]],
        constants=[2],
        note="inner axis",
    ),
    Example("GatherV2", [X, i32(1), i32(0)], lambda x, i, axis: X[1], constants=[2], note="one row"),
    Example(
        "GatherV2", [X, np.zeros(0, np.int64), i32(0)], lambda x, i, axis: X[:0], constants=[2], note="no row"
    ),
    Example(
        "GatherV2",
        [CUBE, i32([[2, 0], [1, 1]]), i32(1)],
        lambda x, i, axis: np.stack([CUBE[0][[2, 0]], CUBE[1][[1, 1]]]),
        constants=[2],
        attrs={"batch_dims": 1},
        note="batch",
    ),
    Example(
        "GatherV2",
        [CUBE, i32([[3, 0], [1, 1]]), i32(2)],
        lambda x, i, axis: np.stack([CUBE[0][:, [3, 0]], CUBE[1][:, [1, 1]]]),
        constants=[2],
        attrs={"batch_dims": 1},
        gradients=[],
        note="batch and inner axis",
    ),
    Example(
        "GatherNd", [X, i32([[2, 1], [0, 3], [2, 1]])], lambda x, i: np.array([X[2, 1], X[0, 3], X[2, 1]])
    ),
    Example("GatherNd", [CUBE, i32([[1], [1]])], lambda x, i: CUBE[[1, 1]], note="slices"),
    Example(
        "ScatterNd",
        [i32([[4], [1], [4]]), X, i32(5, 4)],
        lambda i, u, shape: np.stack([0 * X[0], X[1], 0 * X[0], 0 * X[0], X[0] + X[2]]),
        constants=[2],
    ),
    Example(
        "ScatterNd",
        [i32([[0, 1], [1, 0]]), f32(5, 7), i32(2, 2)],
        lambda i, u, shape: f32([[0, 5], [7, 0]]),
        note="shape known in the run",
    ),
    Example(
        "OneHot",
        [i32(2, 0), i32(3), f32(1.0), f32(0.0)],
        lambda *_: f32([[0, 0, 1], [1, 0, 0]]),
        constants=[1],
    ),
    Example(
        "OneHot",
        [i32(2, 5, -1), i32(3), f32(2.0), f32(-1.0)],
        lambda *_: f32([[-1, -1, -1], [-1, -1, -1], [2, -1, -1]]),
        attrs={"axis": 0},
        note="outside",
    ),
    Example(
        "OneHot",
        [i32([[1], [0]]), i32(2), np.array(True), np.array(False)],
        lambda *_: np.array([[[False], [True]], [[True], [False]]]),
        attrs={"axis": 1},
        note="middle axis",
    ),
    Example("Where", [np.array([[True, False], [True, True]])], lambda x: np.array([[0, 0], [1, 0], [1, 1]])),
    Example("Where", [f32(0, 2, 0)], lambda x: np.array([[1]]), note="numbers"),
    Example("Where", [np.zeros((0, 3), bool)], lambda x: np.zeros((0, 2), np.int64), note="none"),
]

_WORDS = np.array([b"b", b"a", b"b", b"a\0"], object)
_RANKING = [
    Example(
        "ScatterNd",
        [np.zeros((3, 0), np.int32), f32(1, 2, 4), i32([])],
        lambda *_: np.float32(7),
        note="into a scalar",
    ),
    Example("Unique", [i32(4, 2, 4, 7, 2)], lambda x: (i32(4, 2, 7), i32(0, 1, 0, 2, 1))),
    Example("Unique", [i32(4, 2, 7)], lambda x: (i32(4, 2, 7), i32(0, 1, 2)), note="no two alike"),
    Example(
        "Unique",
        [_WORDS],
        lambda x: (np.array([b"b", b"a", b"a\0"], object), np.array([0, 1, 0, 2])),
        attrs={"out_idx": "int64"},
        note="strings",
    ),
    Example(
        "Unique",
        [np.zeros(0, np.int32)],
        lambda x: (np.zeros(0, np.int32), np.zeros(0, np.int32)),
        note="none",
    ),
    Example(
        "UniqueWithCounts",
        [i32(4, 2, 4, 7, 2, 4)],
        lambda x: (i32(4, 2, 7), i32(0, 1, 0, 2, 1, 0), i32(3, 2, 1)),
    ),
    Example(
        "TopKV2",
        [f32([[1, 5, 3, 4], [9, 2, 8, 0]]), i32(2)],
        lambda x, k: (f32([[5, 4], [9, 8]]), i32([[1, 3], [0, 2]])),
        constants=[1],
    ),
    Example(
        "TopKV2",
        [f32([[1, 3, 3, 0]]), i32(3)],
        lambda x, k: (f32([[3, 3, 1]]), i32([[1, 2, 0]])),
        note="ties",
        gradients=[],
    ),
    Example(
        "TopKV2", [f32(3, 1, 2), i32(1)], lambda x, k: (f32([3]), i32([0])), constants=[1], note="vector"
    ),
    Example(
        "InTopKV2",
        [f32([[1, 3, 2], [1, 3, 2], [1, 3, 3], [5, 3, 2]]), i32(2, 0, 2, 0), i32(2)],
        lambda p, t, k: np.array([True, False, True, True]),
    ),
    Example(
        "InTopKV2",
        [f32([[1, NAN, 2], [1, 2, 3], [1, INF, 0]]), i32(2, 5, 0), i32(2)],
        lambda p, t, k: np.array([False, False, False]),
        note="not finite or outside",
    ),
    Example(
        "Bucketize",
        [f32(-1, 0, 1, 2.5, 3)],
        lambda x: i32(0, 1, 2, 3, 3),
        attrs={"boundaries": [0.0, 1.0, 2.5]},
    ),
]

EXAMPLES = _SLICING + _INDEXING + _RANKING
