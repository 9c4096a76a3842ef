"""functions/transposed.py: a transposed convolution is the gradient of a convolution's input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

RNG = np.random.default_rng(1)
PLACES = RNG.standard_normal((2, 3, 3, 4)).astype(np.float32)
KERNEL = RNG.standard_normal((3, 2, 5, 4)).astype(np.float32)


def value(make: Any) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(make())


@pytest.mark.parametrize(("width", "wanted"), [(5, [3, 3, 7, 7, 5]), (6, [3, 3, 7, 7, 5, 5])])
def test_the_output_shape_says_which_of_two_widths_is_meant(width: int, wanted: list[float]) -> None:
    """As TensorFlow 2.15.1: one row of three places, stride 2, two taps of ones."""
    row, ones = np.float32([3, 7, 5]).reshape(1, 1, 3, 1), np.ones((1, 2, 1, 1), np.float32)
    made = value(lambda: tf.nn.conv2d_transpose(row, ones, [1, 1, width, 1], [1, 1, 2, 1], "SAME"))
    assert made.ravel().tolist() == wanted


@pytest.mark.parametrize("padding", ["SAME", "VALID", [[0, 0], [1, 0], [0, 1], [0, 0]]])
def test_it_is_the_gradient_of_the_input(padding: Any) -> None:
    def both() -> list[Any]:
        x = tf.zeros([2, 6, 6, 5])
        y = tf.nn.conv2d(x, KERNEL, 2, padding)
        places = np.resize(PLACES, y.shape.as_list())
        made = tf.nn.conv2d_transpose(places, KERNEL, tf.shape(x), 2, padding)
        same = tf.nn.conv2d_backprop_input(tf.shape(x), KERNEL, places, [1, 2, 2, 1], padding)
        return [made, same, tf.gradients(y, x, places)[0]]

    made, same, wanted = value(both)
    assert np.array_equal(made, wanted)
    assert np.array_equal(same, wanted)


def test_sizes_may_be_tensors_and_the_batch_unknown() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3, 3, 4])
        y = tf.nn.conv2d_transpose(x, KERNEL, [tf.shape(x)[0], 6, 6, 5], 2)
        assert y.shape.as_list() == [None, 6, 6, 5]
        assert session.run(y, {x: PLACES}).shape == (2, 6, 6, 5)


@pytest.mark.parametrize("data_format", ["NWC", "NCW"])
def test_rows_are_images_of_one_row(data_format: str) -> None:
    is_first = data_format == "NCW"

    def both() -> list[Any]:
        rows, shape = PLACES[:, 0], [2, 6, 5]
        made = tf.nn.conv1d_transpose(
            rows.transpose(0, 2, 1) if is_first else rows,
            KERNEL[0],
            [2, 5, 6] if is_first else shape,
            2,
            data_format=data_format,
        )
        wanted = tf.nn.conv2d_transpose(PLACES[:, :1], KERNEL[:1], [2, 1, 6, 5], [1, 1, 2, 1])[:, 0]
        return [tf.transpose(made, [0, 2, 1]) if is_first else made, wanted]

    np.testing.assert_allclose(*value(both), rtol=1e-5, atol=1e-5)


def test_conv_transpose_goes_by_the_sizes_of_the_output() -> None:
    volumes = np.stack([PLACES, -PLACES])
    made = value(
        lambda: [
            tf.nn.conv_transpose(PLACES[:, 0], KERNEL[0], [2, 6, 5], 2),
            tf.nn.conv_transpose(PLACES, KERNEL, [2, 6, 6, 5], 2),
            tf.nn.conv_transpose(volumes, KERNEL[None], [2, 2, 6, 6, 5], [1, 2, 2]),
            tf.nn.conv3d_transpose(volumes, KERNEL[None], [2, 2, 6, 6, 5], [1, 2, 2]),
        ]
    )
    assert [part.shape for part in made[:2]] == [(2, 6, 5), (2, 6, 6, 5)]
    assert np.array_equal(made[2], made[3])


def test_atrous_transposed_is_the_gradient_of_atrous() -> None:
    def both() -> list[Any]:
        x = tf.zeros([2, 6, 6, 5])
        y = tf.nn.atrous_conv2d(x, KERNEL, 2, "SAME")
        places = np.resize(PLACES, (2, 6, 6, 4))
        made = tf.nn.atrous_conv2d_transpose(places, KERNEL, [2, 6, 6, 5], 2, "SAME")
        return [made, tf.gradients(y, x, places)[0]]

    np.testing.assert_allclose(*value(both), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ([2, 6, 5], r"output_shape must have 4 sizes, given: \[2, 6, 5\]"),
        ([None, 6, 6, 5], r"pass tf.shape\(x\)"),
        ([-1, 6, 6, 5], r"output_shape must be known sizes, given: \(-1, 6, 6, 5\)"),
        (
            [2, 9, 6, 5],
            r"out_backprop is \(2, 3, 3, 4\), but a filter \(3, 2, 5, 4\) has \(\?, 5, 3, \?\) places",
        ),
        ([3, 6, 6, 5], r"batches .* differ: 3 and 2"),
        ([2, 6, 6, 7], r"has 7 channels, and the filter \(3, 2, 5, 4\) is for 5"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(shape: Any, said: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=said):
        tf.nn.conv2d_transpose(PLACES, KERNEL, shape, 2)
