"""Examples of ops/arrays.py, filling.py, joining.py and padding.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32, normal

X, Y = normal(3, 4, seed=1), normal(3, 4, seed=2)
CUBE = normal(2, 3, 4, seed=3)
ONE = normal(3, 1, 4, seed=4)
NO_SIZES = np.zeros(0, np.int32)

_DESCRIBING = [
    Example("Const", [], lambda: X, attrs={"value": X, "dtype": "float32"}),
    Example("PlaceholderWithDefault", [X], lambda x: x, attrs={"shape": [None, 4]}),
    Example("Identity", [X], lambda x: x),
    Example("StopGradient", [X], lambda x: x),
    Example("GuaranteeConst", [X], lambda x: x),
    Example("PreventGradient", [X], lambda x: x, attrs={"message": "not here"}, gradients=[]),
    Example("Reshape", [X, i32(2, -1)], lambda x, shape: X.reshape(2, 6), constants=[1]),
    Example("Reshape", [X, i32(4, 3)], lambda x, shape: X.reshape(4, 3), note="shape known in the run"),
    Example("Reshape", [f32(3.5), NO_SIZES], lambda x, shape: f32(3.5), constants=[1], note="to a scalar"),
    Example("Shape", [CUBE], lambda x: i32(2, 3, 4)),
    Example("Shape", [f32(1.0)], lambda x: NO_SIZES, note="scalar"),
    Example(
        "Shape", [CUBE], lambda x: np.array([2, 3, 4], np.int64), attrs={"out_type": "int64"}, note="int64"
    ),
    Example("ShapeN", [[CUBE, X]], lambda xs: (i32(2, 3, 4), i32(3, 4))),
    Example("Size", [CUBE], lambda x: i32(24)),
    Example("Rank", [CUBE], lambda x: i32(3)),
    Example("ExpandDims", [X, i32(1)], lambda x, axis: X[:, None, :], constants=[1]),
    Example("ExpandDims", [X, i32(-1)], lambda x, axis: X[:, :, None], constants=[1], note="last"),
    Example("ExpandDims", [X, i32(0)], lambda x, axis: X[None], note="axis known in the run"),
    Example("Squeeze", [ONE], lambda x: ONE[:, 0, :]),
    Example(
        "Squeeze", [ONE[:, :, :1]], lambda x: ONE[:, 0, :1], attrs={"squeeze_dims": [-2]}, note="one of two"
    ),
]

_FILLING = [
    Example("Fill", [i32(2, 3), f32(1.5)], lambda dims, value: f32([[1.5] * 3] * 2), constants=[0]),
    Example(
        "Fill", [i32(2, 3), f32(1.5)], lambda dims, value: f32([[1.5] * 3] * 2), note="shape known in the run"
    ),
    Example("Fill", [NO_SIZES, i32(7)], lambda dims, value: i32(7), constants=[0], note="scalar"),
    Example("ZerosLike", [X], lambda x: 0 * X),
    Example("ZerosLike", [np.array([b"a"], object)], lambda x: np.array([b""], object), note="strings"),
    Example("OnesLike", [X], lambda x: 0 * X + 1),
    Example("OnesLike", [np.array([False])], lambda x: np.array([True]), note="booleans"),
    Example("Range", [i32(2), i32(11), i32(3)], lambda *bounds: i32(2, 5, 8)),
    Example(
        "Range", [i32(2), i32(11), i32(3)], lambda *bounds: i32(2, 5, 8), constants=[0, 1, 2], note="known"
    ),
    Example("Range", [i32(3), i32(0), i32(-1)], lambda *bounds: i32(3, 2, 1), note="down"),
    Example("Range", [i32(3), i32(3), i32(1)], lambda *bounds: NO_SIZES, note="empty"),
    Example("Range", [f32(0.0), f32(1.0), f32(0.25)], lambda *bounds: f32(0, 0.25, 0.5, 0.75), note="float"),
    Example(
        "LinSpace", [f32(0.0), f32(1.0), i32(5)], lambda *bounds: f32(0, 0.25, 0.5, 0.75, 1), constants=[2]
    ),
    Example("LinSpace", [f32(3.0), f32(1.0), i32(1)], lambda *bounds: f32([3]), note="one"),
    Example("BroadcastTo", [X[:1], i32(5, 4)], lambda x, shape: X[[0] * 5], constants=[1]),
    Example(
        "BroadcastTo", [X[0], i32(2, 3, 4)], lambda x, shape: np.stack([X[[0] * 3]] * 2), note="more axes"
    ),
    # TensorFlow 2.15: raw_ops.BroadcastGradientArgs of the same shapes
    Example("BroadcastGradientArgs", [i32(2, 3), i32([3])], lambda a, b: (NO_SIZES, i32([0]))),
    Example("BroadcastGradientArgs", [i32(1, 3), i32(2, 1)], lambda a, b: (i32([0]), i32([1])), note="both"),
    Example("BroadcastGradientArgs", [i32(4, 1), i32(4, 1)], lambda a, b: (NO_SIZES, NO_SIZES), note="equal"),
    Example(
        "BroadcastGradientArgs", [i32(2, 1, 3), i32(1, 3)], lambda a, b: (i32([1]), i32(0, 1)), note="ones"
    ),
    Example("BroadcastGradientArgs", [NO_SIZES, i32([2])], lambda a, b: (i32([0]), NO_SIZES), note="scalar"),
    Example(
        "BroadcastGradientArgs", [i32(0, 1), i32([1])], lambda a, b: (i32([1]), i32(0, 1)), note="no rows"
    ),
]

_JOINING = [
    Example("Pack", [[X, Y]], lambda xs: np.array([X, Y])),
    Example(
        "Pack",
        [[X, Y, X]],
        lambda xs: np.array([X, Y, X]).transpose(1, 2, 0),
        attrs={"axis": -1},
        note="last",
    ),
    Example("Pack", [[f32(1.0), f32(2.0)]], lambda xs: f32(1, 2), note="scalars"),
    Example("Unpack", [X], lambda x: (X[0], X[1], X[2]), attrs={"num": 3}),
    Example("Unpack", [X], lambda x: tuple(X.T), attrs={"num": 4, "axis": 1}, note="columns"),
    Example("Unpack", [f32(1, 2)], lambda x: (f32(1.0), f32(2.0)), attrs={"num": 2}, note="scalars"),
    Example("ConcatV2", [[X, Y[:2]], i32(0)], lambda xs, axis: np.array([*X, *Y[:2]]), constants=[1]),
    Example(
        "ConcatV2",
        [[X, Y[:, :1], Y], i32(-1)],
        lambda xs, axis: np.hstack([X, Y[:, :1], Y]),
        constants=[1],
        note="last",
    ),
    Example("ConcatV2", [[X, Y], i32(1)], lambda xs, axis: np.hstack([X, Y]), note="axis known in the run"),
    # TensorFlow 2.15: raw_ops.ConcatOffset
    Example(
        "ConcatOffset",
        [i32(1), [i32(2, 3), i32(2, 1), i32(2, 4)]],
        lambda axis, shapes: (i32(0, 0), i32(0, 3), i32(0, 4)),
    ),
    Example(
        "ConcatOffset",
        [i32(-2), [i32(2, 3), i32(5, 3)]],
        lambda axis, shapes: (i32(0, 0), i32(2, 0)),
        note="axis from the end",
    ),
    Example("ConcatV2", [[X, X[:0]], i32(0)], lambda xs, axis: X, constants=[1], note="an empty one"),
    Example(
        "Split", [i32(1), X], lambda axis, x: (X[:, :2], X[:, 2:]), attrs={"num_split": 2}, constants=[0]
    ),
    Example("Split", [i32(1), X], lambda axis, x: (X,), attrs={"num_split": 1}, constants=[0], note="one"),
    Example(
        "Split", [i32(-2), X], lambda axis, x: (X[:1], X[1:2], X[2:]), attrs={"num_split": 3}, note="rows"
    ),
    Example(
        "SplitV",
        [X, np.array([1, 3]), i32(1)],
        lambda x, sizes, axis: (X[:, :1], X[:, 1:]),
        attrs={"num_split": 2},
        constants=[1, 2],
    ),
    Example(
        "SplitV",
        [X, i32(1, -1, 1), i32(0)],
        lambda x, sizes, axis: (X[:1], X[1:2], X[2:]),
        attrs={"num_split": 3},
        constants=[1, 2],
        note="open size",
    ),
    Example(
        "SplitV",
        [X, i32(0, 3), i32(0)],
        lambda x, sizes, axis: (X[:0], X),
        attrs={"num_split": 2},
        note="sizes known in the run",
    ),
    Example("Transpose", [X, i32(1, 0)], lambda x, perm: X.T, constants=[1]),
    Example(
        "Transpose",
        [CUBE, i32(2, 0, 1)],
        lambda x, perm: np.moveaxis(CUBE, 2, 0),
        note="perm known in the run",
    ),
    Example("InvertPermutation", [i32(2, 0, 1)], lambda x: i32(1, 2, 0)),
    Example("ReverseV2", [X, i32([1])], lambda x, axis: X[:, ::-1], constants=[1]),
    Example("ReverseV2", [CUBE, i32(0, -1)], lambda x, axis: CUBE[::-1, :, ::-1], note="two axes"),
    Example(
        "ReverseSequence",
        [X, np.array([2, 0, 4])],
        lambda x, n: np.stack([X[0, [1, 0, 2, 3]], X[1], X[2, ::-1]]),
        attrs={"seq_dim": 1},
    ),
    Example(
        "ReverseSequence",
        [CUBE, i32(1, 2, 2, 0)],
        lambda x, n: np.stack([CUBE[:, :, 0], CUBE[::-1, :, 1], CUBE[::-1, :, 2], CUBE[:, :, 3]], axis=2),
        attrs={"seq_dim": 0, "batch_dim": 2},
        note="batch last",
    ),
    Example("Tile", [X, i32(2, 3)], lambda x, times: np.block([[X, X, X], [X, X, X]]), constants=[1]),
    Example("Tile", [X, i32(1, 2)], lambda x, times: np.block([[X, X]]), note="multiples known in the run"),
    Example("Tile", [X, i32(0, 1)], lambda x, times: X[:0], constants=[1], note="no times", gradients=[]),
]


def _framed(before: int, after: int, value: float) -> np.ndarray:
    frame = np.full((3 + before + after, 5), value, np.float32)
    frame[before : before + 3, :4] = X
    return frame


_PADS = i32([[1, 2], [0, 1]])
_PADDING = [
    Example("Pad", [X, _PADS], lambda x, pads: _framed(1, 2, 0), constants=[1]),
    Example("Pad", [X, _PADS], lambda x, pads: _framed(1, 2, 0), note="paddings known in the run"),
    Example("PadV2", [X, _PADS, f32(2.5)], lambda x, pads, value: _framed(1, 2, 2.5), constants=[1]),
    Example(
        "MirrorPad",
        [X, i32([[1, 0], [2, 1]])],
        lambda x, pads: X[[1, 0, 1, 2]][:, [2, 1, 0, 1, 2, 3, 2]],
        attrs={"mode": "REFLECT"},
        constants=[1],
    ),
    Example(
        "MirrorPad",
        [X, i32([[1, 0], [2, 1]])],
        lambda x, pads: X[[0, 0, 1, 2]][:, [1, 0, 0, 1, 2, 3, 3]],
        attrs={"mode": "SYMMETRIC"},
        constants=[1],
        note="symmetric",
    ),
    # column j of the padded matrix is column [1, 0, 1, 2, 1][j] of the other
    Example(
        "MirrorPadGrad",
        [normal(2, 5), i32([[0, 0], [1, 1]])],
        lambda dy, pads: np.stack([dy[:, 1], dy[:, 0] + dy[:, 2] + dy[:, 4], dy[:, 3]], axis=1),
        attrs={"mode": "REFLECT"},
        constants=[1],
    ),
]

EXAMPLES = _DESCRIBING + _FILLING + _JOINING + _PADDING

ELSEWHERE = {"Placeholder": "tests/ops/test_arrays.py"}
