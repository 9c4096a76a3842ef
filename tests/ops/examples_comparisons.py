"""Examples of ops/comparisons.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, booleans, f32, i32, normal

A, B = i32([[1, 2, 3], [4, 5, 6]]), i32(4, 2, 0)
P, Q = booleans(2, 3, seed=1), booleans(3, seed=2)
X, Y = normal(3, 4, seed=1), normal(3, 4, seed=2)
ODD = f32(1, np.nan, np.inf, -np.inf)
WORDS = np.array([b"a", b"b\0"], object)


def bits(*rows: object) -> object:
    return np.array(rows if len(rows) != 1 else rows[0], bool)


EXAMPLES = [
    Example("Less", [A, B], lambda x, y: bits([1, 0, 0], [0, 0, 0])),
    Example("LessEqual", [A, B], lambda x, y: bits([1, 1, 0], [1, 0, 0])),
    Example("Greater", [A, B], lambda x, y: bits([0, 0, 1], [0, 1, 1])),
    Example("GreaterEqual", [A, B], lambda x, y: bits([0, 1, 1], [1, 1, 1])),
    Example("Equal", [A, B], lambda x, y: bits([0, 1, 0], [1, 0, 0])),
    Example("Equal", [WORDS, np.array(b"b\0", object)], lambda x, y: bits(0, 1), note="strings"),
    Example("NotEqual", [A, B], lambda x, y: bits([1, 0, 1], [0, 1, 1])),
    Example("ApproximateEqual", [f32(1, 1), f32(1.2, 1.4)], lambda x, y: bits(1, 0), {"tolerance": 0.3}),
    Example("LogicalAnd", [P, Q], lambda x, y: x & y),
    Example("LogicalOr", [P, Q], lambda x, y: x | y),
    Example("LogicalNot", [P], lambda x: ~x),
    Example("IsNan", [ODD], lambda x: bits(0, 1, 0, 0)),
    Example("IsInf", [ODD], lambda x: bits(0, 0, 1, 1)),
    Example("IsFinite", [ODD], lambda x: bits(1, 0, 0, 0)),
    Example("Select", [booleans(3, 4), X, Y], lambda c, t, e: c * t + ~c * e),
    Example("Select", [bits(1, 0, 1), X, Y], lambda c, t, e: np.stack([X[0], Y[1], X[2]]), note="rows"),
    Example("Select", [np.array(True), X, Y], lambda c, t, e: X, note="scalar"),
    Example("SelectV2", [booleans(3, 4), X, Y], lambda c, t, e: c * t + ~c * e),
    Example("SelectV2", [booleans(3, 1), X, f32(2)], lambda c, t, e: c * t + ~c * e, note="broadcasting"),
    Example("SelectV2", [booleans(4), X[:, :1], Y], lambda c, t, e: c * t + ~c * e, note="column"),
]
