"""The names that scripts misspell most: each public constructor, call, layer, loss and optimizer says which was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import estimator as est
from estimator import tf

MISSPELT: dict[str, tuple[Callable[[], Any], str]] = {
    "RunConfig": (lambda: est.RunConfig(save_checkpoint_steps=3), "'save_checkpoints_steps'"),
    "Estimator": (lambda: est.Estimator(print, modeldir="m"), "'model_dir'"),
    "DNNClassifier": (lambda: est.DNNClassifier([3], [], n_class=3), "'n_classes'"),
    "DNNRegressor": (lambda: est.DNNRegressor([3], [], label_dimensions=3), "'label_dimension'"),
    "EstimatorSpec": (lambda: est.EstimatorSpec("train", trainop=3), "'train_op'"),
    "WarmStartSettings": (lambda: est.WarmStartSettings("m", vars_to_warmstart=".*"), "'vars_to_warm_start'"),
    "train": (lambda: tiny().train(print, step=3), "'steps' or 'max_steps'"),
    "evaluate": (lambda: tiny().evaluate(print, check_point_path="m"), "'checkpoint_path'"),
    "predict": (lambda: tiny().predict(print, predict_key="y"), "'predict_keys'"),
    "a layer": (lambda: tf.layers.dense(1.0, unit=3), "'units'"),
    "a Layer": (lambda: tf.layers.Dense(3, trainble=False), "'trainable'"),
    "batch_normalization": (lambda: tf.layers.batch_normalization(1.0, is_training=True), "'training'"),
    "an optimizer": (lambda: tf.train.AdamOptimizer(learningrate=3), "'learning_rate'"),
    "minimize": (lambda: tf.train.AdamOptimizer().minimize(1.0, globalstep=3), "'global_step'"),
    "a loss": (lambda: tf.losses.mean_squared_error(1.0, 1.0, weight=3), "'weights'"),
    "a metric": (lambda: tf.metrics.accuracy(1.0, 1.0, weight=3), "'weights'"),
    "a column": (lambda: tf.feature_column.numeric_column("x", shapes=3), "'shape'"),
    "numpy_input_fn": (lambda: est.inputs.numpy_input_fn({}, batchsize=3, shuffle=False), "'batch_size'"),
    "a dataset": (lambda: tf.data.Dataset.from_tensors(1).batch(3, drop_reminder=True), "'drop_remainder'"),
    "a hook": (lambda: tf.train.StopAtStepHook(num_step=3), "'num_steps'"),
}


def tiny() -> est.Estimator:
    return est.Estimator(lambda features: None, "never_made")


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_keyword_is_answered_with_the_nearest(name: str) -> None:
    call, meant = MISSPELT[name]
    with pytest.raises(TypeError, match=rf"got an unexpected keyword argument '\w+'\. Did you mean {meant}"):
        call()
