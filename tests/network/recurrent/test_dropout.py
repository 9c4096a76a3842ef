"""What a DropoutWrapper drops, and when it drops the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import ones, placeholder
from estimator.graph.graph import Graph
from estimator.network.recurrent.cell import RNNCell
from estimator.network.recurrent.dropout import DropoutWrapper
from estimator.network.recurrent.lstm import LSTMStateTuple
from estimator.network.recurrent.static import static_rnn
from estimator.runtime.session import Session

Run = Callable[..., Any]
UNITS = 200


class Echo(RNNCell):
    """Gives its inputs; its state is an LSTM's, and a list beside it, and does not change."""

    output_size = UNITS
    state_size = (LSTMStateTuple(UNITS, UNITS), [UNITS, UNITS])

    def call(self, inputs: Any, state: Any) -> Any:
        return inputs, state


def state() -> Any:
    return LSTMStateTuple(ones([1, UNITS]), ones([1, UNITS])), [ones([1, UNITS]), ones([1, UNITS])]


def dropped(value: Any) -> float:
    """The part that is 0; what is left must be divided by what is kept on average."""
    kept = value[value != 0]
    np.testing.assert_allclose(kept, 1 / 0.25)
    return float(np.mean(value == 0))


@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("what", ["input", "output"])
def test_inputs_and_outputs_are_dropped_and_scaled(
    graph: Graph, run: Run, what: str, variational: bool
) -> None:
    options: dict[str, Any] = {f"{what}_keep_prob": 0.25, "variational_recurrent": variational}
    cell = DropoutWrapper(Echo(), input_size=UNITS, dtype="float32", **options)
    output, new_state = cell(ones([1, UNITS]), state())
    values = run([output, *new_state[0], *new_state[1]])
    assert dropped(values[0]) == pytest.approx(0.75, abs=0.15)
    assert all((part == 1).all() for part in values[1:])


@pytest.mark.parametrize(
    ("visitor", "expected"),  # of c, h, and the two of the list
    [
        (None, [False, True, True, True]),
        (lambda part: True, [True, True, True, True]),
        (lambda part: False, [False, False, False, False]),
        (lambda part: (True, False) if isinstance(part[0], tuple) else True, [True, True, False, False]),
        (lambda part: not isinstance(part, LSTMStateTuple), [False, False, True, True]),
        (lambda part: [False, True] if isinstance(part, list) else True, [True, True, False, True]),
    ],
)
def test_the_visitor_says_of_which_parts_of_the_state_something_is_dropped(
    graph: Graph, run: Run, visitor: Any, expected: list[bool]
) -> None:
    def guarded(part: Any) -> Any:  # a visitor is asked of tensors, too
        return True if hasattr(part, "op") else visitor(part)

    cell = DropoutWrapper(
        Echo(), state_keep_prob=0.25, dropout_state_filter_visitor=None if visitor is None else guarded
    )
    output, new_state = cell(ones([1, UNITS]), state())
    values = run([output, *new_state[0], *new_state[1]])
    assert (values[0] == 1).all()
    assert [bool((part == 0).any()) for part in values[1:]] == expected


def test_a_visitor_that_says_too_little_is_told(graph: Graph) -> None:
    cell = DropoutWrapper(Echo(), state_keep_prob=0.5, dropout_state_filter_visitor=lambda part: [True])
    with pytest.raises(ValueError, match=r"says \[True\] of a state of 2 parts"):
        cell(ones([1, UNITS]), state())


def masks(graph_seed: int | None, runs: int = 1, **options: Any) -> list[Any]:
    """What is dropped at each of three steps, run by run."""
    with Graph().as_default() as graph, Session() as session:
        graph.seed = graph_seed
        cell = DropoutWrapper(Echo(), output_keep_prob=0.25, **options)
        outputs, _ = static_rnn(cell, [ones([1, UNITS])] * 3, state())
        return [np.stack(session.run(outputs)) == 0 for _ in range(runs)]


@pytest.mark.parametrize("options", [{"seed": 7}, {}, {"variational_recurrent": True, "dtype": "float32"}])
def test_what_is_dropped_repeats_with_the_seed_of_the_graph(options: dict[str, Any]) -> None:
    first, again, other = masks(1, 2, **options), masks(1, 2, **options), masks(2, 2, **options)
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[1]).any()  # each run draws anew
    assert (first[0] != other[0]).any()


def test_steps_drop_others_unless_the_network_is_variational() -> None:
    (found,) = masks(1)
    assert (found[0] != found[1]).any()
    (same,) = masks(1, variational_recurrent=True, dtype="float32")
    assert (same[0] == same[1]).all()
    assert (same[0] == same[2]).all()
    assert same[0].any()


def test_the_part_that_is_kept_may_be_fed(graph: Graph, run: Run) -> None:
    keep = placeholder("float32", [])
    output, _ = DropoutWrapper(Echo(), output_keep_prob=keep)(ones([1, UNITS]), state())
    assert (run(output, {keep: 1.0}) == 1).all()
    assert dropped(run(output, {keep: 0.25})) == pytest.approx(0.75, abs=0.15)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"3 problems(.|\n)*output_keep_prob(.|\n)*dtype must(.|\n)*input_size must"
    ):
        DropoutWrapper(Echo(), 0.5, 1.5, variational_recurrent=True)


def test_a_text_is_no_part_that_is_kept() -> None:
    with pytest.raises(TypeError, match="DropoutWrapper: output_keep_prob must be a number, given: 'half'"):
        DropoutWrapper(Echo(), output_keep_prob="half")
