"""Checkpoints that hold averages in place of variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.tf.contrib.opt import MovingAverageOptimizer


@pytest.mark.parametrize("is_sequential", [True, False])
def test_averages_follow_the_steps(run: Any, is_sequential: bool) -> None:
    w = tf.get_variable("w", [], initializer=tf.constant_initializer(8.0))
    optimizer = MovingAverageOptimizer(
        tf.train.GradientDescentOptimizer(0.25), average_decay=0.5, sequential_update=is_sequential
    )
    step = optimizer.minimize(w * w, tf.train.get_or_create_global_step())
    [average] = [v for v in tf.global_variables() if v.op.name == "w/ExponentialMovingAverage"]
    run(step)  # w: 8, 4, 2
    run(step)
    assert step.name == "train_with_avg"
    assert run([w, average, tf.train.get_global_step()]) == [2.0, 4.0 if is_sequential else 6.0, 2]


def test_a_saver_exchanges_variables_and_averages(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        w = tf.get_variable("w", [], initializer=tf.constant_initializer(8.0))
        loss = w * w
        if mode != tf.estimator.ModeKeys.TRAIN:
            return tf.estimator.EstimatorSpec(mode, {"w": w}, loss)
        optimizer = MovingAverageOptimizer(tf.train.GradientDescentOptimizer(0.25), average_decay=0.5)
        train_op = optimizer.minimize(loss, tf.train.get_global_step())
        scaffold = tf.train.Scaffold(saver=optimizer.swapping_saver())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op, scaffold=scaffold)

    def input_fn() -> Any:
        return tf.data.Dataset.from_tensors({"x": [1.0]}).repeat(4)

    estimator = tf.estimator.Estimator(model_fn, tmp_path)
    estimator.train(input_fn, steps=2)
    assert estimator.get_variable_value("w") == 4.0
    assert estimator.get_variable_value("w/ExponentialMovingAverage") == 2.0
    assert estimator.evaluate(input_fn, steps=1)["loss"] == 16.0
    estimator.train(input_fn, steps=1)  # from 2, which the saver puts back: w: 1, average: (4 + 1) / 2
    assert estimator.get_variable_value("w") == 2.5


def test_a_saver_wants_the_step_and_both_of_a_pair() -> None:
    w = tf.get_variable("w", [])
    optimizer = MovingAverageOptimizer(tf.train.GradientDescentOptimizer(0.25))
    with pytest.raises(RuntimeError, match="Must call apply_gradients or minimize"):
        optimizer.swapping_saver()
    optimizer.minimize(w * w)
    with pytest.raises(
        ValueError, match=r"w/ExponentialMovingAverage is not part of variables to save.*Add it"
    ):
        optimizer.swapping_saver([w])
    with pytest.raises(TypeError, match="made around an optimizer, given: 0.5"):
        MovingAverageOptimizer(0.5)
