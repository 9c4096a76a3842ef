from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.runtime.executors.jax.comparing import compared

pytestmark = pytest.mark.jax


def weights() -> Any:
    return tf.get_variable("w", initializer=np.array([0.5, 0.75, 1.25], np.float32))


def either(holds: Any) -> Any:
    w = weights()
    y = tf.cond(holds, lambda: tf.sin(w) * 3.0, lambda: w * w)
    [slope] = tf.gradients(y, w)
    return [y, slope, tf.gradients(slope, w)]


def of_a_variable() -> Any:
    return either(tf.reduce_sum(tf.get_variable("s", initializer=np.float32(2.0))) > 1.0)


def of_a_constant() -> Any:
    return either(tf.constant(False))


def of_many() -> Any:
    """The last one is for all numbers that no other has."""
    w = weights()
    number = tf.get_variable("number", initializer=-1, trainable=False)
    y = tf.switch_case(tf.identity(number), [lambda: w * 1.0, lambda: w * w, lambda: tf.exp(w)])
    with tf.control_dependencies([y]):
        return [tf.identity(y), tf.gradients(y, w), tf.assign_add(number, 1)]


def writing() -> Any:
    w = weights()
    count = tf.get_variable("count", initializer=0)
    return tf.cond(
        tf.reduce_sum(w) < 4.0,
        lambda: tf.reduce_sum(tf.assign_add(w, tf.ones([3]))),
        lambda: tf.cast(tf.assign_add(count, 1), tf.float32),
    )


def drawing() -> Any:
    """A branch that was not taken has drawn nothing; what one has drawn is kept for the way back."""
    w = weights()
    flag = tf.get_variable("flag", initializer=0)
    y = tf.cond(
        tf.equal(flag % 2, 0),
        lambda: w * tf.random_uniform([2, 3]),
        lambda: tf.reshape(w, [1, 3]) * 2.0 * tf.ones([2, 1]),
    )
    with tf.control_dependencies([y]):
        return [tf.identity(y), tf.gradients(y, w), tf.assign_add(flag, 1)]


def calling() -> Any:
    w = weights()

    @tf.function
    def twice(x: Any) -> Any:
        return x * w * 2.0

    y = twice(twice(w))
    return [y, tf.gradients(y, w)]


def with_a_gradient_of_its_own() -> Any:
    w = weights()

    @tf.custom_gradient
    def exp(x: Any) -> Any:
        return tf.exp(x), lambda dy: dy * 3.0

    @tf.recompute_grad
    def deep(x: Any) -> Any:
        return tf.tanh(tf.sin(x) * x)

    return [exp(w), tf.gradients(exp(w), w), deep(w), tf.gradients(deep(w), w)]


CHOICES = [
    of_a_variable, of_a_constant, of_many, writing, drawing, calling, with_a_gradient_of_its_own,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", CHOICES, ids=lambda make: make.__name__)
def test_branches_on_the_device_give_the_interpreters_numbers(make: Callable[[], Any]) -> None:
    assert compared(make, runs=5) == {}


def test_branches_whose_results_differ_in_shape_are_run_by_the_host() -> None:
    def make() -> Any:
        w = weights()
        return [tf.cond(tf.reduce_sum(w) > 1.0, lambda: w[:2], lambda: w), w * 2.0]

    left = compared(make)
    assert "different shapes: (3,) and (2,)" in left["If"]


def test_a_branch_that_would_fail_and_is_not_taken_fails_nothing() -> None:
    def make() -> Any:
        w = weights()
        x = tf.placeholder_with_default(np.ones((2, 3), np.float32), [None, None])
        return [tf.cond(tf.reduce_sum(w) > 1.0, lambda: w, lambda: tf.matmul(x, x)[0]), w * 2.0]

    compared(make)


def test_texts_in_a_branch_are_the_hosts() -> None:
    def make() -> Any:
        w = weights()
        text = tf.placeholder_with_default(np.array([b"a", b"bc"], object), [2])
        return [
            tf.cond(tf.reduce_sum(w) > 1.0, lambda: tf.strings.length(text), lambda: tf.zeros([2], tf.int32)),
            w + 1.0,
        ]

    assert set(compared(make)) <= {"If"}
