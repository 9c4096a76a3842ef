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


ONE_TWO = [lambda: tf.constant(1.0), lambda: tf.constant(2.0)]


@pytest.mark.parametrize(
    ("functions", "default", "expected"),
    [
        (ONE_TWO, None, [2.0, 1.0, 2.0, 2.0]),
        (dict(enumerate(ONE_TWO)), lambda: 9.0, [9.0, 1.0, 2.0, 9.0]),
        ([(1, ONE_TWO[0]), (0, ONE_TWO[1])], None, [1.0, 2.0, 1.0, 1.0]),
        (ONE_TWO[:1], None, [1.0] * 4),
    ],
)
def test_a_number_says_which_function_runs(functions: Any, default: Any, expected: list[float]) -> None:
    number = tf.placeholder(tf.int32, [])
    assert chosen(tf.switch_case(number, functions, default), number, [-1, 0, 1, 2]) == expected


def test_gradients_flow_through_the_function_of_the_number() -> None:
    x, number = tf.constant(3.0), tf.placeholder(tf.int32, [])
    (y,) = tf.switch_case(number, [lambda: [x * x], lambda: [x**3], lambda: [-x]])
    assert chosen(tf.gradients(y, x)[0], number, [0, 1, 2, 5]) == [6.0, 27.0, -1.0, -1.0]


@pytest.mark.parametrize(
    ("index", "functions", "kind", "words"),
    [
        (0, ONE_TWO, TypeError, "branch_index must be a scalar tensor of int32"),
        (tf.int64, ONE_TWO, TypeError, "branch_index must be a scalar tensor of int32"),
        (tf.int32, 5, TypeError, "branch_fns must be a list"),
        (tf.int32, [], ValueError, "at least one function"),
        (tf.int32, [ONE_TWO[0], 3], TypeError, "throughout; given: <function"),
        (tf.int32, {"a": ONE_TWO[0]}, TypeError, "throughout; given: .'a'"),
        (tf.int32, {1: ONE_TWO[0]}, ValueError, r"from 0 on, given: \[1\]"),
        (tf.int32, [(0, ONE_TWO[0]), (0, ONE_TWO[1])], ValueError, r"from 0 on, given: \[0, 0\]"),
    ],
)
def test_numbers_and_functions_that_do_not_fit_are_refused(
    index: Any, functions: Any, kind: Any, words: str
) -> None:
    number = index if index == 0 else tf.placeholder(index, [])
    with pytest.raises(kind, match=words):
        tf.switch_case(number, functions)
