"""Three species of iris by four lengths, with two layers of ten units: one text for ours and for TensorFlow.

    python -m benchmarks.models.iris canned|custom FOLDER

is the quickstart: 200 steps of 100 flowers with checkpoints and events, an evaluation, three predictions.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.environments import ROOT, tf_module

FEATURES = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]
UNITS, CLASSES, RATE = [10, 10], 3, 0.1


def load(name: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The flowers of "training" (120) or "test" (30)."""
    with (ROOT / "examples" / "iris" / f"iris_{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    features = {key: np.array([row[key] for row in rows], np.float32) for key in FEATURES}
    return features, np.array([row["Species"] for row in rows], np.int64)


def canned(tf: Any, folder: str) -> Any:
    """The ready-made classifier."""
    columns = [tf.feature_column.numeric_column(key) for key in FEATURES]
    return tf.estimator.DNNClassifier(UNITS, columns, folder, CLASSES)


def custom(tf: Any, folder: str) -> Any:
    """The same of a model function, as the guide to custom estimators has it."""

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        columns = [tf.feature_column.numeric_column(key) for key in FEATURES]
        net = tf.feature_column.input_layer(features, columns)
        for units in UNITS:
            net = tf.layers.dense(net, units, activation=tf.nn.relu)
        logits = tf.layers.dense(net, CLASSES)
        classes = tf.argmax(logits, 1)
        if mode == tf.estimator.ModeKeys.PREDICT:
            predictions = {
                "class_ids": classes[:, None],
                "probabilities": tf.nn.softmax(logits),
                "logits": logits,
            }
            return tf.estimator.EstimatorSpec(mode, predictions)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        accuracy = tf.metrics.accuracy(labels, classes)
        tf.summary.scalar("accuracy", accuracy[1])
        if mode == tf.estimator.ModeKeys.EVAL:
            return tf.estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops={"accuracy": accuracy})
        train_op = tf.train.AdagradOptimizer(RATE).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    return tf.estimator.Estimator(model_fn, folder)


MODELS = {"canned": canned, "custom": custom}


def training_input(tf: Any, batch: int) -> Callable[[], Any]:
    """The training flowers in random order, again and again."""
    features, labels = load("training")
    return lambda: tf.data.Dataset.from_tensor_slices((features, labels)).shuffle(1000).repeat().batch(batch)


def main(model: str, folder: str) -> None:
    """The quickstart."""
    tf = tf_module()
    classifier = MODELS[model](tf, folder)
    classifier.train(training_input(tf, 100), steps=200)
    features, labels = load("test")
    tested = classifier.evaluate(lambda: tf.data.Dataset.from_tensor_slices((features, labels)).batch(100))
    first = {key: values[:3] for key, values in features.items()}
    rows = classifier.predict(lambda: tf.data.Dataset.from_tensor_slices(first).batch(100))
    print(f"accuracy {tested['accuracy']:.3f}", *(int(row["class_ids"][0]) for row in rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
