"""Tests of divergences: which formula serves a pair of classes, and what is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.functions.distributions import divergence

d = tf.distributions


@pytest.fixture(autouse=True)
def _own_formulas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(divergence, "_FORMULAS", dict(divergence._FORMULAS))
    yield


class Mine(d.Normal):
    """A class of a user's."""


class MineStill(Mine):
    """A class below it."""


def value(tensor: Any) -> Any:
    with tf.Session() as session:
        return session.run(tensor)


def test_a_formula_serves_the_classes_below_too() -> None:
    expected = np.log(2.0) + 1 / 8 - 0.5  # of normal distributions: log(s2 / s1) + s1^2 / (2 s2^2) - 1/2
    assert value(d.kl_divergence(Mine(0.0, 1.0), MineStill(0.0, 2.0))) == pytest.approx(expected)


def test_of_several_formulas_that_of_the_nearest_classes_is_taken_and_of_equal_ones_that_of_the_first_argument() -> (
    None
):
    d.RegisterKL(Mine, d.Normal)(lambda a, b, name=None: tf.constant(1.0))
    d.RegisterKL(d.Normal, Mine)(lambda a, b, name=None: tf.constant(2.0))
    x, mine, below = d.Normal(0.0, 1.0), Mine(0.0, 1.0), MineStill(0.0, 1.0)
    assert value([mine.kl_divergence(x), x.kl_divergence(mine), x.kl_divergence(below)]) == [1.0, 2.0, 2.0]
    assert value(mine.kl_divergence(below)) == 1.0  # 0 and 2 steps, against 1 and 1
    d.RegisterKL(MineStill, MineStill)(lambda a, b, name=None: tf.constant(3.0))
    assert value([below.kl_divergence(below), x.kl_divergence(x)]) == [3.0, 0.0]


def test_what_nobody_registered_is_answered_with_what_to_do() -> None:
    with pytest.raises(
        NotImplementedError, match=r"Normal and Laplace; register one: .*RegisterKL\(Normal, Laplace\)"
    ):
        d.Normal(0.0, 1.0).kl_divergence(d.Laplace(0.0, 1.0))


def test_a_second_formula_for_the_same_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="divergence of Normal and Normal is registered already: <function"):
        d.RegisterKL(d.Normal, d.Normal)(lambda a, b, name=None: a)
    with pytest.raises(TypeError, match="decorates a function, given: 3"):
        d.RegisterKL(Mine, Mine)(3)  # type: ignore[arg-type]  # on purpose


def test_a_divergence_that_is_nan_fails_where_that_is_not_allowed() -> None:
    scale = tf.placeholder(tf.float32, [])
    strict = d.Normal(0.0, scale, allow_nan_stats=False).kl_divergence(d.Normal(0.0, 1.0))
    lenient = d.Normal(0.0, scale).kl_divergence(d.Normal(0.0, 1.0))
    with tf.Session() as session:
        assert session.run([strict, lenient], {scale: 1.0}) == [0.0, 0.0]
        assert np.isnan(session.run(lenient, {scale: np.nan}))
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="divergence of Normal/ and Normal_1/ is NaN"
        ):
            session.run(strict, {scale: np.nan})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (lambda: d.Normal(0.5, 2.0), lambda: d.Normal(0.0, 1.5)),
        (lambda: d.Beta(2.0, 1.5), lambda: d.Beta(1.5, 3.0)),
        (lambda: d.Gamma(2.0, 1.5), lambda: d.Exponential(0.7)),
        (lambda: d.Bernoulli(0.5), lambda: d.Bernoulli(-1.0)),
        (lambda: d.Categorical([0.5, 1.0, -1.0]), lambda: d.Categorical([0.0, 0.3, 0.4])),
        (lambda: d.Dirichlet([2.0, 1.0, 3.0]), lambda: d.Dirichlet([1.0, 2.0, 0.5])),
    ],
)
def test_a_divergence_is_the_mean_of_the_difference_of_log_probabilities(a: Any, b: Any) -> None:
    left, right = a(), b()
    draws = left.sample(4000, seed=2)
    differences = left.log_prob(draws) - right.log_prob(draws)
    entropies = -left.log_prob(draws)
    found, expected, surprise, entropy, crossed = value(
        [differences, left.kl_divergence(right), entropies, left.entropy(), left.cross_entropy(right)]
    )
    assert abs(found.mean() - expected) <= 5 * found.std() / np.sqrt(len(found))
    assert abs(surprise.mean() - entropy) <= 5 * surprise.std() / np.sqrt(len(found))
    assert crossed == pytest.approx(entropy + expected, rel=1e-5)
