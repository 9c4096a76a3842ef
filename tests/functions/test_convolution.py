"""functions/convolution.py: arguments in all spellings, data formats, shapes that are not known, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf

RNG = np.random.default_rng(0)
IMAGES = RNG.standard_normal((2, 5, 6, 3)).astype(np.float32)
KERNEL = RNG.standard_normal((3, 2, 3, 4)).astype(np.float32)
ROW = np.float32([1, 2, 3, 4, 5]).reshape(1, 1, 5, 1)


def value(make: Any, feeds: Any = None) -> Any:
    """What a graph of these tensors gives; `make` gets a placeholder of no known size for each array in `feeds`."""
    with tf.Graph().as_default(), tf.Session() as session:
        given = {
            name: tf.placeholder(tf.float32, [None] * array.ndim) for name, array in (feeds or {}).items()
        }
        return session.run(make(**given), {given[name]: array for name, array in (feeds or {}).items()})


@pytest.mark.parametrize(
    ("taps", "wanted"),
    # What TensorFlow 2.15.1 gives: an even kernel reaches further to the right.
    [(2, [3, 7, 5]), (4, [6, 14, 9])],
)
def test_even_kernels_reach_to_the_right(taps: int, wanted: list[float]) -> None:
    ones = np.ones((1, taps, 1, 1), np.float32)
    assert value(lambda: tf.nn.conv2d(ROW, ones, (1, 2), "SAME")).ravel().tolist() == wanted


def test_all_spellings_mean_the_same() -> None:
    def spellings() -> list[Any]:
        return [
            tf.nn.conv2d(IMAGES, KERNEL, [1, 2, 2, 1], "SAME"),
            tf.nn.conv2d(IMAGES, filters=KERNEL, strides=2, padding="SAME"),
            tf.nn.conv2d(IMAGES, KERNEL, strides=(2, 2), padding="SAME", data_format=None, dilations=[1, 1]),
            tf.nn.convolution(IMAGES, KERNEL, "SAME", strides=[2, 2]),
            tf.nn.convolution(
                IMAGES, filters=KERNEL, padding="SAME", strides=np.array([2, 2]), data_format="NHWC"
            ),
        ]

    first, *others = value(spellings)
    assert all(np.array_equal(first, other) for other in others)


def test_channels_first_is_the_same_with_other_axes() -> None:
    def both(x: Any) -> list[Any]:
        pairs = [(0, 0), (1, 0), (0, 2), (0, 0)]
        last = tf.nn.conv2d(x, KERNEL, [1, 2, 1, 1], pairs)
        turned = tf.transpose(x, [0, 3, 1, 2])
        first = tf.nn.conv2d(turned, KERNEL, [2, 1], [pairs[0], pairs[3], *pairs[1:3]], data_format="NCHW")
        return [last, tf.transpose(first, [0, 2, 3, 1])]

    last, first = value(both, {"x": IMAGES})
    np.testing.assert_allclose(last, first, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("data_format", ["NWC", "NHWC", "NCW", "NCHW", None])
def test_conv1d_is_a_convolution_of_images_of_one_row(data_format: str | None) -> None:
    is_first = data_format in ("NCW", "NCHW")

    def both(x: Any) -> list[Any]:
        rows = tf.transpose(x, [0, 2, 1]) if is_first else x
        made = tf.nn.conv1d(rows, KERNEL[0], 2, "SAME", data_format=data_format, dilations=1)
        return [
            tf.transpose(made, [0, 2, 1]) if is_first else made,
            tf.nn.conv2d(x[:, None], KERNEL[:1], [1, 1, 2, 1], "SAME")[:, 0],
        ]

    made, wanted = value(both, {"x": IMAGES[:, 0]})
    np.testing.assert_allclose(made, wanted, rtol=1e-5, atol=1e-5)


def test_more_axes_before_the_image_are_one_batch() -> None:
    stacked = np.stack([IMAGES, IMAGES + 1, IMAGES * 2])

    def both(x: Any) -> list[Any]:
        return [
            tf.nn.conv2d(x, KERNEL, 1, "VALID"),
            tf.nn.conv1d(x, KERNEL[0], 1, "VALID"),
            tf.nn.convolution(x, KERNEL, "VALID"),
        ]

    images, rows, again = value(both, {"x": stacked})
    wanted = value(lambda: [tf.nn.conv2d(part, KERNEL, 1, "VALID") for part in stacked])
    assert images.shape == (3, 2, 3, 5, 4)
    assert rows.shape == (3, 2, 5, 5, 4)
    assert np.array_equal(images, again)
    np.testing.assert_allclose(images, np.stack(wanted), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
@pytest.mark.parametrize("known", [True, False])
def test_taps_that_are_apart_make_the_same_as_in_one_operation(
    padding: str, data_format: str, known: bool
) -> None:
    """TensorFlow's gradients on a CPU know no dilations, so that they become blocks around the convolution."""
    images = IMAGES if data_format == "NHWC" else IMAGES.transpose(0, 3, 1, 2)

    def both(x: Any = images) -> list[Any]:
        spread = tf.nn.convolution(x, KERNEL, padding, dilation_rate=[2, 3], data_format=data_format)
        assert spread.op.type == "BatchToSpaceND"
        return [spread, tf.nn.conv2d(x, KERNEL, 1, padding, data_format=data_format, dilations=[2, 3])]

    made, wanted = value(both, None if known else {"x": images})
    np.testing.assert_allclose(made, wanted, rtol=1e-4, atol=1e-5)


