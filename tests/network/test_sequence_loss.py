"""The loss of sequences, by the formulas of TensorFlow 1.15's contrib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.network.sequence_loss import sequence_loss

RNG = np.random.default_rng(3)
LOGITS = RNG.standard_normal((2, 3, 4)).astype(np.float32)
TARGETS = np.array([[0, 3, 1], [2, 2, 0]])
WEIGHTS = np.array([[1.0, 2.0, 0.0], [0.5, 0.0, 0.0]], np.float32)

LOG_SOFTMAX = LOGITS - np.log(np.exp(LOGITS).sum(-1, keepdims=True))
LOSSES = -np.take_along_axis(LOG_SOFTMAX, TARGETS[..., None], 2)[..., 0] * WEIGHTS


def over(total: Any, count: Any) -> Any:
    return np.divide(total, count, out=np.zeros_like(total), where=count != 0)


@pytest.mark.parametrize(
    ("time", "batch", "sum_time", "sum_batch", "expected"),
    [
        (True, True, False, False, LOSSES.sum() / 3.5),
        (False, False, True, True, LOSSES.sum() / 3),
        (False, False, False, False, LOSSES),
        (True, False, False, False, over(LOSSES.sum(1), WEIGHTS.sum(1))),
        (False, True, False, False, over(LOSSES.sum(0), WEIGHTS.sum(0))),
        (False, False, True, False, over(LOSSES.sum(1), np.float32([2, 1]))),
        (False, False, False, True, over(LOSSES.sum(0), np.float32([2, 1, 0]))),
    ],
)
@pytest.mark.parametrize("dims", [[2, 3], [None, None]], ids=["known", "unknown"])
def test_losses_are_averaged_as_asked(
    run: Callable[..., Any],
    dims: Any,
    time: bool,
    batch: bool,
    sum_time: bool,
    sum_batch: bool,
    expected: Any,
) -> None:
    logits = tf.placeholder(tf.float32, [*dims, 4 if dims[0] else None])
    targets, weights = tf.placeholder(tf.int64, dims), tf.placeholder(tf.float32, dims)
    loss = sequence_loss(logits, targets, weights, time, batch, sum_time, sum_batch)
    found = run(loss, {logits: LOGITS, targets: TARGETS, weights: WEIGHTS})
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_another_loss_of_rows_may_be_given(run: Callable[..., Any]) -> None:
    loss = sequence_loss(
        LOGITS, TARGETS, np.ones((2, 3), np.float32), name="mine",
        softmax_loss_function=lambda labels, logits: tf.cast(labels, tf.float32),
    )  # fmt: skip
    assert loss.name.startswith("mine/")
    np.testing.assert_allclose(run(loss), TARGETS.mean(), rtol=1e-6)


def test_all_that_does_not_fit_is_told_at_once(graph: Graph) -> None:
    with pytest.raises(ValueError) as caught:
        sequence_loss(LOGITS[0], TARGETS, WEIGHTS[0], sum_over_timesteps=True)
    for part in (
        "Logits must be a [batch_size x sequence_length x logits] tensor, and",
        "Weights must be a [batch_size x sequence_length] tensor, and",
        "average_across_timesteps and sum_over_timesteps cannot be set to True",
    ):
        assert part in str(caught.value)
