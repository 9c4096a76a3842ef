"""Whole models under the executors numpy and jax: the same weights, metrics and predictions, and one kind of checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf

pytestmark = [pytest.mark.jax, pytest.mark.slow]

STEPS = 20
ROWS = 32
_rng = np.random.default_rng(7)
NUMBERS = _rng.standard_normal((ROWS, 3)).astype(np.float32)
COLOURS = np.array(["red", "green", "blue", "grey"])[_rng.integers(0, 4, ROWS)]
IDS = _rng.integers(0, 50, ROWS)
IMAGES = _rng.standard_normal((ROWS, 8, 8, 2)).astype(np.float32)
CLASSES = _rng.integers(0, 3, ROWS)
HEAVY = _rng.random(ROWS).astype(np.float32) + 0.5
SEQUENCES = _rng.standard_normal((ROWS, 5, 3)).astype(np.float32)
LENGTHS = _rng.integers(1, 6, ROWS)


def features() -> dict[str, Any]:
    return {
        "x": NUMBERS, "colour": COLOURS, "id": IDS, "image": IMAGES, "weight": HEAVY, "sequence": SEQUENCES,
        "length": LENGTHS,
    }  # fmt: skip


def slices(name: str) -> Any:
    """The rows that a model takes, with labels if it takes those."""
    given = {key: features()[key] for key in MODELS[name][1]}
    return tf.data.Dataset.from_tensor_slices(given if name == "k-means" else (given, CLASSES))


def train_input(name: str) -> Callable[[], Any]:
    """Shuffled batches of 8 rows, without an end."""

    def input_fn() -> Any:
        return slices(name).shuffle(ROWS, seed=3).repeat().batch(8)

    return input_fn


def all_rows(name: str) -> Callable[[], Any]:
    """Batches of all rows once, the last of them smaller."""

    def input_fn() -> Any:
        return slices(name).batch(12)

    return input_fn


def columns() -> tuple[list[Any], list[Any]]:
    """For a linear model, and for a deep one: vocabularies, hashes, crosses, buckets and embeddings."""
    x = tf.feature_column.numeric_column("x", (3,))
    first = tf.feature_column.numeric_column("id")
    colour = tf.feature_column.categorical_column_with_vocabulary_list(
        "colour", ["red", "green", "blue"], num_oov_buckets=1
    )
    hashed = tf.feature_column.categorical_column_with_hash_bucket("id", 20, tf.int64)
    buckets = tf.feature_column.bucketized_column(first, [10.0, 25.0])
    crossed = tf.feature_column.crossed_column([colour, buckets], 30)
    embedded = tf.feature_column.embedding_column(hashed, 4)
    return [colour, hashed, crossed], [x, embedded, tf.feature_column.indicator_column(colour)]


def image_model(features: Any, labels: Any, mode: Any) -> Any:
    """Convolutions, pooling, batch norm, dropout, weights and moving averages."""
    is_training = mode == est.ModeKeys.TRAIN
    net = tf.layers.conv2d(features["image"], 4, 3, padding="same", activation=tf.nn.relu)
    net = tf.layers.batch_normalization(net, training=is_training)
    net = tf.layers.max_pooling2d(net, 2, 2)
    net = tf.layers.dropout(tf.layers.flatten(net), 0.3, training=is_training, seed=5)
    logits = tf.layers.dense(net, 3, kernel_regularizer=tf.keras.regularizers.l2(0.01))
    predictions = {"logits": logits, "class": tf.argmax(logits, 1)}
    if mode == est.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, predictions)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits, weights=features["weight"])
    loss += tf.losses.get_regularization_loss()
    tf.summary.scalar("heaviest", tf.reduce_max(features["weight"]))
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.05, step, 5, 0.9)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        optimizer = tf.train.MomentumOptimizer(rate, 0.9)
        gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
        clipped, _ = tf.clip_by_global_norm(gradients, 1.0)
        train_op = optimizer.apply_gradients(zip(clipped, variables, strict=True), step)
    averages = tf.train.ExponentialMovingAverage(0.9)
    with tf.control_dependencies([train_op]):
        train_op = averages.apply(tf.trainable_variables())
    metrics = {
        "accuracy": tf.metrics.accuracy(labels, predictions["class"]),
        "area": tf.metrics.auc(tf.equal(labels, 0), tf.nn.softmax(logits)[:, 0]),
    }
    return est.EstimatorSpec(mode, predictions, loss, train_op, eval_metric_ops=metrics)


def partitioned_model(features: Any, labels: Any, mode: Any) -> Any:
    """An embedding in three parts, of which few rows are looked up, and an optimizer that changes only these."""
    table = tf.get_variable("table", [50, 4], partitioner=tf.fixed_size_partitioner(3))
    rows = tf.nn.embedding_lookup(table, features["id"], partition_strategy="div")
    logits = tf.layers.dense(rows, 3, activation=None)
    if mode == est.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, {"logits": logits})
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    train_op = tf.train.AdamOptimizer(0.05).minimize(loss, tf.train.get_global_step())
    return est.EstimatorSpec(mode, {"logits": logits}, loss, train_op)


def recurrent_model(features: Any, labels: Any, mode: Any) -> Any:
    cell = tf.nn.rnn_cell.GRUCell(6)
    if mode == est.ModeKeys.TRAIN:
        cell = tf.nn.rnn_cell.DropoutWrapper(cell, input_keep_prob=0.8, seed=2)
    _, state = tf.nn.dynamic_rnn(cell, features["sequence"], features["length"], dtype=tf.float32)
    logits = tf.layers.dense(state, 3)
    if mode == est.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, {"logits": logits})
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    train_op = tf.train.RMSPropOptimizer(0.01).minimize(loss, tf.train.get_global_step())
    return est.EstimatorSpec(mode, {"logits": logits}, loss, train_op)


def dnn(config: Any) -> Any:
    return est.DNNClassifier(
        [8, 6], columns()[1], n_classes=3, dropout=0.2, config=config, weight_column="weight"
    )


def linear(config: Any) -> Any:
    return est.LinearClassifier(columns()[0], n_classes=3, config=config)


def wide_and_deep(config: Any) -> Any:
    wide, deep = columns()
    return est.DNNLinearCombinedClassifier(
        linear_feature_columns=wide,
        dnn_feature_columns=deep,
        dnn_hidden_units=[8],
        n_classes=3,
        config=config,
    )


def baseline(config: Any) -> Any:
    return est.BaselineClassifier(n_classes=3, config=config)


def clusters(config: Any) -> Any:
    return est.experimental.KMeans(
        3, feature_columns=[columns()[1][0]], config=config, seed=1, use_mini_batch=True
    )


def of(model_fn: Any) -> Callable[[Any], Any]:
    return lambda config: est.Estimator(model_fn, config=config)


MODELS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "dnn": (dnn, ("x", "colour", "id", "weight")),
    "linear": (linear, ("colour", "id")),
    "wide and deep": (wide_and_deep, ("x", "colour", "id")),
    "baseline": (baseline, ("x",)),
    "k-means": (clusters, ("x",)),
    "images": (of(image_model), ("image", "weight")),
    "partitioned": (of(partitioned_model), ("id",)),
    "recurrent": (of(recurrent_model), ("sequence", "length")),
}


def model_of(name: str, folder: Path, executor: str, **settings: Any) -> Any:
    config = est.RunConfig(folder, tf_random_seed=11, executor=executor, progress=False, **settings)
    return MODELS[name][0](config)


def train(name: str, folder: Path, executor: str, max_steps: int = STEPS) -> Any:
    model = model_of(name, folder, executor)
    model.train(train_input(name), max_steps=max_steps)
    return model


def variables(model: Any) -> dict[str, Any]:
    return {name: model.get_variable_value(name) for name in model.get_variable_names()}


def assert_same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert {name: (value.dtype, value.shape) for name, value in found.items()} == {
        name: (value.dtype, value.shape) for name, value in wanted.items()
    }
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_trains_evaluates_and_predicts_alike(name: str, tmp_path: Path) -> None:
    by_jax, by_numpy = (train(name, tmp_path / executor, executor) for executor in ("jax", "numpy"))
    assert_same(variables(by_jax), variables(by_numpy))
    rows = all_rows(name)
    metrics, wanted = by_jax.evaluate(rows), by_numpy.evaluate(rows)
    assert metrics.keys() == wanted.keys()
    np.testing.assert_allclose(list(metrics.values()), list(wanted.values()), rtol=1e-4, atol=1e-5)
    for found, same in zip(by_jax.predict(rows), by_numpy.predict(rows), strict=True):
        assert found.keys() == same.keys()
        for key, value in same.items():
            if np.asarray(value).dtype.kind == "f":
                np.testing.assert_allclose(found[key], value, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["images", "partitioned", "recurrent"])
def test_checkpoints_go_from_one_executor_to_the_other_and_back(name: str, tmp_path: Path) -> None:
    trained = {}
    for first, second in (("jax", "numpy"), ("numpy", "jax")):
        train(name, tmp_path / first, first, STEPS // 2)
        trained[first] = variables(train(name, tmp_path / first, second))
    assert_same(trained["jax"], trained["numpy"])


def test_a_training_that_was_interrupted_goes_on_bit_for_bit(tmp_path: Path) -> None:
    """With dropout, batch norm and a shuffled input."""

    class Interrupt(tf.train.SessionRunHook):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.left = 7

        def after_run(self, context: Any, values: Any) -> None:
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt

    whole = train("images", tmp_path / "whole", "jax")
    broken = model_of("images", tmp_path / "broken", "jax", save_checkpoints_steps=5)
    with pytest.raises(KeyboardInterrupt):
        broken.train(train_input("images"), max_steps=STEPS, hooks=[Interrupt()])
    assert 0 < broken.get_variable_value("global_step") < STEPS
    model_of("images", tmp_path / "broken", "jax").train(train_input("images"), max_steps=STEPS)
    found, wanted = variables(broken), variables(whole)
    assert {name: value.tobytes() for name, value in found.items()} == {
        name: value.tobytes() for name, value in wanted.items()
    }


def test_an_evaluation_in_between_changes_nothing(tmp_path: Path) -> None:
    alone = train("images", tmp_path / "alone", "jax")
    model = train("images", tmp_path / "watched", "jax", STEPS // 2)
    model.evaluate(all_rows("images"))
    train("images", tmp_path / "watched", "jax")
    half = train("images", tmp_path / "half", "jax", STEPS // 2)
    train("images", tmp_path / "half", "jax")
    found, wanted = variables(model), variables(half)
    assert {name: value.tobytes() for name, value in found.items()} == {
        name: value.tobytes() for name, value in wanted.items()
    }
    assert variables(alone).keys() == found.keys()


def test_a_model_that_jax_has_trained_is_exported_and_served_by_numpy(tmp_path: Path) -> None:
    model = train("images", tmp_path / "model", "jax")
    receiver = est.export.build_raw_serving_input_receiver_fn(
        {"image": tf.placeholder(tf.float32, [None, 8, 8, 2]), "weight": tf.placeholder(tf.float32, [None])}
    )
    folder = model.export_saved_model(tmp_path / "exported", receiver)
    served = tf.contrib.predictor.from_saved_model(folder)({"image": IMAGES, "weight": HEAVY})
    wanted = [row["logits"] for row in model.predict(all_rows("images"))]
    np.testing.assert_allclose(served["logits"], wanted, rtol=1e-4, atol=1e-5)
