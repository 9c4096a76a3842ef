"""Examples of ops/elementwise.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32, normal, positive

NAN, INF = np.nan, np.inf
X, Y = normal(3, 4, seed=1), normal(3, 4, seed=2) + f32(0.1)
ROW, COLUMN = normal(4, seed=3), normal(3, 1, seed=4)

_BINARY = [
    ("AddV2", lambda x, y: x + y),
    ("Add", lambda x, y: x + y),
    ("Sub", lambda x, y: x - y),
    ("Mul", lambda x, y: x * y),
    ("RealDiv", lambda x, y: x / y),
    ("Div", lambda x, y: x / y),
    ("DivNoNan", lambda x, y: x / y),
    ("MulNoNan", lambda x, y: x * y),
    ("SquaredDifference", lambda x, y: (x - y) ** 2),
    ("Maximum", lambda x, y: np.where(x > y, x, y)),
    ("Minimum", lambda x, y: np.where(x < y, x, y)),
]

EXAMPLES = [
    row
    for name, formula in _BINARY
    for row in (
        Example(name, [X, Y], formula),
        Example(name, [X, ROW], formula, note="row"),
        Example(name, [COLUMN, ROW], formula, note="column and row"),
        Example(name, [f32(2.5), X], formula, note="scalar"),
        Example(name, [np.zeros((0, 4), np.float32), ROW], formula, note="no rows"),
    )
] + [
    Example("Cross", [normal(2, 3), normal(2, 3, seed=1)], np.cross, note="rows"),
    Example("AddV2", [i32(1, 2), i32(2**31 - 1, 3)], lambda x, y: i32(-(2**31), 5), note="int wraps"),
    Example("Add", [np.array([b"a", b"b\0"], object), np.array(b"c", object)],
            lambda x, y: np.array([b"ac", b"b\0c"], object), note="strings"),
    Example("Div", [i32(7, -7, 7, -7), i32(2, 2, -2, -2)], lambda x, y: i32(3, -3, -3, 3), note="int"),
    Example("FloorDiv", [i32(7, -7, 7, -7), i32(2, 2, -2, -2)], lambda x, y: i32(3, -4, -4, 3), note="int"),
    Example("FloorDiv", [f32(7, -7, 7.5), f32(2, 2, -2)], lambda x, y: f32(3, -4, -4)),
    Example("FloorMod", [i32(7, -7, 7, -7), i32(3, 3, -3, -3)], lambda x, y: i32(1, 2, -2, -1), note="int"),
    Example("FloorMod", [f32(7.25, -7.25, 7.25), f32(3, 3, -3)], lambda x, y: f32(1.25, 1.75, -1.75)),
    Example("TruncateDiv", [i32(7, -7, 7, -7), i32(2, 2, -2, -2)], lambda x, y: i32(3, -3, -3, 3), note="int"),
    Example("TruncateDiv", [f32(7, -7), f32(2, 2)], lambda x, y: f32(3, -3)),
    Example("TruncateMod", [i32(7, -7, 7, -7), i32(3, 3, -3, -3)], lambda x, y: i32(1, -1, 1, -1), note="int"),
    Example("TruncateMod", [f32(7.25, -7.25), f32(3, 3)], lambda x, y: f32(1.25, -1.25)),
    Example("Mod", [f32(7.25, -7.25), f32(3, 3)], lambda x, y: f32(1.25, -1.25)),
    Example("DivNoNan", [f32(1, 0, -3), f32(0, 0, 2)], lambda x, y: f32(0, 0, -1.5), gradients=[0], note="zeros"),
    Example("MulNoNan", [f32(INF, NAN, 3), f32(0, 0, 2)], lambda x, y: f32(0, 0, 6), gradients=[], note="zeros"),
    Example("RealDiv", [f32(1, -1, 0), f32(0, 0, 0)], lambda x, y: f32(INF, -INF, NAN), gradients=[], note="zeros"),
    Example("Pow", [positive(3, 4), Y], lambda x, y: np.exp(y * np.log(x))),
    Example("Pow", [positive(3, 4), ROW], lambda x, y: np.exp(y * np.log(x)), note="row"),
    Example("Pow", [f32(-2, -3, 0), f32(2, 3, 2)], lambda x, y: f32(4, -27, 0), gradients=[0], note="negative base"),
    Example("Pow", [i32(2, -3), i32(10, 3)], lambda x, y: i32(1024, -27), note="int"),
    Example("Maximum", [f32(NAN, 1), f32(1, NAN)], lambda x, y: f32(NAN, NAN), gradients=[], note="nan"),
    Example("AddN", [[X, Y, X]], lambda xs: xs[0] + xs[1] + xs[2]),
    Example("AddN", [[X]], lambda xs: xs[0], note="one"),
    Example("AddN", [[X, Y]], lambda xs: xs[0] + xs[1], note="two"),
    Example("ClipByValue", [X, f32(-0.5), f32(0.7)], lambda t, low, high: np.clip(t, low, high)),
    Example("ClipByValue", [X, np.full_like(X, -0.5), np.full_like(X, 0.7)],
            lambda t, low, high: np.clip(t, low, high), note="bounds of the shape"),
]  # fmt: skip
