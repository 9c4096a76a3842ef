"""Normal distributions of vectors have the numbers of their formulas, computed by numpy with whole covariances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError

d = tf.contrib.distributions

LOC = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -0.25]])
DIAG = np.array([[1.0, 0.5, 2.0], [0.25, 3.0, 1.5]])
LOWER = np.array([[1.5, 0.0, 0.0], [-0.5, 0.75, 0.0], [0.25, 2.0, -0.5]])
LOWERS = np.stack([LOWER, np.diag([1.0, 2.0, 3.0])])
ROWS = np.array([[0.0, 0.0, 0.0], [1.0, -2.0, 0.5]])


def square(lower: Any) -> Any:
    return lower @ np.swapaxes(lower, -1, -2)


# how each is made; its means and covariances
MADE: dict[str, tuple[Any, Any, Any]] = {
    "diag": (
        lambda: d.MultivariateNormalDiag(LOC, DIAG),
        LOC,
        square(np.apply_along_axis(np.diag, -1, DIAG)),
    ),
    "diag of one batch": (lambda: d.MultivariateNormalDiag(LOC, DIAG[0]), LOC, np.diag(DIAG[0] ** 2)),
    "diag without means": (
        lambda: d.MultivariateNormalDiag(scale_diag=DIAG[1]),
        np.zeros(3),
        np.diag(DIAG[1] ** 2),
    ),
    "diag of means alone": (lambda: d.MultivariateNormalDiag(LOC), LOC, np.eye(3)),
    "one mean for all": (
        lambda: d.MultivariateNormalDiag([2.0], [1.0, -3.0]),
        np.full(2, 2.0),
        np.diag([1.0, 9.0]),
    ),
    "multiplied identity": (
        lambda: d.MultivariateNormalDiag(LOC, scale_identity_multiplier=[2.0, 3.0]),
        LOC,
        np.eye(3) * np.reshape([4.0, 9.0], [2, 1, 1]),
    ),
    "diag and identity": (
        lambda: d.MultivariateNormalDiag(LOC[0], DIAG[0], scale_identity_multiplier=0.5),
        LOC[0],
        np.diag((DIAG[0] + 0.5) ** 2),
    ),
    "softplus": (
        lambda: d.MultivariateNormalDiagWithSoftplusScale(LOC[0], LOC[1]),
        LOC[0],
        np.diag(np.log1p(np.exp(LOC[1])) ** 2),
    ),
    "lower": (lambda: d.MultivariateNormalTriL(LOC[0], LOWER), LOC[0], square(LOWER)),
    "lower, with an upper part": (
        lambda: d.MultivariateNormalTriL(LOC, LOWER + np.triu(np.ones([3, 3]), 1)),
        LOC,
        square(LOWER),
    ),
    "batch of lower": (lambda: d.MultivariateNormalTriL(LOC[1], LOWERS), LOC[1], square(LOWERS)),
    "lower of means alone": (lambda: d.MultivariateNormalTriL(LOC), LOC, np.eye(3)),
    "full": (lambda: d.MultivariateNormalFullCovariance(LOC, square(LOWER)), LOC, square(LOWER)),
    "full of means alone": (lambda: d.MultivariateNormalFullCovariance(LOC[0]), LOC[0], np.eye(3)),
}


def log_density(x: Any, loc: Any, covariance: Any) -> Any:
    away = (x - loc)[..., None]
    distance = (np.swapaxes(away, -1, -2) @ np.linalg.inv(covariance) @ away)[..., 0, 0]
    return -0.5 * (distance + np.linalg.slogdet(covariance)[1] + np.shape(loc)[-1] * np.log(2 * np.pi))


def run(*tensors: Any) -> Any:
    with tf.Session() as session:
        return session.run(list(tensors))


@pytest.mark.parametrize("name", MADE)
def test_values_are_those_of_the_formulas(name: str) -> None:
    make, loc, covariance = MADE[name]
    length = loc.shape[-1]
    x = ROWS[..., :length]
    batch = np.broadcast_shapes(loc.shape[:-1], covariance.shape[:-2])
    with tf.Graph().as_default():
        made = make()
        assert (made.batch_shape.as_list(), made.event_shape.as_list()) == (list(batch), [length])
        ours = run(
            made.log_prob(x), made.prob(x), made.mean(), made.mode(), made.covariance(), made.variance(), made.stddev(),
            made.entropy(), made.batch_shape_tensor(), made.event_shape_tensor(),
        )  # fmt: skip
    wanted = log_density(x, loc, covariance)
    means = np.broadcast_to(loc, (*batch, length))
    variances = np.broadcast_to(np.diagonal(covariance, 0, -2, -1), (*batch, length))
    entropy = 0.5 * (length * (1 + np.log(2 * np.pi)) + np.linalg.slogdet(covariance)[1])
    formulas = [
        wanted, np.exp(wanted), means, means, np.broadcast_to(covariance, (*batch, length, length)), variances,
        np.sqrt(variances), np.broadcast_to(entropy, batch), batch, [length],
    ]  # fmt: skip
    for value, formula in zip(ours, formulas, strict=True):
        np.testing.assert_allclose(value, formula, rtol=1e-5, atol=1e-6)
        assert np.shape(value) == np.shape(formula)


@pytest.mark.parametrize("name", MADE)
def test_samples_have_the_mean_and_the_covariance_and_repeat_under_a_seed(name: str) -> None:
    make, loc, covariance = MADE[name]
    with tf.Graph().as_default():
        drawn = make().sample([3000], seed=5)
        first, again = run(drawn)[0], run(drawn)[0]
        known = drawn.shape.as_list()
    assert known == list(first.shape)
    np.testing.assert_array_equal(first, again)
    away = first - loc
    scale = np.sqrt(np.diagonal(covariance, 0, -2, -1))
    assert (abs(away.mean(0)) < 5 * scale / np.sqrt(3000)).all()
    products = (away[..., None] * away[..., None, :]).mean(0)
    assert (abs(products - covariance) < 0.15 * scale[..., None] * scale[..., None, :]).all()


@pytest.mark.parametrize("a", ["diag", "diag of one batch", "batch of lower", "full"])
@pytest.mark.parametrize("b", ["diag", "multiplied identity", "lower", "full of means alone"])
def test_a_divergence_is_that_of_the_formula(a: str, b: str) -> None:
    (make_a, loc_a, of_a), (make_b, loc_b, of_b) = MADE[a], MADE[b]
    with tf.Graph().as_default():
        [ours] = run(d.kl_divergence(make_a(), make_b()))
    inverse, away = np.linalg.inv(of_b), (loc_b - loc_a)[..., None]
    trace = np.trace(inverse @ of_a, axis1=-2, axis2=-1)
    distance = (np.swapaxes(away, -1, -2) @ inverse @ away)[..., 0, 0]
    determinants = np.linalg.slogdet(of_b)[1] - np.linalg.slogdet(of_a)[1]
    np.testing.assert_allclose(ours, 0.5 * (trace + distance - 3 + determinants), rtol=1e-5, atol=1e-9)


def test_gradients_flow_to_means_and_scales_and_through_samples() -> None:
    with tf.Graph().as_default():
        loc, deviations, lower = tf.constant(LOC[0]), tf.constant(DIAG[0]), tf.constant(LOWER)
        diagonal, triangular = d.MultivariateNormalDiag(loc, deviations), d.MultivariateNormalTriL(loc, lower)
        x = tf.constant(ROWS[1])
        found = run(
            *tf.gradients(diagonal.log_prob(x), [loc, deviations]),
            *tf.gradients(triangular.log_prob(x), [loc, lower]),
            *tf.gradients(triangular.sample(seed=1), [loc]),
        )
    away = ROWS[1] - LOC[0]
    inverse = np.linalg.inv(square(LOWER))
    pulled = inverse @ away
    of_lower = np.tril(np.outer(pulled, pulled) @ LOWER - np.linalg.inv(LOWER).T)
    formulas = [away / DIAG[0] ** 2, away**2 / DIAG[0] ** 3 - 1 / DIAG[0], pulled, of_lower, np.ones(3)]
    for gradient, formula in zip(found, formulas, strict=True):
        np.testing.assert_allclose(gradient, formula, rtol=1e-9, atol=1e-9)


def test_batches_whose_size_is_not_known_have_their_shapes_when_run() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        loc = tf.placeholder(tf.float32, [None, 3])
        made = d.MultivariateNormalDiag(loc, tf.ones([3]))
        assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([None], [3])
        drawn, shape = session.run([made.sample(4), made.batch_shape_tensor()], {loc: LOC})
    assert (drawn.shape, shape.tolist()) == ((4, 2, 3), [2])


def test_a_copy_changes_what_is_given() -> None:
    for name in ("diag", "softplus", "lower"):
        with tf.Graph().as_default():
            made = MADE[name][0]()
            other = made.copy(loc=np.zeros(3))
            assert type(other) is type(made)
            np.testing.assert_allclose(*run(other.covariance()[..., :1], made.covariance()[..., :1]))
            assert not np.any(run(other.mean())[0])


@pytest.mark.parametrize("kind", ["Diag", "TriL", "FullCovariance"])
def test_nothing_that_tells_the_length_is_refused(kind: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match="must tell how long the vectors are"):
        getattr(d, f"MultivariateNormal{kind}")()


def test_parameters_that_do_not_fit_are_refused() -> None:
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="vectors of 2 numbers, and the scale of 3"):
            d.MultivariateNormalDiag([1.0, 2.0], [1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="vectors of 2 numbers, and the scale of 3"):
            d.MultivariateNormalTriL([1.0, 2.0], LOWER.astype(np.float32))


def test_parameters_are_checked_when_run_if_asked_for() -> None:
    unlike = np.array([[1.0, 0.5], [0.25, 1.0]])
    for make, message in (
        (lambda: d.MultivariateNormalDiag([1.0, 2.0], [1.0, 0.0], validate_args=True), "must be non-zero"),
        (
            lambda: d.MultivariateNormalTriL(scale_tril=[[1.0, 0.0], [1.0, 0.0]], validate_args=True),
            "must be non-zero",
        ),
        (
            lambda: d.MultivariateNormalFullCovariance(covariance_matrix=unlike, validate_args=True),
            "Matrix was not symmetric",
        ),
    ):
        with tf.Graph().as_default(), pytest.raises(InvalidArgumentError, match=message):
            run(make().entropy())
