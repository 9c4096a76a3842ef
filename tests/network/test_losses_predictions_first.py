"""The losses of tf.contrib.losses are those of tf.losses, with two arguments exchanged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import losses, slim

RNG = np.random.default_rng(4)
LABELS = RNG.integers(0, 2, (3, 2)).astype(np.float32)
SCORES = RNG.uniform(0.1, 0.9, (3, 2)).astype(np.float32)
WEIGHTS = np.array([[1.0], [0.0], [2.0]], np.float32)
BOTH: dict[str, Any] = {"weights": WEIGHTS, "scope": "given"}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("absolute_difference", BOTH),
        ("cosine_distance", {"axis": 1, **BOTH}),
        ("log_loss", {"epsilon": 1e-3, **BOTH}),
        ("mean_pairwise_squared_error", BOTH),
        ("mean_squared_error", BOTH),
        ("sigmoid_cross_entropy", {"label_smoothing": 0.1, **BOTH}),
        ("softmax_cross_entropy", {"label_smoothing": 0.1, **BOTH | {"weights": WEIGHTS[:, 0]}}),
    ],
)
def test_a_loss_takes_the_predictions_first(
    run: Callable[..., Any], name: str, arguments: dict[str, Any]
) -> None:
    found = getattr(losses, name)(SCORES, LABELS, **arguments)
    assert losses.get_losses() == [found]
    np.testing.assert_array_equal(*run([found, getattr(tf.losses, name)(LABELS, SCORES, **arguments)]))
    assert found.op.name.startswith("given/")


def test_classes_may_be_numbers(run: Callable[..., Any]) -> None:
    found = losses.sparse_softmax_cross_entropy(SCORES, [0, 1, 1], WEIGHTS[:, 0])
    expected = tf.losses.sparse_softmax_cross_entropy([0, 1, 1], SCORES, WEIGHTS[:, 0])
    np.testing.assert_array_equal(*run([found, expected]))


def test_the_hinge_loss_is_one_of_each_element(run: Callable[..., Any]) -> None:
    found = losses.hinge_loss(SCORES, LABELS)
    np.testing.assert_allclose(run(found), np.maximum(0, 1 - (2 * LABELS - 1) * SCORES), rtol=1e-6)
    assert losses.get_losses() == []


def test_the_older_name_of_an_axis_is_taken(run: Callable[..., Any]) -> None:
    found = losses.cosine_distance(SCORES, LABELS, dim=1)
    np.testing.assert_array_equal(*run([found, tf.losses.cosine_distance(LABELS, SCORES, 1)]))


def test_slim_has_them_too() -> None:
    assert slim.losses is losses
    assert losses.get_total_loss is tf.losses.get_total_loss
