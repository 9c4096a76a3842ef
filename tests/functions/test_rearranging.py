"""Grids are numpy's, and what does not fit is refused while the graph is built, by a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from estimator import tf


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("tf.gather_nd(x, 3)", "indices must have an axis of positions"),
        ("tf.scatter_nd(3, x, [3])", "indices must have an axis of positions"),
        ("tf.scatter_nd([[0], [1]], 1.0, [3])", r"\(\) and \(2,\) are not compatible"),
        ("tf.scatter_nd([[0], [1]], 1.0, n)", r"updates of shape \(\) are not one for each place of \(2,\)"),
        ("tf.roll(1.0, 1, 0)", "a scalar has no axis to roll along"),
        ("tf.raw_ops.StridedSlice(input=x, begin=3, end=[1], strides=[1])", "begin must have 1 dimension"),
        ("tf.pad(x, tf.placeholder(tf.int32, [2]))", "paddings must have 2 dimension"),
        ("tf.pad(x, [[1, 1]], constant_values=[1.0, 2.0])", "must be a scalar"),
        ("tf.unstack(1.0)", "axis 0 is out of range for the 0 dimensions"),
        ("tf.unstack(x, axis=1)", "axis 1 is out of range for the 1 dimensions"),
        ("tf.random.stateless_multinomial([[0.5, 0.5]], 1, 3)", r"\(\) and \(2,\) are not compatible"),
        ("tf.nn.sufficient_statistics(1.0, [0])", "axis 0 is out of range for 0 dimensions"),
    ],
)
def test_what_does_not_fit_is_refused_before_the_run(call: str, answer: str) -> None:
    names = {"tf": tf, "x": tf.placeholder(tf.float32, [2]), "n": tf.placeholder(tf.int32, [None])}
    with pytest.raises(ValueError, match=answer):
        eval(call, names)  # noqa: S307  those above


@pytest.mark.parametrize("repeats", [1.5, [1.5, 2.0], "a"])
def test_repeats_are_integers(repeats: object) -> None:
    with pytest.raises(TypeError, match="repeats is (float32|string); it takes int32 or int64"):
        tf.repeat([1.0, 2.0], repeats)


def test_what_has_no_slices_is_unstacked_to_none() -> None:
    assert tf.unstack(tf.zeros([0, 3])) == []


@pytest.mark.parametrize("dtype", [tf.float16, tf.float64])
def test_statistics_of_float32_normalize_other_floating_point_types(dtype: tf.DType) -> None:
    x = tf.constant([1.0, 3.0], dtype)
    y = tf.nn.batch_normalization(x, tf.constant(1.0), tf.constant(3.0), tf.constant(0.5), None, 1.0)
    assert y.dtype is dtype
    np.testing.assert_allclose(tf.Session().run(y), [0.5, 1.5])


@pytest.mark.parametrize("indexing", ["xy", "ij"])
def test_meshgrid_is_numpys(indexing: str) -> None:
    vectors = [np.float32([1, 2, 3]), np.float32([4, 5]), np.float32([6, 7])]
    with tf.Session() as session:
        got = session.run(tf.meshgrid(*vectors, indexing=indexing))
    for one, other in zip(got, np.meshgrid(*vectors, indexing=indexing), strict=True):
        np.testing.assert_array_equal(one, other)
