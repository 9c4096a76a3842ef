"""Optimizers of tf.keras in checkpoints: TensorFlow restores ours and makes a step, and writes its own."""

from __future__ import annotations

import json
import sys
from typing import Any

import tensorflow as tf

keras = tf.keras.optimizers


def made(family: str, name: str, arguments: dict[str, Any]) -> Any:
    """The optimizer of a case."""
    given = dict(arguments)
    if isinstance(given.get("learning_rate"), dict):
        given["learning_rate"] = keras.schedules.ExponentialDecay(**given["learning_rate"])
    return getattr(keras if family == "today" else keras.legacy, name)(**given)


def step(optimizer: Any, weights: Any) -> None:
    """One step down the square of the weights."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(weights * weights)
    optimizer.apply_gradients([(tape.gradient(loss, weights), weights)])


answer = []
for family, name, arguments, prefix, written in json.load(sys.stdin):
    weights, optimizer = tf.Variable([5.0, 5.0], name="w"), made(family, name, arguments)
    step(optimizer, weights)
    checkpoint = tf.train.Checkpoint(w=weights, optimizer=optimizer)
    checkpoint.restore(prefix).assert_consumed()
    step(optimizer, weights)
    after = weights.numpy().tolist()
    own = checkpoint.save(written)
    step(optimizer, weights)
    answer.append({"after": after, "own": own, "next": weights.numpy().tolist()})
print(json.dumps(answer))
