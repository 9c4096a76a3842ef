"""A Keras model of one's own: fit beside the Estimator's loop, and beside Keras itself, in its default mode."""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np

from benchmarks.environments import library
from benchmarks.row import Comparison, Row, Run, Turn
from benchmarks.rows.small_models import estimator

BATCH, STEPS, CALLS = 32, 2000, 300


def _tf() -> Any:
    """Ours, or TensorFlow as it is today."""
    return importlib.import_module("estimator.tf" if library() == "estimator" else "tensorflow")


def _model(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Dense(10, activation="relu", input_shape=(4,)),
            layers.Dense(10, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    optimizer = tf.keras.optimizers.Adagrad(0.05)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _flowers() -> tuple[Any, Any]:
    x = np.random.default_rng(0).normal(size=(BATCH * STEPS, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int64) + (x[:, 1] > 0)


def fit() -> Turn:
    """An epoch in memory, shuffled, with the accuracy."""
    model, (x, y) = _model(_tf()), _flowers()
    model.fit(x, y, batch_size=BATCH, verbose=0)

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        model.fit(x, y, batch_size=BATCH, verbose=0)
        return {"steps/s": STEPS / (time.perf_counter() - start)}

    return turn


def train_on_batch() -> Turn:
    """Steps that a script makes one by one."""
    model, (x, y) = _model(_tf()), _flowers()
    model.train_on_batch(x[:BATCH], y[:BATCH])

    def turn() -> dict[str, float]:
        start = time.perf_counter()
        for _ in range(CALLS):
            model.train_on_batch(x[:BATCH], y[:BATCH])
        return {"calls/s": CALLS / (time.perf_counter() - start)}

    return turn


OURS = Run("estimator", fit)
ROW = Row(
    "Keras: iris, [10, 10], Adagrad",
    (
        Comparison("fit / Keras", "steps/s", OURS, Run("tensorflow", fit)),
        Comparison("fit / our Estimator", "steps/s", OURS, Run("estimator", estimator, ("custom", BATCH))),
        Comparison(
            "train_on_batch / Keras",
            "calls/s",
            Run("estimator", train_on_batch),
            Run("tensorflow", train_on_batch),
        ),
    ),
)
