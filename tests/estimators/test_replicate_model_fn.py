"""A model on several devices is the model, where there is one device."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.tf.contrib.estimator import TowerOptimizer, replicate_model_fn


def model_fn(features: Any, labels: Any, mode: str) -> Any:
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    loss = tf.square(w - 1.0)
    optimizer = TowerOptimizer(tf.train.GradientDescentOptimizer(0.25))
    return tf.estimator.EstimatorSpec(
        mode, loss=loss, train_op=optimizer.minimize(loss, tf.train.get_global_step())
    )


def test_a_replicated_model_trains_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        replicated = [replicate_model_fn(model_fn, "weighted_mean", devices=["/gpu:0"]) for _ in range(2)]
    assert [record.getMessage() for record in caplog.records].count(
        "replicate_model_fn: there is one device, and the model stands on it once."
    ) == 1
    estimator = tf.estimator.Estimator(replicated[0], tmp_path)
    estimator.train(lambda: tf.data.Dataset.from_tensors({"x": [1.0]}), steps=1)
    assert estimator.get_variable_value("w") == pytest.approx(0.5)


def test_a_tower_optimizer_is_the_optimizer() -> None:
    optimizer = tf.train.AdamOptimizer(0.1)
    assert TowerOptimizer(optimizer) is optimizer
    assert isinstance(TowerOptimizer(tf.train.AdamOptimizer), tf.train.AdamOptimizer)
    with pytest.raises(TypeError, match="or a function that makes one, given: 'Adam'"):
        TowerOptimizer("Adam")
    with pytest.raises(TypeError, match="takes an optimizer"):
        TowerOptimizer(lambda: 3)


def test_what_is_no_function_is_not_replicated() -> None:
    with pytest.raises(TypeError, match="`model_fn` must be callable"):
        replicate_model_fn(3)
