"""Which loop variables a run carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.liveness import wanted_results
from tests.bodies import branches, branches_by_number, loop


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def carried(outputs: Any, wanted: list[int]) -> list[int]:
    """The places of the loop variables that are carried if these are wanted."""
    op = outputs[0].op
    results = wanted_results(op, {op.outputs[place] for place in wanted})
    return [place for place, is_carried in enumerate(results["body"]) if is_carried]


def test_a_loop_carries_what_is_wanted_and_what_that_and_the_condition_need() -> None:
    start = [0, 1.0, 2.0, 3.0]
    outputs = loop(lambda i, a, c, d: i < 3, lambda i, a, c, d: [i + 1, a + c, c * 2.0, d + a], start)
    assert [carried(outputs, [place]) for place in range(4)] == [[0], [0, 1, 2], [0, 2], [0, 1, 2, 3]]
    assert carried(outputs, []) == [0]


def test_what_a_write_or_a_check_needs_is_carried() -> None:
    v = tf.get_variable("v", initializer=0.0)

    def step(i: Any, a: Any, c: Any) -> list[Any]:
        with tf.control_dependencies([tf.group(tf.assign_add(v, a))]):
            return [i + 1, a * 2.0, c + 1.0]

    outputs = loop(lambda i, a, c: i < 3, step, [0, 1.0, 2.0])
    assert carried(outputs, [0]) == [0, 1]
    with tf.Session() as session:
        for _ in range(3):
            session.run(v.initializer)
            session.run(outputs[0])
            assert session.run(v) == 7.0


def test_a_condition_may_check_what_it_does_not_return() -> None:
    def cond(i: Any, a: Any) -> Any:
        tf.Assert(a < 9.0, [a])
        return i < 3

    assert carried(loop(cond, lambda i, a: [i + 1, a + 1.0], [0, 1.0]), [0]) == [0, 1]
    assert carried(loop(cond, lambda i, a: [i + 1, a], [0, 1.0]), [0, 1]) == [0]  # it stays what it is


def test_a_branch_gives_what_is_wanted() -> None:
    outputs = branches(True, lambda: [1.0, 2.0], lambda: [3.0, 4.0])
    wanted = wanted_results(outputs[0].op, {outputs[1]})
    assert wanted == {"then_branch": (False, True), "else_branch": (False, True)}
    chosen = branches_by_number(1, [lambda: [1.0, 2.0], lambda: [3.0, 4.0], lambda: [5.0, 6.0]])
    assert wanted_results(chosen[0].op, {chosen[0]}) == {"branches": (True, False)}
    with tf.Session() as session:
        assert [session.run([outputs[1], chosen[0]]) for _ in range(3)] == [[2.0, 3.0]] * 3
