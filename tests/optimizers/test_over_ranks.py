"""Gradients of several processes: once and only once, whichever way an optimizer is wrapped; as one with the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.distribution.collective import current
from tests.distribution.ranks import in_ranks
from tests.distribution.threads import ThreadRanks, in_threads

RNG = np.random.default_rng(3)
FEATURES = RNG.normal(size=(64, 3)).astype(np.float32)
LABELS = RNG.integers(0, 2, 64)
IDS = RNG.integers(0, 6, (64, 4))
SIZE, STEPS, ROWS = 2, 3, 4  # rows of a process in a step
Train = Callable[[Any, Any], Any]


def _minimized(optimizer: Any) -> Train:
    return lambda loss, step: optimizer().minimize(loss, global_step=step)


def _clipped(loss: Any, step: Any) -> Any:
    optimizer = tf.train.AdamOptimizer(0.1)
    gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
    clipped, _ = tf.clip_by_global_norm(gradients, 0.01)
    return optimizer.apply_gradients(zip(clipped, variables, strict=True), global_step=step)


def _of_tf_gradients(loss: Any, step: Any) -> Any:
    variables = tf.trainable_variables()
    gradients = tf.gradients(loss, variables)
    gradients, _ = tf.clip_by_global_norm(gradients, 100.0)
    return tf.train.MomentumOptimizer(0.1, 0.9).apply_gradients(zip(gradients, variables, strict=True), step)


def _added_up(loss: Any, step: Any) -> Any:
    """Gradients that a variable adds up, which a second operation applies in the same run."""
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(loss)
    sums = [tf.Variable(tf.zeros(v.shape), trainable=False) for _, v in pairs]
    added = [total.assign(tf.convert_to_tensor(g)) for total, (g, _) in zip(sums, pairs, strict=True)]
    with tf.control_dependencies(added):
        return optimizer.apply_gradients(
            [(tf.identity(total), v) for total, (_, v) in zip(sums, pairs, strict=True)], step
        )


def _of_keras(loss: Any, step: Any) -> Any:
    with tf.control_dependencies([step.assign_add(1)]):
        return tf.group(*tf.keras.optimizers.Adam(0.1).get_updates(loss, tf.trainable_variables()))


def _moving(loss: Any, step: Any) -> Any:
    optimizer = tf.contrib.opt.MovingAverageOptimizer(tf.train.AdamOptimizer(0.1))
    return optimizer.minimize(loss, global_step=step)


def _clipping(loss: Any, step: Any) -> Any:
    inner = tf.train.AdagradOptimizer(0.1)
    return tf.contrib.estimator.clip_gradients_by_norm(inner, 0.01).minimize(loss, global_step=step)


def _optimized(loss: Any, step: Any) -> Any:
    return tf.contrib.layers.optimize_loss(loss, step, 0.1, "Adam", clip_gradients=0.5)


def _by_slim(loss: Any, step: Any) -> Any:
    return tf.contrib.slim.learning.create_train_op(
        loss, tf.train.AdamOptimizer(0.1), global_step=step, clip_gradient_norm=0.5
    )


def _dual(loss: Any, step: Any) -> Any:
    return tf.train.AdagradDAOptimizer(0.1, step).minimize(loss, global_step=step)


TRAININGS: dict[str, Train] = {
    "sgd": _minimized(lambda: tf.train.GradientDescentOptimizer(0.1)),
    "momentum": _minimized(lambda: tf.train.MomentumOptimizer(0.1, 0.9)),
    "adam": _minimized(lambda: tf.train.AdamOptimizer(0.1)),
    "lazy adam": _minimized(lambda: tf.contrib.opt.LazyAdamOptimizer(0.1)),
    "adagrad": _minimized(lambda: tf.train.AdagradOptimizer(0.1)),
    "adadelta": _minimized(lambda: tf.train.AdadeltaOptimizer(0.1)),
    "ftrl": _minimized(lambda: tf.train.FtrlOptimizer(0.1)),
    "rmsprop": _minimized(lambda: tf.train.RMSPropOptimizer(0.1)),
    "proximal": _minimized(lambda: tf.train.ProximalAdagradOptimizer(0.1)),
    "adamw": _minimized(lambda: tf.contrib.opt.AdamWOptimizer(0.01, 0.1)),
    "dual": _dual,
    "clipped": _clipped,
    "tf.gradients": _of_tf_gradients,
    "added up": _added_up,
    "keras": _of_keras,
    "moving averages": _moving,
    "clipping": _clipping,
    "optimize_loss": _optimized,
    "slim": _by_slim,
}
LOSSES: dict[str, Callable[[Any], Any]] = {
    "mean": tf.reduce_mean,
    "sum": lambda losses: tf.losses.compute_weighted_loss(losses, reduction=tf.losses.Reduction.SUM),
}


def _trained(rank: int, size: int, train: Train, reduce: Any, regularizer: Any = None) -> list[Any]:
    """The variables after some steps on the part of the batches that is a rank's; of size 1 on all of each."""
    rows = ROWS * SIZE // size
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        features = tf.placeholder(tf.float32, [None, 3])
        labels = tf.placeholder(tf.int64, [None])
        ids = tf.placeholder(tf.int64, [None, 4])
        table = tf.get_variable("table", [6, 2], initializer=tf.ones_initializer())
        embedded = tf.reduce_mean(tf.nn.embedding_lookup(table, ids), axis=1)
        hidden = tf.layers.dense(
            tf.concat([features, embedded], 1), 5, tf.nn.tanh, kernel_regularizer=regularizer
        )
        logits = tf.layers.dense(hidden, 2)
        loss = reduce(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
        if regularizer is not None:
            loss += tf.losses.get_regularization_loss()
        train_op = train(loss, tf.train.get_or_create_global_step())
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for step in range(STEPS):
                start = step * ROWS * SIZE + rank * rows
                part = slice(start, start + rows)
                session.run(train_op, {features: FEATURES[part], labels: LABELS[part], ids: IDS[part]})
            return list(session.run(tf.global_variables()))


def _assert_as_one(train: Train, reduce: Any, sums: int, regularizer: Any = None) -> None:
    ranks = ThreadRanks(SIZE)
    first, second = in_threads(SIZE, lambda rank: _trained(rank, SIZE, train, reduce, regularizer), ranks)
    assert [value.tobytes() for value in first] == [value.tobytes() for value in second]
    assert ranks.sums == sums * STEPS
    alone = _trained(0, 1, train, reduce, regularizer)
    assert len(alone) == len(first)
    for one, of_all in zip(alone, first, strict=True):
        np.testing.assert_allclose(of_all, one, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", ["adam", "clipped", "tf.gradients", "added up", "keras", "clipping"])
def test_processes_train_as_one_with_all_their_batches(name: str) -> None:
    _assert_as_one(TRAININGS[name], LOSSES["mean"], sums=2)  # dense ones, and how many rows there are


def trained_by_all(size: int) -> dict[str, list[Any]]:
    """What every training comes to in a process of MPI."""
    rank = current().rank
    return {name: _trained(rank, size, train, LOSSES["mean"]) for name, train in TRAININGS.items()}


@pytest.mark.mpi
def test_every_optimizer_trains_as_one_process_would() -> None:
    first, second = in_ranks(SIZE, trained_by_all, SIZE, timeout=90)
    for name, train in TRAININGS.items():
        assert [value.tobytes() for value in first[name]] == [value.tobytes() for value in second[name]], name
        alone = _trained(0, 1, train, LOSSES["mean"])
        for one, of_all in zip(alone, first[name], strict=True):
            np.testing.assert_allclose(of_all, one, rtol=2e-5, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("regularizer", [None, lambda weights: 0.5 * tf.reduce_sum(weights**2)])
@pytest.mark.parametrize("reduction", LOSSES)
def test_a_sum_is_summed_and_what_regularizes_counts_once(reduction: str, regularizer: Any) -> None:
    _assert_as_one(TRAININGS["sgd"], LOSSES[reduction], 2, regularizer)


@pytest.mark.parametrize(("wish", "reduction"), [("sum", "mean"), ("mean", "sum")])
def test_what_the_configuration_says_goes_before_the_loss(wish: str, reduction: str) -> None:
    def train(loss: Any, step: Any) -> Any:
        tf.get_default_graph().gradient_reduction = wish
        return tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)

    def both(rank: int) -> tuple[list[Any], list[Any]]:
        return _trained(rank, SIZE, train, LOSSES[reduction]), _trained(
            rank, SIZE, TRAININGS["sgd"], LOSSES[reduction]
        )

    (wished, plain), _ = in_threads(SIZE, both)
    assert any(abs(one - other).max() > 1e-3 for one, other in zip(wished, plain, strict=True))


def test_one_process_has_the_graph_that_it_had() -> None:
    with tf.Graph().as_default() as graph:
        weights = tf.get_variable("weights", [2])
        tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(weights**2))
        assert not [op for op in graph.get_operations() if op.type.startswith("Collective")]


def test_a_generator_and_its_critic_are_two_sums() -> None:
    """What one optimizer has changed is no sign that the gradients of another are summed."""

    def trained(rank: int) -> list[Any]:
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            given = tf.placeholder(tf.float32, [None, 3])
            first = tf.get_variable("first", [3, 1], initializer=tf.ones_initializer())
            second = tf.get_variable("second", [1, 1], initializer=tf.ones_initializer())
            made = tf.matmul(tf.matmul(given, first), second)
            one = tf.train.GradientDescentOptimizer(0.1).minimize(
                tf.reduce_mean((made - 1) ** 2), var_list=[first]
            )
            gradient = tf.gradients(tf.reduce_mean(made**2), [second])
            other = tf.train.GradientDescentOptimizer(0.1).apply_gradients([(gradient[0], second)])
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                for step in range(2):
                    part = FEATURES[4 * step + 2 * rank : 4 * step + 2 * rank + 2]
                    session.run([one, other], {given: part})
                return list(session.run([first, second]))

    one, two = in_threads(2, trained)
    assert [value.tobytes() for value in one] == [value.tobytes() for value in two]
