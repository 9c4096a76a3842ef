"""Windows of images; the values are those of TensorFlow 2.15.1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

IMAGE = np.arange(20, dtype=np.float32).reshape(1, 4, 5, 1)
ZERO = {"noise": "zero", "uniform_noise": False}


def glimpse(offset: Any, size: Any, image: Any = IMAGE, runs: int = 1, **attrs: Any) -> Any:
    with Graph().as_default(), Session() as session:
        taken = b.ExtractGlimpse(image, size, np.array([offset], np.float32), **attrs)
        for _ in range(runs):
            found = session.run(taken)
        assert found.shape == tuple(taken.shape.as_list())
        return found[0]


@pytest.mark.parametrize(
    ("offset", "size", "centered", "normalized", "wanted"),
    [
        ([0, 0], [3, 3], True, True, [[1, 2, 3], [6, 7, 8], [11, 12, 13]]),
        ([-1, -1], [3, 2], True, True, [[0, 0], [0, 0], [0, 5]]),
        ([1, 1], [2, 2], True, True, [[19, 0], [0, 0]]),
        ([0.3, 0.6], [2, 3], False, True, [[1, 2, 3], [6, 7, 8]]),
        ([-3, 2], [3, 3], False, False, [[0] * 3] * 3),
        ([9, 9], [3, 3], False, False, [[0] * 3] * 3),
        ([1.5, -2.5], [3, 4], True, False, [[5, 6, 7, 8], [10, 11, 12, 13], [15, 16, 17, 18]]),
        ([0, 0], [0, 3], True, True, []),
    ],
)
def test_a_window_lies_around_its_offset(
    offset: Any, size: Any, centered: bool, normalized: bool, wanted: Any
) -> None:
    found = glimpse(offset, size, centered=centered, normalized=normalized, **ZERO)
    assert found[:, :, 0].tolist() == wanted


@pytest.mark.parametrize(("noise", "mean", "deviation"), [("uniform", 0.5, 0.289), ("gaussian", 0.13, 0.16)])
def test_beyond_the_edge_is_noise_like_the_channel(noise: str, mean: float, deviation: float) -> None:
    image = np.zeros((1, 4, 4, 2), np.float32)
    image[0, 0, 0, 0], image[..., 1] = 1, 5
    one, other = (
        glimpse([0, 0], [60, 60], image, runs, noise=noise, uniform_noise=noise == "uniform")
        for runs in (1, 2)
    )
    assert 0 <= one[..., 0].min() and one[..., 0].max() <= 1 and set(one[..., 1].flat) == {5}
    # of 3600 draws, which TensorFlow clips to what the channel has
    assert abs(one[..., 0].mean() - mean) < 0.02 and abs(one[..., 0].std() - deviation) < 0.02
    assert not np.array_equal(one, other) and np.array_equal(one[28:32, 28:32], image[0])


def test_the_function_has_tensorflows_name_and_shape() -> None:
    with Graph().as_default():
        images, offsets = tf.placeholder(tf.float32, [None, 4, 4, 3]), tf.placeholder(tf.float32)
        taken = tf.image.extract_glimpse(images, [2, 3], offsets, uniform_noise=False)
        assert (taken.name, taken.shape.as_list()) == ("ExtractGlimpse:0", [None, 2, 3, 3])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": [3]}, "the size is a height and a width"),
        ({"offsets": [[0.0]]}, "an offset is a row and a column"),
        ({"offsets": [[0.0, 0.0]] * 2}, "the numbers of images and offsets"),
        ({"noise": "nope"}, "noise='nope': it is one of 'uniform', 'gaussian', 'zero'"),
        ({"noise": "zero"}, "uniform_noise=True and noise='zero' contradict one another"),
    ],
)
def test_what_fits_no_glimpse_is_refused(given: dict[str, Any], message: str) -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=message):
        b.ExtractGlimpse(**({"input": IMAGE, "size": [3, 3], "offsets": [[0.0, 0.0]]} | given))


def test_a_negative_size_is_an_error_of_the_run() -> None:
    with pytest.raises(InvalidArgumentError, match="must not be negative"):
        glimpse([0, 0], [-2, 3])
