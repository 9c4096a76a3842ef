"""DNNClassifier and DNNRegressor by their keywords, from given weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.programs import checkpoint, trained

X = np.float32([[0.5, -1.0], [2.0, 1.0], [-0.5, 0.25]])
WORDS = np.array([["a"], ["b"], ["c"]])
WEIGHTS = np.float32([[1.0], [2.0], [0.5]])


def _columns(tf: Any) -> list[Any]:
    fc = tf.feature_column
    word = fc.categorical_column_with_vocabulary_list("word", ["a", "b", "c"])
    return [fc.numeric_column("x", 2), fc.embedding_column(word, 2)]


def _start(tf: Any, folder: Path, outputs: int) -> str:
    embedding = "dnn__input_from_feature_columns__input_layer__word_embedding__embedding_weights"
    return checkpoint(
        tf, folder,
        **{embedding: [[0.5, -0.5], [1.0, 0.25], [0.75, 0.1]]},
        dnn__hiddenlayer_0__kernel=[[1.0, 0.5, -0.5], [0.25, -1.0, 0.75], [-0.5, 0.5, 1.0], [1.0, -0.25, 0.5]],
        dnn__hiddenlayer_0__bias=[0.1, 0.2, 0.3],
        dnn__logits__kernel=np.linspace(-1.0, 1.0, 3 * outputs).reshape(3, outputs),
        dnn__hiddenlayer_0__batchnorm_0__gamma=[1.0, 1.5, 2.0],
        dnn__hiddenlayer_0__batchnorm_0__beta=[0.5, 0.0, -0.5],
        dnn__logits__bias=np.zeros(outputs),
    )  # fmt: skip


def _input_fn(tf: Any, labels: Any) -> Any:
    features = {"x": X, "word": WORDS, "weights": WEIGHTS}
    return lambda: tf.data.Dataset.from_tensors((features, labels))


def _forever(tf: Any, labels: Any) -> Any:
    return lambda: _input_fn(tf, labels)().repeat()


def classifier(tf: Any, folder: Path) -> Any:
    model = tf.estimator.DNNClassifier(
        hidden_units=[3], feature_columns=_columns(tf), model_dir=str(folder / "model"), n_classes=3,
        weight_column="weights", label_vocabulary=["p", "q", "r"], optimizer=tf.train.GradientDescentOptimizer(0.1),
        activation_fn=tf.nn.tanh, input_layer_partitioner=tf.fixed_size_partitioner(2),
        config=tf.estimator.RunConfig(tf_random_seed=1), warm_start_from=_start(tf, folder, 3),
        loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE, batch_norm=True,
    )  # fmt: skip
    return trained(model, _forever(tf, [["p"], ["r"], ["q"]]))


def classifier_of_which_everything_is_dropped(tf: Any, folder: Path) -> Any:
    model = tf.estimator.DNNClassifier(
        [3], _columns(tf), dropout=0.9999999, optimizer=tf.train.GradientDescentOptimizer(0.5),
        warm_start_from=_start(tf, folder, 1), model_dir=str(folder / "model"),
    )  # fmt: skip
    return trained(model, _forever(tf, [[1], [1], [0]]), steps=1)["variables"]


def regressor(tf: Any, folder: Path) -> Any:
    model = tf.estimator.DNNRegressor(
        hidden_units=[3], feature_columns=_columns(tf), model_dir=str(folder / "model"), label_dimension=2,
        weight_column="weights", optimizer=lambda: tf.train.MomentumOptimizer(0.01, 0.9), activation_fn=tf.nn.elu,
        input_layer_partitioner=tf.fixed_size_partitioner(2), config=tf.estimator.RunConfig(save_summary_steps=1),
        warm_start_from=_start(tf, folder, 2), loss_reduction=tf.losses.Reduction.MEAN,
    )  # fmt: skip
    return trained(model, _forever(tf, [[1.0, 2.0], [0.0, -1.0], [0.5, 0.5]]))


def regressor_of_which_everything_is_dropped(tf: Any, folder: Path) -> Any:
    model = tf.estimator.DNNRegressor(
        [3], feature_columns=_columns(tf), dropout=0.9999999, optimizer="SGD",
        warm_start_from=_start(tf, folder, 1), model_dir=str(folder / "model"),
    )  # fmt: skip
    return trained(model, _forever(tf, [[1.0], [1.0], [0.0]]), steps=1)["variables"]


def logit_functions(tf: Any, folder: Path) -> Any:
    experimental = tf.estimator.experimental
    columns = [tf.feature_column.numeric_column("x", 2)]
    features = {"x": tf.constant(X)}
    with tf.variable_scope("mine", initializer=tf.ones_initializer()):
        deep = experimental.dnn_logit_fn_builder(
            units=2, hidden_units=[3], feature_columns=columns, activation_fn=tf.nn.tanh, dropout=None,
            input_layer_partitioner=None, batch_norm=True,
        )  # fmt: skip
        hidden = experimental.call_logit_fn(
            logit_fn=deep, features=features, mode="train", params={}, config=None
        )
    wide = experimental.linear_logit_fn_builder(units=2, feature_columns=columns, sparse_combiner="mean")(
        features
    )
    given = experimental.call_logit_fn(
        lambda features, params, mode: {mode: features["x"] * params}, features, "eval", 2.0, None
    )
    names = [variable.op.name for variable in tf.global_variables()]
    weights = [
        variable for variable in tf.global_variables() if variable.op.name.endswith(("kernel", "weights"))
    ]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run([tf.assign(variable, tf.fill(variable.shape, 0.25)) for variable in weights])
        return [names, session.run([hidden, wide, given])]
