"""Layers of two cells for one tensor a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import rnn


def test_layers_of_two_cells_can_be_made_of_steps(run: Callable[..., Any]) -> None:
    steps = [tf.ones([2, 3]) * step for step in range(4)]
    cells = [[rnn.GRUCell(2), rnn.GRUCell(5)] for _ in range(2)]
    outputs, states_fw, states_bw = rnn.stack_bidirectional_rnn(*cells, steps, dtype=tf.float32)
    assert [output.dims for output in outputs] == [(2, 10)] * 4
    assert [state.dims for state in (*states_fw, *states_bw)] == [(2, 2), (2, 5)] * 2
    scopes = {variable.op.name.partition("/gru_cell")[0] for variable in tf.trainable_variables()}
    assert scopes == {
        f"stack_bidirectional_rnn/cell_{layer}/{way}" for layer in (0, 1) for way in ("fw", "bw")
    }
    found, last_fw, last_bw = run([outputs, states_fw[1], states_bw[1]])
    np.testing.assert_array_equal(found[-1][:, :5], last_fw)
    np.testing.assert_array_equal(found[0][:, 5:], last_bw)


def test_layers_of_steps_are_checked_by_their_own_name() -> None:
    with pytest.raises(ValueError, match=r"stack_bidirectional_rnn(.|\n)*cells_fw must be a list"):
        rnn.stack_bidirectional_rnn([], [rnn.GRUCell(2)], [tf.ones([2, 3])], dtype=tf.float32)
