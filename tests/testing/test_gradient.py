"""Gradients compared with differences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from estimator import tf


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A default session of a graph of its own."""
    with tf.Graph().as_default(), tf.Session() as made:
        yield made


def test_the_jacobian_has_a_row_an_input_and_a_column_an_output() -> None:
    x = tf.constant([1.0, 2.0])
    y = tf.stack([x[0] * x[1], x[0], x[1] ** 2])
    analytic, numeric = tf.test.compute_gradient(
        x=x, x_shape=[2], y=y, y_shape=[3], x_init_value=np.array([3.0, 5.0]), delta=1e-2
    )
    np.testing.assert_allclose(analytic, [[5, 1, 0], [3, 0, 10]])
    np.testing.assert_allclose(numeric, analytic, rtol=1e-3, atol=1e-3)


def test_a_wrong_gradient_is_found() -> None:
    @tf.custom_gradient
    def twice(x: tf.Tensor) -> object:
        return 2.0 * x, lambda dy: 3.0 * dy

    x = tf.constant([1.0, 2.0])
    assert tf.test.compute_gradient_error(x, [2], twice(x), [2]) == pytest.approx(1.0, abs=1e-2)
    assert tf.test.compute_gradient_error(x, [2], 2.0 * x, [2]) < 1e-2


def test_several_inputs_are_compared_one_after_another() -> None:
    v = tf.get_variable("v", initializer=[2.0])
    x, z = tf.constant([1.0, 2.0], tf.float64), tf.placeholder(tf.float64, [2])
    y = x * z * tf.cast(v, tf.float64)
    found = tf.test.compute_gradient(
        [x, z], [[2], [2]], y, [2], x_init_value=[np.ones(2), np.full(2, 3.0)],
        init_targets=[v.initializer], extra_feed_dict={z: [5.0, 7.0]},
    )  # fmt: skip
    np.testing.assert_allclose(
        [analytic for analytic, _ in found], [np.diag([10.0, 14.0]), np.diag([2.0, 4.0])]
    )
    np.testing.assert_allclose(
        [numeric for _, numeric in found], [np.diag([10.0, 14.0]), np.diag([2.0, 4.0])]
    )


def test_real_and_imaginary_parts_have_rows_and_columns_of_their_own() -> None:
    x = tf.constant([1 + 2j], tf.complex128)
    analytic, numeric = tf.test.compute_gradient(x, [1], tf.math.real(x), [1], np.array([3 + 4j]))
    np.testing.assert_allclose(analytic, [[1], [0]])
    np.testing.assert_allclose(numeric, analytic, atol=1e-9)


def test_rows_that_are_looked_up_count_as_the_whole_table() -> None:
    table = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert tf.test.compute_gradient_error(table, [3, 2], tf.gather(table, [2, 0, 2]), [3, 2]) < 1e-2


def test_nothing_has_no_error() -> None:
    x = tf.zeros([0])
    assert tf.test.compute_gradient_error(x, [0], x * 2.0, [0]) == 0.0


@pytest.mark.parametrize(
    ("kind", "message", "given"),
    [
        (TypeError, r"x:0 is int32", {"x": (tf.int32, [2]), "x_shape": [2]}),
        (ValueError, r"x_init_value has shape \[3\], but x_shape is \[2\]", {"x_init_value": np.ones(3)}),
        (ValueError, r"does not depend on x:0", {"y": (tf.float32, [2])}),
    ],
)
def test_what_cannot_be_compared_is_refused(
    kind: type[Exception], message: str, given: dict[str, object]
) -> None:
    x = tf.placeholder(*given.pop("x", (tf.float32, [2])), name="x")  # type: ignore[misc]
    y = tf.placeholder(*given.pop("y")) if "y" in given else x * 2  # type: ignore[misc]
    with pytest.raises(kind, match=message):
        tf.test.compute_gradient(**{"x": x, "x_shape": [2], "y": y, "y_shape": [2], **given})  # type: ignore[arg-type]


def test_without_a_default_session_it_says_so() -> None:
    x = tf.constant([1.0])
    with tf.Session():
        pass
    with pytest.raises(ValueError, match="needs a default session"):
        with tf.Graph().as_default():
            _outside(x)


def _outside(x: tf.Tensor) -> None:
    import threading

    raised: list[Exception] = []

    def compute() -> None:
        try:
            tf.test.compute_gradient(x, [1], x * 2.0, [1])
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=compute)
    thread.start()
    thread.join()
    raise raised[0]
