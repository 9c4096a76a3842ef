"""The losses of lists of steps, by the formulas of TensorFlow 1.15's contrib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf

RNG = np.random.default_rng(3)
LOGITS = RNG.standard_normal((3, 2, 4)).astype(np.float32)  # [time, batch, classes]
TARGETS = np.array([[0, 3], [1, 2], [2, 0]], np.int32)
WEIGHTS = np.array([[1.0, 2.0], [0.5, 0.0], [0.0, 0.0]], np.float32)

LOG_SOFTMAX = LOGITS - np.log(np.exp(LOGITS).sum(-1, keepdims=True))
LOSSES = (-np.take_along_axis(LOG_SOFTMAX, TARGETS[..., None], 2)[..., 0] * WEIGHTS).sum(0)
MEANS = LOSSES / WEIGHTS.sum(0)

legacy = tf.contrib.legacy_seq2seq


@pytest.mark.parametrize(("is_average", "expected"), [(True, MEANS), (False, LOSSES)])
def test_the_loss_of_each_sequence_is_averaged_over_its_weights(
    run: Callable[..., Any], is_average: bool, expected: Any
) -> None:
    losses = legacy.sequence_loss_by_example(
        list(LOGITS), list(TARGETS), list(WEIGHTS), average_across_timesteps=is_average, name="of_each"
    )
    assert losses.name.startswith("of_each/")
    np.testing.assert_allclose(run(losses), expected, rtol=1e-6)


@pytest.mark.parametrize(("is_average", "expected"), [(True, MEANS.mean()), (False, MEANS.sum())])
def test_sequences_are_averaged_over_how_many_there_are(
    run: Callable[..., Any], is_average: bool, expected: Any
) -> None:
    loss = legacy.sequence_loss(list(LOGITS), list(TARGETS), list(WEIGHTS), average_across_batch=is_average)
    assert loss.name.startswith("sequence_loss/")
    np.testing.assert_allclose(run(loss), expected, rtol=1e-6)


def test_targets_may_be_a_column(run: Callable[..., Any]) -> None:
    columns = list(TARGETS[..., None])
    losses = legacy.sequence_loss_by_example(list(LOGITS), columns, list(WEIGHTS))
    np.testing.assert_allclose(run(losses), MEANS, rtol=1e-6)


def test_sequences_that_do_not_count_have_no_loss(run: Callable[..., Any]) -> None:
    nothing = list(np.zeros_like(WEIGHTS))
    losses = legacy.sequence_loss_by_example(list(LOGITS), list(TARGETS), nothing)
    np.testing.assert_array_equal(run(losses), [0, 0])


def test_the_loss_of_a_step_may_be_given(run: Callable[..., Any]) -> None:
    def first_score(labels: Any, logits: Any) -> Any:
        return logits[:, 0] + tf.cast(labels, tf.float32)

    loss = legacy.sequence_loss(list(LOGITS), list(TARGETS), list(WEIGHTS), softmax_loss_function=first_score)
    expected = ((LOGITS[..., 0] + TARGETS) * WEIGHTS).sum(0) / WEIGHTS.sum(0)
    np.testing.assert_allclose(run(loss), expected.mean(), rtol=1e-6)


@pytest.mark.parametrize("steps", [(2, 3, 3), (3, 2, 3), (0, 0, 0)])
def test_lists_of_other_lengths_are_refused(steps: tuple[int, int, int]) -> None:
    logits, targets, weights = steps
    told = rf"must be the same, .* Given: {logits}, {weights}, {targets}"
    with pytest.raises(ValueError, match=told):
        legacy.sequence_loss(list(LOGITS[:logits]), list(TARGETS[:targets]), list(WEIGHTS[:weights]))
