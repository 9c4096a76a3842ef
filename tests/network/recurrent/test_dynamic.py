"""Networks that are loops: what they refuse, what they draw, and that both executors agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import ones, placeholder
from estimator.functions.reductions import reduce_sum
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.network.recurrent.cell import RNNCell
from estimator.network.recurrent.dropout import DropoutWrapper
from estimator.network.recurrent.dynamic import dynamic_rnn
from estimator.network.recurrent.gru import GRUCell
from estimator.network.recurrent.lstm import LSTMCell
from estimator.runtime.session import Session
from estimator.variables.variable import global_variables_initializer, trainable_variables

Run = Callable[..., Any]
UNITS = 60


class Echo(RNNCell):
    """Gives its inputs, and keeps its state."""

    state_size = output_size = UNITS

    def call(self, inputs: Any, state: Any) -> Any:
        return inputs, state


def drawn(seed: int | None) -> list[Any]:
    """What two runs drop of ones, [time, units] each, and the gradients of what is left."""
    with Graph().as_default() as graph, Session() as session:
        graph.seed = seed
        x = placeholder("float32", [None, None, UNITS])
        cell = DropoutWrapper(Echo(), output_keep_prob=0.5)
        outputs, _ = dynamic_rnn(cell, x, dtype="float32", time_major=True)
        (slope,) = gradients(reduce_sum(outputs), [x])
        return [session.run([outputs[:, 0], slope[:, 0]], {x: np.ones((3, 1, UNITS))}) for _ in range(2)]


def test_what_is_dropped_in_a_loop_repeats_with_the_seed_and_differs_from_step_to_step() -> None:
    first, again, other = drawn(1), drawn(1), drawn(2)
    np.testing.assert_array_equal(first[0][0], again[0][0])
    np.testing.assert_array_equal(first[1][0], again[1][0])
    assert (first[0][0] != first[1][0]).any()
    assert (first[0][0] != other[0][0]).any()
    assert (first[0][0][0] != first[0][0][1]).any()


def test_the_gradient_is_that_of_what_was_dropped() -> None:
    for values, slopes in drawn(None):
        assert set(np.unique(values)) == {0.0, 2.0}
        np.testing.assert_array_equal(slopes, values)


@pytest.mark.parametrize("sizes", [[(3, 5), (3, 5), (3, 5), (2, 7), (2, 7), (3, 5)]])
def test_interpreter_and_plan_give_the_same_bits(sizes: list[tuple[int, int]]) -> None:
    found = []
    for executor in ("interpreter", "numpy"):
        with Graph().as_default() as graph, Session(executor=executor) as session:
            graph.seed = 1
            x, lengths = placeholder("float32", [None, None, 4]), placeholder("int32", [None])
            outputs, state = dynamic_rnn(LSTMCell(3, use_peepholes=True), x, lengths, dtype="float32")
            slopes = gradients(reduce_sum(outputs) + reduce_sum(state.c), [x, *trainable_variables()])
            session.run(global_variables_initializer())
            for batch, time in sizes:
                values = np.random.default_rng(batch).standard_normal((batch, time, 4))
                results = session.run([outputs, *state, *slopes], {x: values, lengths: np.arange(batch) + 3})
                found.append(b"".join(result.tobytes() for result in results))
    half = len(sizes)
    assert found[:half] == found[half:]


def test_no_step_at_all_gives_the_state_to_begin_with(graph: Graph, run: Run) -> None:
    x = placeholder("float32", [None, None, 3])
    outputs, state = dynamic_rnn(GRUCell(2), x, initial_state=ones([4, 2]))
    (slope,) = gradients(reduce_sum(outputs) + reduce_sum(state), [x])
    values = run([outputs, state, slope], {x: np.zeros((4, 0, 3))})
    assert [value.shape for value in values] == [(4, 0, 2), (4, 2), (4, 0, 3)]
    assert (values[1] == 1).all()


@pytest.mark.parametrize(
    ("dims", "options", "message"),
    [
        ([4, 3], {}, r"must be \[batch, time, size\].*of shape \(4, 3\)"),
        ([4, 5, None], {}, r"Input size must be accessible via shape inference.*Use set_shape"),
        ([4, 5, 3], {"sequence_length": [1, 2]}, "a number for each of the 4 examples of a batch"),
        ([4, 5, 3], {"sequence_length": 2}, "sequence_length must be a vector of length batch_size"),
        ([4, 5, 3], {"dtype": None}, "argument `dtype` must be specified: dtype=tf.float32"),
        (
            [4, 5, 3],
            {"initial_state": (1, 2)},
            r"initial_state must be as cell.zero_state\(batch_size, dtype\)",
        ),
    ],
)
def test_what_does_not_fit_is_told(graph: Graph, dims: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dynamic_rnn(GRUCell(2), placeholder("float32", dims), **{"dtype": "float32", **options})


def test_lengths_that_are_too_few_are_told_when_the_graph_runs(graph: Graph, run: Run) -> None:
    x, lengths = placeholder("float32", [None, None, 3]), placeholder("int32", [None])
    outputs, _ = dynamic_rnn(GRUCell(2), x, lengths, dtype="float32")
    assert run(outputs, {x: np.zeros((2, 5, 3)), lengths: [1, 2]}).shape == (2, 5, 2)
    with pytest.raises(InvalidArgumentError, match="sequence_length has not one number for each example"):
        run(outputs, {x: np.zeros((2, 5, 3)), lengths: [1, 2, 3]})


def test_a_cell_that_gives_another_structure_is_told(graph: Graph) -> None:
    class Crooked(Echo):
        def call(self, inputs: Any, state: Any) -> Any:
            return inputs, (state, state)

    with pytest.raises(ValueError, match="as its state, which has not the structure of"):
        dynamic_rnn(Crooked(), placeholder("float32", [None, None, UNITS]), dtype="float32")
