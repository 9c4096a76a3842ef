"""Cells of one operation and networks of one object, beside the plain cells and dynamic_rnn, whose numbers they give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import rnn

RNG = np.random.default_rng(5)
STEPS = RNG.standard_normal((5, 2, 3)).astype(np.float32)
C, H = (RNG.standard_normal((2, 4)).astype(np.float32) for _ in range(2))
LENGTHS = np.array([5, 2], np.int32)


@pytest.fixture(autouse=True)
def _seed() -> None:
    tf.set_random_seed(3)


def names() -> list[str]:
    return [variable.op.name for variable in tf.trainable_variables()]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_an_lstm_block_follows_the_formula(run: Callable[..., Any]) -> None:
    cell = rnn.LSTMBlockCell(4, forget_bias=0.5, cell_clip=0.3, use_peephole=True)
    output, (c, h) = cell(tf.constant(STEPS[0]), (tf.constant(C), tf.constant(H)))
    assert sorted(names()) == sorted(
        f"lstm_cell/{name}" for name in ("kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag")
    )
    weights = {variable.op.name[10:]: variable for variable in tf.trainable_variables()}
    w, found, new_c, new_h = run([weights, output, c, h])
    i, j, f, o = np.split(np.hstack([STEPS[0], H]) @ w["kernel"] + w["bias"], 4, 1)
    kept = sigmoid(f + 0.5 + C * w["w_f_diag"]) * C
    expected_c = np.clip(kept + sigmoid(i + C * w["w_i_diag"]) * np.tanh(j), -0.3, 0.3)
    np.testing.assert_allclose(new_c, expected_c, rtol=1e-5)
    np.testing.assert_allclose(
        new_h, sigmoid(o + expected_c * w["w_o_diag"]) * np.tanh(expected_c), rtol=1e-5
    )
    np.testing.assert_array_equal(found, new_h)


def test_a_clip_below_zero_clips_nothing(run: Callable[..., Any]) -> None:
    state = (tf.constant(10 * C), tf.constant(H))
    clipped = rnn.LSTMBlockCell(4, cell_clip=-1)(tf.constant(STEPS[0]), state)[1].c
    assert np.abs(run(clipped)).max() > 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (rnn.GRUBlockCell, ["w_ru", "b_ru", "w_c", "b_c"]),
        (rnn.GRUBlockCellV2, ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]),
    ],
)
def test_gru_blocks_differ_in_the_names_of_their_variables(
    run: Callable[..., Any], kind: Any, expected: list[str]
) -> None:
    output, state = kind(cell_size=4)(tf.constant(STEPS[0]), tf.constant(H))
    assert names() == [f"gru_cell/{name}" for name in expected]
    w_ru, b_ru, w_c, b_c = run(tf.trainable_variables())
    np.testing.assert_array_equal([*b_ru, *b_c], [1.0] * 8 + [0.0] * 4)
    r, u = np.split(sigmoid(np.hstack([STEPS[0], H]) @ w_ru + b_ru), 2, 1)
    candidate = np.tanh(np.hstack([STEPS[0], r * H]) @ w_c + b_c)
    np.testing.assert_allclose(run(output), u * H + (1 - u) * candidate, rtol=1e-5)
    assert state is output


@pytest.mark.parametrize("sizes", [{}, {"num_units": 4, "cell_size": 4}])
def test_a_gru_block_has_one_size(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"exactly one of num_units or cell_size.*Use num_units"):
        rnn.GRUBlockCellV2(**sizes)


@pytest.mark.parametrize("as_list", [False, True], ids=["tensor", "list"])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
def test_a_fused_lstm_is_dynamic_rnn(run: Callable[..., Any], as_list: bool, lengths: Any) -> None:
    steps = [tf.constant(step) for step in STEPS] if as_list else tf.constant(STEPS)
    outputs, state = rnn.LSTMBlockFusedCell(4)(
        steps, initial_state=(tf.constant(C), tf.constant(H)), sequence_length=lengths
    )
    assert isinstance(outputs, list) == as_list
    assert isinstance(state, rnn.LSTMStateTuple)
    assert names() == ["lstm_fused_cell/kernel", "lstm_fused_cell/bias"]
    cell = rnn.LSTMCell(4, name="same")
    expected = tf.nn.dynamic_rnn(cell, tf.constant(STEPS), lengths, rnn.LSTMStateTuple(C, H), time_major=True)
    kernel, bias, same_kernel, same_bias = tf.trainable_variables()
    run([same_kernel.assign(kernel), same_bias.assign(bias)])
    found, wanted = run([(tf.stack(outputs) if as_list else outputs, state), expected])
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-6)
    np.testing.assert_allclose(found[1], wanted[1], rtol=1e-6)


def test_a_fused_lstm_keeps_its_variables_where_it_is_told(run: Callable[..., Any]) -> None:
    cell = rnn.LSTMBlockFusedCell(4, use_peephole=True, dtype=tf.float32)
    assert (cell.num_units, cell.variables) == (4, [])
    with tf.variable_scope("model"):
        first, _ = cell(tf.constant(STEPS), dtype=tf.float32, scope="given")
        again, _ = cell(tf.constant(STEPS), dtype=tf.float32, scope="given")
    assert sorted(names()) == sorted(
        f"model/given/{name}" for name in ("kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag")
    )
    assert cell.trainable_variables == cell.variables == tf.trainable_variables()
    np.testing.assert_array_equal(*run([first, again]))


@pytest.mark.parametrize("as_list", [False, True], ids=["tensor", "list"])
@pytest.mark.parametrize("is_loop", [False, True], ids=["static", "loop"])
def test_a_cell_can_be_run_as_a_network(run: Callable[..., Any], as_list: bool, is_loop: bool) -> None:
    network = rnn.FusedRNNCellAdaptor(rnn.GRUCell(4), use_dynamic_rnn=is_loop)
    steps = [tf.constant(step) for step in STEPS] if as_list else tf.constant(STEPS)
    outputs, state = network(steps, dtype=tf.float32, sequence_length=LENGTHS, scope="given")
    assert isinstance(outputs, list) == as_list
    assert names()[0] == "given/gru_cell/gates/kernel"
    found = run(tf.stack(outputs) if as_list else outputs)
    np.testing.assert_array_equal(found[2:, 1], np.zeros((3, 4)))
    np.testing.assert_array_equal(run(state), [found[4, 0], found[1, 1]])


@pytest.mark.parametrize("as_list", [False, True], ids=["tensor", "list"])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
def test_a_reversed_network_reads_each_example_from_its_end(
    run: Callable[..., Any], as_list: bool, lengths: Any
) -> None:
    steps = [tf.constant(step) for step in STEPS] if as_list else tf.constant(STEPS)
    forwards = rnn.LSTMBlockFusedCell(4)
    outputs, state = rnn.TimeReversedFusedRNN(forwards)(steps, dtype=tf.float32, sequence_length=lengths)
    turned = STEPS.copy()
    for example, length in enumerate([5, 5] if lengths is None else lengths):
        turned[:length, example] = STEPS[:length, example][::-1]
    expected, last = forwards(tf.constant(turned), dtype=tf.float32, sequence_length=lengths)
    found, wanted = run([tf.stack(outputs) if as_list else outputs, expected])
    for example, length in enumerate([5, 5] if lengths is None else lengths):
        np.testing.assert_allclose(found[:length, example], wanted[:length, example][::-1], rtol=1e-6)
    np.testing.assert_allclose(*run([state.h, last.h]), rtol=1e-6)


def test_networks_of_one_name_have_variables_of_their_own() -> None:
    forwards, backwards = rnn.LSTMBlockFusedCell(4), rnn.TimeReversedFusedRNN(rnn.LSTMBlockFusedCell(4))
    for network in (forwards, backwards, forwards):
        network(tf.constant(STEPS), dtype=tf.float32)
    assert names() == [
        f"{scope}/{name}" for scope in ("lstm_fused_cell", "lstm_fused_cell_1") for name in ("kernel", "bias")
    ]
    assert [variable.op.name for variable in forwards.variables] == names()[:2]


def test_a_network_of_ones_own_says_how_it_is_called() -> None:
    with pytest.raises(TypeError, match="abstract"):
        rnn.FusedRNNCell()  # type: ignore[abstract]
