"""tf_random_seed decides every draw: two trainings are the same, and so is one that was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.reader import load_checkpoint

STEPS = 9
X = np.arange(96, dtype=np.float32).reshape(24, 4) / 96


def rows() -> Any:
    return tf.data.Dataset.from_tensor_slices(X).repeat().batch(3)


class Interrupts(Exception):
    """What stops a training from outside."""


class Notes(tf.train.SessionRunHook):
    """The loss by step, and an interruption after so many."""

    def __init__(self, last: int) -> None:
        self.losses: dict[int, float] = {}
        self._last = last

    def before_run(self, run_context: Any) -> Any:
        graph = run_context.session.graph
        return tf.train.SessionRunArgs([graph.get_collection("losses")[0], "global_step:0"])

    def after_run(self, run_context: Any, run_values: Any) -> None:
        loss, step = run_values.results
        self.losses[int(step)] = float(loss)
        if len(self.losses) == self._last:
            raise Interrupts


def train(
    folder: Path, seed: int, network: Callable[[Any], Any], input_fn: Callable[[], Any], last: int = 0
) -> dict[int, float]:
    """The loss by step; after `last` of them, if it is given, comes an interruption."""

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        loss = tf.losses.mean_squared_error(
            tf.zeros_like(features), tf.get_variable("w", [4]) * network(features)
        )
        train_op = tf.train.AdamOptimizer(0.01).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    notes = Notes(last)
    config = tf.estimator.RunConfig(folder, tf_random_seed=seed, save_checkpoints_steps=5)
    try:
        tf.estimator.Estimator(model_fn, config=config).train(input_fn, max_steps=STEPS, hooks=[notes])
    except Interrupts:
        assert last
    return notes.losses


def weights(folder: Path) -> dict[str, bytes]:
    with load_checkpoint(str(folder)) as reader:
        return {name: reader.get_tensor(name).tobytes() for name in reader.get_variable_to_shape_map()}


def in_a_loop(x: Any) -> Any:
    def body(i: Any, x: Any) -> Any:
        return i + 1, x + tf.random_normal(tf.shape(x))

    return tf.while_loop(lambda i, x: i < 3, body, [0, x])[1]


def in_a_branch_in_a_loop(x: Any) -> Any:
    def body(i: Any, x: Any) -> Any:
        branch = tf.cond(
            tf.equal(i % 2, 0), lambda: tf.nn.dropout(x, 0.5), lambda: x + tf.random_uniform([4])
        )
        return i + 1, branch

    return tf.while_loop(lambda i, x: i < 4, body, [0, x])[1]


def with_cells(cell: Callable[[], Any]) -> Callable[[Any], Any]:
    return lambda x: tf.nn.dynamic_rnn(cell(), x[:, :, None], dtype=tf.float32)[0][:, -1]


def variational() -> Any:
    return tf.nn.rnn_cell.DropoutWrapper(
        tf.nn.rnn_cell.GRUCell(4), 0.7, 0.7, 0.7, variational_recurrent=True, dtype=tf.float32, input_size=1
    )


def chosen_by_chance(x: Any) -> Any:
    return tf.cond(tf.random_uniform([]) < 0.5, lambda: x + 1.0, lambda: x * tf.random_normal([4]))


def sampled(x: Any) -> Any:
    classes = tf.cast(tf.range(3)[:, None], tf.int64)
    table = tf.reshape(tf.range(80.0), [20, 4]) / 80
    return x + tf.nn.sampled_softmax_loss(table, tf.zeros([20]), classes, x, 4, 20)[:, None]


NETWORKS: dict[str, Callable[[Any], Any]] = {
    "initial weights": lambda x: tf.layers.dense(x, 4, tf.tanh),
    "orthogonal weights": lambda x: tf.layers.dense(x, 4, kernel_initializer=tf.orthogonal_initializer()),
    "truncated weights": lambda x: tf.layers.dense(
        x, 4, kernel_initializer=tf.variance_scaling_initializer(distribution="truncated_normal")
    ),
    "convolutional weights": lambda x: tf.layers.conv1d(x[:, :, None], 4, 4)[:, 0],
    "embeddings": lambda x: x + tf.nn.embedding_lookup(
        tf.get_variable("table", [3, 4], initializer=tf.random_normal_initializer()), [0, 2, 1]
    ),
    "a layer of dropout": lambda x: tf.layers.dropout(x, 0.4, training=True),
    "dropout": lambda x: tf.nn.dropout(x, 0.6),
    "a normal draw": lambda x: x + tf.random_normal([4]),
    "a truncated draw": lambda x: x + tf.truncated_normal([4]),
    "a uniform draw": lambda x: x + tf.random_uniform([4]),
    "a gamma draw": lambda x: x + tf.random_gamma([4], 2.0),
    "a categorical draw": lambda x: x + tf.cast(tf.multinomial(x, 4), tf.float32),
    "a shuffle": lambda x: tf.random_shuffle(tf.range(12.0))[:4] * x,
    "a crop": lambda x: tf.random_crop(tf.tile(x, [1, 2]), [3, 4]),
    "images": lambda x: tf.image.random_brightness(tf.image.random_flip_left_right(x[:, :, None]), 0.5)[:, :, 0],
    "sampled classes": sampled,
    "a branch": lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: x + tf.random_normal([4]), lambda: x),
    "the choice of a branch": chosen_by_chance,
    "a case": lambda x: tf.case([(tf.reduce_sum(x) > 0, lambda: x + tf.random_normal([4]))], default=lambda: x),
    "a loop": in_a_loop,
    "a branch in a loop": in_a_branch_in_a_loop,
    "map_fn": lambda x: tf.map_fn(lambda row: row + tf.random_normal([4]), x),
    "scan": lambda x: tf.scan(lambda state, row: state + row * tf.random_normal([]), x),
    "foldl": lambda x: x + tf.foldl(lambda state, row: state + row * tf.random_normal([]), x),
    "cells": with_cells(lambda: tf.nn.rnn_cell.LSTMCell(4)),
    "cells with dropout": with_cells(
        lambda: tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), 0.8, 0.7, 0.9)
    ),
    "cells with one dropout for all steps": with_cells(variational),
    "unrolled cells with dropout": lambda x: tf.nn.static_rnn(
        tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), 0.8), [x, x], dtype=tf.float32
    )[1],
}  # fmt: skip

INPUTS: dict[str, Callable[[], Any]] = {
    "shuffle": lambda: tf.data.Dataset.from_tensor_slices(X).shuffle(9).repeat().batch(3),
    "shuffle in front of a map": lambda: (
        tf.data.Dataset.from_tensor_slices(X).shuffle(24).map(lambda row: row * 2.0).repeat().batch(3)
    ),
    "a draw in a map": lambda: rows().map(lambda x: x + tf.random_normal([4])),
    "dropout in a map": lambda: rows().map(lambda x: tf.nn.dropout(x, 0.5)),
    "a draw in a branch in a map": lambda: rows().map(
        lambda x: tf.cond(tf.random_uniform([]) < 0.5, lambda: x, lambda: x + tf.random_normal([4]))
    ),
    "a draw in a loop in a map": lambda: rows().map(in_a_loop),
    "a draw in a filter": lambda: rows().filter(lambda x: tf.random_uniform([]) < 0.6),
    "a random map, then a shuffle, then prefetch": lambda: (
        tf.data.Dataset.from_tensor_slices(X)
        .map(lambda row: row + tf.random_uniform([4]))
        .shuffle(9)
        .repeat()
        .batch(3)
        .prefetch(2)
    ),
    "numpy_input_fn": lambda: tf.estimator.inputs.numpy_input_fn(X, batch_size=3, num_epochs=None, shuffle=True)(),
}  # fmt: skip

KINDS: dict[str, tuple[Callable[[Any], Any], Callable[[], Any]]] = {
    **{name: (network, rows) for name, network in NETWORKS.items()},
    **{name: (lambda x: x, input_fn) for name, input_fn in INPUTS.items()},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_decides_every_draw_also_after_an_interruption(kind: str, tmp_path: Path) -> None:
    first = train(tmp_path / "first", 5, *KINDS[kind])
    assert len(first) == STEPS
    assert train(tmp_path / "second", 5, *KINDS[kind]) == first
    begun = train(tmp_path / "parts", 5, *KINDS[kind], last=7)
    resumed = train(tmp_path / "parts", 5, *KINDS[kind])
    assert begun == {step: first[step] for step in sorted(first)[:7]}
    assert resumed == {step: first[step] for step in sorted(first)[6:]}  # 6 steps were saved
    assert weights(tmp_path / "first") == weights(tmp_path / "second") == weights(tmp_path / "parts")


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_random_at_all(kind: str, tmp_path: Path) -> None:
    network, input_fn = KINDS[kind]

    def spread(seed: int) -> list[float]:
        with tf.Graph().as_default():
            tf.set_random_seed(seed)
            found = input_fn()
            x = (
                found.make_one_shot_iterator().get_next()
                if hasattr(found, "make_one_shot_iterator")
                else found
            )
            y = network(x)
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                return [float(np.sum(session.run(y))) for _ in range(4)]

    assert spread(1) == spread(1)
    assert spread(1) != spread(2)
