"""Trains a wide and deep model on the adult census data: who earns more than 50,000 dollars a year?

    python examples/census/fetch.py           # once
    python examples/census/wide_and_deep.py

The linear part remembers which occupations go with which education; the network sees the words as vectors beside the
numbers. It is evaluated on the published test set, of which 0.76 earn less: 0.85 is what simple models reach there.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

import estimator as est
from estimator import tf

MODEL_DIR = "models/census"
NUMBERS = ["age", "educational-num", "capital-gain", "capital-loss", "hours-per-week"]
WORDS = {
    "workclass": 20, "education": 40, "marital-status": 20, "occupation": 50, "relationship": 20, "race": 20,
    "gender": 10, "native-country": 100,
}  # fmt: skip


def columns():
    """The columns of the linear part and of the network."""
    fc = est.feature_column
    age = fc.bucketized_column(fc.numeric_column("age"), [18, 25, 30, 35, 40, 45, 50, 55, 60, 65])
    logs = [fc.numeric_column(key, normalizer_fn=lambda x: tf.log(x + 1.0)) for key in NUMBERS]
    words = {key: fc.categorical_column_with_hash_bucket(key, size) for key, size in WORDS.items()}
    crosses = [
        fc.crossed_column(["education", "occupation"], 1000),
        fc.crossed_column([age, "education", "occupation"], 10_000),
        fc.crossed_column(["marital-status", "gender"], 100),
    ]
    embeddings = [fc.embedding_column(word, 8) for word in words.values()]
    return [age, *words.values(), *crosses], [age, *logs, *embeddings]


def load_data(name):
    """(features, labels) of "training" or "test": a dict of arrays, and 1 for those who earn more."""
    path = Path(__file__).parent / f"census_{name}.csv"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run python {path.parent / 'fetch.py'} first.")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {key: np.array([row[key] for row in rows], np.float32) for key in NUMBERS}
    words = {key: np.array([row[key] for row in rows]) for key in WORDS}
    return numbers | words, np.array([row["income"] == ">50K" for row in rows], np.int32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    epochs = parser.parse_args().epochs

    wide, deep = columns()
    classifier = est.DNNLinearCombinedClassifier(
        MODEL_DIR,
        linear_feature_columns=wide,
        dnn_feature_columns=deep,
        dnn_hidden_units=[64, 32],
        dnn_optimizer=tf.train.AdamOptimizer(0.001),
        config=est.RunConfig(tf_random_seed=1),
    )

    features, labels = load_data("training")
    data = est.data.Dataset.from_tensor_slices((features, labels))
    classifier.train(lambda: data.shuffle(len(labels)).repeat(epochs).batch(128))

    features, labels = load_data("test")
    result = classifier.evaluate(lambda: est.data.Dataset.from_tensor_slices((features, labels)).batch(1000))
    print(f"\nTest set accuracy: {result['accuracy']:0.4f}, auc: {result['auc']:0.4f}")


if __name__ == "__main__":
    main()
