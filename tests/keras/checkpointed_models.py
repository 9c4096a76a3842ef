"""Small models of Keras with an optimizer each, as functions of the package: TensorFlow's scripts and our tests make both.

A model with its optimizer is a *case*. What a checkpoint of it must keep is the values, where they belong: from one, the
predictions on :func:`features` and those after one more step on :func:`labels` follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Made = tuple[Any, Any]


def features(case: str) -> Any:
    """What the model of a case reads: numbers, or ids of words."""
    if case == "words_gru":
        return np.array([[0, 1, 2], [3, 4, 1], [2, 2, 0], [4, 0, 3]], np.int64)
    shape = (4, 5, 3) if case == "sequence_lstm" else (4, 6, 6, 1) if case == "image" else (4, 3)
    return np.linspace(-1.0, 1.0, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def labels() -> Any:
    """What all models learn."""
    return np.array([[0.5], [-1.0], [2.0], [0.0]], np.float32)


def _layered(tf: Any) -> Made:
    layers = tf.keras.layers
    model = tf.keras.Sequential([
        layers.Dense(4, activation="relu", input_shape=(3,)), layers.Dropout(0.0), layers.BatchNormalization(),
        layers.Dense(1),
    ])  # fmt: skip
    return model, tf.keras.optimizers.Adam(0.05)


def _shared(tf: Any) -> Made:
    given = tf.keras.Input((3,))
    twice = tf.keras.layers.Dense(3, activation="tanh")
    hidden = twice(twice(given))
    joined = tf.keras.layers.Concatenate()([hidden, given])
    model = tf.keras.Model(given, tf.keras.layers.Dense(1)(joined))
    return model, tf.keras.optimizers.SGD(0.05, momentum=0.9)


def _nested(tf: Any) -> Made:
    layers = tf.keras.layers
    inner = tf.keras.Sequential([layers.Dense(3, input_shape=(3,)), layers.LayerNormalization()])
    given = tf.keras.Input((3,))
    model = tf.keras.Model(given, layers.Dense(1)(inner(given)))
    return model, tf.keras.optimizers.legacy.Adam(0.05)


def _subclassed(tf: Any) -> Made:
    layers = tf.keras.layers

    class Parts(tf.keras.Model):  # type: ignore[misc, name-defined]  # of either package
        """Layers in lists, dicts and other models, made before they have weights."""

        def __init__(self) -> None:
            super().__init__()
            self.hidden = [layers.Dense(3, activation="tanh"), 7, layers.Dense(2)]
            self.by_name = {
                "left": layers.Dense(1),
                "right": tf.keras.Sequential([layers.Dense(2), layers.Dense(1)]),
            }
            self._private = layers.Dense(1, use_bias=False)

        def call(self, inputs: Any, training: bool = False) -> Any:
            hidden = self.hidden[2](self.hidden[0](inputs))
            return self.by_name["left"](hidden) + self.by_name["right"](hidden) + self._private(inputs)

    return Parts(), tf.keras.optimizers.RMSprop(0.05)


def _sequence_lstm(tf: Any) -> Made:
    lstm = tf.keras.layers.LSTM(
        3, recurrent_activation="sigmoid", input_shape=(5, 3)
    )  # as by default in TensorFlow 2
    model = tf.keras.Sequential([lstm, tf.keras.layers.Dense(1)])
    return model, tf.keras.optimizers.Adagrad(0.05)


def _words_gru(tf: Any) -> Made:
    layers = tf.keras.layers
    gru = layers.GRU(2, recurrent_activation="sigmoid", reset_after=True)  # as by default in TensorFlow 2
    model = tf.keras.Sequential([layers.Embedding(5, 2, input_length=3), gru, layers.Dense(1)])
    return model, tf.keras.optimizers.legacy.SGD(0.05, momentum=0.9)


def _image(tf: Any) -> Made:
    layers = tf.keras.layers
    model = tf.keras.Sequential([
        layers.Conv2D(2, 3, activation="relu", input_shape=(6, 6, 1)), layers.MaxPooling2D(2), layers.Flatten(),
        layers.Dense(1),
    ])  # fmt: skip
    return model, tf.keras.optimizers.legacy.RMSprop(0.05, momentum=0.5, centered=True)


def _scheduled(tf: Any) -> Made:
    model = tf.keras.Sequential([tf.keras.layers.Dense(2, input_shape=(3,)), tf.keras.layers.Dense(1)])
    rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    return model, tf.keras.optimizers.Adam(rate, amsgrad=True)


CASES: dict[str, Callable[[Any], Made]] = {
    "layered": _layered,
    "shared": _shared,
    "nested": _nested,
    "subclassed": _subclassed,
    "sequence_lstm": _sequence_lstm,
    "words_gru": _words_gru,
    "image": _image,
    "scheduled": _scheduled,
}


def compiled(tf: Any, case: str) -> Made:
    """The model of a case, ready to be trained, and its optimizer; it has not been called."""
    model, optimizer = CASES[case](tf)
    model.compile(optimizer, "mse")
    return model, optimizer


def trained(tf: Any, case: str, steps: int = 2) -> Made:
    """The same after some steps."""
    model, optimizer = compiled(tf, case)
    for _ in range(steps):
        model.train_on_batch(features(case), labels())
    return model, optimizer


def outcome(model: Any, case: str) -> dict[str, list[float]]:
    """What it predicts, and what after one more step, which is what values and the optimizer's state come to."""
    before = np.asarray(model.predict_on_batch(features(case)))
    model.train_on_batch(features(case), labels())
    after = np.asarray(model.predict_on_batch(features(case)))
    return {"before": before.ravel().tolist(), "after": after.ravel().tolist()}
