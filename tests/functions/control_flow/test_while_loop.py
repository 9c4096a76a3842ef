"""tf.while_loop; the expected structures, values and kinds of error are TensorFlow 2.15's (compat.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.functions.control_flow.running import RUNS, run


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 1
        yield graph


def test_a_loop_goes_on_as_long_as_its_condition_holds() -> None:
    x, limit = tf.constant([1.0, 2.0]), tf.placeholder(tf.int32, [])
    count, total = tf.while_loop(
        lambda i, total: i < limit, lambda i, total: (i + 1, total + x), [0, tf.zeros([2])]
    )
    for rounds in range(3):
        values = run([count, total], {limit: rounds})
        assert (values[0], values[1].tolist()) == (rounds, [rounds, 2 * rounds])
    assert (count.name, total.name, total.shape.as_list()) == ("while/Identity:0", "while/Identity_1:0", [2])


@pytest.mark.parametrize(
    ("start", "body", "shown"),
    [
        ([0], lambda i: i + 1, 3),
        ((0,), lambda i: (i + 1,), 3),
        ([0, 1.0], lambda i, x: (i + 1, x * 2), (3, 8.0)),
        ((0, 1.0), lambda i, x: [i + 1, x * 2], [3, 8.0]),
        ([0, {"a": 0}], lambda i, d: (i + 1, {"a": d["a"] + 2}), (3, {"a": 6})),
        ([(0, 1.0)], lambda pair: (pair[0] + 1, pair[1]), [(3, 1.0)]),
    ],
)
def test_results_nest_as_the_body_gives_them(start: Any, body: Any, shown: Any) -> None:
    result = run(
        tf.while_loop(lambda first, *rest: (first[0] if isinstance(first, tuple) else first) < 3, body, start)
    )
    assert (type(result) if isinstance(shown, (list, tuple)) else None, result) == (
        type(shown) if isinstance(shown, (list, tuple)) else None,
        shown,
    )


def test_a_single_value_may_stay_in_its_list() -> None:
    assert run(tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], return_same_structure=True)) == [3]


@pytest.mark.parametrize("limit", [4, np.int64(4), 0])
def test_a_loop_ends_after_the_maximum_of_rounds(limit: Any) -> None:
    assert run(tf.while_loop(lambda i: i < 30, lambda i: i + 1, [0], maximum_iterations=limit)) == limit
    endless = tf.while_loop(
        lambda i, x: True, lambda i, x: (i + 1, x), [0, 1.0], maximum_iterations=tf.constant(3)
    )
    assert run(endless) == (3, 1.0)


def test_a_shape_may_grow_where_the_invariants_say_so() -> None:
    _, x = tf.while_loop(
        lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, x], 0)), [0, tf.ones([1, 2])],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])],
    )  # fmt: skip
    assert (x.shape.as_list(), run(x).shape) == ([None, 2], (8, 2))


def test_the_entries_of_a_sparse_tensor_may_grow_but_not_its_rank() -> None:
    start = tf.SparseTensor([[0]], [1.0], [3])

    def step(i: Any, s: Any) -> Any:
        return i + 1, tf.SparseTensor(
            tf.concat([s.indices, s.indices + 1], 0), tf.tile(s.values * 2, [2]), s.dense_shape
        )

    _, sparse = tf.while_loop(lambda i, s: i < 1, step, [0, start])
    assert isinstance(sparse, tf.SparseTensor)
    assert sparse.indices.shape.as_list() == [None, 1]
    value = run(sparse)
    assert (value.indices.tolist(), value.values.tolist()) == ([[0], [1]], [2.0, 2.0])
    stated = tf.while_loop(
        lambda i, s: i < 1, step, [0, start], shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])]
    )[1]
    assert stated.values.shape.as_list() == [None]


def test_rows_are_carried_as_rows() -> None:
    start = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]))
    _, rows = tf.while_loop(
        lambda i, rows: i < 3,
        lambda i, rows: (i + 1, tf.IndexedSlices(rows.values * 2.0, rows.indices)),
        [0, start],
    )
    assert isinstance(rows, tf.IndexedSlices)
    assert run(rows).values.tolist() == [[8, 8]]


def test_a_variable_made_inside_is_made_once() -> None:
    def step(i: Any, x: Any) -> Any:
        return i + 1, tf.matmul(
            x, tf.get_variable("w", shape=[1, 1], initializer=tf.constant_initializer(2.0))
        )

    _, x = tf.while_loop(lambda i, x: i < 3, step, [0, tf.ones([1, 1])])
    assert [variable.name for variable in tf.trainable_variables()] == ["w:0"]
    assert run(x).tolist() == [[8.0]]


def test_what_the_body_writes_is_written_in_each_round() -> None:
    v = tf.get_variable("v", initializer=0.0)

    def step(i: Any) -> Any:
        with tf.control_dependencies([tf.assign_add(v, tf.cast(i, tf.float32))]):
            return i + 1

    with tf.control_dependencies([tf.while_loop(lambda i: i < 4, step, [0])]):
        after = v.read_value()
    assert run(after) == 6.0 * RUNS


def test_loops_and_branches_nest() -> None:
    def row(i: Any, total: Any) -> Any:
        _, inner = tf.while_loop(lambda j, x: j < i, lambda j, x: (j + 1, x + 1.0), [0, total])
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: inner * 2.0, lambda: inner)

    assert run(tf.while_loop(lambda i, total: i < 4, row, [0, 0.0]))[1] == 9.0  # ((0 + 1) + 2) * 2 + 3


def test_random_numbers_differ_between_rounds_and_repeat_with_the_seed() -> None:
    def drawn() -> Any:
        with Graph().as_default():
            tf.set_random_seed(5)
            draws = tf.while_loop(
                lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, tf.random_uniform([1])], 0)), [0, tf.zeros([0])],
                shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
            )[1]  # fmt: skip
            return run(draws).tolist()

    first = drawn()
    assert len(set(first)) == 3
    assert drawn() == first


def test_a_pure_loop_is_stateless_and_named_as_it_is_called() -> None:
    v = tf.get_variable("v", initializer=1.0)
    i = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], name="mine")
    x = tf.while_loop(lambda x: x < 3, lambda x: x + v, [0.0])
    assert [(t.name, t.op.inputs[0].op.type, t.op.inputs[0].op.name) for t in (i, x)] == [
        ("mine/Identity:0", "StatelessWhile", "mine"), ("while/Identity:0", "While", "while"),
    ]  # fmt: skip


def test_a_tensor_of_a_round_cannot_be_fetched_and_the_error_says_why() -> None:
    inside: list[Any] = []
    tf.while_loop(lambda i: i < 3, lambda i: inside.append(i) or i + 1, [0])
    with pytest.raises(
        ValueError, match="was made inside the function 'while_body'.*Return it from that function"
    ):
        run(inside[0])


LOOP: dict[str, Any] = {"cond": lambda i: i < 3, "body": lambda i: i + 1, "loop_vars": [0]}


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"cond": True}, TypeError, "cond must be a function of the loop variables, given: True"),
        ({"body": 1}, TypeError, "body must be a function of the loop variables, given: 1"),
        ({"loop_vars": []}, ValueError, "needs at least one loop variable"),
        ({"loop_vars": 0}, TypeError, r"loop_vars must be a list or tuple, given: 0; write \[0\]"),
        ({"loop_vars": {"a": 0}}, TypeError, r"write \[{'a': 0}\]"),
        ({"loop_vars": [None]}, ValueError, "None values not supported"),
        ({"parallel_iterations": 0}, TypeError, "must be a positive integer, given: 0"),
        ({"maximum_iterations": [4]}, ValueError, r"must be a scalar, given: \[4\]"),
        ({"maximum_iterations": 4.5}, TypeError, "must be an integer, given: 4.5"),
        ({"cond": lambda i: 3 - i}, TypeError, "what cond gives must be of type bool, given: .*int32"),
        ({"cond": lambda i: [i < 3]}, ValueError, r"what cond gives must be a scalar, given: .*\(1,\)"),
        ({"cond": lambda i: None}, TypeError, "what cond gives must be a tensor of type bool, given: None"),
        ({"body": lambda i: None}, ValueError, "body gives None: it must return the new values"),
        ({"body": lambda i: tf.no_op()}, TypeError, "NoOp 'NoOp'.* gives no value"),
        ({"body": lambda i: (i, i)}, ValueError, r"must have the same structure: \[\.\] and \[\., \.\] differ"),
        ({"body": lambda i: [(i,)]}, ValueError, r"\[\.\] and \[\(\.,\)\] differ"),
        ({"body": lambda i: 5.0}, TypeError, "'while/Const:0' enters the loop as int32, but is float32 after one round"),
        (
            {"loop_vars": [np.zeros(1)], "body": lambda x: tf.concat([x, x], 0), "cond": lambda x: True},
            ValueError,
            r"enters the loop with shape \(1,\), but has shape \(2,\) after one round.*shape_invariants",
        ),
        ({"shape_invariants": [tf.TensorShape([2])]}, ValueError, r"invariant \(2,\) of .* does not allow .* \(\)"),
        ({"shape_invariants": [[None]]}, ValueError, r"Write tf.TensorShape\(\[None\]\), not \[None\]"),
        ({"shape_invariants": []}, ValueError, r"\[\] does not fit \[\.\]"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        tf.while_loop(**LOOP | arguments)


def test_a_loop_that_failed_to_be_made_leaves_no_function(graph: Graph) -> None:
    with pytest.raises(ZeroDivisionError):
        tf.while_loop(lambda i: i < 3, lambda i: 1 / 0, [0])
    assert "while_body" not in graph.library


@pytest.mark.parametrize(
    "failing",
    [
        lambda: tf.while_loop(lambda i: i < 3, lambda i: 1 / 0, [0]),
        lambda: tf.while_loop(lambda i: i < 3, lambda i: (i, i), [0]),
        lambda: tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.float32), [0]),
        lambda: tf.while_loop(lambda i: i < 3, lambda i: tf.cond(i > 1, lambda: i, lambda: 1.5), [0]),
        lambda: tf.while_loop(lambda i: tf.cond(i > 1, lambda: i < 3, lambda: True), lambda i: None, [0]),
        lambda: tf.cond(tf.constant(True), lambda: 1, lambda: 1.0),
        lambda: tf.cond(tf.constant(True), lambda: 1, lambda: [1, 2]),
    ],
)
def test_what_fails_leaves_no_function_but_those_that_are_called(failing: Any) -> None:
    graph = tf.get_default_graph()
    tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0])
    before = set(graph.library)
    with pytest.raises((ArithmeticError, TypeError, ValueError)):
        failing()
    assert set(graph.library) == before != set()


def test_a_variable_made_in_a_body_that_fails_keeps_the_branch_of_its_initializer() -> None:
    graph = tf.get_default_graph()

    def step(i: Any) -> Any:
        tf.get_variable("v", initializer=lambda: tf.cond(tf.constant(True), lambda: 1.0, lambda: 2.0))
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        tf.while_loop(lambda i: i < 3, step, [0])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(tf.global_variables()) == [1.0]
    assert len(graph.library) == 2
