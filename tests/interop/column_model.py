"""A wide & deep model over columns of all kinds, for both packages; nothing is imported here that either of them lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

STEPS, BATCH = 12, 8
TYPES = {
    "x": "float32",
    "word": "string",
    "colour": "string",
    "home": "int64",
    "work": "int64",
    "steps": "int64",
}
KEYS = [*TYPES, "y"]


def batches(rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
    """The features and the labels of so many steps."""
    shape = (STEPS, BATCH)
    return {
        "x": rng.normal(size=(*shape, 2)).astype(np.float32),
        "word": rng.choice(np.array(["tea", "milk", "", "rice"], "S"), size=(*shape, 3)),
        "colour": rng.choice(np.array(["red", "blue", "pink", ""], "S"), size=shape),
        "home": rng.integers(-1, 5, shape),
        "work": rng.integers(0, 5, shape),
        "steps": rng.integers(0, 3, (*shape, 4)),
        "y": rng.integers(0, 2, (*shape, 1)).astype(np.float32),
    }


def build(tf: Any, sequence_layer: Any, parts: int = 0) -> tuple[Any, Any]:
    """The loss, and what trains, in the default graph; tables whole or in so many parts."""
    fc = tf.feature_column
    dims = {"x": [None, 2], "word": [None, 3], "steps": [None, 4]}
    features = {key: tf.placeholder(kind, dims.get(key, [None]), key) for key, kind in TYPES.items()}
    word = fc.categorical_column_with_hash_bucket("word", 6)
    colour = fc.categorical_column_with_vocabulary_list("colour", ["red", "blue"], num_oov_buckets=2)
    ages = fc.bucketized_column(fc.numeric_column("x", 2), [-0.5, 0.5])
    places = [fc.categorical_column_with_identity(key, 5) for key in ("home", "work")]
    walk = fc.sequence_categorical_column_with_identity("steps", 3)
    with tf.variable_scope("model", partitioner=tf.fixed_size_partitioner(parts) if parts else None):
        wide = fc.linear_model(features, [word, colour, ages, fc.crossed_column([ages, "colour"], 20)])
        deep = [fc.embedding_column(word, 3, "sqrtn"), fc.indicator_column(colour), fc.numeric_column("x", 2)]
        net = fc.input_layer(features, [*deep, *fc.shared_embedding_columns(places, 2)])
        steps, _ = sequence_layer(features, [fc.embedding_column(walk, 2)])
        joined = tf.concat([net, tf.reduce_mean(steps, 1)], 1)
        logits = wide + tf.layers.dense(joined, 1)
    labels = tf.placeholder(tf.float32, [None, 1], "y")
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    step = tf.train.get_or_create_global_step()
    train_op = tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=step)
    tf.add_to_collection("train_op", train_op)
    return loss, train_op


def train(session: Any, loss: Any, train_op: Any, arrays: dict[str, Any]) -> list[float]:
    """The loss before each step."""
    feeds = [{f"{key}:0": arrays[key][step] for key in KEYS} for step in range(STEPS)]
    return [float(session.run([loss, train_op], feed)[0]) for feed in feeds]
