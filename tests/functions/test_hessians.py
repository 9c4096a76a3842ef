"""Second derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from estimator import tf


def run(fetches: object) -> list[np.ndarray]:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches)


def test_the_second_derivatives_of_a_quadratic_form_are_its_matrix() -> None:
    a = np.array([[2.0, 1.0], [1.0, -3.0]], np.float32)
    x = tf.get_variable("x", [2, 1])
    (second,) = run(tf.hessians(0.5 * tf.matmul(x, tf.matmul(a, x), transpose_a=True), x))
    np.testing.assert_allclose(second.reshape(2, 2), a)
    assert second.shape == (2, 1, 2, 1)


def test_each_source_is_by_itself_and_sizes_may_be_unknown() -> None:
    x, y = tf.placeholder_with_default([1.0, 2.0], [None]), tf.constant(3.0)
    of_x, of_y = run(tf.hessians(tf.reduce_sum(x**3) * y**2, [x, y]))
    np.testing.assert_allclose(of_x, np.diag([54.0, 108.0]))
    np.testing.assert_allclose(of_y, 18.0)


def test_what_is_linear_has_second_derivatives_of_0() -> None:
    x = tf.constant([1.0, 2.0])
    (second,) = run(tf.hessians(tf.reduce_sum(3 * x), x))
    assert second.tolist() == [[0, 0], [0, 0]]


def test_what_ys_do_not_depend_on_is_named() -> None:
    x, y = tf.constant([1.0], name="x"), tf.constant([1.0], name="lost")
    with pytest.raises(ValueError, match="ys do not depend on .*lost"):
        tf.hessians(tf.reduce_sum(x), [x, y])
