"""Twenty steps of each optimizer of tf.keras, with dense gradients and with those of some rows; schedules; what is kept.

Run by real TensorFlow, in its default mode, this file writes what comes of them on one line of output; the tests compare
ours with ``tests/data/tf/keras_optimizers.json``, which TensorFlow 2.15.1 wrote that way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

STEPS = 20
WEIGHTS = np.array([[1.0, -2.0], [0.5, 3.0]], np.float32)
TABLE = np.linspace(-1, 1, 10).reshape(5, 2).astype(np.float32)
CURVATURE = np.array([[1.0, 0.1], [4.0, 0.5]], np.float32)
IDS = [1, 1, 3]
FALLS = {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}

BOTH: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True},
        {"learning_rate": 0.1, "clipnorm": 0.5},
        {"clipvalue": 0.3},
        {"global_clipnorm": 0.7},
        {"learning_rate": FALLS},
    ],
    "Adam": [{}, {"amsgrad": True}, {"learning_rate": FALLS}],
    "RMSprop": [{}, {"momentum": 0.5}, {"centered": True}, {"centered": True, "momentum": 0.5}],
    "Adagrad": [{}, {"learning_rate": 0.3, "epsilon": 1e-2}],
    "Adadelta": [{}, {"learning_rate": 1.0}],
    "Adamax": [{}],
    "Nadam": [{}],
    "Ftrl": [
        {},
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.03,
            "beta": 0.1,
        },
    ],
}
TODAY = {
    "AdamW": [{}, {"learning_rate": 0.01, "weight_decay": 0.1}],
    "Adam": [{"use_ema": True}, {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3}],
    "SGD": [{"weight_decay": 0.1}],
}
LEGACY = {
    "SGD": [{"decay": 0.1, "learning_rate": 0.1}],
    "Adam": [{"decay": 0.1, "clipvalue": 0.2, "clipnorm": 0.3}],
}

SCHEDULES: dict[str, list[dict[str, Any]]] = {
    "ExponentialDecay": [FALLS, {**FALLS, "staircase": True}],
    "InverseTimeDecay": [FALLS, {**FALLS, "staircase": True}],
    "PiecewiseConstantDecay": [{"boundaries": [3, 7], "values": [1.0, 0.5, 0.1]}],
    "PolynomialDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 6, "end_learning_rate": 0.01, "power": 2.0},
        {"initial_learning_rate": 0.1, "decay_steps": 6, "end_learning_rate": 0.01, "cycle": True},
    ],
    "CosineDecay": [
        {"initial_learning_rate": 0.1, "decay_steps": 8, "alpha": 0.2},
        {"initial_learning_rate": 0.0, "decay_steps": 8, "warmup_target": 0.3, "warmup_steps": 4},
    ],
    "CosineDecayRestarts": [
        {"initial_learning_rate": 0.1, "first_decay_steps": 4, "m_mul": 0.8, "alpha": 0.1}
    ],
}


def cases() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """``today`` or ``legacy``, the class, and its arguments; schedules are the arguments of an ExponentialDecay."""
    for family, own in (("today", TODAY), ("legacy", LEGACY)):
        for table in (BOTH, own):
            for name, rows in table.items():
                yield from ((family, name, row) for row in rows)


def key_of(family: str, name: str, arguments: dict[str, Any], has_rows: bool) -> str:
    """The key of a case in the file."""
    return f"{family} {name} {json.dumps(arguments)} {'rows' if has_rows else 'dense'}"


def schedule_rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """The class of each schedule, and its arguments."""
    for name, rows in SCHEDULES.items():
        yield from ((name, row) for row in rows)


def made(module: Any, schedules: Any, name: str, arguments: dict[str, Any]) -> Any:
    """The optimizer of a case."""
    given = dict(arguments)
    if isinstance(given.get("learning_rate"), dict):
        given["learning_rate"] = schedules.ExponentialDecay(**given["learning_rate"])
    return getattr(module, name)(**given)


def _rounded(value: Any) -> Any:
    return [float(f"{number:.9g}") for number in np.asarray(value, np.float64).ravel()]


def _trained(tf: Any, optimizer: Any, has_rows: bool) -> dict[str, Any]:
    weights, table = tf.Variable(WEIGHTS, name="net/w"), tf.Variable(TABLE, name="t")
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            looked_up = tf.gather(table, IDS) if has_rows else table
            loss = tf.reduce_sum(CURVATURE * weights * weights) + tf.reduce_sum(tf.square(looked_up - 0.5))
        optimizer.apply_gradients(zip(tape.gradient(loss, [weights, table]), [weights, table]))
    kept = optimizer.variables()
    return {
        "names": [variable.name for variable in kept],
        "values": [_rounded(value) for value in (weights, table, *kept)],
        "children": sorted(optimizer._trackable_children())
        if hasattr(optimizer, "_trackable_children")
        else [],
    }


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow

    keras = tensorflow.keras.optimizers
    answer: dict[str, Any] = {"trainings": {}, "schedules": {}, "configs": {}}
    for family, name, arguments in cases():
        module = keras if family == "today" else keras.legacy
        if family == "legacy" and name == "Nadam" and isinstance(arguments.get("learning_rate"), dict):
            continue
        for has_rows in (False, True):
            optimizer = made(module, keras.schedules, name, arguments)
            key = key_of(family, name, arguments, has_rows)
            answer["trainings"][key] = _trained(tensorflow, optimizer, has_rows)
        config = made(module, keras.schedules, name, arguments).get_config()
        answer["configs"][key_of(family, name, arguments, False)] = {
            each: value.item() if isinstance(value, np.generic) else value for each, value in config.items()
        }
    for name, arguments in schedule_rows():
        schedule = getattr(keras.schedules, name)(**arguments)
        answer["schedules"][f"{name} {json.dumps(arguments)}"] = {
            "rates": _rounded([schedule(np.int64(step)).numpy() for step in range(20)]),
            "config": schedule.get_config(),
        }
    print(json.dumps(answer))
