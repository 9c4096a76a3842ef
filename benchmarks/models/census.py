"""The wide and deep model of examples/census, on made-up rows of the same kind: one text for ours and TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BATCH, ROWS = 128, 12_800
NUMBERS = {
    "age": 90,
    "educational-num": 16,
    "capital-gain": 99_999,
    "capital-loss": 4356,
    "hours-per-week": 99,
}
WORDS = {  # how many words there are, and buckets
    "workclass": (9, 20), "education": (16, 40), "marital-status": (7, 20), "occupation": (15, 50),
    "relationship": (6, 20), "race": (5, 20), "gender": (2, 10), "native-country": (42, 100),
}  # fmt: skip


def columns(tf: Any) -> tuple[list[Any], list[Any]]:
    """The columns of the linear part and of the network."""
    fc = tf.feature_column
    age = fc.bucketized_column(fc.numeric_column("age"), [18, 25, 30, 35, 40, 45, 50, 55, 60, 65])
    logs = [fc.numeric_column(key, normalizer_fn=lambda x: tf.log(x + 1.0)) for key in NUMBERS]
    words = {key: fc.categorical_column_with_hash_bucket(key, size) for key, (_, size) in WORDS.items()}
    crosses = [
        fc.crossed_column(["education", "occupation"], 1000),
        fc.crossed_column([age, "education", "occupation"], 10_000),
        fc.crossed_column(["marital-status", "gender"], 100),
    ]
    embeddings = [fc.embedding_column(word, 8) for word in words.values()]
    return [age, *words.values(), *crosses], [age, *logs, *embeddings]


def data() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Features and labels."""
    rng = np.random.default_rng(0)
    numbers = {key: rng.integers(0, most, ROWS).astype(np.float32) for key, most in NUMBERS.items()}
    words = {
        key: np.array([f"{key} {n}" for n in rng.integers(0, count, ROWS)])
        for key, (count, _) in WORDS.items()
    }
    return numbers | words, rng.integers(0, 2, ROWS).astype(np.int32)


def estimator(tf: Any, folder: str) -> tuple[Any, Callable[[], Any]]:
    """A DNNLinearCombinedClassifier and its input."""
    wide, deep = columns(tf)
    features, labels = data()
    classifier = tf.estimator.DNNLinearCombinedClassifier(
        folder,
        linear_feature_columns=wide,
        dnn_feature_columns=deep,
        dnn_hidden_units=[64, 32],
        dnn_optimizer=tf.train.AdamOptimizer(0.001),
        config=tf.estimator.RunConfig(log_step_count_steps=20),
    )
    return (
        classifier,
        lambda: tf.data.Dataset.from_tensor_slices((features, labels)).shuffle(ROWS).repeat().batch(BATCH),
    )
