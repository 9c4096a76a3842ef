"""LinearClassifier and LinearRegressor by their keywords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.programs import checkpoint, trained

FEATURES = {
    "x": np.float32([[0.5, -1.0], [2.0, 1.0], [-0.5, 0.25]]),
    "words": np.array([["a", "b"], ["b", ""], ["c", "a"]]),
    "weights": np.float32([[1.0], [2.0], [0.5]]),
}


def _columns(tf: Any) -> list[Any]:
    fc = tf.feature_column
    words = fc.categorical_column_with_vocabulary_list("words", ["a", "b", "c"])
    return [fc.numeric_column("x", 2), words]


def _start(tf: Any, folder: Path, outputs: int) -> str:
    return checkpoint(
        tf, folder,
        linear__linear_model__x__weights=np.linspace(-1.0, 1.0, 2 * outputs).reshape(2, outputs),
        linear__linear_model__words__weights=np.linspace(1.0, 2.0, 3 * outputs).reshape(3, outputs),
        linear__linear_model__bias_weights=np.full(outputs, 0.5),
    )  # fmt: skip


def _input_fn(tf: Any, labels: Any) -> Any:
    return lambda: tf.data.Dataset.from_tensors((FEATURES, labels)).repeat()


def classifier(tf: Any, folder: Path) -> Any:
    model = tf.estimator.LinearClassifier(
        feature_columns=_columns(tf), model_dir=str(folder / "model"), n_classes=4, weight_column="weights",
        label_vocabulary=["p", "q", "r", "s"], optimizer=tf.train.GradientDescentOptimizer(0.1),
        config=tf.estimator.RunConfig(tf_random_seed=1), partitioner=tf.fixed_size_partitioner(2),
        warm_start_from=_start(tf, folder, 4), loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE,
        sparse_combiner="mean",
    )  # fmt: skip
    return trained(model, _input_fn(tf, [["p"], ["r"], ["q"]]))


def classifier_by_default(tf: Any, folder: Path) -> Any:
    model = tf.estimator.LinearClassifier(_columns(tf), model_dir=str(folder / "model"))
    return trained(model, _input_fn(tf, [[1], [0], [1]]))


def regressor(tf: Any, folder: Path) -> Any:
    model = tf.estimator.LinearRegressor(
        feature_columns=_columns(tf), model_dir=str(folder / "model"), label_dimension=2, weight_column="weights",
        optimizer=tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
        config=tf.estimator.RunConfig(tf_random_seed=1), partitioner=tf.fixed_size_partitioner(2),
        warm_start_from=_start(tf, folder, 2), loss_reduction=tf.losses.Reduction.MEAN, sparse_combiner="sqrtn",
    )  # fmt: skip
    return trained(model, _input_fn(tf, [[1.0, 2.0], [0.0, -1.0], [0.5, 0.5]]))


def regressor_by_default(tf: Any, folder: Path) -> Any:
    model = tf.estimator.LinearRegressor(_columns(tf))
    return trained(model, _input_fn(tf, [[1.0], [0.0], [0.5]]))
