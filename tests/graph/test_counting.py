"""How many rounds a loop makes, beside a loop of numpy's integers, which begin again behind the last one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import tf
from estimator.graph.counting import Bound, bounds, count_rounds, growth, growths_of, necessary_bounds
from estimator.graph.function import FunctionGraph
from estimator.graph.graph import Graph
from tests.bodies import traced

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Less": operator.lt,
    "LessEqual": operator.le,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
}
MOST = 60


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def loop(
    test: Callable[..., Any], step: Callable[..., Any], *values: Any
) -> tuple[FunctionGraph, FunctionGraph]:
    """The functions of a loop over such values."""
    tensors = [tf.convert_to_tensor(value) for value in values]
    return traced(lambda *inside: [test(*inside)], tensors, "test"), traced(step, tensors, "step")


def bounds_of(test: Callable[..., Any], step: Callable[..., Any], *values: Any) -> Any:
    functions = loop(test, step, *values)
    found = bounds(functions[0], growths_of(functions[1]))
    return found and [(bound.place, bound.growth, bound.comparison) for bound in found]


NEAR = st.integers(-9, 9)
INTEGERS = st.one_of(NEAR, NEAR.map(lambda n: 2**31 - 10 + n), NEAR.map(lambda n: n + 9 - 2**31))


@settings(max_examples=300, deadline=None)
@given(
    comparison=st.sampled_from(sorted(COMPARISONS)),
    growth=NEAR.filter(bool),
    first=INTEGERS,
    limit=INTEGERS,
    most=st.integers(0, MOST),
)
def test_the_rounds_are_those_that_a_loop_makes(
    comparison: str, growth: int, first: int, limit: int, most: int
) -> None:
    """A counter and a limit on either side of an int32's ends, and at most so many rounds."""
    begin, end, zero = (np.array(number, np.int32) for number in (first, limit, 0))
    counter, made = begin, 0
    with np.errstate(over="ignore"):
        while made < most and COMPARISONS[comparison](counter, end):
            counter, made = counter + np.int32(growth), made + 1
    bound, of_rounds = (
        Bound(0, by, what, tf.constant(0)) for by, what in ((growth, comparison), (1, "Less"))
    )
    found = count_rounds([(bound, begin, end), (of_rounds, zero, np.array(most, np.int32))])
    # Where the counter has begun again at the other end, only the loop itself finds out.
    assert found == (made if -(2**31) <= first + made * growth < 2**31 else None)


def test_a_condition_that_compares_counters_is_counted_whichever_side_they_stand_on() -> None:
    limit = tf.placeholder(tf.int32, [])

    def test(i: Any, j: Any, n: Any) -> Any:
        return tf.logical_and(tf.logical_and(i < n - 1, tf.constant(True)), -5 <= j)

    assert bounds_of(test, lambda i, j, n: [i + 2, j - 1, n], 0, 0, limit) == [
        (1, -1, "GreaterEqual"), (0, 2, "Less"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("test", "step"),
    [
        (lambda i, x: tf.reduce_sum(x) < 3.0, lambda i, x: [i + 1, x]),
        (lambda i, x: tf.logical_and(i < 3, tf.reduce_sum(x) < 3.0), lambda i, x: [i + 1, x * 2.0]),
        (lambda i, x: tf.logical_or(i < 3, i < 5), lambda i, x: [i + 1, x]),
        (lambda i, x: i < tf.size(x), lambda i, x: [i + 1, tf.concat([x, x], 0)]),
        (lambda i, x: i < i + 1, lambda i, x: [i + 1, x]),
        (lambda i, x: i < 3, lambda i, x: [i * 2, x]),
        (lambda i, x: i < tf.random_uniform([], 0, 9, tf.int32), lambda i, x: [i + 1, x]),
        (lambda i, x: i < [3, 4], lambda i, x: [i + 1, x]),
        (lambda i, x: tf.constant(True), lambda i, x: [i + 1, x]),
        (lambda i, x: tf.constant(False), lambda i, x: [i + 1, x]),
        (lambda i, x: tf.cast(i, tf.float32) < 3.0, lambda i, x: [i + 1, x]),
    ],
    ids=[
        "a value", "a counter and a value", "or", "a limit that grows", "a limit that counts", "doubled",
        "a random limit", "two limits", "always", "never", "as a float",
    ],
)  # fmt: skip
def test_other_conditions_are_not_counted(test: Any, step: Any) -> None:
    assert bounds_of(test, step, 0, tf.placeholder(tf.float32, [None])) is None


def test_a_condition_that_asks_for_more_than_counters_still_limits_the_rounds() -> None:
    x = tf.placeholder(tf.float32, [None])
    for combine, limits in ((tf.logical_and, [(0, 1, "Less")]), (tf.logical_or, [])):
        test, step = loop(
            lambda i, x, combine=combine: combine(i < 3, tf.reduce_sum(x) < 3.0),
            lambda i, x: [i + 1, x * 2.0],
            0,
            x,
        )
        found, asks_more = necessary_bounds(test, growths_of(step))
        assert ([bound[:3] for bound in found], asks_more) == (limits, True)


def test_a_limit_that_no_round_changes_may_be_computed_in_the_condition() -> None:
    x = tf.placeholder(tf.float32, [None])
    assert bounds_of(lambda i, x: i < 2 * tf.size(x), lambda i, x: [i + 1, x], 0, x) == [(0, 1, "Less")]


def test_a_counter_or_limit_that_is_no_scalar_is_not_counted() -> None:
    bound, scalar, vector = Bound(0, 1, "Less", tf.constant(3)), np.array(0, np.int32), np.zeros(1, np.int32)
    assert count_rounds([(bound, vector, scalar)]) is count_rounds([(bound, scalar, vector)]) is None
    assert count_rounds([(bound, scalar, scalar)]) == 0


def test_a_counter_that_goes_away_from_its_limit_is_not_counted() -> None:
    begin, limit = np.array(0, np.int32), np.array(3, np.int32)
    assert count_rounds([(Bound(0, -1, "Less", tf.constant(3)), begin, limit)]) is None


def test_what_grows_evenly_is_known() -> None:
    _, step = loop(lambda *values: True, lambda i, j, k, x: [i + 2, 1 - j, k - 3, x], 0, 0, 0, [1.0])
    assert growths_of(step) == [2, None, -3, 0]
    assert growth(step.inputs[0], step.inputs[1]) is None
