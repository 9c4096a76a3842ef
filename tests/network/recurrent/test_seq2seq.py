"""Decoders of lists of steps; what is expected is computed here, from the variables that there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

INPUTS = np.random.default_rng(5).standard_normal((3, 2, 4)).astype(np.float32)  # [time, batch, size]
START = np.random.default_rng(6).standard_normal((2, 4)).astype(np.float32)

legacy = tf.contrib.legacy_seq2seq


def cell() -> Any:
    return tf.nn.rnn_cell.BasicRNNCell(4)


def values(fetches: Any) -> tuple[Any, dict[str, Any]]:
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(fetches), sess.run({v.op.name: v for v in tf.trainable_variables()})


def step(inputs: Any, state: Any, variables: dict[str, Any], scope: str) -> Any:
    kernel, bias = (variables[f"{scope}/basic_rnn_cell/{name}"] for name in ("kernel", "bias"))
    return np.tanh(np.concatenate([inputs, state], 1) @ kernel + bias)


def steps(inputs: Any, state: Any, variables: dict[str, Any], scope: str) -> list[Any]:
    outputs: list[Any] = []
    for step_inputs in inputs:
        outputs.append(step(step_inputs, outputs[-1] if outputs else state, variables, scope))
    return outputs


def test_a_decoder_goes_on_from_the_state_it_is_given() -> None:
    (outputs, state), variables = values(legacy.rnn_decoder(list(INPUTS), tf.constant(START), cell()))
    assert sorted(variables) == ["rnn_decoder/basic_rnn_cell/bias", "rnn_decoder/basic_rnn_cell/kernel"]
    expected = steps(INPUTS, START, variables, "rnn_decoder")
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(state, expected[-1], rtol=1e-5, atol=1e-6)


def test_a_loop_function_makes_the_inputs_after_the_first() -> None:
    told = []

    def loop(before: Any, number: int) -> Any:
        told.append((number, tf.get_variable_scope().name, tf.get_variable_scope().reuse))
        return before * 2

    decoded = legacy.rnn_decoder(list(INPUTS), tf.constant(START), cell(), loop_function=loop, scope="mine")
    (outputs, _), variables = values(decoded)
    assert told == [(1, "mine/loop_function", True), (2, "mine/loop_function", True)]
    state = expected = step(INPUTS[0], START, variables, "mine")
    for output in outputs[1:]:
        state = expected = step(expected * 2, state, variables, "mine")
        np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-6)


def test_a_basic_decoder_has_variables_of_its_own() -> None:
    decoded = legacy.basic_rnn_seq2seq(list(INPUTS), list(INPUTS[:2]), cell(), dtype=tf.float32)
    (outputs, _), variables = values(decoded)
    encoded = steps(INPUTS, np.zeros_like(START), variables, "basic_rnn_seq2seq/rnn")
    expected = steps(INPUTS[:2], encoded[-1], variables, "basic_rnn_seq2seq/rnn_decoder")
    assert len(variables) == 4
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_a_tied_decoder_has_the_variables_of_its_encoder() -> None:
    (outputs, _), variables = values(legacy.tied_rnn_seq2seq(list(INPUTS), list(INPUTS[:2]), cell()))
    scope = "combined_tied_rnn_seq2seq/tied_rnn_seq2seq"
    encoded = steps(INPUTS, np.zeros_like(START), variables, scope)
    expected = steps(INPUTS[:2], encoded[-1], variables, scope)
    assert len(variables) == 2
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_inputs_must_be_a_list_of_steps() -> None:
    with pytest.raises(TypeError, match="list of tensors, one for each step"):
        legacy.rnn_decoder(tf.constant(INPUTS), tf.constant(START), cell())
    with pytest.raises(ValueError, match="there is no step"):
        legacy.rnn_decoder([], tf.constant(START), cell())
