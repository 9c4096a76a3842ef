"""Examples of ops/sparse.py, sparse_math.py and partitioning.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal, positive


def i64(*values: Any) -> Any:
    return np.array(values if len(values) != 1 else values[0], np.int64)


SHAPE = i64(3, 4)
PLACES = i64([[0, 1], [0, 3], [2, 0]])
VALUES = f32(1.5, -2.0, 4.0)
NONE = np.zeros((0, 2), np.int64)
DENSE = np.array([[0, 1.5, 0, -2], [0, 0, 0, 0], [4, 0, 0, 0]], np.float32)
MIXED = i64([[2, 0], [0, 3], [0, 1], [0, 3]])


def dense(indices: Any, values: Any, shape: Any, fill: Any = 0) -> Any:
    result = np.full(tuple(shape), fill, np.asarray(values).dtype)
    for place, value in zip(indices, values, strict=True):
        result[tuple(place)] = value
    return result


_MAKING = [
    Example("SparseToDense", [PLACES, SHAPE, VALUES, f32(0)], lambda *_: DENSE, constants=[1]),
    Example(
        "SparseToDense",
        [i32([[1, 0], [0, 0]]), i32(2, 1), f32(3, 4), f32(9)],
        lambda *_: f32([[4], [3]]),
        attrs={"validate_indices": False},
        note="in any order",
    ),
    Example(
        "SparseToDense",
        [i64(1, 3), i64([5]), f32(7, 8), f32(-1)],
        lambda *_: f32(-1, 7, -1, 8, -1),
        note="vector",
    ),
    Example(
        "SparseToDense", [i64(1, 3), i64([4]), f32(7), f32(0)], lambda *_: f32(0, 7, 0, 7), note="one value"
    ),
    Example(
        "SparseToDense", [i64(2), i64([3]), f32(7), f32(0)], lambda *_: f32(0, 0, 7), note="one position"
    ),
    Example(
        "SparseToDense",
        [NONE, SHAPE, f32([]), f32(2)],
        lambda *_: np.full((3, 4), 2, np.float32),
        note="no entry",
    ),
    Example(
        "SparseToDense",
        [i64([[1]]), i64([2]), np.array([b"a"], object), np.array(b"", object)],
        lambda *_: np.array([b"", b"a"], object),
        note="texts",
    ),
    Example(
        "SparseReorder",
        [MIXED, f32(1, 2, 3, 4), SHAPE],
        lambda *_: (i64([[0, 1], [0, 3], [0, 3], [2, 0]]), f32(3, 2, 4, 1)),
    ),
    Example("SparseReorder", [PLACES, VALUES, SHAPE], lambda *_: (PLACES, VALUES), note="in order"),
    Example(
        "SparseReorder",
        [i64([[2], [1]]), np.array([b"x", b"y"], object), i64([3])],
        lambda *_: (i64([[1], [2]]), np.array([b"y", b"x"], object)),
        note="texts",
    ),
    Example(
        "SparseReshape",
        [PLACES, SHAPE, i64([-1])],
        lambda *_: (i64([[1], [3], [8]]), i64([12])),
        constants=[2],
    ),
    Example(
        "SparseReshape",
        [PLACES, SHAPE, i64(2, -1, 3)],
        lambda *_: (i64([[0, 0, 1], [0, 1, 0], [1, 0, 2]]), i64(2, 2, 3)),
        note="known in the run",
    ),
    Example("SparseReshape", [PLACES, SHAPE, i64(-1, 4)], lambda *_: (PLACES, SHAPE), note="as it is"),
    Example("SparseReshape", [NONE, i64(0, 4), i64(-1, 2)], lambda *_: (NONE, i64(0, 2)), note="nothing"),
]

_PARTS = [
    Example(
        "SparseConcat",
        [[PLACES, i64([[1, 1], [0, 0]])], [VALUES, f32(7, 8)], [SHAPE, i64(3, 2)]],
        lambda *_: (
            i64([[0, 1], [0, 3], [0, 4], [1, 5], [2, 0]]),
            f32(1.5, -2, 8, 7, 4),
            i64(3, 6),
        ),
        attrs={"concat_dim": -1},
    ),
    Example(
        "SparseConcat",
        [[PLACES, PLACES[:1]], [VALUES, VALUES[:1]], [SHAPE, i64(1, 4)]],
        lambda *_: (np.concatenate([PLACES, [[3, 1]]]), f32(1.5, -2, 4, 1.5), i64(4, 4)),
        attrs={"concat_dim": 0},
        note="below one another",
    ),
    Example(
        "SparseSplit",
        [np.int64(1), PLACES, VALUES, i64(3, 5)],
        lambda *_: (i64([[0, 1], [2, 0]]), i64([[0, 0]]), f32(1.5, 4), f32([-2]), i64(3, 3), i64(3, 2)),
        attrs={"num_split": 2},
    ),
    Example(
        "SparseSlice",
        [PLACES, VALUES, SHAPE, i64(0, 1), i64(9, 2)],
        lambda *_: (i64([[0, 0]]), f32([1.5]), i64(3, 2)),
    ),
    Example(
        "SparseSlice",
        [PLACES, VALUES, SHAPE, i64(5, 0), i64(2, 4)],
        lambda *_: (NONE, f32([]), i64(0, 4)),
        note="beyond the end",
    ),
    Example(
        "SparseSlice",
        [MIXED, f32(1, 2, 3, 4), SHAPE, i64(0, 2), i64(3, 2)],
        lambda *_: (i64([[0, 1], [0, 1]]), f32(2, 4), i64(3, 2)),
        note="of entries in any order",
    ),
    Example(
        "SparseSliceGrad",
        [f32(5, 6), MIXED, i64(0, 2), i64([[0, 1], [0, 1]])],
        lambda *_: f32(0, 5, 0, 6),
    ),
    Example(
        "SparseFillEmptyRows",
        [MIXED, f32(1, 2, 3, 4), i64(4, 4), f32(9)],
        lambda *_: (
            i64([[0, 3], [0, 1], [0, 3], [1, 0], [2, 0], [3, 0]]),
            f32(2, 3, 4, 9, 1, 9),
            np.array([False, True, False, True]),
            i64(4, 0, 1, 2),
        ),
    ),
    Example(
        "SparseFillEmptyRows",
        [i64([[0, 3], [0, 1], [1, 0]]), f32(1, 2, 3), i64(2, 4), f32(9)],
        lambda places, values, *_: (places, values, np.array([False, False]), i64(0, 1, 2)),
        note="no row is empty",
    ),
    Example(
        "SparseFillEmptyRows",
        [NONE, f32([]), i64(2, 4), f32(9)],
        lambda *_: (i64([[0, 0], [1, 0]]), f32(9, 9), np.array([True, True]), i64([])),
        constants=[2],
        gradients=[3],
        note="no entry",
    ),
    Example(
        "SparseFillEmptyRows",
        [i64([[1, 0]]), np.array([b"a"], object), i64(2, 1), np.array(b"", object)],
        lambda *_: (i64([[0, 0], [1, 0]]), np.array([b"", b"a"], object), np.array([True, False]), i64([1])),
        note="texts",
    ),
    Example(
        "SparseFillEmptyRowsGrad",
        [i64(4, 0, 1), f32(1, 2, 4, 8, 16)],
        lambda *_: (f32(16, 1, 2), f32(12)),
    ),
]

B = normal(4, 2, seed=5)
CUBE = i64([[0, 0, 1], [0, 1, 1], [1, 1, 0]])
CUBE_DENSE = dense(CUBE, VALUES, (2, 2, 2))


def _matmul(note: str, a: Any, b: Any, constants: Any = (), **attrs: bool) -> Example:
    places = np.argwhere(a).astype(np.int64)
    left, right = (a.T if attrs.get("adjoint_a") else a), (b.T if attrs.get("adjoint_b") else b)
    return Example(
        "SparseTensorDenseMatMul", [places, a[tuple(places.T)], i64(a.shape), b], lambda *_: left @ right,
        constants=constants, attrs=attrs, note=note,
    )  # fmt: skip


def _cwise(name: str, compute: Any) -> list[Example]:
    return [
        Example(
            name,
            [PLACES, VALUES, SHAPE, other],
            lambda *_, other=other: compute(VALUES, beside(other)),
            note=note,
        )
        for note, other in {
            "whole": positive(3, 4, seed=6),
            "row": positive(4, seed=7),
            "column": positive(3, 1, seed=8),
            "number": f32(2.5),
        }.items()
    ]


def beside(other: Any) -> Any:
    return np.broadcast_to(other, SHAPE)[tuple(PLACES.T)]


def _sparse_of(dense: Any) -> Any:
    return np.argwhere(dense), dense[dense != 0], np.array(dense.shape, np.int64)


def _softmax(*rows: Any) -> Any:
    return np.concatenate([np.exp(row) / np.exp(row).sum() for row in map(f32, rows)])


_MATH = [
    _matmul("", DENSE, B),
    _matmul("transposed", DENSE, normal(3, 2, seed=9), adjoint_a=True),
    _matmul("of a transposed", DENSE, B.T.copy(), constants=[2], adjoint_b=True),
    _matmul("both transposed", DENSE, normal(2, 3, seed=9), adjoint_a=True, adjoint_b=True),
    Example(
        "SparseTensorDenseMatMul",
        [i32([[0, 1], [0, 1]]), f32(1, 2), i64(2, 2), f32([[1], [10]])],
        lambda *_: f32([[30], [0]]),
        attrs={},
        note="repeated entries",
    ),
    Example(
        "SparseReduceSum",
        [CUBE, VALUES, i64(2, 2, 2), i32(0, -1)],
        lambda *_: CUBE_DENSE.sum((0, 2)),
        constants=[3],
    ),
    Example("SparseReduceSum", [PLACES, VALUES, SHAPE, i32(1)], lambda *_: DENSE.sum(1), note="one axis"),
    Example(
        "SparseReduceSum",
        [PLACES, VALUES, SHAPE, i32(0, 1)],
        lambda *_: DENSE.sum((0, 1), keepdims=True),
        attrs={"keep_dims": True},
        note="all axes",
    ),
    Example("SparseReduceSum", [PLACES, VALUES, SHAPE, i32([])], lambda *_: DENSE, note="no axis"),
    Example("SparseReduceMax", [PLACES, VALUES, SHAPE, i32([1])], lambda *_: f32(1.5, 0, 4), constants=[3]),
    Example(
        "SparseReduceMax", [PLACES, -VALUES, SHAPE, i32([0])], lambda *_: f32(-4, -1.5, 0, 2), note="below 0"
    ),
    Example(
        "SparseReduceSumSparse",
        [CUBE, VALUES, i64(2, 2, 2), i32(0, -1)],
        lambda *_: _sparse_of(CUBE_DENSE.sum((0, 2))),
    ),
    Example(
        "SparseReduceSumSparse",
        [PLACES[::-1], VALUES[::-1], SHAPE, i32(1)],
        lambda *_: _sparse_of(DENSE.sum(1, keepdims=True)),
        attrs={"keep_dims": True},
        constants=[3],
        note="in another order, all dimensions kept",
    ),
    Example(
        "SparseReduceSumSparse",
        [i64([[2**40, 1], [5, 0], [2**40, 0]]), f32(1, 2, 4), i64(2**62, 2**62), i32(1)],
        lambda *_: (i64([[5], [2**40]]), f32(2, 5), i64([2**62])),
        note="of more positions than can be counted",
    ),
    Example(
        "SparseReduceMaxSparse",
        [PLACES, -VALUES, SHAPE, i32([0, 1])],
        lambda *_: (np.zeros([1, 0], np.int64), f32([(-VALUES).max()]), np.zeros([0], np.int64)),
        note="over all axes",
    ),
    Example(
        "SparseReduceMaxSparse",
        [np.zeros([0, 2], np.int64), f32([]), SHAPE, i32([0])],
        lambda *_: (np.zeros([0, 1], np.int64), f32([]), SHAPE[1:]),
        note="of nothing",
    ),
    *_cwise("SparseDenseCwiseMul", np.multiply),
    *_cwise("SparseDenseCwiseDiv", np.divide),
    *_cwise("SparseDenseCwiseAdd", np.add),
    Example("SparseTensorDenseAdd", [PLACES, VALUES, SHAPE, normal(3, 4)], lambda *_: DENSE + normal(3, 4)),
    Example(
        "SparseTensorDenseAdd",
        [i32([[1], [1]]), f32(1, 2), i32([3]), f32(1, 1, 1)],
        lambda *_: f32(1, 4, 1),
        note="repeated entries",
    ),
    Example(
        "SparseAdd",
        [PLACES, VALUES, SHAPE, i64([[0, 3], [1, 1]]), f32(2, 7), SHAPE, f32(0)],
        lambda *_: (i64([[0, 1], [0, 3], [1, 1], [2, 0]]), f32(1.5, 0, 7, 4), SHAPE),
        gradients=[1, 4],
    ),
    Example(
        "SparseAdd",
        [PLACES, VALUES, SHAPE, i64([[0, 3], [1, 1]]), f32(2, 7), SHAPE, f32(2)],
        lambda *_: (i64([[0, 1], [1, 1], [2, 0]]), f32(1.5, 7, 4), SHAPE),
        gradients=[1, 4],
        note="above a threshold",
    ),
    Example(
        "SparseAddGrad",
        [f32(1, 2, 4), i64([[0], [2]]), i64([[2], [3]]), i64([[0], [2], [5]])],
        lambda *_: (f32(1, 2), f32(2, 0)),
    ),
    Example(
        "SparseSparseMaximum",
        [i64([[0], [1]]), f32(-1, 2), i64([3]), i64([[1], [2]]), f32(3, -4), i64([3])],
        lambda *_: (i64([[0], [1], [2]]), f32(0, 3, 0)),
    ),
    Example(
        "SparseSparseMinimum",
        [i64([[0], [1]]), f32(-1, 2), i64([3]), i64([[1], [2]]), f32(3, -4), i64([3])],
        lambda *_: (i64([[0], [1], [2]]), f32(-1, 2, -4)),
    ),
    Example("SparseSoftmax", [PLACES, VALUES, SHAPE], lambda *_: _softmax([1.5, -2], [4])),
    Example(
        "SparseSoftmax", [CUBE, 100 * VALUES, i64(2, 2, 2)], lambda *_: f32(1, 1, 1), note="of great numbers"
    ),
]

X = normal(2, 3, 4, seed=3)
_DEALING = [
    Example(
        "DynamicPartition",
        [X[0], i32(2, 0, 2)],
        lambda *_: (X[0, 1:2], X[0, :0], X[0, ::2]),
        attrs={"num_partitions": 3},
    ),
    Example(
        "DynamicPartition",
        [X, i32([[0, 1, 0], [1, 1, 0]])],
        lambda *_: (np.stack([X[0, 0], X[0, 2], X[1, 2]]), np.stack([X[0, 1], X[1, 0], X[1, 1]])),
        attrs={"num_partitions": 2},
        note="partitions of two axes",
    ),
    *(
        row
        for name in ("DynamicStitch", "ParallelDynamicStitch")
        for row in (
            Example(name, [[i32(2, 0), i32([3])], [X[0, :2], X[0, 2:]]],
                    lambda *_: np.stack([X[0, 1], 0 * X[0, 0], X[0, 0], X[0, 2]])),
            Example(name, [[i32([[1], [0]]), i32(2)], [f32([[1], [2]]), f32(3)]], lambda *_: f32(2, 1, 3),
                    note="of several shapes"),
            Example(name, [[i32(0, 1), i32([1])], [i32(5, 6), i32([7])]], lambda *_: i32(5, 7), note="the last counts"),
            Example(name, [[i32([])], [f32([])]], lambda *_: f32([]), note="nothing"),
        )
    ),
]  # fmt: skip

EXAMPLES = _MAKING + _PARTS + _MATH + _DEALING
