"""Gradients of what a tape has seen (2.15.1 gave the values, with resource variables)."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.functions.gradient_tape import GradientTape
from estimator.functions.reductions import reduce_sum
from estimator.graph.gradients import UnconnectedGradients
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer


def values(graph: Graph, found: list[Any]) -> list[Any]:
    session = Session(graph=graph)
    session.run(global_variables_initializer())
    return [None if tensor is None else session.run(tensor).tolist() for tensor in found]


def test_gradients_flow_through_what_was_added_while_the_tape_was_on() -> None:
    with Graph().as_default() as graph:
        x, before = graph.constant([3.0, 2.0]), graph.constant([6.0, 4.0]) * 1.0
        v, w, fixed = Variable([2.0, 5.0]), Variable([1.0, 1.0]), Variable([1.0, 2.0], trainable=False)
        with GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x * v + before * w * fixed
            squared = y * y
            z = reduce_sum(squared)
        after = z * 2.0
        found = tape.gradient(z, [x, v, w, fixed, before, squared, y])
        assert values(graph, found) == [
            [576.0, 1120.0], [432.0, 224.0], [288.0, 448.0], None, None, [1.0, 1.0], [48.0, 56.0]
        ]  # fmt: skip
        assert values(graph, [tape.gradient([y, z], x)]) == [[588.0, 1140.0]]
        assert values(graph, tape.gradient(y, [x], output_gradients=[graph.constant([1.0, 10.0])])) == [
            [12.0, 200.0]
        ]
        assert tape.gradient(before, [x]) == [None]
        assert tape.gradient(after, [x]) == [None]
        zeros = tape.gradient(z, {"fixed": fixed}, unconnected_gradients=UnconnectedGradients.ZERO)
        assert values(graph, [zeros["fixed"]]) == [[0.0, 0.0]]
        assert tape.watched_variables() == (v, w)


def test_a_tape_may_watch_only_what_it_is_told_and_leave_a_block_out() -> None:
    with Graph().as_default() as graph:
        v, w = Variable([2.0, 5.0]), Variable([1.0, 1.0])
        with GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(w)
            y = v * w
            with tape.stop_recording():
                unseen = y * 2.0
            total = unseen * 3.0 + y
        assert tape.watched_variables() == (w,)
        assert values(graph, tape.gradient(total, [v, w])) == [None, [2.0, 5.0]]
        with pytest.raises(RuntimeError, match="make it with persistent=True"):
            tape.gradient(total, w)


def test_a_tape_in_a_tape_gives_second_derivatives() -> None:
    with Graph().as_default() as graph:
        x = graph.constant([3.0, 2.0])
        with GradientTape() as outer:
            outer.watch(x)
            with GradientTape() as inner:
                inner.watch(x)
                cube = x * x * x
            slope = inner.gradient(cube, x)
        assert values(graph, [outer.gradient(slope, x)]) == [[18.0, 12.0]]


def test_a_tape_that_is_reset_forgets() -> None:
    with Graph().as_default() as graph:
        x = graph.constant(3.0)
        with GradientTape() as tape:
            tape.watch(x)
            y = x * x
            tape.reset()
        assert tape.gradient(y, x) is None


def test_what_has_no_gradient_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with Graph().as_default() as graph, GradientTape() as tape:
        tape.watch([graph.constant(3)])
    assert "GradientTape.watch" in caplog.text and "it is int32" in caplog.text


def test_a_tape_is_on_or_off() -> None:
    tape = GradientTape()
    with Graph().as_default():
        with pytest.raises(ValueError, match="the tape is off"), tape.stop_recording():
            pass
        with tape, pytest.raises(ValueError, match="the tape is on already"):
            tape.__enter__()
