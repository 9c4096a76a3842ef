"""A model over sequences of unlike lengths, for both packages; nothing is imported here that either of them lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

STEPS, BATCH, TIME, SIZE = 8, 6, 7, 3
KEYS = ["x", "lengths", "y"]


def batches(rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    """The sequences, their lengths and the labels of so many steps."""
    return {
        "x": rng.normal(size=(STEPS, BATCH, TIME, SIZE)).astype(np.float32),
        "lengths": rng.integers(0, TIME + 1, (STEPS, BATCH)).astype(np.int32),
        "y": rng.integers(0, 2, (STEPS, BATCH, 1)).astype(np.float32),
    }


def build(tf: Any) -> tuple[Any, Any]:
    """The loss, and what trains, in the default graph: cells upon cells, both ways through time."""
    rnn = tf.nn.rnn_cell
    x = tf.placeholder(tf.float32, [None, None, SIZE], "x")
    lengths = tf.placeholder(tf.int32, [None], "lengths")
    cells = [
        rnn.ResidualWrapper(rnn.GRUCell(SIZE)),
        rnn.LSTMCell(4, use_peepholes=True, num_proj=2, cell_clip=2.0),
    ]
    outputs, states = tf.nn.bidirectional_dynamic_rnn(
        rnn.MultiRNNCell(cells), rnn.BasicLSTMCell(3), x, lengths, dtype=tf.float32
    )
    summed = tf.reduce_sum(tf.concat(outputs, 2), 1)
    logits = tf.layers.dense(tf.concat([summed, states[0][1].c, states[1].h], 1), 1)
    labels = tf.placeholder(tf.float32, [None, 1], "y")
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    step = tf.train.get_or_create_global_step()
    train_op = tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=step)
    tf.add_to_collection("train_op", train_op)
    return loss, train_op


def train(session: Any, loss: Any, train_op: Any, arrays: dict[str, Any]) -> list[float]:
    """The loss before each step."""
    feeds = [{f"{key}:0": arrays[key][step] for key in KEYS} for step in range(STEPS)]
    return [float(session.run([loss, train_op], feed)[0]) for feed in feeds]
