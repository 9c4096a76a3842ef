"""Examples of ops/reductions.py, running.py and linalg.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, booleans, f32, i32, normal

X = normal(2, 3, 4, seed=1)
ZEROS = f32([[2, 0, 3], [0, 0, 5], [1, 2, 4]])
TIES = f32([[1, 3, 3], [2, 2, 2]])
B = booleans(2, 3, 4)
A34, B45 = normal(3, 4, seed=2), normal(4, 5, seed=3)


def by_loop(combine, axes, keep=False):  # type: ignore[no-untyped-def]
    """A reduction as loops over the places of the result, in double precision."""

    def formula(x, _):  # type: ignore[no-untyped-def]
        places = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
        out = np.empty(places)
        for place in np.ndindex(*places):
            chosen = tuple(slice(None) if axis in axes else at for axis, at in enumerate(place))
            out[place] = combine([float(v) for v in x[chosen].ravel()])
        return out if keep else out.reshape([size for axis, size in enumerate(x.shape) if axis not in axes])

    return formula


def product(values: list[float]) -> float:
    out = 1.0
    for value in values:
        out *= value
    return out


_REDUCTIONS = {
    "Sum": sum,
    "Mean": lambda values: sum(values) / len(values),
    "Prod": product,
    "Max": max,
    "Min": min,
    "EuclideanNorm": lambda values: sum(v * v for v in values) ** 0.5,
}

EXAMPLES = [
    row
    for name, combine in _REDUCTIONS.items()
    for row in (
        Example(name, [X, i32(0, 1, 2)], by_loop(combine, (0, 1, 2)), constants=[1], note="all"),
        Example(name, [X, i32(1)], by_loop(combine, (1,)), constants=[1], note="middle"),
        Example(name, [X, i32(-1)], by_loop(combine, (2,)), constants=[1], note="last"),
        Example(name, [X, i32(0)], by_loop(combine, (0,)), constants=[1], note="first"),
        Example(name, [X, i32([0, 2])], by_loop(combine, (0, 2)), constants=[1], note="outer"),
        Example(name, [X, i32([0, 2])], by_loop(combine, (0, 2), True), {"keep_dims": True}, [1], note="kept"),
        Example(name, [X, np.array([1], np.int64)], by_loop(combine, (1,)), note="axes fed"),
    )
] + [
    Example("Sum", [X, np.zeros(0, np.int32)], lambda x, _: x, constants=[1], note="no axes"),
    Example("Sum", [i32([2**31 - 1, 1]), i32(0)], lambda x, _: i32(-(2**31)), constants=[1], note="int wraps"),
    Example("Sum", [normal(37, 300), i32(0)], by_loop(sum, (0,)), constants=[1], gradients=[], note="large first"),
    Example("Sum", [normal(37, 300), i32(1)], by_loop(sum, (1,)), constants=[1], gradients=[], rtol=1e-4, note="large last"),
    Example("Mean", [normal(37, 300), i32(0, 1)], by_loop(_REDUCTIONS["Mean"], (0, 1)), constants=[1], gradients=[],
            rtol=1e-4, note="large"),
    Example("Sum", [f32(-3.0), np.zeros(0, np.int32)], lambda x, _: x, constants=[1], note="scalar"),
    Example("Sum", [np.zeros((0, 3), np.float32), i32(0)], lambda x, _: f32(0, 0, 0), constants=[1], note="empty"),
    Example("Mean", [i32([[1, 2], [-1, -2]]), i32(1)], lambda x, _: i32(1, -1), constants=[1], note="int"),
    Example("Mean", [np.array([200, 201, 100], np.uint8), i32(0)], lambda x, _: np.uint8(167), constants=[1], note="uint8"),
    Example("Mean", [i32(2**31 - 1, 2**31 - 3), i32(0)], lambda x, _: np.int32(2**31 - 2), constants=[1], note="wide sum"),
    Example("Mean", [np.zeros((0, 2), np.float32), i32(0)], lambda x, _: f32(np.nan, np.nan), constants=[1],
            gradients=[], note="empty"),
    Example("Max", [np.zeros((0, 2), np.float32), i32(0)], lambda x, _: f32(-np.inf, -np.inf), constants=[1],
            gradients=[], note="empty"),
    Example("Min", [np.zeros((0, 2), np.int32), i32(0)], lambda x, _: i32(2**31 - 1, 2**31 - 1), constants=[1],
            note="empty int"),
    Example("Max", [TIES, i32(1)], lambda x, _: f32(3, 2), constants=[1], gradients=[], note="ties"),
    Example("Prod", [ZEROS, i32(1)], lambda x, _: f32(0, 0, 8), constants=[1], note="zeros"),
    Example("Prod", [ZEROS, i32(0)], lambda x, _: f32(0, 0, 60), constants=[1], note="zeros first"),
    Example("EuclideanNorm", [i32([[1, 2], [7, -3], [3, 4]]), i32(1)], lambda x, _: i32(2, 7, 5), constants=[1], note="int"),
    Example("EuclideanNorm", [np.array([[10, 10], [3, 4]], np.int8), i32(1)], lambda x, _: np.array([0, 5], np.int8),
            constants=[1], note="int8 wraps"),
    Example("EuclideanNorm", [np.array([[3 + 4j, 0], [1j, 1]], np.complex64), i32(1)],
            lambda x, _: np.array([5, 2**0.5], np.complex64), constants=[1], gradients=[], note="complex"),
    Example("All", [B, i32(1)], lambda x, _: x[:, 0] & x[:, 1] & x[:, 2], constants=[1]),
    Example("Any", [B, i32(1)], lambda x, _: x[:, 0] | x[:, 1] | x[:, 2], constants=[1]),
    Example("All", [B, i32(0, 1, 2)], lambda x, _: np.bool_(False), {"keep_dims": False}, [1], note="all"),
    Example("ArgMax", [TIES, i32(1)], lambda x, _: np.array([1, 0], np.int64), constants=[1]),
    Example("ArgMax", [TIES, i32(-2)], lambda x, _: i32(1, 0, 0), {"output_type": "int32"}, [1], note="int32"),
    Example("ArgMin", [TIES, i32(1)], lambda x, _: np.array([0, 0], np.int64), constants=[1]),
    Example("L2Loss", [X], lambda t: (t.astype(np.float64) ** 2).sum() / 2),
    Example("Cumsum", [f32([1, 2, 3], [4, 5, 6]), i32(1)], lambda x, _: f32([1, 3, 6], [4, 9, 15]), constants=[1]),
    Example("Cumsum", [f32(1, 2, 3), i32(0)], lambda x, _: f32(0, 1, 3), {"exclusive": True}, [1], note="exclusive"),
    Example("Cumsum", [f32(1, 2, 3), i32(-1)], lambda x, _: f32(6, 5, 3), {"reverse": True}, [1], note="reverse"),
    Example("Cumsum", [f32([1, 2, 3], [4, 5, 6]), i32(1)], lambda x, _: f32([5, 3, 0], [11, 6, 0]),
            {"exclusive": True, "reverse": True}, [1], note="exclusive reverse"),
    Example("Cumprod", [f32(2, 3, 4), i32(0)], lambda x, _: f32(2, 6, 24), constants=[1]),
    Example("Cumprod", [f32(2, 3, 4), i32(0)], lambda x, _: f32(12, 4, 1), {"exclusive": True, "reverse": True}, [1],
            note="exclusive reverse"),
]  # fmt: skip


def products(a, b):  # type: ignore[no-untyped-def]
    """A matrix product as the sums it stands for."""
    wide = np.result_type(a, np.float64)
    a, b = a.astype(wide), b.astype(wide)
    return (a[..., :, :, None] * b[..., None, :, :]).sum(-2)


def turned(x):  # type: ignore[no-untyped-def]
    return np.moveaxis(x, -1, -2)


S, T, ONE = normal(2, 3, 4, seed=4), normal(2, 4, 5, seed=5), normal(4, 5, seed=6)

EXAMPLES += [
    Example("MatMul", [A34, B45], products),
    Example("MatMul", [turned(A34).copy(), B45], lambda a, b: products(a.T, b), {"transpose_a": True}, note="a"),
    Example("MatMul", [A34, turned(B45).copy()], lambda a, b: products(a, b.T), {"transpose_b": True}, note="b"),
    Example("MatMul", [turned(A34).copy(), turned(B45).copy()], lambda a, b: products(a.T, b.T),
            {"transpose_a": True, "transpose_b": True}, note="both"),
    Example("MatMul", [A34, B45[:, :1].copy()], products, note="column"),
    Example("MatMul", [normal(64, 33), normal(33, 70)], products, rtol=1e-4, gradients=[], note="large"),
    Example("MatMul", [np.zeros((3, 0), np.float32), np.zeros((0, 2), np.float32)], products, note="nothing between"),
    Example("MatMul", [np.zeros((0, 4), np.float32), B45], products, note="no rows"),
    Example("MatMul", [i32([[1, 2]]), i32([[3], [4]])], lambda a, b: i32([[11]]), note="int"),
    Example("BatchMatMulV2", [S, T], products),
    Example("BatchMatMulV2", [turned(S).copy(), T], lambda a, b: products(turned(a), b), {"adj_x": True}, note="x"),
    Example("BatchMatMulV2", [S, turned(T).copy()], lambda a, b: products(a, turned(b)), {"adj_y": True}, note="y"),
    Example("BatchMatMulV2", [turned(S).copy(), turned(T).copy()], lambda a, b: products(turned(a), turned(b)),
            {"adj_x": True, "adj_y": True}, note="both"),
    Example("BatchMatMulV2", [turned(S) * np.complex64(1 + 2j), turned(T) * np.complex64(3 - 1j)],
            lambda a, b: products(turned(a.conj()), turned(b.conj())), {"adj_x": True, "adj_y": True}, note="complex"),
    Example("BatchMatMulV2", [S, ONE], products, note="one for all"),
    Example("BatchMatMulV2", [S[:1], T], products, note="stack of one"),
    Example("BatchMatMul", [S, T], products),
]  # fmt: skip
