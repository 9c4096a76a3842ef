"""What resizing refuses. Values are compared with TensorFlow's in test_against_tensorflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.functions.image import resizing
from estimator.runtime.session import Session

IMAGE = np.zeros((4, 6, 3), np.float32)


def test_methods_have_tensorflows_numbers() -> None:
    method = resizing.ResizeMethod
    numbers = [method.BILINEAR, method.NEAREST_NEIGHBOR, method.BICUBIC, method.AREA]
    assert numbers == [0, 1, 2, 3]


@pytest.mark.parametrize("method", [4, "lanczos3"])
def test_an_unknown_method_is_refused(method: Any) -> None:
    with pytest.raises(ValueError, match=f"method={method!r}: images are resized by ResizeMethod.BILINEAR"):
        resizing.resize_images(IMAGE, [2, 2], method)


@pytest.mark.parametrize("size", [[2], [2, 3, 4], 2])
def test_a_size_that_is_no_pair_is_refused(size: Any) -> None:
    with pytest.raises(ValueError, match="size must be a vector of 2 elements"):
        resizing.resize_images(IMAGE, size)


def test_images_of_unknown_rank_are_refused() -> None:
    with pytest.raises(ValueError, match="a known rank"):
        resizing.resize_images(placeholder(np.float32, None), [2, 2])


@pytest.mark.parametrize("size", [[0, 3], [3, -1]])
def test_a_size_without_pixels_is_refused(size: list[int]) -> None:
    given = placeholder(np.int32, [2])
    resized = resizing.resize_bilinear(IMAGE[None], given)
    with Session() as session, pytest.raises(InvalidArgumentError, match="4x6 pixels cannot be made"):
        session.run(resized, {given: size})


def test_shapes_are_known_as_far_as_the_size_is() -> None:
    height = placeholder(np.int32, [])
    assert resizing.resize_images(IMAGE, [height, 8]).shape.as_list() == [None, 8, 3]
    assert resizing.resize_image_with_pad(IMAGE, 9, 9).shape.as_list() == [9, 9, 3]
    rows = placeholder(np.float32, [None, 4, 6, 3])
    assert resizing.resize_images(rows, [2, 2]).shape.as_list() == [None, 2, 2, 3]


def test_constant_images_stay_exactly_constant() -> None:
    grey = np.full((1, 5, 3, 1), 0.1, np.float32)
    with Session() as session:
        resized = session.run(resizing.resize_bilinear(grey, [17, 11], half_pixel_centers=True))
    assert set(np.unique(resized)) == {np.float32(0.1)}


def test_images_that_have_the_size_are_given_back() -> None:
    image = placeholder(np.uint8, [4, 6, 3])
    assert resizing.resize_images(image, [4, 6]).dtype.name == "uint8"
