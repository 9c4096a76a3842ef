"""Losses of embeddings against their formulas, one pair after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.network import metric_learning as losses
from estimator.testing.gradient import compute_gradient_error

RNG = np.random.default_rng(2)
X, OTHER = (RNG.standard_normal((7, 3)).astype(np.float32) for _ in range(2))
LABELS = np.array([0, 1, 0, 2, 1, 0, 3], np.int32)
SQUARED = np.square(X[:, None].astype(np.float64) - X[None]).sum(2)
PAIRS = [(i, j) for i in range(7) for j in range(7) if i != j and LABELS[i] == LABELS[j]]


def triplets(margin: float) -> float:
    total = 0.0
    for anchor, positive in PAIRS:
        others = SQUARED[anchor, LABELS != LABELS[anchor]]
        farther = others[others > SQUARED[anchor, positive]]
        negative = farther.min() if len(farther) else others.max()
        total += max(margin + SQUARED[anchor, positive] - negative, 0.0)
    return total / len(PAIRS)


def lifted(margin: float) -> float:
    distances = np.sqrt(SQUARED)
    others = np.array([np.exp(margin - distances[i, LABELS != LABELS[i]]).sum() for i in range(7)])
    structures = [distances[i, j] + np.log(others[i] + others[j]) for i, j in PAIRS]
    return float(np.square(np.maximum(structures, 0)).mean()) / 2


@pytest.mark.parametrize("margin", [1.0, 0.3])
def test_triplets_choose_their_negatives(run: Callable[..., Any], margin: float) -> None:
    found = run(losses.triplet_semihard_loss(LABELS, tf.constant(X), margin))
    np.testing.assert_allclose(found, triplets(margin), rtol=1e-5)


def test_a_batch_of_unknown_size_is_taken(run: Callable[..., Any]) -> None:
    labels, x = tf.placeholder(tf.int64, [None]), tf.placeholder(tf.float32, [None, 3])
    for loss, expected in ((losses.triplet_semihard_loss, triplets), (losses.lifted_struct_loss, lifted)):
        found = run(loss(labels, x), {labels: LABELS, x: X})
        np.testing.assert_allclose(found, expected(1.0), rtol=1e-5)


def test_a_lifted_structure_weighs_all_negatives(run: Callable[..., Any]) -> None:
    np.testing.assert_allclose(run(losses.lifted_struct_loss(LABELS, X, 0.5)), lifted(0.5), rtol=1e-5)


def test_pairs_are_told_apart(run: Callable[..., Any]) -> None:
    together = np.array([1, 0, 0, 1, 1, 0, 0])
    distances = np.sqrt(np.square(X - OTHER).sum(1))
    expected = np.where(together, distances**2, np.maximum(2.0 - distances, 0) ** 2).mean()
    np.testing.assert_allclose(run(losses.contrastive_loss(together, X, OTHER, 2.0)), expected, rtol=1e-5)


def test_anchors_find_their_partners(run: Callable[..., Any], capfd: pytest.CaptureFixture[str]) -> None:
    scores = X @ OTHER.T
    log_chances = scores - np.log(np.exp(scores).sum(1, keepdims=True))
    same = (LABELS[:, None] == LABELS).astype(np.float64)
    entropy = -(same / same.sum(1, keepdims=True) * log_chances).sum(1).mean()
    penalty = 0.25 * 0.1 * (np.square(X).sum(1).mean() + np.square(OTHER).sum(1).mean())
    loss = losses.npairs_loss(LABELS, tf.constant(X), tf.constant(OTHER), 0.1, print_losses=True)
    np.testing.assert_allclose(run(loss), entropy + penalty, rtol=1e-5)
    assert "cross entropy:" in capfd.readouterr().err


@pytest.mark.parametrize("loss", [losses.triplet_semihard_loss, losses.lifted_struct_loss])
def test_gradients_flow_to_the_embeddings(run: Callable[..., Any], loss: Any) -> None:
    x = tf.constant(X)
    with tf.Session():
        assert compute_gradient_error(x, [7, 3], loss(LABELS, x, 0.7), [], X) < 2e-2


def test_the_same_example_twice_has_a_finite_gradient(run: Callable[..., Any]) -> None:
    x = tf.constant(X[[0, 0, 1]])
    slope = tf.gradients(losses.lifted_struct_loss([0, 0, 1], x), x)[0]
    assert np.isfinite(run(slope)).all()


def test_wrong_shapes_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"labels must have 1 dimensions(.|\n)*embeddings must have 2"):
        losses.triplet_semihard_loss(LABELS[:, None], X[0])
