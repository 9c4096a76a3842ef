"""Colours changed by chance, and what is refused. Values are compared with TensorFlow's in test_against_tensorflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.functions.image import colours
from estimator.functions.image.values import convert_image_dtype
from estimator.graph.graph import get_default_graph
from estimator.runtime.session import Session

IMAGE = np.random.default_rng(0).random((4, 5, 3)).astype(np.float32) * 0.4 + 0.3


def draws(fetch: Any, count: int = 50) -> list[Any]:
    with Session() as session:
        return [session.run(fetch) for _ in range(count)]


def test_brightness_changes_by_at_most_the_delta() -> None:
    changes = [image - IMAGE for image in draws(colours.random_brightness(IMAGE, 0.2, seed=1))]
    assert all(np.ptp(change) < 1e-6 for change in changes)
    means = [float(change.mean()) for change in changes]
    assert -0.2 <= min(means) < -0.1 < 0.1 < max(means) <= 0.2


def test_contrast_changes_within_its_bounds() -> None:
    factors = [
        image.std() / IMAGE.std() for image in draws(colours.random_contrast(IMAGE[..., :1], 0.5, 1.5))
    ]
    scale = IMAGE[..., :1].std() / IMAGE.std()
    assert 0.5 <= min(factors) / scale + 1e-5 < 0.8
    assert 1.2 < max(factors) / scale - 1e-5 <= 1.5


def test_hue_turns_within_its_bounds_and_nothing_else_changes() -> None:
    turned = draws(colours.rgb_to_hsv(colours.random_hue(IMAGE, 0.1, seed=2)))
    (hsv,) = draws(colours.rgb_to_hsv(IMAGE), 1)
    turns = [(image - hsv)[..., 0] for image in turned]
    turns = [turn - np.round(turn) for turn in turns]
    assert max(np.ptp(turn) for turn in turns) < 1e-4
    assert (
        -0.1 <= min(turn.mean() for turn in turns) < -0.05 < 0.05 < max(turn.mean() for turn in turns) <= 0.1
    )
    np.testing.assert_allclose(turned[0][..., 1:], hsv[..., 1:], atol=1e-5)


def test_saturation_changes_within_its_bounds() -> None:
    (hsv,) = draws(colours.rgb_to_hsv(IMAGE), 1)
    found = draws(colours.rgb_to_hsv(colours.random_saturation(IMAGE, 0.5, 0.9, seed=2)))
    factors = [float((image[..., 1] / hsv[..., 1]).mean()) for image in found]
    assert 0.5 - 1e-4 <= min(factors) < 0.6 < 0.8 < max(factors) <= 0.9 + 1e-4


@pytest.mark.parametrize("function", [colours.random_contrast, colours.random_saturation])
@pytest.mark.parametrize("bounds", [(-0.1, 1.0), (1.0, 1.0), (2.0, 1.0)])
def test_bounds_that_are_none_are_refused(function: Any, bounds: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=f"given: {bounds[0]} and {bounds[1]}"):
        function(IMAGE, *bounds)


def test_deltas_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="non-negative, given: -1"):
        colours.random_brightness(IMAGE, -1)
    for delta in (-0.1, 0.6):
        with pytest.raises(ValueError, match=rf"within \[0, 0.5\], given: {delta}"):
            colours.random_hue(IMAGE, delta)


def test_a_negative_gamma_is_refused() -> None:
    with pytest.raises(ValueError, match="gamma must be non-negative, given: -1"):
        colours.adjust_gamma(IMAGE, -1)
    gamma = placeholder(np.float32, [])
    with Session() as session, pytest.raises(InvalidArgumentError, match="gamma must be non-negative"):
        session.run(colours.adjust_gamma(IMAGE, gamma), {gamma: -1.0})


@pytest.mark.parametrize(
    "function",
    [
        colours.rgb_to_grayscale,
        colours.rgb_to_hsv,
        colours.hsv_to_rgb,
        colours.rgb_to_yuv,
        lambda images: colours.adjust_hue(images, 0.1),
        lambda images: colours.adjust_saturation(images, 0.1),
    ],
)
def test_colours_have_three_numbers(function: Any) -> None:
    with pytest.raises(ValueError, match=r"3 numbers|of 3 numbers"):
        function(IMAGE[..., :2])
    images = placeholder(np.float32, None)
    with Session() as session, pytest.raises(InvalidArgumentError):
        session.run(function(images), {images: IMAGE[..., :2]})


def test_a_grey_image_has_one_channel() -> None:
    with pytest.raises(ValueError, match=r"size 1, given: \(4, 5, 3\)"):
        colours.grayscale_to_rgb(IMAGE)
    images = placeholder(np.float32, None)
    with Session() as session, pytest.raises(InvalidArgumentError, match="must have size 1"):
        session.run(colours.grayscale_to_rgb(images), {images: IMAGE})


def test_colours_of_any_rank_are_changed_in_the_run() -> None:
    images = placeholder(np.float32, None)
    with Session() as session:
        for value in (IMAGE, IMAGE[0], IMAGE[None, None]):
            grey = session.run(colours.rgb_to_grayscale(images), {images: value})
            np.testing.assert_allclose(grey[..., 0], value @ [0.2989, 0.587, 0.114], rtol=1e-5)


def test_the_seed_of_the_graph_repeats_the_chance() -> None:
    get_default_graph().seed = 3
    changed = colours.random_contrast(colours.random_brightness(IMAGE, 0.3), 0.2, 1.8)
    np.testing.assert_array_equal(draws(changed, 3), draws(changed, 3))


def test_pixels_are_numbers() -> None:
    with pytest.raises(TypeError, match="not string"):
        convert_image_dtype(placeholder(np.object_, [1]), np.float32)
    with pytest.raises(TypeError, match="not bool"):
        convert_image_dtype(IMAGE, np.bool_)
