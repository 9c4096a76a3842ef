"""What validate_args and allow_nan_stats check: nothing without them, and with them an error that says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

d = tf.distributions
# A distribution of a parameter x and something of it; an x that is right, and those that are not with the error's words.
PARAMETERS: dict[str, tuple[Any, list[tuple[Any, str]]]] = {
    "d.Normal(0.0, x, {}).loc": (1.0, [(0.0, "x > 0 did not hold"), (-1.0, "x > 0 did not hold")]),
    "d.Laplace(0.0, x, {}).scale": (1.0, [(0.0, "did not hold")]),
    "d.Uniform(0.0, x, {}).low": (1.0, [(0.0, "not defined when low >= high")]),
    "d.Gamma(x, 1.0, {}).rate": (1.0, [(0.0, "did not hold")]),
    "d.Gamma(1.0, x, {}).concentration": (1.0, [(-1.0, "did not hold")]),
    "d.Exponential(x, {}).mean()": (1.0, [(-1.0, "did not hold")]),
    "d.StudentT(x, 0.0, 1.0, {}).scale": (1.0, [(0.0, "did not hold")]),
    "d.Beta(x, 1.0, {}).mean()": (1.0, [(0.0, "concentration1 must be positive")]),
    "d.Beta(1.0, x, {}).mean()": (1.0, [(0.0, "concentration0 must be positive")]),
    "d.Bernoulli(probs=x, {}).mean()": (0.25, [(1.5, "greater than 1"), (-0.5, "less than 0")]),
    "d.Categorical(probs=x, {}).entropy()": (
        [0.5, 0.5],
        [([0.5, 0.25], "does not sum to 1"), ([1.5, -0.5], "less than 0"), ([1.0], "at least 2 classes")],
    ),
    "d.Categorical(logits=x, {}).entropy()": ([0.5, 0.5], [([1.0], "at least 2 classes")]),
    "d.Dirichlet(x, {}).mean()": (
        [0.5, 0.5],
        [([0.5, 0.0], "concentration must be positive"), ([0.5], "at least 2 classes")],
    ),
    "d.Multinomial(x, probs=[0.5, 0.5], {}).mean()": (
        3.0,
        [(-1.0, "must be non-negative"), (1.5, "must be int64-equivalent")],
    ),
    "d.DirichletMultinomial(x, [0.5, 0.5], {}).mean()": (
        3.0,
        [(-1.0, "must be non-negative"), (1.5, "must be int64-equivalent")],
    ),
    "d.DirichletMultinomial(3.0, x, {}).mean()": ([0.5, 0.5], [([0.5, 0.0], "must be positive")]),
}

# A method of a value x; an x that it takes, and those that it does not with the error's words.
VALUES: dict[str, tuple[Any, list[tuple[Any, str]]]] = {
    "d.Gamma(2.0, 1.0, {}).log_prob(x)": (1.0, [(0.0, "did not hold")]),
    "d.Gamma(2.0, 1.0, {}).cdf(x)": (1.0, [(-1.0, "did not hold")]),
    "d.Beta(2.0, 1.0, {}).log_prob(x)": (0.5, [(0.0, "must be positive"), (1.0, "must be less than 1")]),
    "d.Bernoulli(0.5, {}).prob(x)": (
        1.0,
        [(2.0, "must be bool-equivalent"), (0.5, "must be bool-equivalent"), (-1.0, "must be non-negative")],
    ),
    "d.Categorical([0.5, 0.5], {}).cdf(x)": (
        1.0,
        [(0.5, "must be int32-equivalent"), (-1.0, "must be non-negative")],
    ),
    "d.Dirichlet([0.5, 0.5], {}).prob(x)": (
        [0.25, 0.75],
        [([0.5, 0.25], "must sum to 1"), ([-0.5, 1.5], "must be positive")],
    ),
    "d.Multinomial(3.0, [0.5, 0.5], {}).log_prob(x)": (
        [1.0, 2.0],
        [([1.0, 1.0], "must sum to total_count"), ([1.5, 1.5], "int64-equivalent"), ([4.0, -1.0], "non-neg")],
    ),
    "d.DirichletMultinomial(3.0, [0.5, 0.5], {}).prob(x)": (
        [1.0, 2.0],
        [([1.0, 1.0], "must sum to total_count"), ([1.5, 1.5], "int64-equivalent")],
    ),
}

# A statistic of a parameter x; an x for which it is defined, and those for which it is not.
STATISTICS: dict[str, tuple[Any, list[tuple[Any, str]]]] = {
    "d.Gamma(x, 1.0, {}).mode()": (2.0, [(1.0, "not defined")]),
    "d.Beta(x, 3.0, {}).mode()": (2.0, [(0.5, "not defined")]),
    "d.Beta(3.0, x, {}).mode()": (2.0, [(1.0, "not defined")]),
    "d.StudentT(x, 0.0, 1.0, {}).mean()": (2.0, [(1.0, "not defined")]),
    "d.StudentT(x, 0.0, 1.0, {}).variance()": (1.5, [(0.5, "not defined"), (1.0, "not defined")]),
    "d.Dirichlet(x, {}).mode()": ([2.0, 3.0], [([2.0, 1.0], "not defined")]),
}
CHECKED = {
    "validate_args=True": PARAMETERS | VALUES,
    "allow_nan_stats=False": STATISTICS,
}


def made(text: str, how: str, x: Any) -> Any:
    """The tensor of a row, with that keyword."""
    return eval(text.format(how), {"d": d, "x": x})  # noqa: S307  those above


@pytest.mark.parametrize(("how", "text"), [(how, text) for how, rows in CHECKED.items() for text in rows])
def test_what_is_wrong_fails_in_the_run_where_that_is_asked_for(how: str, text: str) -> None:
    good, bad = CHECKED[how][text]
    x = tf.placeholder(tf.float32, [None] * np.ndim(good))
    checked, free = made(text, how, x), made(text, "", x)
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(checked, {x: good}), session.run(free, {x: good}))
        for value, words in bad:
            is_nan = np.isnan(session.run(free, {x: value}))
            assert text not in STATISTICS or is_nan.all()
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                session.run(checked, {x: value})


@pytest.mark.parametrize("text", PARAMETERS)
def test_a_constant_that_is_wrong_fails_at_once_or_in_the_run(text: str) -> None:
    for value, _ in PARAMETERS[text][1]:
        with tf.Session() as session, pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
            session.run(made(text, "validate_args=True", value))


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
        kind(logits=[0.5, 0.5], probs=[0.5, 0.5])
    with pytest.raises(TypeError, match="probs must have a floating point type, given: int32"):
        kind(probs=[1, 0])


@pytest.mark.parametrize("kind", [d.Normal, d.Laplace, d.Uniform, d.Gamma, d.Beta])
def test_parameters_are_of_one_floating_point_type(kind: Any) -> None:
    with pytest.raises(ValueError, match="float32 is wanted"):
        kind(tf.ones([], tf.float32), tf.ones([], tf.float64))
    with pytest.raises(ValueError, match="is int32, but a floating point type is wanted"):
        kind(1, 2)
