"""Examples of ops/segments.py and ops/sparse_segments.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal

X = normal(3, 4, seed=1)
CUBE = normal(2, 3, 4, seed=3)
F32 = np.finfo(np.float32)

_SORTED = [
    Example(
        "SegmentSum", [X, i32(0, 2, 2)], lambda x, ids: np.stack([X[0], 0 * X[0], X[1] + X[2]]), constants=[1]
    ),
    Example(
        "SegmentSum", [X, i32(0, 0, 1)], lambda x, ids: np.stack([X[0] + X[1], X[2]]), note="known in the run"
    ),
    Example("SegmentMean", [X, i32(0, 2, 2)], lambda x, ids: np.stack([X[0], 0 * X[0], (X[1] + X[2]) / 2])),
    Example(
        "SegmentSum", [np.array([7, 2, 3]), i32(0, 0, 1)], lambda x, ids: np.array([9, 3]), note="integers"
    ),
    Example(
        "SegmentSum",
        [f32([[1], [2]])[:0], i32([])],
        lambda x, ids: np.zeros((0, 1), np.float32),
        note="nothing",
    ),
    Example(
        "SegmentMax", [X, i32(0, 2, 2)], lambda x, ids: np.stack([X[0], 0 * X[0], np.maximum(X[1], X[2])])
    ),
    Example(
        "SegmentMin",
        [X, i32(1, 1, 1)],
        lambda x, ids: np.stack([0 * X[0], X.min(0)]),
        note="a gap at the start",
    ),
    Example(
        "SegmentMax", [i32(-3, -5, -4), i32(0, 0, 1)], lambda x, ids: i32(-3, -4), note="integers below 0"
    ),
    Example("SegmentProd", [X, i32(0, 2, 2)], lambda x, ids: np.stack([X[0], 1 + 0 * X[0], X[1] * X[2]])),
    Example(
        "SegmentProd",
        [f32(2, 0, 3, 0, 0, 5, 7), i32(0, 0, 0, 1, 1, 1, 2)],
        lambda x, ids: f32(0, 0, 7),
        note="of zeros",
    ),
]

_UNSORTED = [
    Example(
        "UnsortedSegmentSum",
        [X, i32(2, 0, 2), i32(4)],
        lambda x, ids, count: np.stack([X[1], 0 * X[0], X[0] + X[2], 0 * X[0]]),
        constants=[2],
    ),
    Example("UnsortedSegmentSum", [X, i32(0, 1, 2), i32(3)], lambda x, *_: X, note="one row each"),
    Example(
        "UnsortedSegmentSum",
        [X, i32(1, -1, 0), i32(2)],
        lambda x, ids, count: np.stack([X[2], X[0]]),
        note="an id left out",
    ),
    Example(
        "UnsortedSegmentSum",
        [CUBE, i32([[0, 1, 0], [1, 1, 0]]), i32(2)],
        lambda x, ids, count: np.stack(
            [CUBE[0, 0] + CUBE[0, 2] + CUBE[1, 2], CUBE[0, 1] + CUBE[1, 0] + CUBE[1, 1]]
        ),
        constants=[2],
        note="ids of two axes",
    ),
    Example(
        "UnsortedSegmentMax",
        [X, i32(1, 0, 1), i32(2)],
        lambda *_: np.stack([X[1], np.maximum(X[0], X[2])]),
        constants=[2],
    ),
    Example(
        "UnsortedSegmentMin",
        [X, i32(1, -1, 0), i32(2)],
        lambda *_: np.stack([X[2], X[0]]),
        note="an id left out",
    ),
    Example(
        "UnsortedSegmentMax",
        [X, i32(2, 0, 2), i32(4)],
        lambda *_: np.stack([X[1], F32.min + 0 * X[0], np.maximum(X[0], X[2]), F32.min + 0 * X[0]]),
        gradients=(),
        note="of none",
    ),
    Example(
        "UnsortedSegmentMin",
        [X, i32(0, 0, 0), i32(2)],
        lambda *_: np.stack([X.min(0), F32.max + 0 * X[0]]),
        gradients=(),
        note="of none",
    ),
    Example(
        "UnsortedSegmentMin",
        [np.int8([3, 5]), i32(1, 1), i32(2)],
        lambda *_: np.int8([127, 3]),
        note="integers of none",
    ),
    Example(
        "UnsortedSegmentProd",
        [f32(2, 0, 3, 0, 0, 5, 7), i32(2, 2, 2, 0, 0, 0, -1), i32(3)],
        lambda *_: f32(0, 1, 0),
        note="of zeros",
    ),
    Example(
        "UnsortedSegmentProd",
        [CUBE, i32([[0, 1, 0], [1, 1, 0]]), i32(2)],
        lambda *_: np.stack([CUBE[0, 0] * CUBE[0, 2] * CUBE[1, 2], CUBE[0, 1] * CUBE[1, 0] * CUBE[1, 1]]),
        constants=[2],
        note="ids of two axes",
    ),
]

IDS, PICKED, GAP = i32(0, 0, 0, 2), i32(2, 0, 2, 1), 0 * X[0]
COMBINED = {
    "SparseSegmentSum": (X[2] + X[0] + X[2], X[1]),
    "SparseSegmentMean": ((X[2] + X[0] + X[2]) / 3, X[1]),
    "SparseSegmentSqrtN": ((X[2] + X[0] + X[2]) / np.float32(3**0.5), X[1]),
}


def _combined(name: str, *more: Any) -> Any:
    first, last = COMBINED[name]
    return lambda *_: np.stack([first, GAP, last, *more])


def _spread(divisor: float) -> Any:
    """What rows 0, 1 and 2 of the table get of a gradient."""
    return lambda dy, *_: np.stack([dy[0] / divisor, dy[2], 2 * dy[0] / divisor, 0 * dy[0]])


_SPARSE = (
    [
        row
        for name in COMBINED
        for row in (
            Example(name, [X, PICKED, IDS], _combined(name), constants=[2]),
            Example(name, [X, PICKED.astype(np.int64), IDS], _combined(name), note="known in the run"),
            Example(name, [X, i32([]), i32([])], lambda *_: X[:0], note="nothing"),
            Example(f"{name}WithNumSegments", [X, PICKED, IDS, i32(4)], _combined(name, GAP), constants=[3]),
            Example(
                f"{name}WithNumSegments",
                [X, PICKED, IDS, i32(3)],
                _combined(name),
                note="no more than there are",
            ),
        )
    ]
    + [
        Example("SparseSegmentSumGrad", [X, PICKED, IDS, i32(4)], _spread(1), constants=[3]),
        Example("SparseSegmentMeanGrad", [X, PICKED, IDS, i32(4)], _spread(3)),
        Example("SparseSegmentSqrtNGrad", [X, PICKED, IDS, i32(4)], _spread(3**0.5)),
    ]
    + [
        Example(
            name, [X, i32(2, 0), i32(0, 2)], lambda *_: np.stack([X[2], 0 * X[0], X[0]]), note="one row each"
        )
        for name in COMBINED
    ]
    + [
        Example(
            f"{name}Grad",
            [X, i32(3, 0), i32(0, 2), i32(4)],
            lambda *_: np.stack([X[2], 0 * X[0], 0 * X[0], X[0]]),
            note="one row each",
        )
        for name in COMBINED
    ]
)

EXAMPLES = _SORTED + _UNSORTED + _SPARSE
