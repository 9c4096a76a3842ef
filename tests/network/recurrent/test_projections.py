"""Cells with weights around a cell, by the formulas of TensorFlow 1.15's contrib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import rnn

RNG = np.random.default_rng(5)
X, H = (RNG.standard_normal((2, size)).astype(np.float32) for size in (3, 4))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def weights(run: Callable[..., Any]) -> dict[str, Any]:
    return dict(run({variable.op.name: variable for variable in tf.trainable_variables()}))


class Echo(rnn.RNNCell):  # type: ignore[misc]
    """Gives its state plus the sum of its inputs, and keeps that."""

    state_size = output_size = 4

    def call(self, inputs: Any, state: Any) -> Any:
        total = state + tf.reduce_sum(inputs, 1, keepdims=True)
        return total, total


def test_inputs_are_projected(run: Callable[..., Any]) -> None:
    cell = rnn.InputProjectionWrapper(Echo(), 5, activation=tf.nn.relu)
    output, state = cell(tf.constant(X), tf.constant(H))
    found = weights(run)
    assert list(found) == ["input_projection_wrapper/kernel", "input_projection_wrapper/bias"]
    kernel, bias = found.values()
    assert kernel.shape == (3, 5)
    expected = H + np.maximum(X @ kernel + bias, 0).sum(1, keepdims=True)
    np.testing.assert_allclose(run(output), expected, rtol=1e-5)
    assert state is output


def test_outputs_are_projected(run: Callable[..., Any]) -> None:
    cell = rnn.OutputProjectionWrapper(rnn.GRUCell(4), output_size=2)
    assert (cell.output_size, cell.state_size) == (2, 4)
    outputs, state = tf.nn.dynamic_rnn(cell, tf.constant(X[:, None]), dtype=tf.float32)
    found = weights(run)
    assert list(found)[:2] == [
        "rnn/output_projection_wrapper/gru_cell/gates/kernel",
        "rnn/output_projection_wrapper/gru_cell/gates/bias",
    ]
    kernel, bias = (found[f"rnn/output_projection_wrapper/{name}"] for name in ("kernel", "bias"))
    found_outputs, found_state = run([outputs, state])
    np.testing.assert_allclose(found_outputs[:, 0], found_state @ kernel + bias, rtol=1e-5)


def test_ids_become_rows_of_a_table(run: Callable[..., Any]) -> None:
    cell = rnn.EmbeddingWrapper(Echo(), embedding_classes=7, embedding_size=200)
    output, _ = cell(tf.constant([[3], [6]]), tf.constant(H))
    [(name, table)] = weights(run).items()
    assert name == "embedding_wrapper/embedding"
    np.testing.assert_allclose(run(output), H + table[[3, 6]].sum(1, keepdims=True), rtol=1e-4)
    assert table.var() == pytest.approx(1.0, abs=0.1)
    assert abs(table).max() <= 3**0.5


@pytest.mark.parametrize("is_coupled", [True, False])
def test_a_highway_mixes_inputs_and_outputs(run: Callable[..., Any], is_coupled: bool) -> None:
    cell = rnn.HighwayWrapper(Echo(), is_coupled, carry_bias_init=0.5)
    inputs = RNG.standard_normal((2, 4)).astype(np.float32)
    output, state = cell(tf.constant(inputs), tf.constant(H))
    found = weights(run)
    carry = sigmoid(inputs @ found["carry_w"] + 0.5)
    transform = 1 - carry if is_coupled else sigmoid(inputs @ found["transform_w"] - 0.5)
    np.testing.assert_allclose(run(output), inputs * carry + run(state) * transform, rtol=1e-5)
    assert len(found) == (2 if is_coupled else 4)


@pytest.mark.parametrize("as_tuple", [True, False], ids=["tuple", "matrix"])
def test_attention_looks_at_the_last_outputs(run: Callable[..., Any], as_tuple: bool) -> None:
    cell = rnn.AttentionCellWrapper(
        Echo(), attn_length=3, attn_size=5, attn_vec_size=2, state_is_tuple=as_tuple
    )
    assert cell.state_size == ((4, 5, 15) if as_tuple else 24)
    attention, memory = (RNG.standard_normal((2, size)).astype(np.float32) for size in (5, 15))
    parts = [tf.constant(part) for part in (H, attention, memory)]
    output, state = cell(tf.constant(X), tuple(parts) if as_tuple else tf.concat(parts, 1))
    w = {name.removeprefix("attention_cell_wrapper/"): value for name, value in weights(run).items()}
    assert list(w) == [
        "kernel", "bias", "attention/attn_w", "attention/attn_v", "attention/kernel", "attention/bias",
        "attn_output_projection/kernel", "attn_output_projection/bias",
    ]  # fmt: skip
    new_state = H + (np.hstack([X, attention]) @ w["kernel"] + w["bias"]).sum(1, keepdims=True)
    remembered = memory.reshape(2, 3, 5)
    asked = new_state @ w["attention/kernel"] + w["attention/bias"]
    hidden = np.tanh(remembered @ w["attention/attn_w"][0, 0] + asked[:, None])
    score = np.exp((hidden * w["attention/attn_v"]).sum(2))
    new_attention = ((score / score.sum(1, keepdims=True))[..., None] * remembered).sum(1)
    projection = w["attn_output_projection/kernel"]
    expected = np.hstack([new_state, new_attention]) @ projection + w["attn_output_projection/bias"]
    found = run([output, *(state if as_tuple else tf.split(state, [4, 5, 15], axis=1))])
    wanted = [expected, new_state, new_attention, np.hstack([memory[:, 5:], expected])]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_attention_over_an_lstm_is_trained(run: Callable[..., Any]) -> None:
    cell = rnn.AttentionCellWrapper(rnn.LSTMCell(4), attn_length=2)
    outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones([2, 6, 3]), dtype=tf.float32)
    slopes = tf.gradients(tf.reduce_sum(outputs**2), tf.trainable_variables())
    assert outputs.dims == (2, 6, 4)
    assert None not in slopes
    assert tf.trainable_variables()[2].op.name == "rnn/attention_cell_wrapper/lstm_cell/kernel"
    assert all(np.isfinite(slope).all() for slope in run(slopes))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rnn.InputProjectionWrapper(rnn.GRUCell(4), 0), r"num_proj must be a whole number above 0"),
        (lambda: rnn.OutputProjectionWrapper(rnn.GRUCell(4), -1), r"output_size must be .*given: -1"),
        (lambda: rnn.EmbeddingWrapper(rnn.GRUCell(4), 0, 0), r"embedding_classes(.|\n)*embedding_size"),
        (lambda: rnn.AttentionCellWrapper(rnn.GRUCell(4), 0), "attn_length must be"),
        (
            lambda: rnn.AttentionCellWrapper(rnn.LSTMCell(4), 2, state_is_tuple=False),
            "has parts.*leave state_is_tuple at True",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_wrapper_wants_a_cell() -> None:
    with pytest.raises(TypeError, match="is not an RNNCell"):
        rnn.OutputProjectionWrapper(4, 2)
