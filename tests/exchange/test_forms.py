"""Layers in PyTorch's form and in TensorFlow's: both compute the same, by the formulas of their documentations.

tests/interop/test_torch.py lets the libraries themselves compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.exchange.forms import AsIs, Cell, Depthwise, Flattened, Form, Gru, Recurrent, Turned

Array = np.ndarray[Any, Any]
BATCH, INPUTS, UNITS = 2, 3, 4


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def torch_lstm(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of torch.nn.LSTM: gates i, f, g, o."""
    w_ih, w_hh, b_ih, b_hh = weights
    i, f, g, o = np.split(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def keras_lstm(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of tf.keras.layers.LSTM: gates i, f, c, o."""
    kernel, recurrent, bias = weights
    i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def lstm_cell(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of tf.nn.rnn_cell.BasicLSTMCell(forget_bias=1.0): gates i, j, f, o."""
    kernel, bias = weights
    i, j, f, o = np.split(np.concatenate((x, h), 1) @ kernel + bias, 4, axis=1)
    c = c * sigmoid(f + 1.0) + sigmoid(i) * np.tanh(j)
    return np.tanh(c) * sigmoid(o), c


def torch_gru(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of torch.nn.GRU: gates r, z, n."""
    w_ih, w_hh, b_ih, b_hh = weights
    r, z, n = np.split(x @ w_ih.T + b_ih, 3, axis=1)
    hr, hz, hn = np.split(h @ w_hh.T + b_hh, 3, axis=1)
    z = sigmoid(z + hz)
    return (1 - z) * np.tanh(n + sigmoid(r + hr) * hn) + z * h, c


def keras_gru(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of tf.keras.layers.GRU(reset_after=True): gates z, r, h."""
    kernel, recurrent, (bias, recurrent_bias) = weights
    z, r, n = np.split(x @ kernel + bias, 3, axis=1)
    hz, hr, hn = np.split(h @ recurrent + recurrent_bias, 3, axis=1)
    z = sigmoid(z + hz)
    return z * h + (1 - z) * np.tanh(n + sigmoid(r + hr) * hn), c


def torch_rnn(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of torch.nn.RNN."""
    w_ih, w_hh, b_ih, b_hh = weights
    return np.tanh(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh), c


def keras_rnn(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of tf.keras.layers.SimpleRNN."""
    kernel, recurrent, bias = weights
    return np.tanh(x @ kernel + h @ recurrent + bias), c


def rnn_cell(weights: list[Array], x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """One step of tf.nn.rnn_cell.BasicRNNCell."""
    kernel, bias = weights
    return np.tanh(np.concatenate((x, h), 1) @ kernel + bias), c


Step = Callable[[list[Array], Array, Array, Array], tuple[Array, Array]]
RECURRENT: dict[str, tuple[Form, int, Step, Step]] = {
    "LSTM": (Recurrent(), 4, torch_lstm, keras_lstm),
    "LSTM cell": (Cell(4), 4, torch_lstm, lstm_cell),
    "GRU": (Gru(), 3, torch_gru, keras_gru),
    "SimpleRNN": (Recurrent(), 1, torch_rnn, keras_rnn),
    "RNN cell": (Cell(1), 1, torch_rnn, rnn_cell),
}


def torch_weights(gates: int, rng: np.random.Generator) -> list[Array]:
    rows = gates * UNITS
    return [rng.normal(size=shape) for shape in ((rows, INPUTS), (rows, UNITS), (rows,), (rows,))]


@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_layers_compute_the_same_in_both_forms(kind: str, rng: np.random.Generator) -> None:
    form, gates, torch_step, our_step = RECURRENT[kind]
    weights = torch_weights(gates, rng)
    x, h, c = (rng.normal(size=(BATCH, size)) for size in (INPUTS, UNITS, UNITS))
    wanted = torch_step(weights, x, h, c)
    ours = form.ours(weights)
    np.testing.assert_allclose(our_step(ours, x, h, c), wanted, rtol=1e-12)
    np.testing.assert_allclose(torch_step(form.torch(ours), x, h, c), wanted, rtol=1e-12)


@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_layers_without_biases_have_none_in_either_form(
    kind: str, rng: np.random.Generator
) -> None:
    form, gates, *_ = RECURRENT[kind]
    weights = torch_weights(gates, rng)[:2]
    ours = form.ours(weights)
    assert len(ours) == len(form.ours(torch_weights(gates, rng))) - 1
    for found, given in zip(form.torch(ours), weights, strict=True):
        np.testing.assert_array_equal(found, given)


def gradients(step: Step, weights: list[Array], state: tuple[Array, Array, Array]) -> list[Array]:
    """Of the sum of a step's outputs with respect to the weights, by central differences."""
    found = []
    for number, array in enumerate(weights):
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            sides = []
            for shift in (1e-5, -1e-5):
                moved = [other.copy() for other in weights]
                moved[number][place] += shift
                sides.append(sum(part.sum() for part in step(moved, *state)))
            gradient[place] = (sides[0] - sides[1]) / 2e-5
        found.append(gradient)
    return found


@pytest.mark.parametrize("kind", RECURRENT)
def test_gradients_and_so_moments_are_converted_as_what_they_are(kind: str, rng: np.random.Generator) -> None:
    form, gates, torch_step, our_step = RECURRENT[kind]
    weights = torch_weights(gates, rng)
    x, h, c = (rng.normal(size=(BATCH, size)) for size in (INPUTS, UNITS, UNITS))
    theirs = gradients(torch_step, weights, (x, h, c))
    ours = gradients(our_step, form.ours(weights), (x, h, c))
    for found, wanted in zip(form.ours(theirs, of_weights=False), ours, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-8)
    for found, wanted in zip(form.torch(ours, of_weights=False), theirs, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-8)


def test_what_a_cell_adds_to_its_forget_gate_is_no_part_of_its_bias(rng: np.random.Generator) -> None:
    weights = torch_weights(4, rng)
    plain, forgetting = (Cell(4, bias).ours(weights)[1] for bias in (0.0, 2.5))
    np.testing.assert_allclose(plain - forgetting, np.repeat([0, 0, 2.5, 0], UNITS))


@pytest.mark.parametrize(
    "shapes",
    [
        [(8, 3), (8, 3), (8,), (8,)],  # 8 rows are no whole number of gates of 3
        [(8, 3), (6, 2), (8,), (8,)],
        [(8, 3), (8, 2), (8,)],
        [(8, 3), (8, 2), (8,), (6,)],
    ],
    ids=str,
)
def test_shapes_of_no_recurrent_layer_are_refused(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match=r"no recurrent layer has shapes \(8, 3\)"):
        Recurrent().ours([np.zeros(shape) for shape in shapes])


def convolution(x: Array, kernel: Array) -> Array:
    """VALID, of one example: x (h, w, in), kernel (h, w, in, out)."""
    height, width = x.shape[0] - kernel.shape[0] + 1, x.shape[1] - kernel.shape[1] + 1
    windows = np.array(
        [[x[i : i + kernel.shape[0], j : j + kernel.shape[1]] for j in range(width)] for i in range(height)]
    )
    return np.einsum("ijhwc,hwco->ijo", windows, kernel)


def test_a_convolution_is_turned_round(rng: np.random.Generator) -> None:
    x, weight = (
        rng.normal(size=(3, 5, 6)),
        rng.normal(size=(2, 3, 2, 4)),
    )  # torch: channels first; out, in, h, w
    theirs = np.array(
        [
            [[(x[:, i : i + 2, j : j + 4] * weight[out]).sum() for j in range(3)] for i in range(4)]
            for out in range(2)
        ]
    )
    (kernel,) = Turned().ours([weight])
    np.testing.assert_allclose(np.moveaxis(convolution(np.moveaxis(x, 0, -1), kernel), -1, 0), theirs)
    np.testing.assert_array_equal(Turned().torch([kernel])[0], weight)


def test_a_depthwise_convolution_has_the_outputs_of_a_channel_side_by_side(rng: np.random.Generator) -> None:
    weight = rng.normal(size=(6, 1, 2, 4))  # 3 channels, 2 outputs each: groups=3
    (kernel,) = Depthwise(2).ours([weight])
    assert kernel.shape == (2, 4, 3, 2)
    for channel in range(3):
        for output in range(2):
            np.testing.assert_array_equal(kernel[:, :, channel, output], weight[2 * channel + output, 0])
    np.testing.assert_array_equal(Depthwise(2).torch([kernel])[0], weight)


def test_a_dense_layer_behind_flattened_features_gets_its_inputs_in_their_order(
    rng: np.random.Generator,
) -> None:
    features, weight = rng.normal(size=(2, 3, 4)), rng.normal(size=(5, 24))
    form = Flattened((2, 3, 4))
    (kernel,) = form.ours([weight])
    channels_last = np.moveaxis(features, 0, -1).reshape(-1)
    np.testing.assert_allclose(channels_last @ kernel, weight @ features.reshape(-1))
    np.testing.assert_array_equal(form.torch([kernel])[0], weight)


def test_other_tensors_stay_as_they_are(rng: np.random.Generator) -> None:
    table = rng.normal(size=(3, 3))
    assert AsIs().ours([table])[0] is table
    assert AsIs().torch([table])[0] is table
