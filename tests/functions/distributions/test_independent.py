"""A batch as one event: probabilities are products, entropies and divergences sums."""

from __future__ import annotations

import numpy as np
import pytest

from estimator import tf

d = tf.contrib.distributions

LOC = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 10
X = np.full([5, 2, 3, 4], 0.5, np.float32)


def run(*tensors: tf.Tensor) -> list[np.ndarray]:
    with tf.Session() as session:
        return list(session.run(list(tensors)))


@pytest.mark.parametrize("count", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("known", [True, False])
def test_probabilities_and_entropies_are_those_of_the_parts_together(count: int | None, known: bool) -> None:
    moved = 2 if count is None else count
    axes = tuple(range(-moved, 0))
    with tf.Graph().as_default():
        loc = tf.placeholder_with_default(LOC, [2, 3, 4] if known else [None, None, None])
        made = d.Independent(d.Normal(loc, 2.0), count)
        if known:
            assert made.batch_shape.as_list() == [2, 3, 4][: 3 - moved]
            assert made.event_shape.as_list() == [2, 3, 4][3 - moved :]
        log_prob, entropy, batch, event, mean, drawn, again = run(
            made.log_prob(X), made.entropy(), made.batch_shape_tensor(), made.event_shape_tensor(), made.mean(),
            made.sample([7], seed=1), made.distribution.sample([7], seed=1),
        )  # fmt: skip
    density = -0.5 * ((X - LOC) / 2) ** 2 - np.log(2 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(log_prob, density.sum(axes), rtol=1e-5)
    one = 0.5 * np.log(2 * np.pi * np.e * 4)
    np.testing.assert_allclose(entropy, np.full([2, 3, 4], one).sum(axes), rtol=1e-5)
    assert (batch.tolist(), event.tolist()) == ([2, 3, 4][: 3 - moved], [2, 3, 4][3 - moved :])
    assert (mean.shape, drawn.shape) == ((2, 3, 4), (7, 2, 3, 4))
    assert again.shape == drawn.shape


def test_a_divergence_is_the_sum_of_those_of_the_parts() -> None:
    with tf.Graph().as_default():
        a, b = (d.Independent(d.Normal(LOC, scale), 1) for scale in (1.0, 2.0))
        [ours] = run(d.kl_divergence(a, b))
    one = 0.5 * (0.25 - 1 - np.log(0.25))
    np.testing.assert_allclose(ours, np.full([2, 3], 4 * one), rtol=1e-5)


def test_events_of_other_kinds_have_no_divergence() -> None:
    with tf.Graph().as_default():
        a, b = (d.Independent(d.Normal(LOC, 1.0), count) for count in (1, 2))
        with pytest.raises(ValueError, match="events of one kind"):
            d.kl_divergence(a, b)


def test_vectors_get_dimensions_in_front() -> None:
    with tf.Graph().as_default():
        made = d.Independent(d.MultivariateNormalDiag(LOC), 1)
        assert (made.batch_shape.as_list(), made.event_shape.as_list()) == ([2], [3, 4])
        [log_prob] = run(made.log_prob(LOC))
    np.testing.assert_allclose(log_prob, np.full(2, -6 * np.log(2 * np.pi)), rtol=1e-5)


def test_dimensions_that_are_not_there_are_refused() -> None:
    with tf.Graph().as_default():
        for count in (4, -1):
            with pytest.raises(ValueError, match=rf"reinterpreted_batch_ndims\({count}\)"):
                d.Independent(d.Normal(LOC, 1.0), count)
        with pytest.raises(ValueError, match="give reinterpreted_batch_ndims"):
            d.Independent(d.Normal(tf.placeholder(tf.float32), 1.0))
