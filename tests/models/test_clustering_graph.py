"""K-means by hand; what is expected is computed here, point by point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

POINTS = np.random.default_rng(7).standard_normal((12, 3)).astype(np.float32)
CENTERS = POINTS[[0, 5, 9]]


def distances(points: Any, centers: Any) -> Any:
    return np.square(points[:, None] - centers[None]).sum(-1)


def test_a_full_step_moves_centers_to_the_means_of_their_points() -> None:
    points = tf.placeholder(tf.float32, [None, 3])
    model = tf.contrib.factorization.KMeans(inputs=points, num_clusters=3, initial_clusters=CENTERS)
    all_scores, index, scores, initialized, init_op, train_op = model.training_graph()
    feed = {points: POINTS}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert not sess.run(initialized)
        sess.run(init_op, feed)
        assert sess.run(initialized)
        sess.run(init_op, feed)  # nothing is left to choose
        given = sess.run([all_scores, index, scores], feed)
        sess.run(train_op, feed)
        (moved,) = (v for v in tf.global_variables() if v.op.name == "clusters")
        centers = sess.run(moved)
    expected = distances(POINTS, CENTERS)
    nearest = expected.argmin(1)
    np.testing.assert_allclose(given[0], [expected], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(given[1], [nearest])
    np.testing.assert_allclose(given[2], [expected.min(1)], rtol=1e-5, atol=1e-5)
    means = [POINTS[nearest == number].mean(0) for number in range(3)]
    np.testing.assert_allclose(centers, means, rtol=1e-5, atol=1e-5)


def test_points_in_parts_are_as_points_together() -> None:
    parts = [tf.constant(POINTS[:5]), tf.constant(POINTS[5:])]
    model = tf.contrib.factorization.KMeans(parts, 3, CENTERS)
    all_scores, index, scores, _, init_op, _ = model.training_graph()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(init_op)
        given = sess.run([all_scores, index, scores])
    expected = distances(POINTS, CENTERS)
    together = (expected, expected.argmin(1), expected.min(1))
    for values, wanted in zip(given, together, strict=True):
        assert [len(part) for part in values] == [5, 7]
        np.testing.assert_allclose(np.concatenate(values), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("first", ["random", "kmeans_plus_plus"])
def test_mini_batches_of_directions_come_nearer(first: str) -> None:
    model = tf.contrib.factorization.KMeans(
        tf.constant(POINTS), 3, first, distance_metric="cosine", use_mini_batch=True, random_seed=4
    )
    _, _, scores, _, init_op, train_op = model.training_graph()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(init_op)
        before = sess.run(scores)[0].sum()
        for _ in range(20):
            sess.run(train_op)
        assert sess.run(scores)[0].sum() < before


def test_all_problems_of_the_arguments_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"(?s)algorithm 'kmc2'.*metric 'far'.*num_clusters") as info:
        tf.contrib.factorization.KMeans(tf.constant(POINTS), 0, "kmc2", distance_metric="far")
    assert "kmeans_plus_plus" in str(info.value)
