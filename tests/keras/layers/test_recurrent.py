"""Recurrent layers beyond what the table of cases has: cells of one's own, states that are kept, dropout, masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.keras.layers.cases import wave

L = tf.keras.layers


@pytest.fixture(autouse=True)
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _run(session: Any, fetches: Any, feeds: Any = None) -> Any:
    session.run(tf.global_variables_initializer())
    return session.run(fetches, feeds)


class Sum(L.Layer):  # type: ignore[misc, valid-type]
    """A cell whose state is the sum of what it has seen, times a weight."""

    state_size = 2

    def build(self, input_shape: Any) -> None:
        self.scale = self.add_weight("scale", [2], initializer="ones")

    def call(self, inputs: Any, states: Any, training: Any = None) -> Any:
        self.told = training
        total = states[0] + inputs * self.scale
        return total, [total]


def test_a_cell_of_ones_own_goes_along_a_sequence(session: Any) -> None:
    cell, x = Sum(), tf.constant(wave((2, 4, 2)))
    layer = L.RNN(cell, return_sequences=True)
    outputs = _run(session, layer(x, training=True))
    np.testing.assert_allclose(outputs, np.cumsum(wave((2, 4, 2)), 1), rtol=1e-6)
    assert [weight.name for weight in layer.weights] == ["rnn/sum/scale:0"]
    assert cell.told is True
    with pytest.raises(ValueError, match=r"has call\(inputs, states\) and state_size; .* lacks state_size"):
        L.RNN(L.Dense(2))


def test_a_cell_of_tensorflow_1_does_too(session: Any) -> None:
    x = tf.constant(wave((2, 4, 3)))
    layer = L.RNN(tf.nn.rnn_cell.BasicLSTMCell(2))
    whole, last = tf.nn.dynamic_rnn(layer.cell, x, dtype=tf.float32)
    ours, theirs = _run(session, [layer(x), last.h])
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert len(layer.weights) == 2


def test_the_states_of_a_stateful_layer_go_on(session: Any) -> None:
    x = wave((2, 6, 3))
    whole = L.SimpleRNN(2, name="whole")
    layer = L.SimpleRNN(2, stateful=True, batch_input_shape=(2, 3, 3))
    step = tf.placeholder(tf.float32, [2, 3, 3])
    y, y_whole = layer(step), whole(tf.constant(x))
    session.run(tf.global_variables_initializer())
    whole.set_weights(layer.get_weights())
    assert len(layer.weights) == 3  # the states are none
    first, _ = session.run([y, layer.updates], {step: x[:, :3]})
    second, _ = session.run([y, layer.updates], {step: x[:, 3:]})
    np.testing.assert_allclose(second, session.run(y_whole), rtol=1e-5, atol=1e-6)
    layer.reset_states()
    np.testing.assert_allclose(session.run(y, {step: x[:, :3]}), first, rtol=1e-6)
    layer.trainable = False
    assert len(layer.updates) == 1  # they are not a matter of training


def test_a_stateful_layer_must_know_the_size_of_its_batches() -> None:
    with pytest.raises(ValueError, match="batch_input_shape=\\(batch, time, size\\)"):
        L.LSTM(2, stateful=True)(tf.placeholder(tf.float32, [None, 3, 3]))
    with pytest.raises(ValueError, match="only a stateful layer that has been called"):
        L.LSTM(2).reset_states()


def test_dropout_drops_the_same_inputs_at_all_steps(session: Any) -> None:
    tf.set_random_seed(1)
    layer = L.SimpleRNN(
        4, activation="linear", dropout=0.5, return_sequences=True, use_bias=False,
        kernel_initializer="identity", recurrent_initializer="zeros",
    )  # fmt: skip
    outputs = _run(session, layer(tf.ones([8, 5, 4]), training=True))
    assert set(outputs.ravel().tolist()) == {0.0, 2.0}
    assert (outputs == outputs[:, :1]).all()
    still = _run(session, layer(tf.ones([8, 5, 4]), training=False))
    assert (still == 1.0).all()


def test_dropout_waits_for_the_learning_phase(session: Any) -> None:
    layer = L.LSTM(3, recurrent_dropout=0.9)
    y, phase = layer(tf.ones([4, 5, 2])), tf.get_default_graph().get_tensor_by_name("keras_learning_phase:0")
    session.run(tf.global_variables_initializer())
    quiet = session.run(y)
    np.testing.assert_array_equal(session.run(y), quiet)
    assert (session.run(y, {phase: True}) != quiet).any()


def test_a_layer_without_dropout_asks_for_no_learning_phase() -> None:
    L.GRU(3)(tf.ones([4, 5, 2]))
    assert not [op for op in tf.get_default_graph().get_operations() if "learning" in op.name]


def test_a_mask_of_an_embedding_reaches_the_recurrent_layer(session: Any) -> None:
    ids = tf.constant([[3, 5, 0, 0], [1, 2, 4, 6]])
    embedded = L.Embedding(7, 3, mask_zero=True)(ids)
    layer = L.LSTM(2)
    with_mask, shorter = layer(embedded), layer(embedded[:1, :2])
    masked, short = _run(session, [with_mask, shorter])
    np.testing.assert_allclose(masked[0], short[0], rtol=1e-6)


def test_states_may_stand_behind_the_inputs(session: Any) -> None:
    layer, x = L.GRU(2, return_state=True), tf.constant(wave((3, 4, 2)))
    state = tf.ones([3, 2])
    in_list, by_name = layer([x, state]), layer(x, initial_state=state)
    one, other = _run(session, [in_list, by_name])
    np.testing.assert_array_equal(one[0], other[0])
    with pytest.raises(ValueError, match="Layer has 1 states but was passed 2 initial states"):
        layer(x, initial_state=[state, state])


def test_a_sequence_of_unknown_length_is_not_unrolled() -> None:
    with pytest.raises(ValueError, match="cannot unroll a sequence whose number of steps is not known"):
        L.LSTM(2, unroll=True)(tf.placeholder(tf.float32, [None, None, 3]))
    with pytest.raises(ValueError, match=r"inputs are \[batch, time, size\]"):
        L.LSTM(2)(tf.placeholder(tf.float32, [3]))
    with pytest.raises(ValueError, match=r"inputs are \[batch, time, size\], given: shape \(\?, 3\)"):
        L.LSTM(2)(tf.placeholder(tf.float32, [None, 3]))


def test_the_arguments_of_the_cell_are_the_layers() -> None:
    layer = L.LSTM(3, activation="relu", dropout=0.1)
    assert (layer.units, layer.dropout, layer.use_bias) == (3, 0.1, True)
    assert tf.keras.activations.serialize(layer.activation) == "relu"
    with pytest.raises(AttributeError, match="no attribute 'unitz'"):
        layer.unitz  # noqa: B018
    with pytest.raises(TypeError, match="unexpected keyword argument 'unit'. Did you mean 'units'"):
        L.LSTM(3, unit=3)


def test_both_ways_give_the_states_of_both(session: Any) -> None:
    layer = L.Bidirectional(L.LSTM(2, return_state=True), name="both")
    outputs = _run(session, layer(tf.constant(wave((3, 4, 2)))))
    assert [part.shape for part in outputs] == [(3, 4), *[(3, 2)] * 4]
    np.testing.assert_array_equal(outputs[0], np.concatenate([outputs[1], outputs[3]], 1))
    assert [part.name for part in layer.submodules if hasattr(part, "cell")] == [
        "forward_lstm",
        "backward_lstm",
    ]
    with pytest.raises(ValueError, match="Invalid merge mode. Received: 'joined'"):
        L.Bidirectional(L.LSTM(2), merge_mode="joined")


def test_each_step_by_itself_takes_batches_and_lengths_of_any_size(session: Any) -> None:
    x = tf.placeholder(tf.float32, [None, None, 3])
    y = L.TimeDistributed(L.Dense(2))(x)
    assert y.shape.as_list() == [None, None, 2]
    assert _run(session, y, {x: np.zeros((2, 5, 3))}).shape == (2, 5, 2)


def test_a_cell_can_be_called_by_itself(session: Any) -> None:
    cell = L.LSTMCell(2)
    output, states = cell(tf.ones([3, 4]), [tf.zeros([3, 2]), tf.zeros([3, 2])])
    h, kept = _run(session, [output, states])
    np.testing.assert_array_equal(h, kept[0])
    assert cell.weights[0].name == "lstm_cell/kernel:0"
