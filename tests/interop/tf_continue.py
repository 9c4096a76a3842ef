"""TensorFlow's side of test_keras_model_dirs.py: its estimators train on in model directories."""

from __future__ import annotations

import json
import sys

import numpy as np
import tensorflow as tf


def train(request):
    """Train a DNNClassifier of tf.estimator with an optimizer of tf.keras on some batches."""
    data = dict(np.load(request["data"]))
    labels = data.pop("__labels__")
    rows = np.array(request["rows"])
    kind, arguments = request["optimizer"]
    columns = [tf.feature_column.numeric_column(name) for name in request["columns"]]
    classifier = tf.estimator.DNNClassifier(
        request["hidden"], columns, request["model_dir"], n_classes=3,
        optimizer=getattr(tf.keras.optimizers.legacy, kind)(**arguments),
    )  # fmt: skip
    features = {name: values[rows] for name, values in data.items()}
    classifier.train(lambda: tf.data.Dataset.from_tensor_slices((features, labels[rows])), steps=len(rows))
    return int(classifier.get_variable_value("global_step"))


print(json.dumps([train(each) for each in json.load(sys.stdin)]))
