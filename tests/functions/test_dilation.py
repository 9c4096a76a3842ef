"""Grey dilation and erosion; tests/ops has the formula."""

from __future__ import annotations

import numpy as np
import pytest

from estimator import tf

ONES = [1, 1, 1, 1]


def test_an_erosion_is_the_least_difference_as_scipy_has_it() -> None:
    image = np.array([[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]], np.float32)[None, :, :, None]
    kernel = np.array([[0.5, 0.0]], np.float32)[:, :, None]
    eroded = tf.nn.erosion2d(image, kernel, ONES, ONES, "VALID")
    # the kernel is turned around: min(left - 0, right - 0.5)
    assert tf.Session().run(eroded)[0, :, :, 0].tolist() == [[0.5, 1.0], [1.0, 5.0]]


def test_the_lowest_number_stands_where_there_is_none() -> None:
    image = np.array([[np.nan, 1.0, np.nan, np.nan]], np.float32)[None, :, :, None]
    dilated = tf.nn.dilation2d(image, np.zeros([1, 2, 1], np.float32), ONES, ONES, "SAME")
    lowest = np.finfo(np.float32).min
    assert tf.Session().run(dilated).ravel().tolist() == [1.0, 1.0, lowest, lowest]  # as TensorFlow 2.15.1


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"strides": [1, 1, 1, 2]}, "a window moves neither along the batch nor along the channels"),
        (
            {"strides": [0, 1, 1, 1], "rates": [1]},
            "strides must be 4 numbers of at least 1.*dilations must be 4 numbers",
        ),
        ({"filters": np.zeros([5, 1, 3], np.float32)}, "does not fit into 4 elements"),
        ({"filters": np.zeros([1, 1, 2], np.float32)}, "channels of input and filter"),
        ({"padding": "FULL"}, "padding must be SAME, VALID"),
    ],
)
def test_what_does_not_fit_is_said(arguments: dict[str, object], answer: str) -> None:
    given = {"filters": np.zeros([1, 1, 3], np.float32), "strides": ONES, "rates": ONES, "padding": "VALID"}
    with pytest.raises(ValueError, match=answer):
        tf.nn.dilation2d(tf.zeros([1, 4, 4, 3]), **given | arguments)
