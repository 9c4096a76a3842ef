"""Estimators that are exported, for both packages; nothing is imported here that either of them lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FEATURES: dict[str, Any] = {
    "x": np.array([[0.5, -1.0], [2.0, 0.0], [-3.0, 1.5], [0.1, 0.2]], np.float32),
    "age": np.array([17.0, 33.0, 64.0, 99.0], np.float32),
    "size": np.array([0, 3, 1, 2], np.int64),
    "colour": np.array(["red", "green", "no such colour", "blue"], object),
    "word": np.array(["tea", "milk", "coffee", "bread"], object),
    "name": np.array(["anna", "no", "bert", "zo\u00eb"], object),
    "tags": np.array([["a", "b"], ["b", "c"], ["z", "a"], ["c", "c"]], object),
    "weights": np.array([[0.5, 2.0], [1.0, 0.7], [3.0, 1.0], [0.1, 0.2]], np.float32),
    "home": np.array([0, 1, 2, 3], np.int64),
    "work": np.array([3, 3, 0, 1], np.int64),
}


class Case(NamedTuple):
    """A model, what it was trained with, and the signatures by which it predicts when it is fed with examples."""

    model: Any
    columns: list[Any]
    served: Mapping[str, Mapping[str, str]]  # signature to its outputs, as keys of predictions
    whole: str | None = "predict"  # the signature that gives all predictions


CASES: dict[str, Callable[[Any, Path], Case]] = {}

CLASSES = {"scores": "probabilities", "classes": "all_classes"}
NUMBER = {"outputs": "predictions"}
LOGISTIC = {"outputs": "logistic"}
TWO = {"serving_default": CLASSES, "classification": CLASSES, "regression": LOGISTIC}
MORE = {"serving_default": CLASSES, "classification": CLASSES}
REGRESSOR = {"serving_default": NUMBER, "regression": NUMBER}


def case(function: Callable[[Any, Path], Case]) -> Callable[[Any, Path], Case]:
    """Put a model into the table."""
    CASES[function.__name__] = function
    return function


def _words(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("tea\nmilk\ncoffee\n")
    return str(folder / "words.txt")


def _categories(tf: Any, folder: Path) -> list[Any]:
    tags = tf.feature_column.categorical_column_with_vocabulary_list(
        "tags", ["a", "b", "c"], num_oov_buckets=1
    )
    return [
        tf.feature_column.bucketized_column(tf.feature_column.numeric_column("age"), [18.0, 65.0]),
        tf.feature_column.categorical_column_with_vocabulary_list("colour", ["red", "green", "blue"]),
        tf.feature_column.categorical_column_with_vocabulary_file("word", _words(folder), num_oov_buckets=2),
        tf.feature_column.categorical_column_with_hash_bucket("name", 7),
        tf.feature_column.categorical_column_with_identity("size", 4),
        tf.feature_column.crossed_column(["colour", "word"], 11),
        tf.feature_column.weighted_categorical_column(tags, "weights"),
    ]


def _deep(tf: Any, folder: Path) -> list[Any]:
    ages, colours, words, names, sizes, crossed, tags = _categories(tf, folder)
    places = [tf.feature_column.categorical_column_with_identity(key, 5) for key in ("home", "work")]
    return [
        tf.feature_column.numeric_column("x", (2,), normalizer_fn=lambda value: (value - 0.5) / 2.0),
        ages,
        tf.feature_column.indicator_column(colours),
        tf.feature_column.embedding_column(words, 3),
        tf.feature_column.embedding_column(names, 2, combiner="sqrtn"),
        tf.feature_column.indicator_column(sizes),
        tf.feature_column.indicator_column(crossed),
        tf.feature_column.embedding_column(tags, 2),
        *tf.feature_column.shared_embedding_columns(places, 2),
    ]


def _settings(tf: Any, folder: Path) -> dict[str, Any]:
    return {
        "model_dir": str(folder / "model"),
        "config": tf.estimator.RunConfig(tf_random_seed=3),
    }


def _trained(tf: Any, model: Any, labels: Any) -> Any:
    return model.train(lambda: tf.data.Dataset.from_tensors((FEATURES, labels)).repeat(), steps=2)


@case
def deep_of_two(tf: Any, folder: Path) -> Case:
    columns = _deep(tf, folder)
    model = tf.estimator.DNNClassifier(
        [5, 3], columns, label_vocabulary=["no", "yes"], **_settings(tf, folder)
    )
    return Case(_trained(tf, model, np.array(["no", "yes", "yes", "no"])), columns, TWO)


@case
def deep_of_three(tf: Any, folder: Path) -> Case:
    columns = _deep(tf, folder)
    model = tf.estimator.DNNClassifier([4], columns, n_classes=3, batch_norm=True, **_settings(tf, folder))
    return Case(_trained(tf, model, np.array([0, 2, 1, 2])), columns, MORE)


@case
def deep_number(tf: Any, folder: Path) -> Case:
    columns = _deep(tf, folder)
    model = tf.estimator.DNNRegressor([4], columns, label_dimension=2, dropout=0.1, **_settings(tf, folder))
    return Case(_trained(tf, model, np.ones((4, 2), np.float32)), columns, REGRESSOR)


@case
def wide_of_three(tf: Any, folder: Path) -> Case:
    columns = _categories(tf, folder)
    model = tf.estimator.LinearClassifier(
        columns, n_classes=3, label_vocabulary=["a", "b", "c"], **_settings(tf, folder)
    )
    return Case(_trained(tf, model, np.array(["a", "b", "c", "a"])), columns, MORE)


@case
def wide_number(tf: Any, folder: Path) -> Case:
    columns = [*_categories(tf, folder), tf.feature_column.numeric_column("x", (2,))]
    model = tf.estimator.LinearRegressor(columns, **_settings(tf, folder))
    return Case(_trained(tf, model, np.ones(4, np.float32)), columns, REGRESSOR)


@case
def wide_and_deep(tf: Any, folder: Path) -> Case:
    wide, deep = _categories(tf, folder), _deep(tf, folder)
    model = tf.estimator.DNNLinearCombinedClassifier(
        linear_feature_columns=wide, dnn_feature_columns=deep, dnn_hidden_units=[4], **_settings(tf, folder)
    )
    return Case(_trained(tf, model, np.array([0, 1, 1, 0])), [*wide, *deep], TWO)


@case
def baseline(tf: Any, folder: Path) -> Case:
    model = tf.estimator.BaselineClassifier(n_classes=3, **_settings(tf, folder))
    return Case(_trained(tf, model, np.array([0, 2, 1, 2])), [tf.feature_column.numeric_column("age")], MORE)


@case
def baseline_number(tf: Any, folder: Path) -> Case:
    model = tf.estimator.BaselineRegressor(**_settings(tf, folder))
    return Case(
        _trained(tf, model, np.ones(4, np.float32)), [tf.feature_column.numeric_column("age")], REGRESSOR
    )


@case
def two_heads(tf: Any, folder: Path) -> Case:
    columns = [
        tf.feature_column.numeric_column("x", (2,)),
        tf.feature_column.indicator_column(_categories(tf, folder)[1]),
    ]
    heads = [tf.estimator.MultiClassHead(3, name="kind"), tf.estimator.RegressionHead(name="price")]
    model = tf.estimator.DNNEstimator(
        tf.estimator.MultiHead(heads), [3], columns, optimizer="Adagrad", **_settings(tf, folder)
    )
    labels = {"kind": np.array([0, 1, 2, 1]), "price": np.ones(4, np.float32)}
    kinds = {"scores": "kind/probabilities", "classes": "kind/all_classes"}
    price = {"outputs": "price/predictions"}
    keys = "logits probabilities class_ids classes all_class_ids all_classes".split()
    served = {
        "serving_default": kinds,
        "kind": kinds,
        "kind/classification": kinds,
        "kind/predict": {key: f"kind/{key}" for key in keys},
        "price": price,
        "price/regression": price,
        "price/predict": {"predictions": "price/predictions"},
    }
    return Case(_trained(tf, model, labels), columns, served)


@case
def clusters(tf: Any, folder: Path) -> Case:
    columns = [tf.feature_column.numeric_column("x", (2,))]
    model = tf.estimator.experimental.KMeans(2, feature_columns=columns, **_settings(tf, folder))
    model.train(lambda: tf.data.Dataset.from_tensors({"x": FEATURES["x"]}).repeat(), steps=2)
    nearest = {"output": "cluster_index"}
    served = {
        "serving_default": nearest,
        "cluster_index": nearest,
        "all_distances": {"output": "all_distances"},
    }
    return Case(model, columns, served, None)


def _recurrent(tf: Any) -> Callable[..., Any]:
    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        """A recurrent network, a picture, batch normalisation, a loop and a branch."""
        steps, lengths = tf.contrib.feature_column.sequence_input_layer(
            features,
            [
                tf.feature_column.embedding_column(
                    tf.feature_column.sequence_categorical_column_with_vocabulary_list(
                        "tags", ["a", "b", "c"]
                    ),
                    2,
                )
            ],
        )
        _, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), steps, lengths, dtype=tf.float32)
        picture = tf.reshape(tf.tile(features["x"], [1, 8]), [-1, 4, 4, 1])
        picture = tf.layers.max_pooling2d(tf.layers.conv2d(picture, 2, 3, padding="same"), 2, 2)
        joined = tf.concat([state, tf.layers.flatten(picture)], 1)
        training = mode == tf.estimator.ModeKeys.TRAIN
        hidden = tf.layers.batch_normalization(tf.layers.dense(joined, 3), training=training)
        _, hidden = tf.while_loop(lambda i, _: i < 3, lambda i, at: (i + 1, tf.tanh(at) * 1.5), (0, hidden))
        y = tf.cond(tf.reduce_sum(hidden) > 0.0, lambda: tf.layers.dense(hidden, 1), lambda: hidden[:, :1])
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, {"y": y, "state": state, "lengths": lengths})
        loss = tf.losses.mean_squared_error(labels, y)
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            train_op = tf.train.AdamOptimizer(0.1).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    return model_fn


@case
def recurrent(tf: Any, folder: Path) -> Case:
    model = tf.estimator.Estimator(_recurrent(tf), **_settings(tf, folder))
    columns = [
        tf.feature_column.sequence_categorical_column_with_vocabulary_list("tags", ["a", "b", "c"]),
        tf.feature_column.numeric_column("x", (2,)),
    ]
    return Case(_trained(tf, model, np.ones((4, 1), np.float32)), columns, {}, "serving_default")


def raw_receiver_fn(tf: Any, keys: list[str]) -> Any:
    """What makes a receiver of features as they are."""
    dtypes = {key: tf.string if FEATURES[key].dtype == object else FEATURES[key].dtype for key in keys}
    with tf.Graph().as_default():
        placeholders = {
            key: tf.placeholder(dtypes[key], (None, *FEATURES[key].shape[1:]), key) for key in keys
        }
    return tf.estimator.export.build_raw_serving_input_receiver_fn(placeholders)
