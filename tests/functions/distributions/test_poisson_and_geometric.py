"""Poisson and geometric distributions have the numbers of their formulas, computed here term by term."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError

d = tf.contrib.distributions

RATES, PROBS = [0.5, 3.0, 7.25], [0.25, 0.7, 1.0]


def run(*tensors: Any) -> Any:
    with tf.Session() as session:
        return session.run(list(tensors))


def poisson(k: int, rate: float) -> float:
    return rate**k * math.exp(-rate) / math.factorial(k)


def geometric(k: int, p: float) -> float:
    return float((1 - p) ** k * p)


@pytest.mark.parametrize(
    ("make", "formula", "parameters"),
    [
        (lambda: d.Poisson(RATES), poisson, RATES),
        (lambda: d.Poisson(log_rate=np.log(RATES)), poisson, RATES),
        (lambda: d.Poisson(RATES, interpolate_nondiscrete=False), poisson, RATES),
        (lambda: d.Poisson(RATES, validate_args=True), poisson, RATES),
        (lambda: d.Geometric(probs=PROBS), geometric, PROBS),
        (lambda: d.Geometric(logits=[-1.0, 0.0, 2.0]), geometric, 1 / (1 + np.exp([1.0, 0.0, -2.0]))),
    ],
)
def test_values_are_those_of_the_formulas(make: Any, formula: Any, parameters: Any) -> None:
    ks = [[0.0], [1.0], [4.0]]
    table = np.array(
        [[formula(k, p) for p in parameters] for k in range(400 if formula is geometric else 60)]
    )
    numbers = np.arange(len(table))[:, None]
    mean = (table * numbers).sum(0)
    variance = (table * (numbers - mean) ** 2).sum(0)
    with tf.Graph().as_default():
        made = make()
        prob, log_prob, cdf, ours_mean, ours_variance = run(
            made.prob(ks), made.log_prob(ks), made.cdf(ks), made.mean(), made.variance()
        )
        assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([3], [])
    np.testing.assert_allclose(prob, table[[0, 1, 4]], rtol=1e-5, atol=1e-7)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(log_prob, np.log(table[[0, 1, 4]]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(cdf, np.cumsum(table, 0)[[0, 1, 4]], rtol=1e-5)
    np.testing.assert_allclose(ours_mean, mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(ours_variance, variance, rtol=1e-4, atol=1e-6)


def test_values_between_whole_numbers_are_interpolated_or_impossible() -> None:
    with tf.Graph().as_default():
        smooth, strict = d.Poisson(3.0), d.Poisson(3.0, interpolate_nondiscrete=False)
        between, nowhere, below, below_too, steps = run(
            smooth.prob(1.5), strict.prob(1.5), smooth.prob(-1.0), strict.cdf([-1.0]), strict.cdf([1.0, 1.5])
        )
    np.testing.assert_allclose(between, 3**1.5 * math.exp(-3) / math.gamma(2.5), rtol=1e-5)
    assert (nowhere, below, below_too.tolist()) == (0.0, 0.0, [0.0])
    np.testing.assert_allclose(steps, [4 * math.exp(-3)] * 2, rtol=1e-5)


def test_what_is_most_probable_and_how_uncertain() -> None:
    with tf.Graph().as_default():
        mode, first, entropy = run(
            d.Poisson(RATES).mode(),
            d.Geometric(probs=PROBS[:2]).mode(),
            d.Geometric(probs=PROBS[:2]).entropy(),
        )
    assert (mode.tolist(), first.tolist()) == ([0.0, 3.0, 7.0], [0.0, 0.0])
    table = np.array([[geometric(k, p) for p in PROBS[:2]] for k in range(300)])
    logs = np.log(table, out=np.zeros_like(table), where=table > 0)
    np.testing.assert_allclose(entropy, -(table * logs).sum(0), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "formula", "a", "b"),
    [
        (lambda rate: d.Poisson(rate), poisson, 3.0, 0.5),
        (lambda p: d.Geometric(probs=p), geometric, 0.25, 0.7),
    ],
)
def test_a_divergence_is_the_sum_over_all_values(make: Any, formula: Any, a: float, b: float) -> None:
    with tf.Graph().as_default():
        [ours] = run(d.kl_divergence(make(a), make(b)))
    terms = [formula(k, a) * math.log(formula(k, a) / formula(k, b)) for k in range(60)]
    np.testing.assert_allclose(ours, sum(terms), rtol=1e-5)


@pytest.mark.parametrize("make", [lambda: d.Poisson(RATES), lambda: d.Geometric(probs=PROBS)])
def test_samples_have_the_mean_and_repeat_under_a_seed(make: Any) -> None:
    with tf.Graph().as_default():
        made = make()
        drawn = made.sample([4000], seed=3)
        (first, mean, variance), (again,) = run(drawn, made.mean(), made.variance()), run(drawn)
    np.testing.assert_array_equal(first, again)
    assert (first == np.floor(first)).all() and (first >= 0).all()
    assert (abs(first.mean(0) - mean) <= 5 * np.sqrt(variance / 4000) + 1e-6).all()


def test_gradients_are_finite_where_a_value_is_impossible() -> None:
    with tf.Graph().as_default():
        rate, p = tf.constant([3.0, 3.0]), tf.constant([1.0, 0.5])
        of_rate, of_p = run(
            tf.gradients(d.Poisson(rate).log_prob([-1.0, 2.0]), rate)[0],
            tf.gradients(d.Geometric(probs=p).log_prob([0.0, 1.0]), p)[0],
        )
    np.testing.assert_allclose(of_rate, [0.0, 2 / 3 - 1], rtol=1e-5)
    np.testing.assert_allclose(of_p, [1.0, 2.0 - 2.0], atol=1e-6)


def test_parameters_are_given_once() -> None:
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="of rate or of log_rate, given: none"):
            d.Poisson()
        with pytest.raises(ValueError, match="of rate or of log_rate, given: both"):
            d.Poisson(1.0, 0.0)
        with pytest.raises(ValueError, match="of logits or of probs, given: both"):
            d.Geometric(1.0, 0.5)
        with pytest.raises(TypeError, match="floating point"):
            d.Poisson(3)


def test_parameters_and_values_are_checked_when_run_if_asked_for() -> None:
    for make in (
        lambda: d.Poisson([1.0, 0.0], validate_args=True).mean(),
        lambda: d.Poisson(1.0, validate_args=True).prob(-1.0),
        lambda: d.Poisson(1.0, interpolate_nondiscrete=False, validate_args=True).prob(0.5),
        lambda: d.Geometric(probs=1.5, validate_args=True).mean(),
        lambda: d.Geometric(probs=0.5, validate_args=True).prob(0.5),
    ):
        with tf.Graph().as_default(), pytest.raises(InvalidArgumentError):
            run(make())
