"""Estimators that are exported for TensorFlow to load: each with what it is asked, and what ``predict`` answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from estimator import tf

fc = tf.feature_column
ModeKeys = tf.estimator.ModeKeys

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


CASES: dict[str, Callable[[Path], Case]] = {}

CLASSES = {"scores": "probabilities", "classes": "all_classes"}
NUMBER = {"outputs": "predictions"}
LOGISTIC = {"outputs": "logistic"}
TWO = {"serving_default": CLASSES, "classification": CLASSES, "regression": LOGISTIC}
MORE = {"serving_default": CLASSES, "classification": CLASSES}
REGRESSOR = {"serving_default": NUMBER, "regression": NUMBER}


def case(function: Callable[[Path], Case]) -> Callable[[Path], Case]:
    """Put a model into the table."""
    CASES[function.__name__] = function
    return function


def _words(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("tea\nmilk\ncoffee\n")
    return str(folder / "words.txt")


def _categories(folder: Path) -> list[Any]:
    tags = fc.categorical_column_with_vocabulary_list("tags", ["a", "b", "c"], num_oov_buckets=1)
    return [
        fc.bucketized_column(fc.numeric_column("age"), [18.0, 65.0]),
        fc.categorical_column_with_vocabulary_list("colour", ["red", "green", "blue"]),
        fc.categorical_column_with_vocabulary_file("word", _words(folder), num_oov_buckets=2),
        fc.categorical_column_with_hash_bucket("name", 7),
        fc.categorical_column_with_identity("size", 4),
        fc.crossed_column(["colour", "word"], 11),
        fc.weighted_categorical_column(tags, "weights"),
    ]


def _deep(folder: Path) -> list[Any]:
    ages, colours, words, names, sizes, crossed, tags = _categories(folder)
    places = [fc.categorical_column_with_identity(key, 5) for key in ("home", "work")]
    return [
        fc.numeric_column("x", (2,), normalizer_fn=lambda value: (value - 0.5) / 2.0),
        ages,
        fc.indicator_column(colours),
        fc.embedding_column(words, 3),
        fc.embedding_column(names, 2, combiner="sqrtn"),
        fc.indicator_column(sizes),
        fc.indicator_column(crossed),
        fc.embedding_column(tags, 2),
        *fc.shared_embedding_columns(places, 2),
    ]


def _settings(folder: Path) -> dict[str, Any]:
    return {
        "model_dir": str(folder / "model"),
        "config": tf.estimator.RunConfig(tf_random_seed=3, progress=False),
    }


def _trained(model: Any, labels: Any) -> Any:
    return model.train(lambda: (FEATURES, labels), steps=2)


@case
def deep_of_two(folder: Path) -> Case:
    columns = _deep(folder)
    model = tf.estimator.DNNClassifier([5, 3], columns, label_vocabulary=["no", "yes"], **_settings(folder))
    return Case(_trained(model, np.array(["no", "yes", "yes", "no"])), columns, TWO)


@case
def deep_of_three(folder: Path) -> Case:
    columns = _deep(folder)
    model = tf.estimator.DNNClassifier([4], columns, n_classes=3, batch_norm=True, **_settings(folder))
    return Case(_trained(model, np.array([0, 2, 1, 2])), columns, MORE)


@case
def deep_number(folder: Path) -> Case:
    columns = _deep(folder)
    model = tf.estimator.DNNRegressor([4], columns, label_dimension=2, dropout=0.1, **_settings(folder))
    return Case(_trained(model, np.ones((4, 2), np.float32)), columns, REGRESSOR)


@case
def wide_of_three(folder: Path) -> Case:
    columns = _categories(folder)
    model = tf.estimator.LinearClassifier(
        columns, n_classes=3, label_vocabulary=["a", "b", "c"], **_settings(folder)
    )
    return Case(_trained(model, np.array(["a", "b", "c", "a"])), columns, MORE)


@case
def wide_number(folder: Path) -> Case:
    columns = [*_categories(folder), fc.numeric_column("x", (2,))]
    model = tf.estimator.LinearRegressor(columns, **_settings(folder))
    return Case(_trained(model, np.ones(4, np.float32)), columns, REGRESSOR)


@case
def wide_and_deep(folder: Path) -> Case:
    wide, deep = _categories(folder), _deep(folder)
    model = tf.estimator.DNNLinearCombinedClassifier(
        linear_feature_columns=wide, dnn_feature_columns=deep, dnn_hidden_units=[4], **_settings(folder)
    )
    return Case(_trained(model, np.array([0, 1, 1, 0])), [*wide, *deep], TWO)


@case
def baseline(folder: Path) -> Case:
    model = tf.estimator.BaselineClassifier(n_classes=3, **_settings(folder))
    return Case(_trained(model, np.array([0, 2, 1, 2])), [fc.numeric_column("age")], MORE)


@case
def baseline_number(folder: Path) -> Case:
    model = tf.estimator.BaselineRegressor(**_settings(folder))
    return Case(_trained(model, np.ones(4, np.float32)), [fc.numeric_column("age")], REGRESSOR)


@case
def two_heads(folder: Path) -> Case:
    columns = [fc.numeric_column("x", (2,)), fc.indicator_column(_categories(folder)[1])]
    heads = [tf.estimator.MultiClassHead(3, name="kind"), tf.estimator.RegressionHead(name="price")]
    model = tf.estimator.DNNEstimator(
        tf.estimator.MultiHead(heads), [3], columns, optimizer="Adagrad", **_settings(folder)
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
    return Case(_trained(model, labels), columns, served)


@case
def clusters(folder: Path) -> Case:
    columns = [fc.numeric_column("x", (2,))]
    model = tf.estimator.experimental.KMeans(2, feature_columns=columns, **_settings(folder))
    model.train(lambda: {"x": FEATURES["x"]}, steps=2)
    nearest = {"output": "cluster_index"}
    served = {
        "serving_default": nearest,
        "cluster_index": nearest,
        "all_distances": {"output": "all_distances"},
    }
    return Case(model, columns, served, None)


def _recurrent_model_fn(features: Any, labels: Any, mode: str) -> Any:
    """A recurrent network, a picture, batch normalisation, a loop and a branch."""
    steps, lengths = tf.contrib.feature_column.sequence_input_layer(
        features,
        [
            fc.embedding_column(
                fc.sequence_categorical_column_with_vocabulary_list("tags", ["a", "b", "c"]), 2
            )
        ],
    )
    _, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), steps, lengths, dtype=tf.float32)
    picture = tf.reshape(tf.tile(features["x"], [1, 8]), [-1, 4, 4, 1])
    picture = tf.layers.max_pooling2d(tf.layers.conv2d(picture, 2, 3, padding="same"), 2, 2)
    joined = tf.concat([state, tf.layers.flatten(picture)], 1)
    training = mode == ModeKeys.TRAIN
    hidden = tf.layers.batch_normalization(tf.layers.dense(joined, 3), training=training)
    _, hidden = tf.while_loop(lambda i, _: i < 3, lambda i, at: (i + 1, tf.tanh(at) * 1.5), (0, hidden))
    y = tf.cond(tf.reduce_sum(hidden) > 0.0, lambda: tf.layers.dense(hidden, 1), lambda: hidden[:, :1])
    if mode == ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"y": y, "state": state, "lengths": lengths})
    loss = tf.losses.mean_squared_error(labels, y)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = tf.train.AdamOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


@case
def recurrent(folder: Path) -> Case:
    model = tf.estimator.Estimator(_recurrent_model_fn, **_settings(folder))
    columns = [
        fc.sequence_categorical_column_with_vocabulary_list("tags", ["a", "b", "c"]),
        fc.numeric_column("x", (2,)),
    ]
    return Case(_trained(model, np.ones((4, 1), np.float32)), columns, {}, "serving_default")


# -- what is exported and asked ----------------------------------------------------------------------------------------


def _example(row: int, keys: list[str]) -> str:
    """A serialised Example, as text in Latin-1."""
    features = {}
    for key in keys:
        value = FEATURES[key][row]
        values = np.ravel(value).tolist() if isinstance(value, np.ndarray) else [value]
        if isinstance(values[0], str):
            feature = tf.train.Feature(
                bytes_list=tf.train.BytesList(value=[text.encode() for text in values])
            )
        elif FEATURES[key].dtype == np.float32:
            feature = tf.train.Feature(float_list=tf.train.FloatList(value=values))
        else:
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        features[key] = feature
    made = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    return made.decode("latin-1")


def _raw(keys: list[str]) -> Any:
    """The receiver of features as they are, and what is fed to it."""
    dtypes = {key: tf.string if FEATURES[key].dtype == object else FEATURES[key].dtype for key in keys}
    with tf.Graph().as_default():
        placeholders = {
            key: tf.placeholder(dtypes[key], (None, *FEATURES[key].shape[1:]), key) for key in keys
        }
    return tf.estimator.export.build_raw_serving_input_receiver_fn(placeholders)


def _fed(key: str) -> Any:
    value = FEATURES[key]
    if value.dtype != object:
        return value.tolist()
    return (
        np.array([text.encode().decode("latin-1") for text in value.ravel()], object)
        .reshape(value.shape)
        .tolist()
    )


def exported(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Both exports of a model: {name: {folder, asked, answers}}, as tf_saved_models.py is asked."""
    made = CASES[name](folder / name)
    spec = fc.make_parse_example_spec(made.columns)
    keys = [key for key in FEATURES if key in spec]
    parsed = made.model.export_saved_model(
        folder / name / "parsed", tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    )
    raw = made.model.export_savedmodel(folder / name / "raw", _raw(keys), as_text=True)
    rows = list(made.model.predict(lambda: {key: FEATURES[key] for key in keys}))
    found = {
        "/".join(key) if isinstance(key, tuple) else key: np.stack([row[key] for row in rows])
        for key in rows[0]
    }
    examples = [_example(row, keys) for row in range(4)]
    answers = {
        signature: {output: found[key] for output, key in outputs.items()}
        for signature, outputs in made.served.items()
    }
    if made.whole:
        answers[made.whole] = found
    of_features = {key for key, answer in answers.items() if not answer.keys() & {"scores", "outputs"}}
    features = {key: _fed(key) for key in keys}
    inputs = {key: {"examples" if key in of_features else "inputs": examples} for key in answers}
    return {
        f"{name}_parsed": _row(parsed, inputs, answers),
        f"{name}_raw": _row(
            raw, dict.fromkeys(of_features, features), {key: answers[key] for key in sorted(of_features)}
        ),
    }


def _row(exported: bytes, inputs: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    asked = [{"signature": key, "inputs": inputs[key]} for key in answers]
    return {"folder": exported.decode(), "asked": asked, "answers": list(answers.values())}
