"""TensorFlow makes of columns what we do, imports a wide & deep graph of all kinds of them, and trains to our numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.columns.sequence_input_layer import sequence_input_layer
from tests.columns.test_cases import STORED
from tests.interop.conftest import TensorFlow
from tests.interop.models import values

FC = tf.feature_column
STEPS, BATCH = 12, 8
TYPES = {
    "x": "float32",
    "word": "string",
    "colour": "string",
    "home": "int64",
    "work": "int64",
    "steps": "int64",
}


def batches(rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
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


def model(parts: int) -> tuple[Any, Any, Any]:
    """A linear and a deep part over columns of all kinds: features, loss, and what trains."""
    dims = {"x": [None, 2], "word": [None, 3], "steps": [None, 4]}
    features = {key: tf.placeholder(kind, dims.get(key, [None]), key) for key, kind in TYPES.items()}
    word = FC.categorical_column_with_hash_bucket("word", 6)
    colour = FC.categorical_column_with_vocabulary_list("colour", ["red", "blue"], num_oov_buckets=2)
    ages = FC.bucketized_column(FC.numeric_column("x", 2), [-0.5, 0.5])
    places = [FC.categorical_column_with_identity(key, 5) for key in ("home", "work")]
    walk = FC.sequence_categorical_column_with_identity("steps", 3)
    with tf.variable_scope("model", partitioner=tf.fixed_size_partitioner(parts) if parts else None):
        wide = FC.linear_model(features, [word, colour, ages, FC.crossed_column([ages, "colour"], 20)])
        deep = [FC.embedding_column(word, 3, "sqrtn"), FC.indicator_column(colour), FC.numeric_column("x", 2)]
        net = FC.input_layer(features, [*deep, *FC.shared_embedding_columns(places, 2)])
        steps, _ = sequence_input_layer(features, [FC.embedding_column(walk, 2)])
        joined = tf.concat([net, tf.reduce_mean(steps, 1)], 1)
        logits = wide + tf.layers.dense(joined, 1)
    labels = tf.placeholder(tf.float32, [None, 1], "y")
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    train_op = tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=tf.train.get_or_create_global_step())
    tf.add_to_collection("train_op", train_op)
    return loss, train_op, [*features, "y"]


def test_tensorflow_makes_of_columns_what_is_stored(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_columns.py", {})
    assert answer == json.loads(STORED.read_text(encoding="utf-8")), "see tests/columns/test_cases.py"


@pytest.mark.parametrize("parts", [0, 2])
def test_tensorflow_trains_a_wide_and_deep_graph_to_our_numbers(
    tensorflow: TensorFlow, tmp_path: Path, parts: int
) -> None:
    arrays = batches(np.random.default_rng(0))
    np.savez(tmp_path / "batches.npz", **arrays)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        loss, train_op, keys = model(parts)
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        saver = tf.train.Saver()
        prefix = saver.save(session, str(tmp_path / "model"), global_step=0)
        feeds = [{f"{key}:0": arrays[key][step] for key in keys} for step in range(STEPS)]
        losses = [session.run([loss, train_op], feed)[0] for feed in feeds]
        saved = saver.save(session, str(tmp_path / "model"), global_step=STEPS)
    request = {
        "prefix": prefix,
        "batches": str(tmp_path / "batches.npz"),
        "feeds": {f"{key}:0": key for key in keys},
        "saved": str(tmp_path / "by_tensorflow"),
    }
    (theirs,) = tensorflow.answer("tf_train.py", [request])
    np.testing.assert_allclose(theirs["losses"], losses, rtol=1e-5, atol=1e-6)
    mine, other = values(saved), values(request["saved"])
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(other[name], value, err_msg=name, rtol=1e-5, atol=1e-6)
