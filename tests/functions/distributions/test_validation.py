"""What validate_args and allow_nan_stats check: nothing without them, and with them an error that says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

d = tf.distributions
HALVES = [0.5, 0.5]

# A distribution of a parameter x; an x that is one, and those that are none with the error's words.
PARAMETERS: list[tuple[Any, Any, list[tuple[Any, str]]]] = [
    (lambda x, **how: d.Normal(0.0, x, **how).loc, 1.0, [(0.0, r"x > 0 did not hold"), (-1.0, "did not hold")]),
    (lambda x, **how: d.Laplace(0.0, x, **how).scale, 1.0, [(0.0, "did not hold")]),
    (lambda x, **how: d.Uniform(0.0, x, **how).low, 1.0, [(0.0, "not defined when low >= high")]),
    (lambda x, **how: d.Gamma(x, 1.0, **how).rate, 1.0, [(0.0, "did not hold")]),
    (lambda x, **how: d.Gamma(1.0, x, **how).concentration, 1.0, [(-1.0, "did not hold")]),
    (lambda x, **how: d.Exponential(x, **how).mean(), 1.0, [(-1.0, "did not hold")]),
    (lambda x, **how: d.StudentT(x, 0.0, 1.0, **how).scale, 1.0, [(0.0, "did not hold")]),
    (lambda x, **how: d.Beta(x, 1.0, **how).mean(), 1.0, [(0.0, "concentration1 must be positive")]),
    (lambda x, **how: d.Beta(1.0, x, **how).mean(), 1.0, [(0.0, "concentration0 must be positive")]),
    (
        lambda x, **how: d.Bernoulli(probs=x, **how).mean(),
        0.25,
        [(1.5, "components greater than 1"), (-0.5, "components less than 0")],
    ),
    (
        lambda x, **how: d.Categorical(probs=x, **how).entropy(),
        HALVES,
        [([0.5, 0.25], "does not sum to 1"), ([1.5, -0.5], "less than 0"), ([1.0], "at least 2 classes")],
    ),
    (lambda x, **how: d.Categorical(logits=x, **how).entropy(), HALVES, [([1.0], "at least 2 classes")]),
    (
        lambda x, **how: d.Dirichlet(x, **how).mean(),
        HALVES,
        [([0.5, 0.0], "concentration must be positive"), ([0.5], "at least 2 classes")],
    ),
    (
        lambda x, **how: d.Multinomial(x, probs=HALVES, **how).mean(),
        3.0,
        [(-1.0, "must be non-negative"), (1.5, "must be int64-equivalent")],
    ),
    (
        lambda x, **how: d.DirichletMultinomial(x, HALVES, **how).mean(),
        3.0,
        [(-1.0, "must be non-negative"), (1.5, "must be int64-equivalent")],
    ),
    (lambda x, **how: d.DirichletMultinomial(3.0, x, **how).mean(), HALVES, [([0.5, 0.0], "must be positive")]),
]  # fmt: skip

# A method of a value x; an x that it takes, and those that it does not with the error's words.
VALUES: list[tuple[Any, Any, list[tuple[Any, str]]]] = [
    (lambda x, **how: d.Gamma(2.0, 1.0, **how).log_prob(x), 1.0, [(0.0, "did not hold")]),
    (lambda x, **how: d.Gamma(2.0, 1.0, **how).cdf(x), 1.0, [(-1.0, "did not hold")]),
    (
        lambda x, **how: d.Beta(2.0, 1.0, **how).log_prob(x),
        0.5,
        [(0.0, "must be positive"), (1.0, "must be less than 1")],
    ),
    (
        lambda x, **how: d.Bernoulli(0.5, **how).prob(x),
        1.0,
        [(2.0, "must be bool-equivalent"), (0.5, "must be bool-equivalent"), (-1.0, "must be non-negative")],
    ),
    (
        lambda x, **how: d.Categorical(HALVES, **how).cdf(x),
        1.0,
        [(0.5, "must be int32-equivalent"), (-1.0, "must be non-negative")],
    ),
    (
        lambda x, **how: d.Dirichlet(HALVES, **how).prob(x),
        [0.25, 0.75],
        [([0.5, 0.25], "must sum to 1"), ([-0.5, 1.5], "must be positive")],
    ),
    (
        lambda x, **how: d.Multinomial(3.0, HALVES, **how).log_prob(x),
        [1.0, 2.0],
        [([1.0, 1.0], "must sum to total_count"), ([1.5, 1.5], "int64-equivalent"), ([4.0, -1.0], "non-neg")],
    ),
    (
        lambda x, **how: d.DirichletMultinomial(3.0, HALVES, **how).prob(x),
        [1.0, 2.0],
        [([1.0, 1.0], "must sum to total_count"), ([1.5, 1.5], "int64-equivalent")],
    ),
]


@pytest.mark.parametrize(("make", "good", "bad"), [*PARAMETERS, *VALUES])
def test_what_is_wrong_fails_in_the_run_with_validate_args_alone(make: Any, good: Any, bad: Any) -> None:
    x = tf.placeholder(tf.float32, [None] * np.ndim(good))
    checked, free = make(x, validate_args=True), make(x)
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(checked, {x: good}), session.run(free, {x: good}))
        for value, words in bad:
            session.run(free, {x: value})
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                session.run(checked, {x: value})


@pytest.mark.parametrize(("make", "good", "bad"), PARAMETERS)
def test_a_constant_that_is_wrong_fails_at_once_or_in_the_run(make: Any, good: Any, bad: Any) -> None:
    for value, _ in bad:
        with tf.Session() as session, pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
            session.run(make(value, validate_args=True))


@pytest.mark.parametrize(
    ("make", "good", "bad"),
    [
        (lambda x, **how: d.Gamma(x, 1.0, **how).mode(), 2.0, 1.0),
        (lambda x, **how: d.Beta(x, 3.0, **how).mode(), 2.0, 0.5),
        (lambda x, **how: d.Beta(3.0, x, **how).mode(), 2.0, 1.0),
        (lambda x, **how: d.StudentT(x, 0.0, 1.0, **how).mean(), 2.0, 1.0),
        (lambda x, **how: d.StudentT(x, 0.0, 1.0, **how).variance(), 1.5, 0.5),
        (lambda x, **how: d.Dirichlet(x, **how).mode(), [2.0, 3.0], [2.0, 1.0]),
    ],
)
def test_what_is_not_defined_is_nan_or_fails(make: Any, good: Any, bad: Any) -> None:
    x = tf.placeholder(tf.float32, [None] * np.ndim(good))
    lenient, strict = make(x), make(x, allow_nan_stats=False)
    with tf.Session() as session:
        assert not np.isnan(session.run(lenient, {x: good})).any()
        np.testing.assert_array_equal(session.run(strict, {x: good}), session.run(lenient, {x: good}))
        assert np.isnan(session.run(lenient, {x: bad})).all()
        with pytest.raises(tf.errors.InvalidArgumentError, match="not defined"):
            session.run(strict, {x: bad})


def test_the_modes_of_a_batch_of_dirichlet_distributions_are_defined_each_by_itself() -> None:
    concentration = [[2.0, 3.0, 2.0], [2.0, 1.0, 5.0], [0.5, 3.0, 4.0], [3.0, 3.0, 3.0]]
    with tf.Session() as session:
        mode = session.run(d.Dirichlet(concentration).mode())
    np.testing.assert_allclose(mode[0], [0.25, 0.5, 0.25])  # (a - 1) / (sum - k)
    np.testing.assert_allclose(mode[3], [1 / 3, 1 / 3, 1 / 3], rtol=1e-6)
    assert np.isnan(mode[1:3]).all()


@pytest.mark.parametrize("kind", [d.Dirichlet, d.Categorical])
def test_classes_that_are_known_to_be_too_few_are_refused_at_once(kind: Any) -> None:
    with pytest.raises(ValueError, match=r"two or more, given: \(4, 1\)"):
        kind(tf.ones([4, 1]), validate_args=True)


def test_more_classes_than_the_type_can_number_are_refused() -> None:
    with pytest.raises(ValueError, match="float16 cannot number more than 2048 classes"):
        d.Categorical(tf.zeros([2049], tf.float16), validate_args=True)


@pytest.mark.parametrize("kind", [d.Bernoulli, d.Categorical, lambda **given: d.Multinomial(2.0, **given)])
def test_either_logits_or_probabilities_are_given(kind: Any) -> None:
    with pytest.raises(ValueError, match="made of logits or of probs, given: none"):
        kind()
    with pytest.raises(ValueError, match="made of logits or of probs, given: both"):
        kind(logits=HALVES, probs=HALVES)
    with pytest.raises(TypeError, match="probs must have a floating point type, given: int32"):
        kind(probs=[1, 0])


@pytest.mark.parametrize("kind", [d.Normal, d.Laplace, d.Uniform, d.Gamma, d.Beta])
def test_parameters_are_of_one_floating_point_type(kind: Any) -> None:
    with pytest.raises(ValueError, match="float32 is wanted"):
        kind(tf.ones([], tf.float32), tf.ones([], tf.float64))
    with pytest.raises(ValueError, match="floating point type is wanted, given: int32"):
        kind(1, 2)
