"""A convolutional network that TensorFlow 2.15 trained: it evaluates and predicts to its numbers, and trains on as it did.

tests/data/tf/custom_conv_digits holds the model_dir, digits of 8 x 8 pixels, and in expected.* what tf.estimator gave
for the model function below. It was continued without dropout, so that there is nothing random.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.checkpoint.reader import load_checkpoint

SOURCE = Path(__file__).parent / "data" / "tf" / "custom_conv_digits"
EXPECTED: dict[str, Any] = json.loads((SOURCE / "expected.json").read_text())
ARRAYS = dict(np.load(SOURCE / "expected.npz"))
DATA = dict(np.load(SOURCE / "data.npz"))
IMAGES, LABELS = (DATA["pixels"] / 16).astype(np.float32), DATA["__labels__"]
STATISTICS = ("moving_mean", "moving_variance")  # a wrong N / (N - 1) only shows below 5e-6


def model_fn(features: Any, labels: Any, mode: Any, params: Any) -> est.EstimatorSpec:
    is_training = mode == tf.estimator.ModeKeys.TRAIN
    first, second = params["filters"]
    net = tf.layers.conv2d(features, first, params["kernel"], padding="same", name="conv1", use_bias=False)
    net = tf.layers.batch_normalization(net, momentum=params["bn_momentum"], training=is_training, name="bn1")
    net = tf.layers.max_pooling2d(tf.nn.relu(net), 2, 2, name="pool1")
    net = tf.layers.conv2d(net, second, params["kernel"], padding="same", name="conv2", activation=tf.nn.relu)
    net = tf.layers.dense(tf.layers.flatten(net), params["dense"], activation=tf.nn.relu, name="fc1")
    net = tf.layers.dropout(net, rate=params["rate"], training=is_training, name="drop")
    logits = tf.layers.dense(net, 10, name="logits")
    predictions = {
        "classes": tf.argmax(logits, 1),
        "probabilities": tf.nn.softmax(logits, name="softmax"),
        "logits": logits,
    }
    if mode == tf.estimator.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, predictions=predictions)
    loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
    accuracy = tf.metrics.accuracy(labels, predictions["classes"], name="acc")
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        optimizer = tf.train.AdamOptimizer(params["lr"])
        train_op = optimizer.minimize(loss, global_step=tf.train.get_global_step()) if is_training else None
    return est.EstimatorSpec(mode, loss=loss, train_op=train_op, eval_metric_ops={"accuracy": accuracy})


class Losses(tf.train.SessionRunHook):  # type: ignore[misc]
    """Keeps the loss of each step."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def before_run(self, run_context: Any) -> Any:
        (loss,) = run_context.session.graph.get_collection(tf.GraphKeys.LOSSES)
        return tf.train.SessionRunArgs(loss)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.values.append(float(run_values.results))


@pytest.fixture
def classifier(tmp_path: Path) -> est.Estimator:
    return opened(tmp_path / "model_dir")


def opened(model_dir: Path) -> est.Estimator:
    shutil.copytree(SOURCE / "model_dir", model_dir)
    return est.Estimator(
        model_fn,
        config=est.RunConfig(tf_random_seed=1, model_dir=str(model_dir)),
        params=EXPECTED["params"] | {"rate": 0.0},
    )


def train_on(classifier: est.Estimator, steps: int, first: int = 0) -> list[float]:
    """Continue with the batches that TensorFlow continued with; the loss of each."""
    rows, losses = ARRAYS["cont_batches"][first : first + steps], Losses()
    data = IMAGES[rows], LABELS[rows]
    classifier.train(lambda: tf.data.Dataset.from_tensor_slices(data), steps=steps, hooks=[losses])
    return losses.values


def test_evaluate_gives_tensorflows_metrics(classifier: est.Estimator) -> None:
    batches = tf.data.Dataset.from_tensor_slices
    metrics = classifier.evaluate(lambda: batches((IMAGES, LABELS)).batch(EXPECTED["eval_batch"]))
    assert set(metrics) == set(EXPECTED["evaluate"])
    for key, value in EXPECTED["evaluate"].items():
        np.testing.assert_allclose(metrics[key], value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_predict_gives_tensorflows_predictions(classifier: est.Estimator) -> None:
    images = IMAGES[: EXPECTED["n_predict"]]
    rows = list(classifier.predict(lambda: tf.data.Dataset.from_tensor_slices(images).batch(7)))
    for key in ("classes", "probabilities", "logits"):
        expected, found = ARRAYS[f"predict/{key}"], np.stack([row[key] for row in rows])
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5, err_msg=key)


@pytest.mark.parametrize("steps", [1, 5])
def test_training_continues_as_tensorflow_did(classifier: est.Estimator, steps: int) -> None:
    losses = train_on(classifier, steps)
    np.testing.assert_allclose(losses, ARRAYS[f"loss_cont_{steps}"], rtol=1e-5, atol=1e-6)
    begin = f"vars_after_{steps}/"
    wanted = {key.removeprefix(begin): value for key, value in ARRAYS.items() if key.startswith(begin)}
    with load_checkpoint(str(classifier.model_dir)) as reader:
        assert set(reader.get_variable_to_shape_map()) == set(wanted) == set(EXPECTED["variables"])
        for key, value in wanted.items():
            tolerance = 1e-6 if key.endswith(STATISTICS) else 1e-5
            np.testing.assert_allclose(reader.get_tensor(key), value, tolerance, tolerance, err_msg=key)


def test_five_steps_move_every_variable_more_than_the_tolerance() -> None:
    """The comparison above can fail: standing still would not pass it."""
    for key in EXPECTED["variables"]:
        if not key.endswith(("Adam", "Adam_1", "_power")):
            moved = np.abs(ARRAYS[f"vars_after_5/{key}"] - ARRAYS[f"vars_trained/{key}"]).max()
            assert moved > 1e-4, key


def test_stopping_after_each_step_changes_no_bit(tmp_path: Path) -> None:
    whole, parts = opened(tmp_path / "whole"), opened(tmp_path / "parts")
    train_on(whole, 3)
    for step in range(3):
        train_on(parts, 1, first=step)
    with load_checkpoint(str(whole.model_dir)) as expected, load_checkpoint(str(parts.model_dir)) as found:
        for key in expected.get_variable_to_shape_map():
            assert found.get_tensor(key).tobytes() == expected.get_tensor(key).tobytes(), key
