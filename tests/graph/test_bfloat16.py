"""Tensors of bfloat16: what is computed with them is computed with numbers, not with their bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import estimator.tf as tf
from estimator.graph.bfloat16 import from_bits, to_bits
from estimator.runtime.session import Session


def _read(values: Any) -> Any:
    return tf.cast(tf.constant(values), tf.bfloat16)


def _x() -> Any:
    return _read([[-3.0, 1.5, -0.3], [0.7, 100.0, 0.001]])


def _w() -> Any:
    return tf.get_variable("w", initializer=_read([[0.5, -0.25], [1.1, 2.0], [-0.7, 0.3]]))


def _gradient(w: Any) -> Any:
    return tf.gradients(tf.reduce_sum(tf.square(tf.matmul(_x(), w))), w)[0]


# Source: the same functions in TensorFlow 2.15.1
VALUES: list[tuple[str, Callable[[], Any], list[float]]] = [
    ("matmul", lambda: tf.matmul(_x(), _w()), [0.36328125, 3.65625, 110.5, 200.0]),
    (
        "add",
        lambda: _x() + _x() * _read(0.1),
        [-3.296875, 1.6484375, -0.330078125, 0.76953125, 110.0, 0.0010986328125],
    ),
    (
        "square",
        lambda: tf.square(_x()),
        [9.0, 2.25, 0.09033203125, 0.48828125, 9984.0, 9.98377799987793e-07],
    ),
    (
        "tanh",
        lambda: tf.tanh(_x()),
        [-0.99609375, 0.90625, -0.29296875, 0.60546875, 1.0, 0.00099945068359375],
    ),
    ("sum", lambda: tf.reduce_sum(_x(), 0), [-2.296875, 101.5, -0.298828125]),
    ("max", lambda: tf.reduce_max(_x(), 1), [1.5, 100.0]),
    ("ones_like", lambda: tf.ones_like(_x()), [1.0] * 6),
    ("less", lambda: _x() < _read(0.1), [1, 0, 1, 0, 0, 1]),
    ("argmax", lambda: tf.argmax(_x(), 1), [1, 1]),
    ("gradient", lambda: _gradient(_w()), [152.0, 258.0, 22144.0, 39936.0, 0.002349853515625, -1.796875]),
    (
        "where",
        lambda: tf.where(_x() > _read(0.1), _x(), -_x()),
        [3.0, 1.5, 0.30078125, 0.69921875, 100.0, -0.00099945068359375],
    ),
    ("cumsum", lambda: tf.cumsum(_x(), 1), [-3.0, -1.5, -1.796875, 0.69921875, 100.5, 100.5]),
]

TRAININGS: list[tuple[str, Callable[[Any], Any], list[float]]] = [
    (
        "a dense update",
        lambda w: tf.train.AdagradOptimizer(0.01).minimize(tf.reduce_sum(tf.square(tf.matmul(_x(), w)))),
        [0.4765625, -0.2734375, 1.078125, 1.9765625, -0.69921875, 0.32421875],
    ),
    (
        "an update of rows",
        lambda w: tf.train.GradientDescentOptimizer(0.1).minimize(
            tf.reduce_sum(tf.square(tf.nn.embedding_lookup(w, [2, 0, 2])))
        ),
        [0.255859375, -0.1279296875, 1.1015625, 2.0, -0.150390625, 0.064453125],
    ),
    (
        "rows added to",
        lambda w: tf.scatter_add(w, [0, 0], _read([[1.01, 2.0], [3.0, 4.0]])),
        [12.5, 17.75, 1.1015625, 2.0, -0.69921875, 0.30078125],
    ),
    ("all added to", lambda w: tf.assign_add(w, w), [4.0, -2.0, 8.8125, 16.0, -5.59375, 2.40625]),
]


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize(("make", "expected"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_numbers_are_those_of_tensorflow(
    make: Callable[[], Any], expected: list[float], executor: str
) -> None:
    with tf.Graph().as_default(), Session(executor=executor) as session:
        value = tf.cast(make(), tf.float32)
        session.run(tf.global_variables_initializer())
        for _ in range(2):
            assert np.ravel(session.run(value)).tolist() == expected


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
@pytest.mark.parametrize(
    ("make", "expected"), [row[1:] for row in TRAININGS], ids=[row[0] for row in TRAININGS]
)
def test_variables_are_those_of_tensorflow(
    make: Callable[[Any], Any], expected: list[float], executor: str
) -> None:
    with tf.Graph().as_default(), Session(executor=executor) as session:
        variable = _w()
        step, value = make(variable), tf.cast(variable, tf.float32)
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(step)
        assert np.ravel(session.run(value)).tolist() == expected


@pytest.mark.parametrize("executor", ["interpreter", "numpy"])
def test_text_shows_the_number(executor: str) -> None:
    with tf.Graph().as_default(), Session(executor=executor) as session:
        text = tf.as_string(_x()[0, :2])
        for _ in range(2):
            assert session.run(text).tolist() == [b"-3.000000", b"1.500000"]


def test_a_variable_may_be_given_numbers() -> None:
    with tf.Graph().as_default(), Session() as session:
        variable = tf.get_variable("v", initializer=_read([1.0, 2.0]))
        session.run(variable.initializer)
        variable.load([1.5, -3.0], session)
        assert session.run(tf.cast(variable, tf.float32)).tolist() == [1.5, -3.0]


def test_bits_are_rounded_to_even_and_stay_what_they_are() -> None:
    halves = np.float32([1.00390625, 1.01171875, np.inf, -0.0])
    assert from_bits(to_bits(halves)).tolist() == [1.0, 1.015625, np.inf, 0.0]
    assert np.isnan(from_bits(to_bits(np.nan)))
    finite = np.arange(0x7F80, dtype=np.uint16)
    assert np.array_equal(to_bits(from_bits(finite)), finite)
