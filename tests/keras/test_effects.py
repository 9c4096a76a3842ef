"""Statements that write variables run in the order in which they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras.effects import in_order


def left(statements: Callable[[Any, Any], None]) -> list[float]:
    """The values of two variables, 1 and 10 at first, after the statements ran."""
    with Graph().as_default(), tf.Session() as session:
        a, c = tf.Variable(1.0), tf.Variable(10.0)
        step = in_order(lambda: statements(a, c))
        session.run(tf.global_variables_initializer())
        session.run(step)
        return [float(value) for value in session.run([a, c])]


def test_a_read_behind_a_write_sees_what_was_written() -> None:
    def statements(a: Any, c: Any) -> None:
        a.assign_add(1.0)
        c.assign(a * 3.0)

    assert left(statements) == [2.0, 6.0]


def test_a_read_before_a_write_sees_what_was_there() -> None:
    def statements(a: Any, c: Any) -> None:
        before = a * 3.0
        a.assign(5.0)
        c.assign(before)

    assert left(statements) == [5.0, 3.0]


def test_writes_follow_one_another() -> None:
    def statements(a: Any, c: Any) -> None:
        a.assign(2.0)
        a.assign(a * a)
        a.assign_sub(1.0)
        c.assign_add(a)

    assert left(statements) == [3.0, 13.0]


def test_what_is_returned_stands_for_the_statements() -> None:
    with Graph().as_default():
        a = tf.Variable(1.0)
        step = a.assign_add(1.0)
        assert in_order(lambda: step) is step
