"""Samples have the mean and the variance of their distribution, repeat under a seed, and gradients flow through them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

d = tf.distributions
NUMBERS = 2000

# Distributions of batches of known parameters.
MADE: dict[str, Any] = {
    "normal": lambda: d.Normal([0.0, -3.0], [1.0, 0.5]),
    "laplace": lambda: d.Laplace([0.0, 5.0], [1.0, 0.25]),
    "uniform": lambda: d.Uniform([-1.0, 2.0], 3.0),
    "bernoulli of logits": lambda: d.Bernoulli([-1.0, 2.0]),
    "bernoulli of probabilities": lambda: d.Bernoulli(probs=[0.2, 0.9], dtype=tf.float32),
    "beta": lambda: d.Beta([2.0, 0.5], [3.0, 0.7]),
    "gamma": lambda: d.Gamma([3.0, 0.4], [[2.0], [0.5]]),
    "exponential": lambda: d.Exponential([0.5, 4.0]),
    "student": lambda: d.StudentT([9.0, 30.0], [0.0, 2.0], [1.0, 3.0]),
    "dirichlet": lambda: d.Dirichlet([[1.0, 2.0, 3.0], [0.5, 0.6, 4.0]]),
    "multinomial": lambda: d.Multinomial([6.0, 11.0, 0.0], logits=[0.0, 1.0, -1.0]),
    "multinomial of a scalar batch": lambda: d.Multinomial(5.0, probs=[0.2, 0.8]),
    "dirichlet-multinomial": lambda: d.DirichletMultinomial([6.0, 11.0], [[1.0, 2.0, 3.0], [0.5, 0.6, 4.0]]),
    "double precision": lambda: d.Normal(np.float64(1.0), np.float64(2.0)),
}


def within_five_errors(numbers: Any, expected: Any) -> None:
    """The mean of the numbers along the first axis is what is expected, but for chance."""
    errors = numbers.std(0) / np.sqrt(len(numbers))
    assert (abs(numbers.mean(0) - expected) <= 5 * errors + 1e-6).all()


@pytest.mark.parametrize("name", MADE)
def test_samples_have_the_mean_and_the_variance(name: str) -> None:
    made = MADE[name]()
    draws, again = made.sample(NUMBERS, seed=5), made.sample(NUMBERS, seed=5)
    with tf.Session() as session:
        found, repeated, mean, variance = session.run([draws, again, made.mean(), made.variance()])
    np.testing.assert_array_equal(found, repeated)
    assert draws.dtype is made.dtype and draws.shape.as_list() == list(found.shape)
    within_five_errors(found.astype(np.float64), mean)
    within_five_errors((found - mean.astype(np.float64)) ** 2, variance)


def test_samples_of_categories_are_as_frequent_as_they_are_probable() -> None:
    made = d.Categorical(logits=[[[0.0, 1.0, 2.0], [3.0, 0.0, -50.0]]])
    draws = made.sample([2, NUMBERS // 2], seed=3)
    with tf.Session() as session:
        found, probabilities = session.run([draws, made.probs])
    assert draws.shape.as_list() == [2, NUMBERS // 2, 1, 2] and found.dtype == np.int32
    within_five_errors(np.eye(3)[found.reshape(NUMBERS, 1, 2)], probabilities)


def test_what_has_no_probability_is_not_drawn() -> None:
    certain = [
        d.Categorical(probs=[0.0, 1.0, 0.0]),
        d.Bernoulli(probs=1.0),
        d.Multinomial(3.0, probs=[0.0, 1.0]),
    ]
    with tf.Session() as session:
        one, also_one, counts = session.run([made.sample(50) for made in certain])
    assert (one == 1).all() and (also_one == 1).all() and (counts == [0.0, 3.0]).all()


@pytest.mark.parametrize("name", ["dirichlet", "multinomial", "dirichlet-multinomial"])
def test_samples_of_vectors_have_the_covariance(name: str) -> None:
    made = MADE[name]()
    with tf.Session() as session:
        draws, mean, covariance = session.run([made.sample(NUMBERS, seed=4), made.mean(), made.covariance()])
    off = (draws - mean).astype(np.float64)
    within_five_errors(off[..., :, None] * off[..., None, :], covariance)


@pytest.mark.parametrize("name", ["multinomial", "dirichlet-multinomial"])
def test_samples_of_counts_have_the_total_count(name: str) -> None:
    made = MADE[name]()
    with tf.Session() as session:
        draws, total = session.run([made.sample([3, 2], seed=1), made.total_count])
    assert draws.shape == (3, 2, len(total), 3)
    np.testing.assert_array_equal(draws.sum(-1), np.broadcast_to(total, (3, 2, len(total))))
    assert len(np.unique(draws[..., 1, 1])) > 1


@pytest.mark.parametrize("name", MADE)
def test_the_seed_of_a_graph_makes_samples_repeat_and_two_samples_differ(name: str) -> None:
    drawn = []
    for seed in (1, 1, 2):
        with tf.Graph().as_default():
            tf.set_random_seed(seed)
            made = MADE[name]()
            with tf.Session() as session:
                drawn.append(session.run([made.sample(40), made.sample(40)]))
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0][0] != drawn[0][1]).any() and (drawn[0][0] != drawn[2][0]).any()


@pytest.mark.parametrize("name", ["beta", "student", "dirichlet-multinomial"])
def test_two_draws_of_which_a_sample_is_made_are_independent_under_a_seed(name: str) -> None:
    """Those of beta are equal else for equal concentrations, and all samples 1/2."""
    made = {"beta": d.Beta(2.0, 2.0), "student": d.StudentT(5.0, 0.0, 1.0)}.get(name) or MADE[name]()
    with tf.Session() as session:
        draws = session.run(made.sample(50, seed=8))
    assert len(np.unique(draws, axis=0)) > 20


# -- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize(
    ("given", "outer"),
    [((), []), (3, [3]), ([3], [3]), ([2, 1], [2, 1]), ([0], [0]), (np.array([2, 3]), [2, 3])],
)
def test_a_sample_has_the_shape_that_was_asked_for(name: str, given: Any, outer: list[int]) -> None:
    made = MADE[name]()
    draws = made.sample(given)
    inner = made.batch_shape.as_list() + made.event_shape.as_list()
    with tf.Session() as session:
        assert draws.shape.as_list() == list(session.run(draws).shape) == outer + inner


@pytest.mark.parametrize("known", [(), (2,), None], ids=["scalar", "vector", "unknown"])
def test_a_sample_shape_may_be_known_in_the_run_alone(known: Any) -> None:
    shape = tf.placeholder(tf.int32, known)
    draws = d.Normal([1.0, 2.0, 3.0], 1.0).sample(shape)
    with tf.Session() as session:
        if known != (2,):
            assert session.run(draws, {shape: 4}).shape == (4, 3)
        if known != ():
            assert session.run(draws, {shape: [4, 2]}).shape == (4, 2, 3)


def test_the_static_shape_says_what_is_known_of_the_batch() -> None:
    rows = tf.placeholder(tf.float32, [None, 3])
    assert d.Normal(rows, 1.0).sample(4).shape.as_list() == [4, None, 3]
    assert d.Dirichlet(rows).sample([4, 1]).shape.as_list() == [4, 1, None, 3]
    assert d.Categorical(rows).sample(4).shape.as_list() == [4, None]
    assert d.Normal(tf.placeholder(tf.float32), 1.0).sample(4).shape.rank is None


def test_a_sample_shape_of_two_axes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sample_shape must be a number or a vector, given: \[\[1, 2\]\]"):
        d.Normal(0.0, 1.0).sample([[1, 2]])


# -- gradients ---------------------------------------------------------------------------------------------------------

FLOWING: dict[str, tuple[Any, list[float]]] = {
    "normal": (d.Normal, [1.5, 0.5]),
    "laplace": (d.Laplace, [1.5, 0.5]),
    "uniform": (d.Uniform, [-1.0, 3.0]),
    "beta": (d.Beta, [2.5, 1.5]),
    "gamma": (d.Gamma, [2.5, 1.5]),
    "exponential": (d.Exponential, [1.5]),
    "student": (d.StudentT, [12.0, 1.0, 2.0]),
}


@pytest.mark.parametrize("name", FLOWING)
def test_gradients_through_samples_are_those_of_the_mean_and_of_the_variance(name: str) -> None:
    kind, numbers = FLOWING[name]
    parameters = [tf.fill([NUMBERS], number) for number in numbers]
    made = kind(*parameters)
    draws = made.sample(seed=6)
    centre = tf.stop_gradient(made.mean())
    found = [tf.gradients(ys, parameters) for ys in (draws, tf.square(draws - centre))]
    wanted = [tf.gradients(ys, parameters) for ys in (made.mean(), made.variance())]
    assert made.reparameterization_type is d.FULLY_REPARAMETERIZED
    with tf.Session() as session:
        moves, squares = session.run(found)
        means, variances = session.run(
            [[tf.zeros([1]) if dx is None else dx[:1] for dx in dxs] for dxs in wanted]
        )
    for move, mean in zip(moves, means, strict=True):
        within_five_errors(move, mean)
    for square, variance in zip(squares, variances, strict=True):
        within_five_errors(square, variance)


def test_gradients_through_samples_of_vectors_are_those_of_the_mean() -> None:
    concentration = tf.tile([[2.0, 1.0, 3.0]], [NUMBERS, 1])
    made = d.Dirichlet(concentration)
    (found,) = tf.gradients(made.sample(seed=6)[:, 0], [concentration])
    (wanted,) = tf.gradients(made.mean()[:, 0], [concentration])
    with tf.Session() as session:
        moves, means = session.run([found, wanted])
    within_five_errors(moves, means[0])


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [(d.Bernoulli, ()), (d.Categorical, ()), (d.Multinomial, (3.0,)), (d.DirichletMultinomial, (3.0,))],
)
def test_no_gradient_flows_through_what_is_counted(kind: Any, arguments: Any) -> None:
    parameter = tf.constant([0.5, 0.25])
    made = kind(*arguments, parameter)
    assert made.reparameterization_type is d.NOT_REPARAMETERIZED
    assert tf.gradients(tf.cast(made.sample(), tf.float32), [parameter]) == [None]
