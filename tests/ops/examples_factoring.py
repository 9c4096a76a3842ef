"""Rows of the ops of estimator/ops/factoring.py."""

from __future__ import annotations

import numpy as np

from tests.ops.example import Example, f32, i32


def normal(*shape, seed=1):  # type: ignore[no-untyped-def]
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def invertible(*shape, seed=2):  # type: ignore[no-untyped-def]
    """Matrices whose diagonal is far from 0, in both triangles something."""
    return normal(*shape, seed=seed) / 4 + 2 * np.eye(shape[-1], dtype=np.float32)


def band(x, lower, upper):  # type: ignore[no-untyped-def]
    """What is kept, entry by entry."""
    kept = np.zeros_like(x)
    for i in range(x.shape[-2]):
        for j in range(x.shape[-1]):
            if (lower < 0 or i - j <= lower) and (upper < 0 or j - i <= upper):
                kept[..., i, j] = x[..., i, j]
    return kept


def inverse_times(triangle, rhs):  # type: ignore[no-untyped-def]
    """By the inverse, in double precision."""
    return np.linalg.inv(triangle.astype(np.float64)) @ rhs


def turned(x):  # type: ignore[no-untyped-def]
    return np.swapaxes(x, -1, -2)


def reflected(x):  # type: ignore[no-untyped-def]
    """QR of one tall matrix by Householder's reflections, each against the sign of its pivot."""
    rows, columns = x.shape
    q, r = np.eye(rows), x.astype(np.float64)
    for k in range(min(rows - 1, columns)):
        v = r[k:, k].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        reflection = np.eye(rows)
        reflection[k:, k:] -= 2 * np.outer(v, v) / (v @ v)
        q, r = q @ reflection, reflection @ r
    return q, np.triu(r)


def reduced(x):  # type: ignore[no-untyped-def]
    q, r = reflected(x)
    between = min(x.shape)
    return q[:, :between], r[:between]


def stacked(x):  # type: ignore[no-untyped-def]
    pairs = [reduced(matrix) for matrix in x]
    return np.stack([q for q, _ in pairs]), np.stack([r for _, r in pairs])


EXAMPLES = [
    Example("Diag", [f32([1.0, 2.0])], lambda x: f32([[1, 0], [0, 2]])),
    Example("Diag", [i32([[1, 2]])], lambda x: i32([[[[1, 0]], [[0, 2]]]]).reshape(1, 2, 1, 2), note="of a matrix"),
    Example("DiagPart", [f32([[1.0, 2.0], [3.0, 4.0]])], lambda x: f32([1, 4])),
    Example("DiagPart", [np.arange(36, dtype=np.float32).reshape(2, 3, 2, 3)], lambda x: f32([[0, 7, 14], [21, 28, 35]]),
            note="of rank 4"),
    *(
        Example("MatrixBandPart", [normal(2, 3, 4), np.int64(lower), np.int64(upper)],
                lambda x, lower, upper: band(x, lower, upper), note=f"{lower} {upper}")
        for lower, upper in ((0, 0), (-1, 0), (0, -1), (1, 2), (-1, -1), (2, 0))
    ),
    Example("MatrixTriangularSolve", [invertible(3, 3), normal(3, 2)], lambda a, x: inverse_times(np.tril(a), x), rtol=1e-4),
    Example("MatrixTriangularSolve", [invertible(3, 3), normal(3, 2)], lambda a, x: inverse_times(np.triu(a), x),
            {"lower": False}, rtol=1e-4, note="upper"),
    Example("MatrixTriangularSolve", [invertible(3, 3), normal(3, 2)], lambda a, x: inverse_times(np.tril(a).T, x),
            {"adjoint": True}, rtol=1e-4, note="adjoint"),
    Example("MatrixTriangularSolve", [invertible(2, 3, 3), normal(3, 2)], lambda a, x: inverse_times(np.triu(a), x),
            {"lower": False}, rtol=1e-4, note="one for all"),
    Example("MatrixTriangularSolve", [invertible(3, 3), normal(2, 3, 2)], lambda a, x: inverse_times(turned(np.triu(a)), x),
            {"lower": False, "adjoint": True}, rtol=1e-4, note="for all of a stack"),
    Example("Qr", [normal(4, 2)], reduced, rtol=1e-4),
    Example("Qr", [normal(3, 3)], reduced, rtol=1e-4, note="square"),
    Example("Qr", [normal(2, 4)], reduced, rtol=1e-4, note="wide"),
    Example("Qr", [normal(4, 2)], reflected, {"full_matrices": True}, rtol=1e-4, gradients=[], note="full"),
    Example("Qr", [normal(2, 3, 2)], stacked, rtol=1e-4, note="a stack"),
]  # fmt: skip
