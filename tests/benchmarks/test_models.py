"""What is written by hand computes what the Estimator trains: a ceiling that left something out would be none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.models import hashed, iris_by_hand, perceptron
from estimator import tf


def dense(x: Any, values: list[np.ndarray]) -> Any:
    """Layers of kernels and biases in turn, with relu between them."""
    for place in range(0, len(values), 2):
        kernel, bias = (tf.get_variable(f"v{place + n}", initializer=values[place + n]) for n in (0, 1))
        x = tf.matmul(x if place == 0 else tf.nn.relu(x), kernel) + bias
    return x


def losses(loss: Any, optimizer: Any, feeds: list[dict[Any, np.ndarray]]) -> list[float]:
    """Those of the steps, of ours."""
    train = optimizer.minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [float(session.run([loss, train], feed)[0]) for feed in feeds]


def test_the_iris_model_by_hand_trains_as_adagrad_does() -> None:
    values = iris_by_hand.Parameters()
    step = iris_by_hand.make_step(values, 32)
    initial = [part.copy() for kernel in values.kernels for part in (kernel[:, :-1].T, kernel[:, -1])]
    made = iris_by_hand.batches(32, np.random.default_rng(0))
    batches = [next(made) for _ in range(150)]  # more than are gathered at once
    by_hand = [step(x, ones) for x, ones in batches]
    x, labels = tf.placeholder(tf.float32, [32, 4]), tf.placeholder(tf.int64, [32])
    loss = tf.losses.sparse_softmax_cross_entropy(labels, dense(x, initial))
    feeds = [{x: features[:-1].T, labels: ones.argmax(0)} for features, ones in batches]
    np.testing.assert_allclose(
        by_hand, losses(loss, tf.train.AdagradOptimizer(iris_by_hand.RATE), feeds), rtol=1e-3
    )
    assert by_hand[-1] < by_hand[0] / 3


@pytest.mark.parametrize("optimizer", ["Adam", "Adagrad"])
def test_the_perceptron_by_hand_trains_as_its_optimizer_does(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"SIZES": [8, 6, 5, 3], "BATCH": 4, "ROWS": 12, "BLOCK": 10}.items():
        monkeypatch.setattr(perceptron, name, value)
    step, made = perceptron.step_by_hand(optimizer), perceptron.batches()
    batches = [next(made) for _ in range(9)]
    by_hand = [step(x, labels) for x, labels in batches]
    x, labels = tf.placeholder(tf.float32, [4, 8]), tf.placeholder(tf.int32, [4])
    loss = tf.losses.sparse_softmax_cross_entropy(labels, dense(x, perceptron.initial()))
    made_of_ours = getattr(tf.train, f"{optimizer}Optimizer")(perceptron.RATES[optimizer])
    feeds = [{x: features, labels: classes} for features, classes in batches]
    np.testing.assert_allclose(by_hand, losses(loss, made_of_ours, feeds), rtol=1e-5)


def test_the_hashed_columns_by_hand_add_up_what_belongs_to_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BATCH": 16, "BATCHES": 3, "BUCKETS": 5, "SIZES": [141, 6, 4, 1]}.items():
        monkeypatch.setattr(hashed, name, value)
    step, made = hashed.step_by_hand(), hashed.batches()
    batches = [next(made) for _ in range(9)]
    by_hand = [step(*batch) for batch in batches]
    table, layers = hashed.tables()
    ids = tf.placeholder(tf.int64, [16, hashed.FEATURES])
    numbers, labels = tf.placeholder(tf.float32, [16, hashed.NUMBERS]), tf.placeholder(tf.float32, [16, 1])
    rows = tf.nn.embedding_lookup(tf.get_variable("table", initializer=table), ids)
    net = tf.concat([tf.reshape(rows, [16, -1]), numbers], 1)
    loss = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=dense(net, layers)))
    feeds = [dict(zip((ids, numbers, labels), batch, strict=True)) for batch in batches]
    np.testing.assert_allclose(
        by_hand, losses(loss, tf.train.AdagradOptimizer(hashed.RATE), feeds), rtol=1e-4
    )
