"""Metrics of tf.keras told of two batches.

Run by real TensorFlow, in its default mode, this file writes what comes of them on one line of output; the tests compare
ours with ``tests/data/tf/keras_metrics.json``, which TensorFlow 2.15.1 wrote that way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

YES_NO = [[[1, 0, 1], [0, 0, 1]], [[1, 1, 0], [0, 1, 0]]]
ONE_HOT = [[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]]
IDS = [[1, 0], [2, 1]]
SHARES = [[[0.2, 0.7, 0.1], [0.5, 0.1, 0.4]], [[0.6, 0.1, 0.3], [0.3, 0.4, 0.3]]]
SCORES = [[[0.3, -1.2, 2.0], [-0.5, 0.1, 1.7]], [[1.5, 0.2, -0.3], [0.0, 0.4, 0.9]]]
NUMBERS = [[[0.5, 2.0, 0.0], [3.0, -1.0, 4.0]], [[1.0, 1.5, 2.0], [0.0, 0.5, -2.0]]]
SEQUENCE = [[SHARES[0], SHARES[1]], [SHARES[1], SHARES[0]]]
IDS_OF_SEQUENCE = [[[1, 0], [2, 2]], [[0, 1], [1, 0]]]
OF_ROWS = [[1.0, 0.5], [2.0, 0.0]]

_LOSSES = (
    "MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError LogCoshError "
    "RootMeanSquaredError CosineSimilarity"
).split()
_COUNTS = ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")

ROWS: list[tuple[str, dict[str, Any], Any, Any, Any]] = [
    *((name, {}, NUMBERS, SCORES, None) for name in _LOSSES),
    *((name, {}, NUMBERS, SCORES, OF_ROWS) for name in _LOSSES),
    ("CosineSimilarity", {"axis": 0}, NUMBERS, SCORES, None),
    ("MeanRelativeError", {"normalizer": [1.0, 2.0, 0.0]}, NUMBERS, SCORES, OF_ROWS),
    ("Hinge", {}, YES_NO, SCORES, None),
    ("SquaredHinge", {}, YES_NO, SCORES, OF_ROWS),
    ("CategoricalHinge", {}, ONE_HOT, SCORES, None),
    ("KLDivergence", {}, ONE_HOT, SHARES, None),
    ("Poisson", {}, NUMBERS, SHARES, None),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, YES_NO, SHARES, OF_ROWS),
    ("BinaryCrossentropy", {"from_logits": True}, YES_NO, SCORES, None),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, SCORES, OF_ROWS),
    ("SparseCategoricalCrossentropy", {}, IDS, SHARES, None),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, IDS_OF_SEQUENCE, SEQUENCE, None),
    ("Accuracy", {}, IDS, [[1, 1], [2, 0]], OF_ROWS),
    ("Accuracy", {}, YES_NO, [[[1, 0, 0], [0, 1, 1]], YES_NO[1]], None),
    ("BinaryAccuracy", {}, YES_NO, SHARES, OF_ROWS),
    ("BinaryAccuracy", {"threshold": 0.3}, YES_NO, SHARES, None),
    ("CategoricalAccuracy", {}, ONE_HOT, SHARES, OF_ROWS),
    ("SparseCategoricalAccuracy", {}, IDS, SHARES, OF_ROWS),
    ("SparseCategoricalAccuracy", {}, [[[1], [0]], [[2], [1]]], SHARES, OF_ROWS),
    ("SparseCategoricalAccuracy", {}, IDS_OF_SEQUENCE, SEQUENCE, OF_ROWS),
    ("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, SHARES, None),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, IDS, SHARES, OF_ROWS),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, IDS_OF_SEQUENCE, SEQUENCE, None),
    *((name, {}, YES_NO, SHARES, None) for name in _COUNTS),
    *((name, {"thresholds": [0.3, 0.6]}, YES_NO, SHARES, OF_ROWS) for name in _COUNTS),
    *((name, {}, YES_NO, SHARES, OF_ROWS) for name in ("Precision", "Recall")),
    *((name, {"thresholds": [0.15, 0.45]}, YES_NO, SHARES, None) for name in ("Precision", "Recall")),
    *((name, {"top_k": 2}, YES_NO, SHARES, None) for name in ("Precision", "Recall")),
    *((name, {"class_id": 1, "thresholds": 0.35}, YES_NO, SHARES, None) for name in ("Precision", "Recall")),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, YES_NO, SHARES, None),
    ("SensitivityAtSpecificity", {"specificity": 0.9, "num_thresholds": 1}, YES_NO, SHARES, OF_ROWS),
    ("SpecificityAtSensitivity", {"sensitivity": 0.4}, YES_NO, SHARES, None),
    ("PrecisionAtRecall", {"recall": 0.5}, YES_NO, SHARES, OF_ROWS),
    ("RecallAtPrecision", {"precision": 0.6}, YES_NO, SHARES, None),
    *(
        ("AUC", {"curve": curve, "summation_method": method}, YES_NO, SHARES, weights)
        for curve in ("ROC", "PR")
        for method in ("interpolation", "minoring", "majoring")
        for weights in (None, OF_ROWS)
    ),
    ("MeanIoU", {"num_classes": 3}, IDS_OF_SEQUENCE, [[[1, 1], [2, 0]], [[0, 1], [2, 0]]], None),
    ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}, IDS, SHARES, OF_ROWS),
    (
        "IoU",
        {"num_classes": 3, "target_class_ids": [1, 2], "ignore_class": 0},
        IDS,
        [[1, 2], [2, 0]],
        OF_ROWS,
    ),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.4}, YES_NO, SHARES, None),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 1]}, ONE_HOT, SHARES, None),
    ("OneHotMeanIoU", {"num_classes": 3, "sparse_y_pred": True}, ONE_HOT, [[1, 2], [2, 1]], None),
    ("AUC", {"thresholds": [0.25, 0.45]}, YES_NO, SHARES, None),
    ("AUC", {"from_logits": True}, YES_NO, SCORES, None),
    ("AUC", {"multi_label": True}, YES_NO, SHARES, None),
    ("AUC", {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 0.5]}, YES_NO, SHARES, None),
    ("AUC", {"label_weights": [1.0, 2.0, 0.5]}, YES_NO, SHARES, None),
]
VALUES: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("Mean", {}, NUMBERS, None),
    ("Mean", {}, NUMBERS, OF_ROWS),
    ("Mean", {}, [1.0, 4.0], [2.0, 1.0]),
    ("Mean", {}, SEQUENCE, OF_ROWS),
    ("Sum", {}, NUMBERS, OF_ROWS),
    ("Sum", {}, SEQUENCE, None),
    ("MeanTensor", {}, NUMBERS, None),
    ("MeanTensor", {"shape": [2, 3]}, NUMBERS, OF_ROWS),
]
FUNCTIONS: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("binary_accuracy", {}, ONE_HOT[0], SHARES[0]),
    ("binary_accuracy", {"threshold": 0.3}, ONE_HOT[0], SHARES[0]),
    ("categorical_accuracy", {}, ONE_HOT[1], SHARES[1]),
    ("sparse_categorical_accuracy", {}, IDS[1], SHARES[1]),
    ("sparse_categorical_accuracy", {}, [[2], [1]], SHARES[1]),
    ("top_k_categorical_accuracy", {"k": 2}, ONE_HOT[1], SHARES[1]),
    ("sparse_top_k_categorical_accuracy", {"k": 2}, IDS[1], SHARES[1]),
]


def keyed() -> Iterator[tuple[str, str, dict[str, Any], list[list[Any]], list[Any]]]:
    """Key, class, options, the arguments of each batch, and the weights of each."""
    for name, options, y_true, y_pred, weights in ROWS:
        batches = [list(pair) for pair in zip(y_true, y_pred)]
        yield json.dumps([name, options, batches, weights]), name, options, batches, weights or [None, None]
    for name, options, values, weights in VALUES:
        batches = [[value] for value in values]
        yield json.dumps([name, options, batches, weights]), name, options, batches, weights or [None, None]


def _rounded(value: Any) -> Any:
    numbers = [float(f"{x:.9g}") for x in np.asarray(value, np.float64).ravel()]
    return {"shape": list(np.shape(value)), "values": numbers}


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    metrics = tf.keras.metrics
    answer: dict[str, Any] = {"metrics": {}, "functions": {}}
    for key, name, options, batches, weights in keyed():
        metric = getattr(metrics, name)(**options)
        results = []
        for batch, weight in zip(batches, weights):
            tensors = [tf.constant(each) for each in batch]
            metric.update_state(*tensors, sample_weight=None if weight is None else tf.constant(weight))
            results.append(_rounded(metric.result().numpy()))
        config = {} if "normalizer" in options else metric.get_config()
        kept = [[variable.name, _rounded(variable.numpy())] for variable in metric.variables]
        answer["metrics"][key] = {"results": results, "config": config, "kept": kept}
    for name, options, y_true, y_pred in FUNCTIONS:
        value = getattr(metrics, name)(tf.constant(y_true), tf.constant(y_pred), **options)
        answer["functions"][json.dumps([name, options, y_true, y_pred])] = _rounded(value.numpy())
    print(json.dumps(answer, default=lambda value: np.asarray(value).tolist()))
