"""tf.cond; the expected structures, values and kinds of error are TensorFlow 2.15's (compat.v1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.runtime.programs import bits


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture
def pred() -> Any:
    return tf.placeholder(tf.bool, [], name="pred")


def both_ways(fetches: Any, pred: Any) -> list[Any]:
    """What is fetched where the condition holds and where not, which interpreter and plan agree on."""
    found = []
    for executor in ("interpreter", "numpy"):
        with tf.Session(executor=executor) as session:
            session.run(tf.global_variables_initializer())
            found.append([session.run(fetches, {pred: number % 2 == 0}) for number in range(6)])
    assert bits(found[0]) == bits(found[1])
    return found[1][:2]


def test_the_function_runs_that_the_condition_says(pred: Any) -> None:
    x = tf.constant([1.0, 2.0])
    y = tf.cond(pred, lambda: x * 2.0, lambda: x - 1.0)
    assert [value.tolist() for value in both_ways(y, pred)] == [[2, 4], [0, 1]]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_only_a_scalar_says_which_function_runs(executor: str) -> None:
    fed = tf.placeholder(tf.bool)
    looped = tf.while_loop(lambda i: fed, lambda i: i + 1, [0], maximum_iterations=2)
    with tf.Session(executor=executor) as session:
        for fetches in (tf.cond(fed, lambda: 1, lambda: 2), looped):
            assert session.run(fetches, {fed: True}) < 3
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"EnsureShape .*\(2,\)"):
                session.run(fetches, {fed: [False, True]})


def test_results_nest_as_true_fn_gives_them(pred: Any) -> None:
    result = tf.cond(pred, lambda: {"a": 1, "b": (2, [3.0])}, lambda: {"a": 4, "b": (5, [6.0])})
    assert both_ways(result, pred) == [{"a": 1, "b": (2, [3.0])}, {"a": 4, "b": (5, [6.0])}]


@pytest.mark.parametrize(("strict", "shown"), [(False, 1), (True, [1])])
def test_a_list_of_one_value_is_that_value_unless_strict(pred: Any, strict: bool, shown: Any) -> None:
    assert both_ways(tf.cond(pred, lambda: [1], lambda: [2], strict=strict), pred)[0] == shown


def test_an_operation_stands_for_the_condition_and_has_run(pred: Any) -> None:
    v = tf.get_variable("v", initializer=1.0)
    done = tf.cond(pred, lambda: tf.assign_add(v, 1.0).op, lambda: tf.no_op())
    with tf.Session() as session:
        session.run(v.initializer)
        results = [
            (bool(session.run(done, {pred: held})), float(session.run(v))) for held in (True, False, True)
        ]
    assert results == [(True, 2.0), (False, 2.0), (True, 3.0)]


@pytest.mark.parametrize("kind", [tf.SparseTensor, lambda i, v, s: tf.IndexedSlices(v, i[:, 0])])
def test_values_of_several_tensors_stay_whole(pred: Any, kind: Callable[..., Any]) -> None:
    def made(value: float) -> Any:
        return kind(tf.constant([[1]], tf.int64), tf.constant([value]), tf.constant([3], tf.int64))

    result = tf.cond(pred, lambda: made(1.0), lambda: made(2.0))
    assert type(result) is type(made(0.0))
    assert [value.values.tolist() for value in both_ways(result, pred)] == [[1.0], [2.0]]


def test_a_variable_made_in_a_branch_is_one_of_the_graph(pred: Any) -> None:
    y = tf.cond(pred, lambda: tf.get_variable("v", initializer=2.0), lambda: 3.0)
    assert [variable.name for variable in tf.trainable_variables()] == ["v:0"]
    assert both_ways(y, pred) == [2.0, 3.0]


def test_a_branch_waits_for_what_the_call_waits_for(pred: Any) -> None:
    v = tf.get_variable("v", initializer=0.0)
    with tf.control_dependencies([tf.assign_add(v, 1.0)]):
        y = tf.cond(pred, lambda: v.read_value(), lambda: -1.0)
    assert both_ways([y, v], pred) == [[1.0, 1.0], [-1.0, 2.0]]


def test_conditions_nest(pred: Any) -> None:
    x = tf.placeholder_with_default(3.0, [])
    y = tf.cond(
        pred,
        lambda: tf.cond(x > 2.0, lambda: x * 10.0, lambda: x),
        lambda: tf.cond(pred, lambda: 0.0, lambda: -x),
    )
    assert both_ways(y, pred) == [30.0, -3.0]


def test_the_static_shape_is_what_both_branches_say(pred: Any) -> None:
    y = tf.cond(pred, lambda: tf.zeros([2, 3]), lambda: tf.zeros([4, 3]))
    other = tf.cond(pred, lambda: tf.zeros([2]), lambda: tf.zeros([2, 1]))
    assert (y.shape.as_list(), other.shape.rank) == ([None, 3], None)
    assert [value.shape for value in both_ways(y, pred)] == [(2, 3), (4, 3)]


def test_what_is_returned_from_outside_and_texts_pass_through(pred: Any) -> None:
    outside = tf.constant(b"outside")
    assert both_ways(tf.cond(pred, lambda: outside, lambda: "inside"), pred) == [b"outside", b"inside"]


def test_a_pure_choice_is_stateless_and_named_as_it_is_called(pred: Any) -> None:
    v = tf.get_variable("v", initializer=0.0)
    y = tf.cond(pred, lambda: 1.0, lambda: 2.0, name="mine")
    with tf.name_scope("outer"):
        z = tf.cond(pred, lambda: v + 0.0, lambda: 2.0)
    assert (y.name, y.op.inputs[0].op.type, y.op.inputs[0].op.name) == (
        "mine/Identity:0",
        "StatelessIf",
        "mine",
    )
    assert (z.name, z.op.inputs[0].op.type) == ("outer/cond/Identity:0", "If")


def test_older_names_of_the_functions_are_taken(pred: Any) -> None:
    assert both_ways(tf.cond(pred, fn1=lambda: 1, fn2=lambda: 2), pred) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"pred": True}, TypeError, "pred must be a tensor, not the Python bool True: use `if`"),
        ({"pred": 1}, TypeError, "pred must be of type bool, given: .*int32"),
        ({"pred": [True]}, ValueError, r"pred must be a scalar, given: .*\(1,\).*tf.reduce_all"),
        ({"true_fn": None}, TypeError, "cond.. needs true_fn, a function without arguments; given: nothing"),
        ({"false_fn": 3}, TypeError, "cond.. needs false_fn, a function without arguments; given: 3"),
        ({"fn1": lambda: 1}, TypeError, "takes true_fn or its older name fn1, not both"),
        ({"true_fn": lambda: None}, ValueError, "what true_fn gives must be a value, not None"),
        ({"true_fn": lambda: (1, None)}, ValueError, "None values not supported"),
        ({"false_fn": list}, ValueError, "what false_fn gives must be at least one value"),
        ({"true_fn": lambda: 1.0}, ValueError, "must give the same types: .*float32, .*int32; use tf.cast"),
        ({"true_fn": lambda: (1, 2)}, ValueError, r"must have the same structure: \(\., \.\) and \. differ"),
        (
            {"true_fn": lambda: (1, 2), "false_fn": lambda: [1, 2]},
            TypeError,
            r"in containers of one type: \(\., \.\) and \[\., \.\] differ",
        ),
        (
            {"true_fn": lambda: {"a": 1}, "false_fn": lambda: {"b": 1}},
            ValueError,
            "{'a': .} and {'b': .} differ",
        ),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], kind: type[Exception], message: str) -> None:
    given = {"pred": tf.constant(True), "true_fn": lambda: 1, "false_fn": lambda: 2} | arguments
    with pytest.raises(kind, match=message):
        tf.cond(**given)


def test_a_tensor_of_a_branch_cannot_be_used_outside(pred: Any) -> None:
    inside: list[Any] = []
    tf.cond(pred, lambda: inside.append(tf.constant(1.0) * 2.0) or inside[0], lambda: 2.0)
    with pytest.raises(
        ValueError, match="was made inside the function 'cond_true'.*Return it from that function"
    ):
        inside[0] + 1.0
    assert np.isclose(both_ways(tf.cond(pred, lambda: 1.0, lambda: 2.0), pred)[0], 1.0)