def test_taps_may_be_apart_along_one_and_three_axes_and_behind_several_batches() -> None:
    volumes = np.stack([IMAGES, -IMAGES])
    rows, deep, several, again = value(
        lambda: [
            tf.nn.convolution(IMAGES[:, 0], KERNEL[0], "SAME", dilation_rate=2),
            tf.nn.convolution(volumes, KERNEL[None], "SAME", dilation_rate=[1, 2, 2]),
            tf.nn.convolution(volumes, KERNEL, "SAME", dilation_rate=[2, 2]),
            tf.nn.conv2d(volumes.reshape(4, 5, 6, 3), KERNEL, 1, "SAME", dilations=2),
        ]
    )
    wanted = value(lambda: tf.nn.conv1d(IMAGES[:, 0], KERNEL[0], 1, "SAME", dilations=2))
    np.testing.assert_allclose(rows, wanted, rtol=1e-4, atol=1e-5)
    for made in (deep, several):
        np.testing.assert_allclose(made.reshape(again.shape), again, rtol=1e-4, atol=1e-5)


def test_atrous_conv2d_has_taps_so_far_apart() -> None:
    made, wanted = value(
        lambda: [
            tf.nn.atrous_conv2d(IMAGES, KERNEL, 2, "SAME"),
            tf.nn.conv2d(IMAGES, KERNEL, 1, "SAME", dilations=2),
        ]
    )
    np.testing.assert_allclose(made, wanted, rtol=1e-4, atol=1e-5)


def test_the_kernel_may_be_a_variable_and_the_input_its_own_gradient() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        kernel = tf.get_variable("kernel", initializer=KERNEL)
        y = tf.nn.conv2d(IMAGES, kernel, 1, "SAME")
        given = tf.ones_like(y)
        by_rule = tf.gradients(y, kernel)[0]
        by_name = tf.nn.conv2d_backprop_filter(IMAGES, KERNEL.shape, given, [1, 1, 1, 1], "SAME")
        session.run(tf.global_variables_initializer())
        assert np.array_equal(*session.run([by_rule, by_name]))


def test_volumes_are_convolved_by_the_same_functions() -> None:
    volumes, kernel = np.stack([IMAGES, -IMAGES]), KERNEL[None]
    made, again, back = value(
        lambda: [
            tf.nn.conv3d(volumes, kernel, 1, "SAME"),
            tf.nn.convolution(volumes, kernel, "SAME"),
            tf.nn.conv3d_backprop_filter_v2(volumes, kernel.shape, tf.ones([2, 2, 5, 6, 4]), [1] * 5, "SAME"),
        ]
    )
    assert np.array_equal(made, again)
    wanted = value(lambda: tf.nn.conv2d(volumes.reshape(4, 5, 6, 3), KERNEL, 1, "SAME"))
    np.testing.assert_allclose(made.reshape(wanted.shape), wanted, rtol=1e-5, atol=1e-5)
    assert back.shape == kernel.shape


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: tf.nn.conv2d(IMAGES, KERNEL), TypeError, "conv2d needs strides and padding"),
        (lambda: tf.nn.conv1d(IMAGES), TypeError, "conv1d needs filters and stride and padding"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, 1, "same"), ValueError, "padding must be 'SAME', 'VALID' or a list"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, 1, [1, 1]), ValueError, r"a pair .* for each of the axes NHWC"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, [1, 2, 2], "SAME"), ValueError, r"strides must have 1, 2 or 4 numbers"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, 1, "SAME", data_format="NWHC"), ValueError, "NHWC or NCHW, given: 'NWHC'"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, 1, "SAME", filters=KERNEL), ValueError, "are the same argument"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL[..., :2, :], 1, "SAME"), ValueError, "has 3 channels, and the filter"),
        (lambda: tf.nn.convolution(IMAGES[0, 0], KERNEL[0, 0], "SAME"), ValueError, "over 1, 2 or 3 axes of space"),
        (lambda: tf.nn.convolution(IMAGES, KERNEL, "SAME", 2, 2), ValueError, "where taps are apart, strides must be 1"),
        (lambda: tf.nn.convolution(IMAGES, KERNEL, [[0, 0]] * 4, 1, 2), ValueError, "'VALID' where taps are apart"),
        (lambda: tf.nn.conv2d(IMAGES, KERNEL, stride=1, padding="SAME"), TypeError, "strides"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(call: Any, error: type[Exception], said: str) -> None:
    with tf.Graph().as_default(), pytest.raises(error, match=said):
        call()
