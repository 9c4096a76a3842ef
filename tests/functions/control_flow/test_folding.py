"""tf.foldl, tf.foldr and tf.scan; the expected values and kinds of error are TensorFlow 2.15's (compat.v1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from tests.functions.control_flow.running import run

X = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        graph.seed = 1
        yield graph


def add(total: Any, row: Any) -> Any:
    return total + row


def test_a_fold_takes_in_all_elements() -> None:
    assert run(tf.foldl(add, X)).tolist() == [6, 9]
    assert run(tf.foldr(lambda total, row: total * 2 + row, X)).tolist() == [20, 27]
    assert run(tf.foldl(lambda total, row: total + tf.reduce_sum(row), X, initializer=0.0)) == 15
    assert run(tf.foldr(lambda total, row: total * 2 + tf.reduce_sum(row), X, initializer=1.0)) == 55


def test_a_scan_gives_the_values_on_the_way() -> None:
    sums = tf.scan(add, X)
    assert (sums.name, sums.shape.as_list()) == ("scan/TensorArrayV2Stack/TensorListStack:0", [3, 2])
    assert run(sums).tolist() == [[0, 1], [2, 4], [6, 9]]
    of_rows = lambda total, row: total + tf.reduce_sum(row)  # noqa: E731
    assert run(tf.scan(of_rows, X, initializer=0.0)).tolist() == [1, 6, 15]
    assert run(tf.scan(add, X, reverse=True)).tolist() == [[6, 9], [6, 8], [4, 5]]
    assert run(tf.scan(of_rows, X, initializer=0.0, reverse=True)).tolist() == [15, 14, 9]


@pytest.mark.parametrize("structure", [tuple, list])
def test_a_value_may_be_nested(structure: Any) -> None:
    start = structure([np.zeros(2, np.float32), 1])
    step = lambda value, row: structure([value[0] + row, value[1] * 2])  # noqa: E731
    sums, powers = run(tf.scan(step, X, initializer=start))
    assert (sums.tolist(), powers.tolist()) == ([[0, 1], [2, 4], [6, 9]], [2, 4, 8])
    total, power = run(tf.foldl(step, X, initializer=start))
    assert (total.tolist(), power) == ([6, 9], 8)


def test_elements_may_be_nested() -> None:
    both = run(tf.scan(lambda value, rows: (value[0] + rows[0], value[1] * rows[1]), (X, X)))
    assert [part.tolist() for part in both] == [[[0, 1], [2, 4], [6, 9]], [[0, 1], [0, 3], [0, 15]]]
    products = tf.foldl(lambda total, rows: total + rows[0] * rows[1], (X, X), initializer=np.zeros(2, "f"))
    assert run(products).tolist() == [20, 35]


def test_the_number_of_elements_may_be_unknown() -> None:
    x = tf.placeholder(tf.float32, [None, 2])
    sums, total = tf.scan(add, x), tf.foldl(add, x)
    assert (sums.shape.as_list(), total.shape.as_list()) == ([None, 2], [2])
    assert run(sums, {x: X[:2]}).tolist() == [[0, 1], [2, 4]]
    assert run(total, {x: X[:1]}).tolist() == [0, 1]


def test_no_elements_leave_the_initializer() -> None:
    start = np.ones(2, np.float32)
    assert run(tf.foldl(add, X[:0], initializer=start)).tolist() == [1, 1]
    assert run(tf.scan(add, X[:0], initializer=start)).shape == (0, 2)


def test_gradients_flow_through_the_values() -> None:
    x, w = tf.constant(X), tf.Variable(0.5)
    states = tf.scan(lambda state, row: state * w + row, x, initializer=tf.zeros([2]))
    dx, dw = run(tf.gradients(tf.reduce_sum(states), [x, w]))
    np.testing.assert_allclose(dx, [[1.75] * 2, [1.5] * 2, [1] * 2])
    np.testing.assert_allclose(
        dw, X[:2].sum() + X[0].sum() * 2 * 0.5
    )  # y2 = x1 + w x0, y3 = x2 + w x1 + w^2 x0
    factors = tf.constant([2.0, 3.0, 4.0])
    product = tf.foldl(lambda product, factor: product * factor, factors)
    assert run(tf.gradients(product, factors))[0].tolist() == [12, 8, 6]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tf.scan(3, X), TypeError, "fn must be a function of an element, given: 3"),
        (lambda: tf.foldl(add, 3.0), ValueError, "not scalars: foldl walks along"),
        (lambda: tf.scan(add, X[:0]), ValueError, "scan has no element to begin with: pass an initializer"),
        (lambda: tf.foldr(add, X[:0]), ValueError, "foldr has no element to begin with"),
        (lambda: tf.scan(lambda a, x: (a, a), X, initializer=0.0), ValueError, "initializer and what fn gives"),
        (lambda: tf.foldl(lambda a, x: (a, x), X), ValueError, "elems and what fn gives"),
        (lambda: tf.scan(lambda a, x: tf.cast(a, tf.int32), X, initializer=0.0), TypeError, "int32.*float32"),
        (lambda: tf.scan(add, X, initializer=0.0), ValueError, "inconsistent shapes"),
        (lambda: tf.foldl(add, X, initializer=0.0), ValueError, r"shape \(\), but has shape \(2,\) after one round"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_along_is_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
