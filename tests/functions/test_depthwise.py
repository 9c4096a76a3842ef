"""functions/depthwise.py: each channel has kernels of its own; a separable convolution then mixes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

RNG = np.random.default_rng(2)
IMAGES = RNG.standard_normal((2, 6, 5, 3)).astype(np.float32)
KERNEL = RNG.standard_normal((3, 2, 3, 2)).astype(np.float32)
POINTS = RNG.standard_normal((1, 1, 6, 4)).astype(np.float32)


def value(make: Any) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(make())


def test_each_channel_is_convolved_alone() -> None:
    made = value(lambda: tf.nn.depthwise_conv2d(IMAGES, KERNEL, [1, 2, 2, 1], "SAME"))
    alone = value(
        lambda: [
            tf.nn.conv2d(IMAGES[..., at : at + 1], KERNEL[:, :, at : at + 1], 2, "SAME") for at in range(3)
        ]
    )
    np.testing.assert_allclose(made, np.concatenate(alone, -1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
def test_taps_that_are_apart_make_the_same_as_in_one_operation(padding: str, data_format: str) -> None:
    """TensorFlow's op on a CPU knows no dilations, so that they become blocks around it."""
    images = IMAGES if data_format == "NHWC" else IMAGES.transpose(0, 3, 1, 2)
    rates = [1, 2, 2, 1] if data_format == "NHWC" else [1, 1, 2, 2]

    def both() -> list[Any]:
        made = tf.nn.depthwise_conv2d(images, KERNEL, [1] * 4, padding, rate=[2, 2], data_format=data_format)
        assert made.op.type == "BatchToSpaceND"
        words = {"data_format": data_format, "dilations": rates}
        return [made, tf.nn.depthwise_conv2d_native(images, KERNEL, [1] * 4, padding, **words)]

    np.testing.assert_allclose(*value(both), rtol=1e-5, atol=1e-5)


def test_gradients_are_the_functions_of_that_name() -> None:
    def pairs() -> list[Any]:
        x, kernel = tf.constant(IMAGES), tf.constant(KERNEL)
        y = tf.nn.depthwise_conv2d(x, kernel, [1] * 4, "SAME")
        flowing = RNG.standard_normal(y.shape.as_list()).astype(np.float32)
        return [
            *tf.gradients(y, [x, kernel], flowing),
            tf.nn.depthwise_conv2d_backprop_input(IMAGES.shape, KERNEL, flowing, [1] * 4, "SAME"),
            tf.nn.depthwise_conv2d_backprop_filter(IMAGES, KERNEL.shape, flowing, [1] * 4, "SAME"),
        ]

    dx, dkernel, dx_again, dkernel_again = value(pairs)
    assert np.array_equal(dx, dx_again)
    assert np.array_equal(dkernel, dkernel_again)


def test_separable_is_depthwise_and_then_point_by_point() -> None:
    def both() -> list[Any]:
        between = tf.nn.depthwise_conv2d(IMAGES, KERNEL, [1, 2, 2, 1], "SAME")
        made = tf.nn.separable_conv2d(IMAGES, KERNEL, POINTS, [1, 2, 2, 1], "SAME")
        return [made, tf.nn.conv2d(between, POINTS, 1, "VALID")]

    assert np.array_equal(*value(both))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tf.nn.depthwise_conv2d(IMAGES, KERNEL[:, :, :2], [1] * 4, "SAME"), "channels .* differ: 3 and 2"),
        (lambda: tf.nn.depthwise_conv2d(IMAGES, KERNEL, [1, 2, 2, 1], "SAME", rate=2), "apart, strides must be 1"),
        (lambda: tf.nn.separable_conv2d(IMAGES, KERNEL, KERNEL, [1] * 4, "SAME"), r"must be \[1, 1, channels"),
        (lambda: tf.nn.separable_conv2d(IMAGES, KERNEL, POINTS[:, :, :5], [1] * 4, "SAME"), "6 channels, .* is for 5"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(call: Any, said: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=said):
        call()
