"""Tests of sums of products; most of their numbers stand in tests/test_values.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions import arrays, einsum
from estimator.runtime.session import Session

X = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)


def run(fetch: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetch, feeds)


@pytest.mark.parametrize(
    ("equation", "count", "words"),
    [
        ("ij,jk->ik", 1, "is for 2 inputs, given: 1"),
        ("i1->i", 1, "is not an equation of letters"),
        ("i.j->i", 1, "is not an equation of letters"),
        ("ijk->i", 1, "2 dimensions is not 'ijk'"),
        ("ij->k", 1, "k of the result is in no operand"),
        ("...j->j", 1, "lacks the axes that '...' stands for"),
        ("ij,jk->ik", 2, "the sizes of j in .* differ: 3 and 2"),
    ],
)
def test_an_equation_that_does_not_fit_is_refused(equation: str, count: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        einsum.einsum(equation, *[X] * count)


def test_blanks_and_a_missing_result_are_understood() -> None:
    np.testing.assert_allclose(run(einsum.einsum(" ij , kj ", X, X)), X @ X.T, rtol=1e-5)


@pytest.mark.parametrize("known", [True, False])
def test_many_inputs_are_multiplied_two_by_two(known: bool) -> None:
    xs = [arrays.placeholder("float32", [2, 3] if known else None) for _ in range(4)]
    result = einsum.einsum("ab,cb,cd,ed->ae", *xs)
    assert result.graph.get_operations()[-1].type == "Einsum"
    np.testing.assert_allclose(run(result, dict.fromkeys(xs, X)), X @ X.T @ X @ X.T, rtol=1e-4)


def test_ellipses_of_three_inputs_broadcast() -> None:
    y = np.ones((5, 1, 3), np.float32)
    got = run(einsum.einsum("...j,...j,j->...", X, y, X[0]))
    np.testing.assert_allclose(got, np.broadcast_to(X @ X[0], (5, 2)), rtol=1e-5)


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        (3, "cannot sum over 3 axes"),
        ([[0], [0, 1]], "as many axes of a as of b"),
        ([0, 1, 2], "a whole number or a pair"),
        ([[2], [0]], "out of range for 2 dimensions"),
    ],
)
def test_axes_that_do_not_fit_are_refused(axes: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        einsum.tensordot(X, X, axes)


def test_sizes_that_are_not_known_yet_are_kept_apart() -> None:
    x, y = arrays.placeholder("float32", [None, 2, None]), arrays.placeholder("float32", [None, 4, None])
    result = einsum.tensordot(x, y, [[2], [0]])
    assert result.shape.as_list() == [None, 2, 4, None]
    left, right = np.ones((3, 2, 5)), np.ones((5, 4, 6))
    np.testing.assert_array_equal(run(result, {x: left, y: right}), np.full((3, 2, 4, 6), 5.0))


def test_an_equation_without_dots_tells_the_rank_of_the_result() -> None:
    x = arrays.placeholder("float32", None)
    assert einsum.einsum("ij,kj->ik", x, X).dims == (None, 2)
    assert einsum.einsum("...j->...", x).dims is None
