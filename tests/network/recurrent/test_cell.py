"""Cells say what is wrong with what they are given, and own what they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.shapes import TensorShape
from estimator.functions.arrays import placeholder, zeros
from estimator.graph.graph import Graph
from estimator.network.layers.dense import dense
from estimator.network.recurrent.basic import BasicRNNCell
from estimator.network.recurrent.cell import RNNCell, demand_cell
from estimator.network.recurrent.gru import GRUCell
from estimator.network.recurrent.lstm import LSTMCell, LSTMStateTuple
from estimator.network.recurrent.multi import MultiRNNCell
from estimator.network.recurrent.static import static_rnn
from estimator.variables.variable import trainable_variables

Run = Callable[..., Any]


class Plain:
    """A cell that is no RNNCell, only like one, and has no get_initial_state."""

    state_size = output_size = 3

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return zeros([batch_size, 3], dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        return inputs + state, state + 1.0


def test_what_is_like_a_cell_will_do(graph: Graph, run: Run) -> None:
    outputs, state = static_rnn(Plain(), [zeros([2, 3])] * 3, dtype="float32")
    assert [value[0, 0] for value in run(outputs)] == [0, 1, 2]
    assert run(state)[0, 0] == 3


def test_a_cell_of_the_older_kind_need_not_call_its_base(graph: Graph) -> None:
    class Old(RNNCell):
        def __init__(self) -> None:
            pass

        state_size = output_size = 2

        def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
            output = dense(inputs, 2, name="out")
            return output, state

    static_rnn(Old(), [placeholder("float32", [None, 3])] * 2, dtype="float32")
    assert [variable.op.name for variable in trainable_variables()] == ["rnn/out/kernel", "rnn/out/bias"]


def test_what_is_missing_of_a_cell_is_said() -> None:
    with pytest.raises(
        TypeError,
        match=r"'cell', 3, is not an RNNCell: it has no output_size, it has no state_size, .*callable",
    ):
        demand_cell(cell=3)
    with pytest.raises(TypeError, match=r"'b', .* is not an RNNCell: it has no zero_state"):
        demand_cell(a=Plain(), b=type("Half", (), {"state_size": 1, "output_size": 1, "__call__": print})())
    with pytest.raises(
        TypeError, match=r"'cell', <class .*GRUCell'>, is not .*: it is a class.* GRUCell\(64\)"
    ):
        demand_cell(cell=GRUCell)


def test_a_cell_that_stands_twice_among_layers_of_unlike_sizes_is_told(graph: Graph) -> None:
    cell = GRUCell(4)
    with pytest.raises(
        ValueError, match=r"inputs of the shape \(\?, 3\), given: \(2, 4\).* \[GRUCell\(4\) for _ in"
    ):
        static_rnn(MultiRNNCell([cell, cell]), [zeros([2, 3])], dtype="float32")
    static_rnn(MultiRNNCell([cell, GRUCell(4)]), [zeros([2, 3])] * 2, dtype="float32")


def test_what_a_class_leaves_out_is_told_when_it_is_used(graph: Graph) -> None:
    class Lazy(RNNCell):
        pass

    with pytest.raises(NotImplementedError, match="Lazy does not say its state_size"):
        _ = Lazy().state_size
    with pytest.raises(NotImplementedError, match="Lazy does not say its output_size"):
        _ = Lazy().output_size
    with pytest.raises(NotImplementedError, match=r"Lazy has no step: define call\(self, inputs, state\)"):
        Lazy()(zeros([2, 3]), zeros([2, 3]))


def test_all_sizes_that_are_none_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"num_units .* given: -1\.(.|\n)*num_proj .* given: 'two'\."):
        LSTMCell(-1, num_proj="two")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="num_units must be a whole number above 0, given: None"):
        LSTMCell(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="num_unit_shards must be a whole number above 0, given: 0"):
        LSTMCell(3, num_unit_shards=0)


@pytest.mark.parametrize(
    ("inputs", "state", "message"),
    [
        (
            ["float32", [2, 5, 3]],
            "fits",
            r"expected ndim=2, found ndim=3.*\(2, 5, 3\); tf.nn.dynamic_rnn runs",
        ),
        (
            ["int32", [2, 3]],
            "fits",
            "only supports floating point inputs, but received dtype: int32; use tf.cast",
        ),
        (["float32", [2, None]], "fits", "The last dimension of the inputs to `LSTMCell` should be defined"),
        (
            ["float32", [2, 3]],
            "matrix",
            r"as zero_state\(\) gives it, LSTMStateTuple\(c=4, h=4\), given: .*Tensor",
        ),
        (["float32", [2, 3]], "wide", r"a part of the state has the shape \(2, 5\), and \(\?, 4\) is wanted"),
    ],
)
def test_inputs_and_state_that_do_not_fit_are_told(
    graph: Graph, inputs: Any, state: str, message: str
) -> None:
    states: dict[str, Any] = {
        "fits": (zeros([2, 4]), zeros([2, 4])), "matrix": zeros([2, 4]), "wide": (zeros([2, 4]), zeros([2, 5])),
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        LSTMCell(4)(placeholder(*inputs), states[state])


def test_the_state_may_be_arrays(graph: Graph, run: Run) -> None:
    output, _ = BasicRNNCell(2)(zeros([1, 3]), np.zeros((1, 2), np.float32))
    assert run(output).tolist() == [[0, 0]]


def test_zeros_are_made_for_any_kind_of_size(graph: Graph, run: Run) -> None:
    class Sized(RNNCell):
        state_size = (3, TensorShape([2, 2]), {"a": np.int64(1)}, graph.constant([5, 6]))

    batch = placeholder("int32", [])
    parts = Sized().zero_state(batch, "float32")
    assert [parts[0].dims, parts[1].dims, parts[2]["a"].dims, parts[3].dims] == [
        (None, 3), (None, 2, 2), (None, 1), (None, 5, 6),
    ]  # fmt: skip
    assert [part.shape for part in run([parts[0], parts[3]], {batch: 7})] == [(7, 3), (7, 5, 6)]


def test_the_initial_state_follows_the_inputs(graph: Graph, run: Run) -> None:
    x = placeholder("float64", [None, 3])
    state = GRUCell(2).get_initial_state(inputs=x)
    assert (state.dtype.name, state.dims) == ("float64", (None, 2))
    assert run(state, {x: np.zeros((6, 3))}).shape == (6, 2)


def test_a_state_of_two_types_has_none() -> None:
    state = LSTMStateTuple(np.zeros(1, np.float32), np.zeros(1, np.float64))
    with pytest.raises(TypeError, match="two types: float32 and float64"):
        _ = state.dtype


def test_the_activity_of_output_and_state_is_penalized(graph: Graph, run: Run) -> None:
    # TensorFlow 2.15.1: a loss for each output of the call, divided by the size of the batch
    cell = BasicRNNCell(2, activity_regularizer=lambda y: graph.constant(6.0))
    cell(zeros([3, 2]), zeros([3, 2]))
    assert run(cell.losses) == [2.0, 2.0]
