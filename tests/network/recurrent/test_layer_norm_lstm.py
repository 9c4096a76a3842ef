"""LSTM cells with layer normalization, by the formulas of TensorFlow 1.15's contrib."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import rnn

RNG = np.random.default_rng(5)
X, C, H = (RNG.standard_normal((2, size)).astype(np.float32) for size in (3, 4, 4))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def normalized(x: Any, gamma: Any, beta: Any) -> Any:
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12) * gamma + beta


def test_a_step_follows_the_formula(run: Callable[..., Any]) -> None:
    cell = rnn.LayerNormBasicLSTMCell(4, forget_bias=0.5, norm_gain=1.5, norm_shift=0.1)
    output, (c, h) = cell(tf.constant(X), (tf.constant(C), tf.constant(H)))
    names = [variable.op.name for variable in tf.trainable_variables()]
    assert names == [
        "layer_norm_basic_lstm_cell/kernel",
        *(
            f"layer_norm_basic_lstm_cell/{part}/{name}"
            for part in ("input", "transform", "forget", "output", "state")
            for name in ("gamma", "beta")
        ),
    ]
    kernel, found, new_c, new_h = run([tf.trainable_variables()[0], output, c, h])
    i, j, f, o = (normalized(part, 1.5, 0.1) for part in np.split(np.hstack([X, H]) @ kernel, 4, 1))
    expected_c = normalized(C * sigmoid(f + 0.5) + sigmoid(i) * np.tanh(j), 1.5, 0.1)
    np.testing.assert_allclose(new_c, expected_c, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found, np.tanh(expected_c) * sigmoid(o), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(found, new_h)


def test_without_normalization_there_is_a_bias_and_a_plain_cell(run: Callable[..., Any]) -> None:
    plain = rnn.BasicLSTMCell(4, name="same")
    other = rnn.LayerNormBasicLSTMCell(num_units=4, layer_norm=False)
    state = tf.constant(C), tf.constant(H)
    found = other(tf.constant(X), state)[0]
    expected = plain(tf.constant(X), rnn.LSTMStateTuple(*state))[0]
    kernel, bias, same_kernel, same_bias = tf.trainable_variables()
    assert bias.op.name == "layer_norm_basic_lstm_cell/bias"
    run([same_kernel.assign(kernel), same_bias.assign(bias)])
    np.testing.assert_allclose(*run([found, expected]), rtol=1e-5)


def test_dropout_forgets_a_part_of_what_is_to_be_remembered(run: Callable[..., Any]) -> None:
    cell = rnn.LayerNormBasicLSTMCell(64, layer_norm=False, dropout_keep_prob=0.5, dropout_prob_seed=3)
    zeros = tf.zeros([2, 64])
    _, (c, _) = cell(tf.constant(X), (zeros, zeros))
    dropped = run(c) == 0.0
    assert 0.3 < dropped.mean() < 0.7


def test_it_runs_over_time_and_is_trained(run: Callable[..., Any]) -> None:
    cell = rnn.LayerNormBasicLSTMCell(4)
    outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones([2, 5, 3]) * X[:, None], dtype=tf.float32)
    slopes = tf.gradients(tf.reduce_sum(outputs**2), tf.trainable_variables())
    assert outputs.dims == (2, 5, 4)
    assert all(np.abs(slope).max() > 0 for slope in run(slopes))


def layers_of(count: int) -> list[Any]:
    return [rnn.GRUCell(2) for _ in range(count)]


def test_stacked_layers_read_both_ways_of_the_one_below(run: Callable[..., Any]) -> None:
    x = RNG.standard_normal((2, 3, 4)).astype(np.float32)
    outputs, states_fw, states_bw = rnn.stack_bidirectional_dynamic_rnn(
        layers_of(2), layers_of(2), tf.constant(x), sequence_length=[3, 2], dtype=tf.float32
    )
    assert outputs.dims == (2, 3, 4)
    assert [len(states_fw), len(states_bw)] == [2, 2]
    names = {variable.op.name.rpartition("/gru_cell")[0] for variable in tf.trainable_variables()}
    prefix = "stack_bidirectional_rnn/cell_"
    assert names == {f"{prefix}{layer}/bidirectional_rnn/{way}" for layer in (0, 1) for way in ("fw", "bw")}
    found, last_fw, last_bw = run([outputs, states_fw[1], states_bw[1]])
    np.testing.assert_array_equal(found[1, 2], np.zeros(4))  # behind its end
    np.testing.assert_array_equal(found[0, 2, :2], last_fw[0])
    np.testing.assert_array_equal(found[1, 1, :2], last_fw[1])
    np.testing.assert_array_equal(found[:, 0, 2:], last_bw)


def test_states_are_given_a_layer_each(run: Callable[..., Any]) -> None:
    first = [tf.ones([1, 2]), tf.zeros([1, 2])]
    x = tf.zeros([1, 1, 3])
    _, (state, _), _ = rnn.stack_bidirectional_dynamic_rnn(
        layers_of(2), layers_of(2), x, first, dtype=tf.float32
    )
    assert run(state).min() > 0  # what began with ones is not all forgotten in a step


def test_lists_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="cells_fw must be a list of RNNCells"):
        rnn.stack_bidirectional_dynamic_rnn([], layers_of(1), tf.zeros([1, 1, 1]), dtype=tf.float32)
    with pytest.raises(ValueError, match="Forward and Backward cells must have the same depth: 1 and 2"):
        rnn.stack_bidirectional_dynamic_rnn(layers_of(1), layers_of(2), tf.zeros([1, 1, 1]), dtype=tf.float32)
    with pytest.raises(ValueError, match="initial_states_bw must be a list of state tensors"):
        rnn.stack_bidirectional_dynamic_rnn(
            layers_of(1), layers_of(1), tf.zeros([1, 1, 1]), None, [], dtype=tf.float32
        )
