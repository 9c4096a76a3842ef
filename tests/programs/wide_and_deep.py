"""DNNLinearCombinedClassifier and -Regressor by their keywords, from given weights."""

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


def _columns(tf: Any) -> tuple[list[Any], list[Any]]:
    fc = tf.feature_column
    words = fc.categorical_column_with_vocabulary_list("words", ["a", "b", "c"])
    return [words], [fc.numeric_column("x", 2), fc.embedding_column(words, 1)]


def _start(tf: Any, folder: Path, outputs: int) -> str:
    embedding = "dnn__input_from_feature_columns__input_layer__words_embedding__embedding_weights"
    return checkpoint(
        tf, folder,
        **{embedding: [[0.5], [1.0], [-0.75]]},
        dnn__hiddenlayer_0__kernel=[[1.0, 0.5], [0.25, -1.0], [-0.5, 0.5]],
        dnn__hiddenlayer_0__bias=[0.1, 0.2],
        dnn__logits__kernel=np.linspace(-1.0, 1.0, 2 * outputs).reshape(2, outputs),
        dnn__hiddenlayer_0__batchnorm_0__gamma=[1.0, 1.5],
        dnn__hiddenlayer_0__batchnorm_0__beta=[0.5, -0.5],
        dnn__logits__bias=np.zeros(outputs),
        linear__linear_model__words__weights=np.linspace(1.0, 2.0, 3 * outputs).reshape(3, outputs),
        linear__linear_model__bias_weights=np.full(outputs, 0.5),
    )  # fmt: skip


def _input_fn(tf: Any, labels: Any) -> Any:
    return lambda: tf.data.Dataset.from_tensors((FEATURES, labels)).repeat()


def classifier(tf: Any, folder: Path) -> Any:
    wide, deep = _columns(tf)
    model = tf.estimator.DNNLinearCombinedClassifier(
        model_dir=str(folder / "model"), linear_feature_columns=wide, linear_optimizer=tf.train.FtrlOptimizer(0.1),
        dnn_feature_columns=deep, dnn_optimizer=tf.train.AdagradOptimizer(0.05), dnn_hidden_units=[2],
        dnn_activation_fn=tf.nn.tanh, n_classes=4, weight_column="weights", label_vocabulary=["p", "q", "r", "s"],
        input_layer_partitioner=tf.fixed_size_partitioner(2), config=tf.estimator.RunConfig(tf_random_seed=1),
        warm_start_from=_start(tf, folder, 4), loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE,
        batch_norm=True, linear_sparse_combiner="mean",
    )  # fmt: skip
    return trained(model, _input_fn(tf, [["p"], ["r"], ["q"]]))


def classifier_of_which_everything_is_dropped(tf: Any, folder: Path) -> Any:
    wide, deep = _columns(tf)
    model = tf.estimator.DNNLinearCombinedClassifier(
        str(folder / "model"), wide, tf.train.GradientDescentOptimizer(0.1), deep,
        tf.train.GradientDescentOptimizer(0.1), [2], dnn_dropout=0.9999999, warm_start_from=_start(tf, folder, 1),
    )  # fmt: skip
    return trained(model, _input_fn(tf, [[1], [0], [1]]), steps=1)["variables"]


def regressor(tf: Any, folder: Path) -> Any:
    wide, deep = _columns(tf)
    model = tf.estimator.DNNLinearCombinedRegressor(
        model_dir=str(folder / "model"), linear_feature_columns=wide, linear_optimizer="SGD", dnn_feature_columns=deep,
        dnn_optimizer=tf.train.AdamOptimizer(0.01), dnn_hidden_units=[2], dnn_activation_fn=tf.nn.elu,
        label_dimension=2, weight_column="weights", input_layer_partitioner=tf.fixed_size_partitioner(2),
        config=tf.estimator.RunConfig(tf_random_seed=1), warm_start_from=_start(tf, folder, 2),
        loss_reduction=tf.losses.Reduction.MEAN, batch_norm=True, linear_sparse_combiner="sqrtn",
    )  # fmt: skip
    return trained(model, _input_fn(tf, [[1.0, 2.0], [0.0, -1.0], [0.5, 0.5]]))


def regressor_of_which_everything_is_dropped(tf: Any, folder: Path) -> Any:
    wide, deep = _columns(tf)
    model = tf.estimator.DNNLinearCombinedRegressor(
        str(folder / "model"), wide, "SGD", deep, "SGD", [2], dnn_dropout=0.9999999,
        warm_start_from=_start(tf, folder, 1),
    )  # fmt: skip
    return trained(model, _input_fn(tf, [[1.0], [0.0], [0.5]]), steps=1)["variables"]
