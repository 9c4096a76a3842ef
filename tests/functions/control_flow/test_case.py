"""tf.case; values and kinds of error are TensorFlow 2.15's (compat.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estimator import tf
from estimator.graph.graph import Graph


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def chosen(result: Any, x: Any, values: list[float]) -> list[Any]:
    with tf.Session() as session:
        return [session.run(result, {x: value}) for value in values]


def test_the_first_condition_that_holds_says_which_function_runs() -> None:
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x < 1.0, lambda: x * 10.0), (x < 2.0, lambda: x * 100.0)], default=lambda: -x)
    assert chosen(y, x, [0.5, 1.5, 2.5]) == [5.0, 150.0, -2.5]
    assert y.name == "case/cond/Identity:0"


def test_pairs_of_a_dict_stand_in_the_order_of_names() -> None:
    x = tf.placeholder(tf.float32, [])
    second, first = tf.less(x, 2.0, name="b"), tf.less(x, 1.0, name="a")
    y = tf.case({second: lambda: 2, first: lambda: 1}, default=lambda: 3)
    assert chosen(y, x, [0.0, 1.5, 2.5]) == [1, 2, 3]


@pytest.mark.parametrize("count", [1, 2])
def test_without_a_default_one_condition_must_hold(count: int) -> None:
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x < 1.0, lambda: 1), (x < 2.0, lambda: 2)][:count])
    assert chosen(y, x, [0.5]) == [1]
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="none of the conditions of case.. holds .*and it has no default"
    ):
        chosen(y, x, [2.5])


@pytest.mark.parametrize("default", [None, lambda: 3])
def test_exclusive_conditions_may_not_hold_at_once(default: Any) -> None:
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x < 1.0, lambda: 1), (x < 2.0, lambda: 2)], default, exclusive=True)
    assert chosen(y, x, [1.5]) == [2]
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="exclusive=True, but more than one .*: Less:0|Less:0, Less_1:0"
    ):
        chosen(y, x, [0.5])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (3, "must be a list of .condition, function., or a dict; given: 3"),
        ([3], "each of pred_fn_pairs must be a tuple .condition, function., given: 3"),
        ([(True, lambda: 1)], "a condition of case.. must be a tensor of bool, given: True"),
        ([("x", 1)], "must be a tensor of bool, given: 'x'"),
    ],
)
def test_pairs_that_are_none_are_refused(pairs: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        tf.case(pairs)


def test_what_cannot_be_called_is_refused() -> None:
    holds = tf.constant(True)
    with pytest.raises(TypeError, match="beside Tensor.* must be a function without arguments, given: 1"):
        tf.case([(holds, 1)])
    with pytest.raises(TypeError, match="the default of case.. must be a function.*given: 1"):
        tf.case([(holds, lambda: 1)], default=1)
    with pytest.raises(ValueError, match="at least one pair"):
        tf.case([])
