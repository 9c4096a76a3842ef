"""What cropping and padding refuse, and crops by chance. Values are compared with TensorFlow's in test_against_tensorflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError, OpError
from estimator.functions.arrays import placeholder
from estimator.functions.image import cropping
from estimator.graph.graph import get_default_graph
from estimator.runtime.session import Session

IMAGE = np.arange(5 * 7 * 2, dtype=np.float32).reshape(5, 7, 2)


def run(fetch: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetch, feeds)


def unknown(*dims: int | None) -> Any:
    return placeholder(np.float32, dims)


@pytest.mark.parametrize("function", [cropping.crop_to_bounding_box, cropping.pad_to_bounding_box])
def test_all_that_does_not_fit_is_said_at_once(function: Any) -> None:
    with pytest.raises(ValueError, match="offset_height must be >= 0") as caught:
        function(IMAGE, -1, -2, 20 if function is cropping.crop_to_bounding_box else 2, 3)
    assert "offset_width must be >= 0" in str(caught.value)
    assert "height must be" in str(caught.value).replace("offset_height must be", "")


def test_what_does_not_fit_is_said_with_its_numbers() -> None:
    with pytest.raises(
        ValueError, match=r"width must be >= target \+ offset, given: 7, 6, 2; height .* 5, 4, 3\."
    ):
        cropping.crop_to_bounding_box(IMAGE, 3, 2, 4, 6)
    with pytest.raises(ValueError, match=r"target_width must be > 0, given: 0"):
        cropping.resize_image_with_crop_or_pad(IMAGE, 3, 0)


def test_a_part_beyond_an_image_of_unknown_size_is_refused_in_the_run() -> None:
    image = unknown(None, None, 2)
    part = cropping.crop_to_bounding_box(image, 1, 2, 4, 6)
    assert part.shape.as_list() == [4, 6, 2]
    with pytest.raises(InvalidArgumentError, match=r"width must be >= target \+ offset"):
        run(part, {image: IMAGE})


def test_an_image_larger_than_its_frame_is_refused_in_the_run() -> None:
    image = unknown(None, None, None)
    framed = cropping.pad_to_bounding_box(image, 1, 2, 6, 8)
    assert framed.shape.as_list() == [6, 8, None]
    with pytest.raises(InvalidArgumentError, match="width must be <= target - offset"):
        run(framed, {image: IMAGE})


def test_an_image_of_which_nothing_is_known_is_one_image() -> None:
    image = placeholder(np.float32, None)
    made = cropping.resize_image_with_crop_or_pad(image, 3, 9)
    assert run(made, {image: IMAGE})[:, 1:8].tolist() == IMAGE[1:4].tolist()


@pytest.mark.parametrize("shape", [(5, 7), (1, 2, 3, 4, 5), (0, 7, 3)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="an image is"):
        cropping.resize_image_with_crop_or_pad(np.zeros(shape, np.float32), 2, 2)


@pytest.mark.parametrize("fraction", [0.0, -0.5, 1.5])
def test_a_fraction_out_of_range_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match=r"within \(0, 1\], given"):
        cropping.central_crop(IMAGE, fraction)
    given = placeholder(np.float32, [])
    with pytest.raises(InvalidArgumentError, match=r"within \(0, 1\]"):
        run(cropping.central_crop(IMAGE, given), {given: fraction})


def test_a_target_that_is_not_positive_is_refused() -> None:
    with pytest.raises(
        ValueError, match="target_width must be > 0, given: -1; target_height must be > 0, given: 0"
    ):
        cropping.resize_image_with_crop_or_pad(IMAGE, 0, -1)


def test_a_crop_by_chance_is_a_part_from_anywhere() -> None:
    part = cropping.random_crop(IMAGE, [2, 3, 2])
    assert part.shape.as_list() == [2, 3, 2]
    corners = set()
    with Session() as session:
        for _ in range(200):
            found = session.run(part)
            row, column = divmod(int(found[0, 0, 0]) // 2, 7)
            assert found.tolist() == IMAGE[row : row + 2, column : column + 3].tolist()
            corners.add((row, column))
    assert corners == {(row, column) for row in range(4) for column in range(5)}


def test_crops_of_one_seed_are_the_same() -> None:
    get_default_graph().seed = 4
    part = cropping.random_crop(IMAGE, [2, 3, 2], seed=1)
    runs = []
    for _ in range(2):
        with Session() as session:
            runs.append([session.run(part)[0, 0, 0] for _ in range(5)])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 1


def test_a_crop_larger_than_the_value_shows_both_shapes() -> None:
    value = unknown(None, None)
    part = cropping.random_crop(value, [2, 3])
    with pytest.raises(InvalidArgumentError, match=r"Need value.shape >= size, got \] \[2 2\] \[2 3\]"):
        run(part, {value: np.zeros((2, 2))})


def test_a_box_of_an_image_that_is_not_there_is_named() -> None:
    crops = cropping.crop_and_resize(IMAGE[None], [[0.0, 0.0, 1.0, 1.0]], [3], [2, 2])
    with pytest.raises(OpError, match="a box is of image 3, and there are 1 images"):
        run(crops)


def test_an_unknown_method_of_cropping_is_refused() -> None:
    with pytest.raises(ValueError, match="method='cubic'.*'bilinear', 'nearest'"):
        cropping.crop_and_resize(IMAGE[None], [[0.0, 0.0, 1.0, 1.0]], [0], [2, 2], method="cubic")


@pytest.mark.parametrize("batch", [(), (None,)])
def test_the_channels_stay_known_whatever_the_size(batch: Any) -> None:
    image = unknown(*batch, None, None, 3)
    assert cropping.central_crop(image, 0.5).dims == (*batch, None, None, 3)
    assert cropping.pad_to_bounding_box(image, 0, 0, 9, 8).dims == (*batch, 9, 8, 3)
    assert cropping.resize_image_with_crop_or_pad(image, 4, 5).dims == (*batch, 4, 5, 3)
