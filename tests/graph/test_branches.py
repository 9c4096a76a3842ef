"""What branches and calls keep for their gradient; tests/test_control_flow.py has the gradients themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import GradientError
from estimator.graph.branches import is_nothing
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


@pytest.mark.parametrize(("holds", "gradient"), [(True, [6.0, 1.0]), (False, [1.0, 1.0])])
def test_truths_from_outside_are_kept_for_the_way_back(holds: bool, gradient: list[float]) -> None:
    x, pred = tf.constant([3.0, 5.0]), tf.placeholder(tf.bool, [])

    def some_squared() -> Any:
        chosen = tf.py_func(lambda: np.array([True, False]), [], tf.bool)
        chosen.set_shape([2])
        return tf.where(chosen, x * x, x)

    (dx,) = tf.gradients(tf.cond(pred, some_squared, lambda: x), x)
    assert run(dx, {pred: holds})[0].tolist() == gradient


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


# -- rows of a table ---------------------------------------------------------------------------------------------------

TABLE = np.float32([[1, 2], [3, 4], [5, 6]])


def rows_of(slices: Any, feed: Any) -> list[Any]:
    value = run(slices, feed)[-1]
    return [value.values.tolist(), value.indices.tolist(), value.dense_shape.tolist()]


@pytest.mark.parametrize("table", ["variable", "tensor"])
def test_the_gradient_of_rows_that_a_branch_looks_up_is_these_rows(table: str) -> None:
    w = tf.get_variable("w", initializer=TABLE) if table == "variable" else tf.constant(TABLE)
    pred = tf.placeholder(tf.bool, [])
    y = tf.cond(pred, lambda: tf.gather(w, [0, 2, 0]) * 3.0, lambda: tf.ones([3, 2]))
    (gradient,) = tf.gradients(y, w)
    assert isinstance(gradient, tf.IndexedSlices)
    assert gradient.shape.as_list() == [3, 2]
    assert rows_of(gradient, {pred: True}) == [[[3.0, 3.0]] * 3, [0, 2, 0], [3, 2]]
    assert rows_of(gradient, {pred: False}) == [[], [], [3, 2]]


def test_rows_of_several_branches_stay_rows_and_their_indices_get_one_type() -> None:
    w, number = tf.get_variable("w", initializer=TABLE), tf.placeholder(tf.int32, [])

    def nested() -> Any:
        return tf.cond(number > 1, lambda: tf.gather(w, [[1, 1]])[0], lambda: tf.ones([2, 2]))

    functions = [lambda: tf.gather(w, tf.constant([2], tf.int64)), nested, lambda: tf.ones([1, 2])]
    (gradient,) = tf.gradients(tf.switch_case(number, functions, default=nested), w)
    assert gradient.indices.dtype == tf.int64
    assert [rows_of(gradient, {number: value})[1] for value in (0, 1, 2, 7)] == [[2], [], [], [1, 1]]


def test_rows_beside_a_dense_gradient_become_dense() -> None:
    w, pred = tf.get_variable("w", initializer=TABLE), tf.placeholder(tf.bool, [])
    y = tf.cond(pred, lambda: tf.gather(w, [0, 2, 0]), lambda: w * 2.0)
    (gradient,) = tf.gradients(y, w)
    assert isinstance(gradient, tf.Tensor)
    assert run(gradient, {pred: True})[-1].tolist() == [[2, 2], [0, 0], [1, 1]]
    assert run(gradient, {pred: False})[-1].tolist() == [[2, 2]] * 3


def test_rows_of_a_size_that_only_the_run_knows_stay_rows() -> None:
    x, pred = tf.placeholder(tf.float32, [None, None]), tf.placeholder(tf.bool, [])
    (gradient,) = tf.gradients(tf.cond(pred, lambda: tf.gather(x, [1]), lambda: tf.zeros([1, 1])), x)
    assert rows_of(gradient, {x: TABLE, pred: True}) == [[[1.0, 1.0]], [1], [3, 2]]
    (value,) = run(gradient, {x: TABLE, pred: False})[-1:]
    assert (value.values.shape, value.dense_shape.tolist()) == ((0, 2), [3, 2])


def test_rows_that_a_called_function_looks_up_stay_rows() -> None:
    w = tf.get_variable("w", initializer=TABLE)
    (y,) = call(lambda ids: [tf.gather(w, ids)], [[2, 1]])
    assert rows_of(tf.gradients(y, w)[0], {}) == [[[1.0, 1.0]] * 2, [2, 1], [3, 2]]


def test_an_optimizer_changes_the_rows_that_a_branch_has_looked_up_and_no_others() -> None:
    w, pred = tf.get_variable("w", initializer=TABLE), tf.placeholder(tf.bool, [])
    y = tf.cond(pred, lambda: tf.reduce_sum(tf.gather(w, [2])), lambda: 0.0)
    train = tf.train.MomentumOptimizer(1.0, 0.5).minimize(y)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for holds in (True, False, True):
            session.run(train, {pred: holds})
        assert session.run(w).tolist() == [[1, 2], [3, 4], [2.5, 3.5]]  # less 1, nothing, and 1.5


def test_what_a_branch_gives_only_for_the_sake_of_another_is_known_as_nothing(graph: Graph) -> None:
    x = tf.placeholder(tf.float32, [2])
    y = tf.cond(x[0] > 0, lambda: x * tf.random_uniform([2]), lambda: tf.zeros([2]))
    chosen = y.op.inputs[0].op if y.op.type == "Identity" else y.op
    nothing = [
        [is_nothing(tensor) for tensor in chosen.body(arm).results] for arm in ("then_branch", "else_branch")
    ]
    assert not any(nothing[0]) and nothing[1] == [False, *[True] * (len(nothing[1]) - 1)]
    assert len(nothing[1]) > 1
