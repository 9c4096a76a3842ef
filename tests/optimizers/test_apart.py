"""Variables that would differ from process to process are told, once; what is put together is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.optimizers.apart import warn_of_variables_apart
from tests.distribution.threads import in_threads


def _seen(x: Any, loss: Any) -> Any:
    return tf.get_variable("seen", [], trainable=False).assign_add(tf.reduce_sum(x))


def _summed(x: Any, loss: Any) -> Any:
    seen = tf.get_variable("seen", [], trainable=False, aggregation=tf.VariableAggregation.SUM)
    return seen.assign_add(tf.reduce_sum(x))


def _drawn(x: Any, loss: Any) -> Any:
    return tf.get_variable("drawn", [2], trainable=False).assign(tf.random_normal([2]))


def _by_hand(x: Any, loss: Any) -> Any:
    variables = tf.trainable_variables()
    gradients = tf.gradients(loss, variables)
    steps = [variable.assign_sub(0.1 * g) for variable, g in zip(variables, gradients, strict=True)]
    return tf.group(*steps)


def _averages(x: Any, loss: Any) -> Any:
    return tf.train.ExponentialMovingAverage(0.9).apply([loss, *tf.trainable_variables()])


def _local(x: Any, loss: Any) -> Any:
    return tf.metrics.mean(loss)[1]


def _none(x: Any, loss: Any) -> Any:
    return tf.no_op()


@pytest.mark.parametrize(
    ("more", "names"),
    [
        (_seen, ["seen"]),
        (_drawn, ["drawn"]),
        (_by_hand, ["kernel", "bias"]),
        (_summed, []),
        (_averages, []),
        (_local, []),
        (_none, []),
    ],
    ids=lambda value: getattr(value, "__name__", "") or "-".join(value),
)
def test_what_comes_apart_is_named(
    more: Callable[[Any, Any], Any], names: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def build(rank: int) -> None:
        with tf.Graph().as_default() as graph:
            x = tf.placeholder(tf.float32, [None, 3])
            hidden = tf.layers.dense(tf.layers.batch_normalization(x, training=True), 2, name="layer")
            loss = tf.reduce_mean(tf.layers.dropout(hidden, training=True) ** 2)
            with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
                step = tf.train.AdamOptimizer().minimize(loss, tf.train.get_or_create_global_step())
            train_op = tf.group(step, more(x, loss))
            if rank == 0:
                warn_of_variables_apart(graph, train_op)

    in_threads(2, build)
    told = [record.getMessage() for record in caplog.records if "aggregation=" in record.getMessage()]
    assert len(told) == bool(names)
    assert all(name in told[0] for name in names)
    assert "global_step" not in str(told)
    assert "moving_mean" not in str(told)


def test_what_is_assigned_is_put_together_as_its_variable_says() -> None:
    def run(rank: int) -> list[float]:
        with tf.Graph().as_default():
            given = tf.constant(rank + 1.0)
            mean, total = (
                tf.get_variable(
                    name, [], trainable=False, initializer=tf.zeros_initializer(), aggregation=how
                )
                for name, how in (("mean", tf.VariableAggregation.MEAN), ("sum", tf.VariableAggregation.SUM))
            )
            count = tf.get_variable(
                "count", [], tf.int64, tf.zeros_initializer(), trainable=False,
                aggregation=tf.VariableAggregation.SUM,
            )  # fmt: skip
            step = tf.group(mean.assign(given), total.assign_add(given), count.assign_add(2**40 + rank))
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                session.run(step)
                session.run(step)
                return [np.asarray(value).item() for value in session.run([mean, total, count])]

    assert in_threads(2, run) == [[1.5, 6.0, 2 * (2 * 2**40 + 1)]] * 2
