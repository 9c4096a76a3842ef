"""Images compared: by formulas, and what is refused. Values are compared with TensorFlow's in test_against_tensorflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.functions.image import quality
from estimator.runtime.session import Session

IMAGE = np.random.default_rng(0).random((12, 13, 2)).astype(np.float32)


def run(fetch: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetch, feeds)


def test_psnr_is_the_formula_in_decibels() -> None:
    other = IMAGE * 0.9
    error = np.mean(np.square((IMAGE - other).astype(np.float64)))
    np.testing.assert_allclose(run(quality.psnr(IMAGE, other, 1.0)), 10 * np.log10(1 / error), rtol=1e-5)


def test_an_image_is_like_itself() -> None:
    np.testing.assert_allclose(run(quality.ssim(IMAGE, IMAGE, 1.0)), 1, rtol=1e-6)
    alike = quality.ssim_multiscale(IMAGE, IMAGE, 1.0, power_factors=[0.5, 0.5], filter_size=3)
    np.testing.assert_allclose(run(alike), 1, rtol=1e-6)
    assert run(quality.ssim(IMAGE, 1 - IMAGE, 1.0)) < 0


def in_one_scale(img1: Any, img2: Any, max_val: float) -> Any:
    return quality.ssim_multiscale(img1, img2, max_val, power_factors=[1.0])


@pytest.mark.parametrize("compare", [quality.psnr, quality.ssim, in_one_scale])
def test_images_of_different_sizes_are_not_compared(compare: Any) -> None:
    with pytest.raises(ValueError, match=r"different sizes .*\(12, 13, 2\) and \(11, 13, 2\)"):
        compare(IMAGE, IMAGE[1:], 1.0)
    with pytest.raises(ValueError, match="at least 3 axes"):
        compare(IMAGE[0], IMAGE[0], 1.0)
    other = placeholder(np.float32, None)
    with pytest.raises(InvalidArgumentError, match="images of different sizes"):
        run(compare(IMAGE, other, 1.0), {other: IMAGE[1:]})


def test_batches_of_any_rank_are_compared() -> None:
    videos = np.broadcast_to(IMAGE, (2, 3, *IMAGE.shape))
    assert run(quality.ssim(videos, videos, 1.0)).shape == (2, 3)
    assert run(quality.psnr(videos, IMAGE, 1.0)).shape == (2, 3)


def test_variation_is_the_sum_of_the_steps() -> None:
    steps = sum(np.abs(np.diff(IMAGE.astype(np.float64), axis=axis)).sum() for axis in (0, 1))
    np.testing.assert_allclose(run(quality.total_variation(IMAGE)), steps, rtol=1e-5)
    with pytest.raises(ValueError, match=r"given the shape \(12, 13\)"):
        quality.total_variation(IMAGE[..., 0])


@pytest.mark.parametrize("function", [quality.image_gradients, quality.sobel_edges])
def test_slopes_are_of_batches(function: Any) -> None:
    with pytest.raises(ValueError, match="a batch of images is"):
        function(IMAGE)


def test_a_ramp_has_one_slope() -> None:
    ramp = np.broadcast_to(np.arange(6, dtype=np.float32)[None, :, None, None], (1, 6, 5, 1))
    below, beside = run(quality.image_gradients(ramp))
    assert below[0, :, 0, 0].tolist() == [1, 1, 1, 1, 1, 0]
    assert not beside.any()
    edges = run(quality.sobel_edges(ramp))
    assert edges[0, 1:-1, 1:-1, 0, 0].tolist() == [[8] * 3] * 4  # twice the weights' sum
    assert not edges[..., 1].any()
