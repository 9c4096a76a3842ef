"""Last steps and unpadded steps of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.estimators.learn import rnn_common

STEPS = np.arange(12.0, dtype=np.float32).reshape(2, 3, 2)
LABELS = np.array([[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("dims", [[2, 3, 2], [None, None, 2]], ids=["known", "unknown"])
def test_the_last_step_of_each_sequence_is_found(run: Callable[..., Any], dims: Any) -> None:
    steps, lengths = tf.placeholder(tf.float32, dims), tf.placeholder(tf.int32, dims[:1])
    feeds = {steps: STEPS, lengths: [3, 1]}
    found = rnn_common.select_last_activations(steps, lengths)
    assert found.dims == (dims[0], 2)
    np.testing.assert_array_equal(run(found, feeds), [STEPS[0, 2], STEPS[1, 0]])
    np.testing.assert_array_equal(run(rnn_common.select_last_activations(steps, None), feeds), STEPS[:, -1])


def test_padding_is_left_out(run: Callable[..., Any]) -> None:
    found = run(rnn_common.mask_activations_and_labels(STEPS, LABELS, [1, 2]))
    np.testing.assert_array_equal(found[0], [STEPS[0, 0], STEPS[1, 0], STEPS[1, 1]])
    np.testing.assert_array_equal(found[1], [1, 4, 5])
    whole = run(rnn_common.mask_activations_and_labels(STEPS, LABELS, None))
    np.testing.assert_array_equal(whole[0], STEPS.reshape(6, 2))
    np.testing.assert_array_equal(whole[1], LABELS.ravel())
