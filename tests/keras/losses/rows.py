"""Losses of tf.keras on small numbers, with their gradients.

Run by real TensorFlow, in its default mode, this file writes the values on one line of output; the tests compare ours
with ``tests/data/tf/keras_losses.json``, which TensorFlow 2.15.1 wrote that way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

YES_NO = [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
ONE_HOT = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
IDS = [1, 0]
SHARES = [[0.2, 0.7, 0.1], [0.5, 0.1, 0.4]]
EDGES = [[0.0, 1.0, 0.0], [0.25, 0.75, 0.0]]
SCORES = [[0.3, -1.2, 2.0], [-0.5, 0.1, 1.7]]
NUMBERS = [[0.5, 2.0, 0.0], [3.0, -1.0, 4.0]]
SEQUENCE = [[[0.2, 0.7, 0.1], [0.5, 0.1, 0.4]], [[0.3, 0.3, 0.4], [0.1, 0.8, 0.1]]]
IDS_OF_SEQUENCE = [[1, 0], [2, 2]]

REGRESSION = (
    "mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error huber "
    "log_cosh poisson cosine_similarity"
).split()

FUNCTIONS: list[tuple[str, dict[str, Any], Any, Any]] = [
    *((name, {}, NUMBERS, SHARES) for name in REGRESSION),
    ("huber", {"delta": 0.5}, NUMBERS, SCORES),
    ("cosine_similarity", {"axis": 0}, NUMBERS, SCORES),
    *((name, {}, YES_NO, SCORES) for name in ("hinge", "squared_hinge")),
    *((name, {}, NUMBERS, SCORES) for name in ("hinge", "squared_hinge")),
    ("categorical_hinge", {}, ONE_HOT, SCORES),
    ("kl_divergence", {}, EDGES, SHARES),
    ("binary_crossentropy", {}, YES_NO, EDGES),
    ("binary_crossentropy", {"label_smoothing": 0.2}, YES_NO, SHARES),
    ("binary_crossentropy", {"from_logits": True, "label_smoothing": 0.2}, YES_NO, SCORES),
    ("binary_crossentropy", {"axis": 0}, YES_NO, SHARES),
    ("binary_focal_crossentropy", {}, YES_NO, SHARES),
    ("binary_focal_crossentropy", {"from_logits": True, "apply_class_balancing": True}, YES_NO, SCORES),
    ("categorical_crossentropy", {}, ONE_HOT, EDGES),
    ("categorical_crossentropy", {"label_smoothing": 0.1}, ONE_HOT, SHARES),
    ("categorical_crossentropy", {"from_logits": True, "label_smoothing": 0.1}, ONE_HOT, SCORES),
    ("categorical_crossentropy", {"axis": 0, "from_logits": True}, ONE_HOT, SCORES),
    ("categorical_focal_crossentropy", {"gamma": 1.5}, ONE_HOT, SHARES),
    ("categorical_focal_crossentropy", {"from_logits": True, "label_smoothing": 0.1}, ONE_HOT, SCORES),
    ("sparse_categorical_crossentropy", {}, IDS, EDGES),
    ("sparse_categorical_crossentropy", {"from_logits": True}, IDS, SCORES),
    ("sparse_categorical_crossentropy", {}, [[1.0], [0.0]], SHARES),
    ("sparse_categorical_crossentropy", {}, IDS_OF_SEQUENCE, SEQUENCE),
    ("sparse_categorical_crossentropy", {"axis": 1}, [[0, 1, 1], [1, 0, 0]], SEQUENCE),
    ("sparse_categorical_crossentropy", {"ignore_class": 2}, IDS_OF_SEQUENCE, SEQUENCE),
]

CLASSES: list[tuple[str, dict[str, Any], Any, Any, Any]] = [
    ("MeanSquaredError", {"reduction": reduction}, NUMBERS, SCORES, weight)
    for reduction in ("auto", "sum", "sum_over_batch_size", "none")
    for weight in (None, 0.5, [1.0, 0.25], [[1.0], [0.25]])
]
CLASSES += [
    ("MeanAbsoluteError", {}, [[1.0], [2.0]], [0.5, 4.0], None),
    ("MeanAbsoluteError", {}, [1.0, 2.0], [[0.5], [4.0]], None),
    ("MeanAbsolutePercentageError", {}, NUMBERS, SCORES, None),
    ("MeanSquaredLogarithmicError", {}, NUMBERS, SCORES, None),
    ("LogCosh", {}, NUMBERS, SCORES, [1.0, 2.0]),
    ("Huber", {"delta": 0.7}, NUMBERS, SCORES, None),
    ("Hinge", {}, YES_NO, SCORES, None),
    ("SquaredHinge", {}, YES_NO, SCORES, None),
    ("CategoricalHinge", {}, ONE_HOT, SCORES, None),
    ("KLDivergence", {}, EDGES, SHARES, None),
    ("Poisson", {}, NUMBERS, SHARES, None),
    ("CosineSimilarity", {}, NUMBERS, SCORES, [0.0, 2.0]),
    ("BinaryCrossentropy", {"from_logits": True}, YES_NO, SCORES, [1.0, 0.0]),
    ("BinaryFocalCrossentropy", {"gamma": 3.0}, YES_NO, SHARES, None),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, ONE_HOT, SHARES, [1.0, 0.5]),
    ("CategoricalFocalCrossentropy", {}, ONE_HOT, SHARES, None),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, IDS, SCORES, [2.0, 1.0]),
    ("SparseCategoricalCrossentropy", {}, IDS_OF_SEQUENCE, SEQUENCE, [[1.0, 0.0], [2.0, 1.0]]),
    ("SparseCategoricalCrossentropy", {}, IDS_OF_SEQUENCE, SEQUENCE, [1.0, 2.0]),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, IDS_OF_SEQUENCE, SEQUENCE, None),
    (
        "SparseCategoricalCrossentropy",
        {"ignore_class": 2},
        IDS_OF_SEQUENCE,
        SEQUENCE,
        [[1.0, 2.0], [3.0, 4.0]],
    ),
]


def keyed() -> Iterator[tuple[str, str, dict[str, Any], Any, Any, Any, bool]]:
    """Key, name, options, labels, predictions, weights, and whether it is a class."""
    for name, options, y_true, y_pred in FUNCTIONS:
        yield json.dumps([name, options, y_true, y_pred]), name, options, y_true, y_pred, None, False
    for name, options, y_true, y_pred, weight in CLASSES:
        key = json.dumps([name, options, y_true, y_pred, weight])
        yield key, name, options, y_true, y_pred, weight, True


def _rounded(value: Any) -> Any:
    return {
        "shape": list(value.shape),
        "values": [float(f"{x:.9g}") for x in np.asarray(value, np.float64).ravel()],
    }


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    answer = {}
    for key, name, options, y_true, y_pred, weight, is_class in keyed():
        labels, predictions = tf.constant(y_true), tf.constant(y_pred)
        with tf.GradientTape() as tape:
            tape.watch(predictions)
            if is_class:
                loss = getattr(tf.keras.losses, name)(**options)
                value = loss(
                    labels, predictions, sample_weight=None if weight is None else tf.constant(weight)
                )
            else:
                value = getattr(tf.keras.losses, name)(labels, predictions, **options)
        answer[key] = {"loss": _rounded(value), "gradient": _rounded(tape.gradient(value, predictions))}
        if is_class:
            answer[key]["config"] = loss.get_config()
    print(json.dumps(answer))
