"""An LSTM of 64 units over 50 steps of 64 numbers, on made-up sequences: one text for ours and TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BATCH, ROWS, TIME, UNITS, CLASSES = 32, 640, 50, 64, 10


def estimator(tf: Any, folder: str, batch: int | None = None) -> tuple[Any, Callable[[], Any]]:
    """An Estimator and its input."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((ROWS, TIME, UNITS)).astype(np.float32)
    classes = rng.integers(0, CLASSES, ROWS).astype(np.int32)

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        cell = tf.nn.rnn_cell.LSTMCell(UNITS)
        _, state = tf.nn.dynamic_rnn(cell, features, dtype=tf.float32)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(state.h, CLASSES))
        train_op = tf.train.AdamOptimizer().minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    config = tf.estimator.RunConfig(log_step_count_steps=10)
    dataset = tf.data.Dataset.from_tensor_slices
    return tf.estimator.Estimator(
        model_fn, folder, config
    ), lambda: dataset((x, classes)).repeat().batch(batch or BATCH)


def products() -> list[tuple[int, int, int]]:
    """Sizes of the products of matrices in a step of training: one forward and two back at each time."""
    both, gates = 2 * UNITS, 4 * UNITS
    at_a_time = [(BATCH, both, gates), (BATCH, gates, both), (both, BATCH, gates)]
    return at_a_time * TIME
