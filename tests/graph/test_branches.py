"""What branches and calls keep for their gradient; tests/test_control_flow.py has the gradients themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import GradientError
from estimator.graph.graph import Graph
from tests.bodies import branches, call
from tests.runtime.programs import bits


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 4
        yield graph


def run(fetches: Any, feed: Any = None) -> list[Any]:
    """What is fetched in several runs, which interpreter and plan agree on."""
    found = []
    for executor in ("interpreter", "numpy"):
        with tf.Session(executor=executor) as session:
            session.store.seed = 9
            session.run(tf.global_variables_initializer())
            found.append([session.run(fetches, feed) for _ in range(4)])
    assert bits(found[0]) == bits(found[1])
    return found[1]


@pytest.mark.parametrize("holds", [True, False])
def test_random_numbers_of_a_branch_are_the_same_on_the_way_back(holds: bool) -> None:
    x, pred = tf.constant([2.0] * 5), tf.placeholder(tf.bool, [])
    y = tf.cond(pred, lambda: tf.nn.dropout(x, 0.5) * x, lambda: x * tf.random_uniform([5]))
    for value, gradient in run([y, tf.gradients(y, x)[0]], {pred: holds}):
        factor = 2.0 if holds else 1.0  # x * x * r, and x * r
        np.testing.assert_allclose(gradient * 2.0, value * factor, rtol=1e-6)


def test_only_the_gradient_of_the_branch_that_ran_is_computed() -> None:
    x, pred = tf.placeholder(tf.float32, []), tf.placeholder(tf.bool, [])

    def checked() -> Any:
        with tf.control_dependencies([tf.Assert(x < 1.0, [x])]):
            return x * x

    gradient = tf.gradients(tf.cond(pred, checked, lambda: 3.0 * x), x)[0]
    assert run(gradient, {x: 2.0, pred: False})[-1] == 3.0
    assert run(gradient, {x: 0.5, pred: True})[-1] == 1.0


def test_gradients_flow_through_a_call() -> None:
    x, w = tf.constant([1.0, 2.0]), tf.get_variable("w", initializer=[3.0, 4.0])
    (y,) = call(lambda x: [x * x * w], [x])
    assert [value.tolist() for value in run(tf.gradients(y, [x, w]))[-1]] == [[6.0, 16.0], [1.0, 4.0]]


def test_what_is_not_reached_has_no_gradient() -> None:
    x, other = tf.constant(2.0), tf.constant(3)
    y, count = tf.cond(x > 0.0, lambda: (x * x, other), lambda: (x, other))
    assert tf.gradients(count, x) == [None]
    assert tf.gradients(y, other) == [None]


def test_a_branch_that_kept_nothing_and_was_random_has_no_gradient() -> None:
    x = tf.constant(2.0)
    (y,) = branches(True, lambda: [x * tf.random_uniform([])], lambda: [x])
    with pytest.raises(
        GradientError, match="the value that RandomUniform .* had in 'then', which that did not keep"
    ):
        tf.gradients(y, x)


def test_a_table_that_is_looked_up_in_a_branch_is_trained() -> None:
    table, pred = (
        tf.get_variable("table", initializer=np.ones((3, 2), np.float32)),
        tf.placeholder(tf.bool, []),
    )
    loss = tf.reduce_sum(
        tf.cond(pred, lambda: tf.nn.embedding_lookup(table, [1, 1]), lambda: tf.zeros([2, 2]))
    )
    train = tf.train.GradientDescentOptimizer(0.25).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {pred: False})
        session.run(train, {pred: True})
        assert session.run(table).tolist() == [[1, 1], [0.5, 0.5], [1, 1]]
