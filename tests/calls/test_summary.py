"""Estimator.summary: layers by formulas, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec
from estimator.settings.run_config import RunConfig
from tests.tiny import batches, estimator

BATCH = 16
CONFIG = RunConfig(progress=False, tf_random_seed=1)


def layers_of(model_fn: Any, tmp_path: Path, features: dict[str, Any]) -> dict[str, Any]:
    labels = np.zeros(BATCH, np.int64)
    found = Estimator(model_fn, tmp_path / "model", CONFIG).summary(lambda: (features, labels))
    assert found.batch_size == BATCH and found.is_complete
    return {layer.name: layer for layer in found.layers}


def minimised(mode: str, loss: Any) -> EstimatorSpec:
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return EstimatorSpec(mode, loss=loss, train_op=train_op)


def test_dense_layers_of_a_ready_made_model(tmp_path: Path) -> None:
    columns = [tf.feature_column.numeric_column("x", shape=4)]
    model = DNNClassifier([10, 20], columns, tmp_path / "model", n_classes=3, config=CONFIG)

    def input_fn() -> Any:  # whose batches have no size of their own
        x = np.zeros((40, 4), np.float32)
        return tf.data.Dataset.from_tensor_slices(({"x": x}, np.zeros(40, np.int64))).repeat().batch(BATCH)

    found = model.summary(input_fn)
    layers = {layer.name: layer for layer in found.layers}
    for name, width, units, is_first in [
        ("dnn/hiddenlayer_0", 4, 10, True), ("dnn/hiddenlayer_1", 10, 20, False), ("dnn/logits", 20, 3, False),
    ]:  # fmt: skip
        layer, product = layers[name], 2 * BATCH * width * units
        assert layer.output_shape == (BATCH, units)
        assert layer.parameters == layer.trainable_parameters == width * units + units
        assert layer.parameter_bytes == 4 * layer.parameters
        assert layer.float_ops == product + BATCH * units
        of_bias = BATCH * units - units
        gradients = product * (1 if is_first else 2) + of_bias  # of the kernel, the input and the bias
        assert layer.training_float_ops == layer.float_ops + gradients
    assert found.parameters == found.trainable_parameters == 50 + 220 + 63
    assert found.optimizer_bytes == 4 * found.parameters  # Adagrad keeps one number for each
    assert found.training_float_ops > 2 * found.float_ops
    assert not (tmp_path / "model").exists()


def test_convolutions_pooling_and_normalization(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        net = tf.layers.conv2d(features["image"], 8, 3, name="conv")
        net = tf.layers.batch_normalization(tf.layers.max_pooling2d(net, 2, 2), training=True)
        logits = tf.layers.dense(tf.layers.flatten(net), 3, name="out")
        return minimised(mode, tf.losses.sparse_softmax_cross_entropy(labels, logits))

    image = np.zeros((BATCH, 12, 12, 2), np.float32)
    layers = layers_of(model_fn, tmp_path, {"image": image})
    conv, pool, norm = layers["conv"], layers["max_pooling2d"], layers["batch_normalization"]
    assert conv.output_shape == (BATCH, 10, 10, 8)
    assert conv.parameters == 3 * 3 * 2 * 8 + 8
    assert conv.float_ops == BATCH * 10 * 10 * 8 * (2 * 3 * 3 * 2 + 1)
    assert (pool.output_shape, pool.parameters) == ((BATCH, 5, 5, 8), 0)
    assert (norm.parameters, norm.trainable_parameters) == (4 * 8, 2 * 8)
    assert layers["out"].parameters == 5 * 5 * 8 * 3 + 3
    names = list(layers)
    assert names.index("conv") < names.index("max_pooling2d") < names.index("batch_normalization")


def test_a_recurrent_cell_counts_each_time_step_and_is_one_layer(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        cells = [tf.nn.rnn_cell.GRUCell(4) for _ in range(2)]
        net, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(5), features["x"], dtype=tf.float32)
        with tf.variable_scope("deep"):
            net, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells), net, dtype=tf.float32)
        return minimised(mode, tf.reduce_sum(net))

    layers = layers_of(model_fn, tmp_path, {"x": np.zeros((BATCH, 7, 3), np.float32)})
    lstm, gru = layers["rnn/basic_lstm_cell"], layers["deep/rnn/multi_rnn_cell"]
    product = 7 * 2 * BATCH * (3 + 5) * 4 * 5
    assert product < lstm.float_ops < 1.3 * product  # beside it there are the gates
    assert lstm.parameters == (3 + 5) * 4 * 5 + 4 * 5
    assert (lstm.output_shape, gru.output_shape) == ((BATCH, 7, 5), (BATCH, 7, 4))
    assert gru.parameters == sum((width + 4) * 3 * 4 + 3 * 4 for width in (5, 4))


def test_a_table_is_a_layer_where_it_is_looked_up(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        table = tf.get_variable("table", [1000, 6])
        fixed = tf.get_variable("fixed", [6], trainable=False)
        return minimised(mode, tf.reduce_sum(tf.nn.embedding_lookup(table, features["word"]) * fixed))

    layers = layers_of(model_fn, tmp_path, {"word": np.zeros(BATCH, np.int64)})
    assert layers["table"].output_shape == (BATCH, 6)
    assert (layers["table"].parameters, layers["table"].float_ops) == (6000, 0)
    assert (layers["fixed"].parameters, layers["fixed"].trainable_parameters) == (6, 0)


def test_as_text_it_is_a_table(tmp_path: Path) -> None:
    text = str(estimator(tmp_path / "model").summary(batches()))
    assert text.splitlines()[0] == "Estimator, a batch of 4"
    rows = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert rows["hidden"][:5] == ["hidden", "(4,", "3)", "9", "36"]
    assert rows["in all"][2] == "13"
    assert "13 parameters are trained, 0 are not; the optimizer keeps 52 B." in text
    assert repr(estimator(tmp_path / "model").summary(batches())) == text


def test_sizes_that_only_a_run_tells_are_said(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        kept = tf.boolean_mask(features["x"], features["x"][:, 0] > 0)
        return minimised(mode, tf.reduce_sum(tf.layers.dense(kept, 3)))

    model = Estimator(model_fn, tmp_path / "model", CONFIG)
    found = model.summary(lambda: ({"x": np.ones((BATCH, 2), np.float32)}, None))
    assert not found.is_complete and "Some sizes only a run tells" in str(found)


def test_an_input_without_batches_is_said_to_be_so(tmp_path: Path) -> None:
    empty = tf.data.Dataset.from_tensors(({"x": np.zeros((2, 2), np.float32)}, np.zeros((2, 1)))).take(0)
    with pytest.raises(ValueError, match="summary: input_fn gives no batch"):
        estimator(tmp_path).summary(lambda: empty.make_one_shot_iterator().get_next())


def test_it_does_not_ask_the_checkpoint_and_leaves_it_alone(tmp_path: Path) -> None:
    estimator(tmp_path, units=3).train(batches(), steps=1)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert estimator(tmp_path, units=8).summary(batches()).parameters == 2 * 8 + 8 + 8 + 1
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
