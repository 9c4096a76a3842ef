"""QR and triangular systems: TensorFlow's values, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.gradients import gradients

Run = Callable[..., Any]

WIDE = np.array([[1.0, 2.0, 0.0, -1.0], [3.0, -1.0, 2.0, 0.5]], np.float32)
# TensorFlow 2.15.1: q, and the gradient of sum(q^3) + sum(r^3 [0 1 2 ...]), of WIDE and of its transpose
WIDE_Q = [[-0.3162278, -0.9486833], [-0.9486833, 0.31622773]]
WIDE_GRADIENT = [
    [2.8318214, -69.82309, -13.661039, -24.476032],
    [-0.9439389, 22.958134, -18.21472, 7.9215055],
]
TALL_Q = [[-0.4082483, 0.77377594], [-0.8164966, -0.30951035], [0, 0.53058916], [0.4082483, 0.15475518]]
TALL_GRADIENT = [
    [-8.623981, 98.90911],
    [3.202737, -39.663242],
    [-5.9574943, 67.82539],
    [-2.218506, 19.888803],
]


@pytest.mark.parametrize(
    ("x", "q", "gradient"),
    [(WIDE, WIDE_Q, WIDE_GRADIENT), (WIDE.T.copy(), TALL_Q, TALL_GRADIENT)],
    ids=["wide", "tall"],
)
def test_factors_and_gradient_are_tensorflows(run: Run, x: Any, q: Any, gradient: Any) -> None:
    given = b.Identity(x)
    factor, r = b.Qr(given)
    weights = np.arange(np.prod(r.dims), dtype=np.float32).reshape(r.dims)
    y = b.Sum(factor * factor * factor, [0, 1]) + b.Sum(r * r * r * weights, [0, 1])
    values = run([factor, *gradients(y, [given])])
    np.testing.assert_allclose(values[0], q, atol=1e-6)
    np.testing.assert_allclose(values[1], gradient, rtol=1e-5)


def test_full_matrices_have_a_gradient_if_they_are_square(run: Run) -> None:
    x = b.Identity(WIDE[:, :2])
    full, reduced = (
        gradients(b.Sum(b.Qr(x, full_matrices=is_full)[1], [0, 1]), [x])[0] for is_full in (True, False)
    )
    np.testing.assert_array_equal(*run([full, reduced]))


@pytest.mark.parametrize("shape", [[4, 2], [None, 2], None])
def test_full_matrices_that_are_not_square_have_no_gradient(graph: Any, shape: Any) -> None:
    x = b.Placeholder(dtype="float32", shape=shape)
    with pytest.raises(NotImplementedError, match="square matrices only.*Leave full_matrices out"):
        gradients(b.Qr(x, full_matrices=True)[1], [x])


def test_half_precision_is_computed_in_single(run: Run) -> None:
    q, r, solved = run(
        [
            *b.Qr(WIDE.astype(np.float16)),
            b.MatrixTriangularSolve(np.eye(2, dtype=np.float16), WIDE[:, :1].astype("f2")),
        ]
    )
    assert q.dtype == r.dtype == solved.dtype == np.float16
    np.testing.assert_allclose(q @ r, WIDE, atol=5e-3)


def test_nothing_has_factors(run: Run) -> None:
    q, r = run(list(b.Qr(np.zeros((0, 2), np.float32))))
    assert (q.shape, r.shape) == ((0, 0), (0, 2))


def test_a_triangle_with_a_zero_on_its_diagonal_is_refused(run: Run) -> None:
    solved = b.MatrixTriangularSolve(b.Identity([[0.0, 0.0], [1.0, 1.0]]), [[1.0], [1.0]])
    with pytest.raises(InvalidArgumentError, match="Input matrix is not invertible"):
        run(solved)


@pytest.mark.parametrize(("lower", "upper", "name"), [(2, 0, "num_lower"), (0, 3, "num_upper")])
def test_a_band_wider_than_the_matrix_is_refused(run: Run, lower: int, upper: int, name: str) -> None:
    band = b.MatrixBandPart(
        b.Identity([[1.0, 2.0]]), b.Identity(np.int64(lower)), b.Identity(np.int64(upper))
    )
    with pytest.raises(InvalidArgumentError, match=f"{name} must be negative or at most"):
        run(band)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b.Diag(1.0), "at least 1 dimension, given: a scalar"),
        (lambda: b.DiagPart(np.zeros((2, 3), np.float32)), "not compatible"),
        (lambda: b.DiagPart(np.zeros(3, np.float32)), "even rank above 0, given: \\(3,\\)"),
        (lambda: b.MatrixBandPart([1.0], 0, 0), "at least 2 dimensions"),
        (lambda: b.Qr([1.0]), "at least 2 dimensions"),
        (lambda: b.MatrixTriangularSolve(np.eye(3), np.ones((2, 1))), "the rows of matrix and of rhs differ: 3 and 2"),
        (lambda: b.MatrixTriangularSolve(np.ones((2, 3)), np.ones((2, 1))), "the rows and columns of matrix differ"),
        (lambda: b.MatrixTriangularSolve(np.eye(3), np.ones(3)), "at least 2 dimensions"),
    ],
    ids=["scalar", "oblong", "vector", "band of a vector", "qr of a vector", "other rows", "oblong system", "vector rhs"],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_found_while_the_graph_is_built(
    graph: Any, make: Callable[[], Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
