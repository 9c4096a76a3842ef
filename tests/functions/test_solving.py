"""Tests of inverses, solutions and factors of matrices; most of their numbers stand in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions import arrays, solving
from estimator.graph.gradients import gradients
from estimator.runtime.session import Session

SINGULAR = np.float32([[1, 2], [2, 4]])


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda x: solving.inv(x), "not invertible"),
        (lambda x: solving.solve(x, x), "not invertible"),
        (lambda x: solving.lu(x).lu, "not invertible"),
        (lambda x: solving.cholesky(-x), "Cholesky decomposition was not successful.*positive definite"),
        (lambda x: solving.triangular_solve(x * [[0.0], [1.0]], x), "not invertible"),
    ],
)
@pytest.mark.parametrize("rounds", [1, 3])
def test_what_has_no_solution_says_so(made: Any, words: str, rounds: int) -> None:
    x = arrays.placeholder("float32", [2, 2])
    result = made(x)
    with Session() as session:
        for _ in range(rounds):
            with pytest.raises(InvalidArgumentError, match=words):
                session.run(result, {x: SINGULAR})


@pytest.mark.parametrize(
    "function", [solving.inv, solving.det, solving.cholesky, solving.eigvalsh, solving.logdet]
)
def test_matrices_that_are_not_square_are_found_while_the_graph_is_built(function: Any) -> None:
    with pytest.raises(ValueError, match="rows and columns of the matrix differ: 2 and 3"):
        function(arrays.placeholder("float32", [None, 2, 3]))


def test_the_factors_of_lu_give_the_rows_in_their_new_order() -> None:
    x = np.random.default_rng(1).normal(size=(2, 4, 4)).astype(np.float32)
    packed, order = run(tuple(solving.lu(x)))
    lower = np.tril(packed, -1) + np.eye(4)
    np.testing.assert_allclose(lower @ np.triu(packed), np.take_along_axis(x, order[..., None], 1), atol=1e-5)


def test_the_gradient_of_cholesky_is_the_central_difference_for_symmetric_changes() -> None:
    rng = np.random.default_rng(2)
    root = rng.normal(size=(3, 3))
    start, change = root @ root.T + np.eye(3), rng.normal(size=(3, 3))
    change = change + change.T
    x = arrays.placeholder("float64", [3, 3])
    lower = solving.cholesky(x)
    weights = rng.normal(size=(3, 3))
    (slope,) = gradients(lower, x, weights)
    above, below, found = (
        run(fetch, {x: value})
        for fetch, value in ((lower, start + 1e-6 * change), (lower, start - 1e-6 * change), (slope, start))
    )
    np.testing.assert_allclose(np.sum(found * change), np.sum((above - below) * weights) / 2e-6, rtol=1e-6)


def test_full_singular_vectors_with_more_than_one_to_spare_have_no_gradient() -> None:
    x = arrays.placeholder("float32", [4, 2])
    with pytest.raises(
        NotImplementedError, match="differ by 1 at most, given: .4, 2.*Leave full_matrices out"
    ):
        gradients(solving.svd(x, full_matrices=True)[1], x)


def test_the_exponential_of_stacks_of_any_size_is_the_series() -> None:
    x = arrays.placeholder("float64")
    value = np.random.default_rng(3).normal(size=(2, 3, 3)) * np.array([0.1, 4])[:, None, None]
    series, term = np.zeros_like(value), np.broadcast_to(np.eye(3), value.shape)
    for n in range(1, 120):
        series, term = series + term, term @ value / n
    np.testing.assert_allclose(run(solving.expm(x), {x: value}), series, rtol=1e-10)


def test_the_rank_counts_what_lies_above_a_tolerance() -> None:
    assert run(
        [solving.matrix_rank(SINGULAR), solving.matrix_rank(np.eye(3, dtype=np.float32), tol=2.0)]
    ) == [1, 0]
