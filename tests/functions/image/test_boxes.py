"""Boxes by chance, and what is refused. What is drawn and picked is compared with TensorFlow's in test_against_tensorflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.functions.image import boxes
from estimator.functions.indexing import slice as slice_of
from estimator.graph import build
from estimator.graph.graph import get_default_graph
from estimator.runtime.session import Session

IMAGE = np.arange(40 * 60 * 3, dtype=np.float32).reshape(40, 60, 3)
OBJECT = np.array([[[0.2, 0.3, 0.5, 0.6]]], np.float32)  # rows 8 to 20, columns 18 to 36


def run(fetch: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetch, feeds)


def draws(sample: Any, count: int = 200) -> list[tuple[int, int, int, int]]:
    """Top, left, height and width of each draw."""
    with Session() as session:
        found = [session.run(sample) for _ in range(count)]
    for begin, size, box in found:
        assert begin[2] == 0
        assert size[2] == -1
        top, left, height, width = *begin[:2].tolist(), *size[:2].tolist()
        expected = [top / 40, left / 60, (top + height) / 40, (left + width) / 60]
        np.testing.assert_allclose(box, [[expected]], rtol=1e-6)
    return [(*begin[:2].tolist(), *size[:2].tolist()) for begin, size, _ in found]


def covered(top: int, left: int, height: int, width: int) -> float:
    tall, wide = min(top + height, 20) - max(top, 8), min(left + width, 36) - max(left, 18)
    return max(tall, 0) * max(wide, 0) / (12 * 18)


def test_a_part_by_chance_has_the_area_the_proportion_and_the_object_that_are_asked_for() -> None:
    sample = boxes.sample_distorted_bounding_box(
        [40, 60, 3],
        OBJECT,
        seed=1,
        min_object_covered=0.6,
        aspect_ratio_range=(0.5, 2.0),
        area_range=(0.1, 0.6),
    )
    found = draws(sample)
    parts = [part for part in found if part != (0, 0, 40, 60)]  # what is taken after too many attempts
    assert len(parts) > 150
    assert len(set(parts)) > 100
    for part in parts:
        top, left, height, width = part
        assert 0 <= top <= top + height <= 40
        assert 0 <= left <= left + width <= 60
        assert 0.1 <= height * width / 2400 <= 0.6
        assert 0.4 < width / height < 2.2  # whole pixels
        assert covered(*part) >= 0.6


def test_what_never_fits_is_the_whole_image() -> None:
    sample = boxes.sample_distorted_bounding_box(
        [40, 60, 3], OBJECT, min_object_covered=1.0, area_range=(0.05, 0.06), max_attempts=3
    )
    assert set(draws(sample, 20)) == {(0, 0, 40, 60)}


def test_the_part_cuts_the_image_and_is_a_box_to_draw() -> None:
    begin, size, box = boxes.sample_distorted_bounding_box([40, 60, 3], OBJECT, seed=2)
    part, drawn = slice_of(IMAGE, begin, size), boxes.draw_bounding_boxes(IMAGE[None] / 7200, box)
    cut, start, with_box, corners = run([part, begin, drawn, box])
    height, width = cut.shape[:2]
    assert cut.tolist() == IMAGE[start[0] : start[0] + height, start[1] : start[1] + width].tolist()
    row, column = (corners[0, 0, :2] * np.float32([39, 59])).astype(int)
    assert with_box[0, row, column].tolist() == [1, 1, 0]


def test_the_seed_of_the_graph_repeats_the_chance() -> None:
    get_default_graph().seed = 3
    sample = boxes.sample_distorted_bounding_box([40, 60, 3], OBJECT)
    assert draws(sample, 5) == draws(sample, 5)
    assert draws(sample, 5) != draws(boxes.sample_distorted_bounding_box([40, 60, 3], OBJECT), 5)


def test_the_part_to_be_covered_may_be_an_attribute() -> None:
    sample = build.SampleDistortedBoundingBox([40, 60, 3], OBJECT, seed=1, seed2=2, min_object_covered=0.9)
    assert all(covered(*part) >= 0.9 for part in draws(list(sample), 50))


def test_without_objects_the_whole_image_is_one_if_that_is_said() -> None:
    none = np.zeros((1, 0, 4), np.float32)
    with pytest.raises(InvalidArgumentError, match="use_image_if_no_bounding_boxes=True"):
        run(boxes.sample_distorted_bounding_box([40, 60, 3], none))
    sample = boxes.sample_distorted_bounding_box([40, 60, 3], none, use_image_if_no_bounding_boxes=True)
    assert len(set(draws(sample, 20))) > 10


@pytest.mark.parametrize("box", [[0.5, 0.0, 0.2, 1.0], [0.0, 0.0, 1.2, 1.0], [np.nan, 0.0, 1.0, 1.0]])
def test_an_object_outside_of_the_image_is_refused(box: list[float]) -> None:
    with pytest.raises(InvalidArgumentError, match=r"the bounding box .* is none"):
        run(boxes.sample_distorted_bounding_box([40, 60, 3], np.array([[box]], np.float32)))


@pytest.mark.parametrize(
    ("attrs", "reason"),
    [
        ({"area_range": (0.5, 1.5)}, r"area_range .* given: \[0.5, 1.5\]"),
        ({"area_range": (0.5, 0.1)}, "area_range"),
        ({"aspect_ratio_range": (0.0, 1.0)}, "aspect_ratio_range"),
        ({"max_attempts": 0}, "max_attempts must be positive, given: 0"),
    ],
)
def test_ranges_that_are_none_are_refused(attrs: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        boxes.sample_distorted_bounding_box([40, 60, 3], OBJECT, **attrs)


def test_a_threshold_that_is_none_is_refused() -> None:
    for make in (
        lambda limit: boxes.non_max_suppression(OBJECT[0], [0.5], 1, limit),
        lambda limit: boxes.non_max_suppression_with_scores(OBJECT[0], [0.5], 1, limit),
        lambda limit: build.NonMaxSuppressionV2(OBJECT[0], [0.5], 1, limit),
    ):
        with pytest.raises(InvalidArgumentError, match=r"within \[0, 1\], given: 1.5"):
            run(make(1.5))
    with pytest.raises(InvalidArgumentError, match="soft_nms_sigma must be non-negative"):
        run(boxes.non_max_suppression_with_scores(OBJECT[0], [0.5], 1, soft_nms_sigma=-1.0))


def test_boxes_and_scores_go_together() -> None:
    with pytest.raises(ValueError, match="numbers of boxes and of scores differ: 1 and 2"):
        boxes.non_max_suppression(OBJECT[0], [0.5, 0.4], 1)
    with pytest.raises(ValueError, match="4 numbers, given: 3"):
        boxes.non_max_suppression(OBJECT[0, :, :3], [0.5], 1)


def test_equal_scores_are_picked_in_their_order_and_nothing_of_nothing() -> None:
    apart = np.array([[0, 0, 1, 1], [2, 2, 3, 3], [4, 4, 5, 5]], np.float32)
    assert run(boxes.non_max_suppression(apart, [0.5, 0.7, 0.5], 3)).tolist() == [1, 0, 2]
    assert run(build.NonMaxSuppressionV2(apart, np.float32([0.5, 0.7, 0.5]), 2, 0.5)).tolist() == [1, 0]
    some = placeholder(np.float32, [None, 4])
    picked = boxes.non_max_suppression(some, build.Reshape(some, [-1])[:0], 3)
    assert run(picked, {some: apart[:0]}).tolist() == []


def test_padded_picks_have_one_size_that_is_known() -> None:
    picked, count = boxes.non_max_suppression_padded(OBJECT[0], [0.5], 4, pad_to_max_output_size=True)
    assert picked.shape.as_list() == [4]
    assert [value.tolist() for value in run([picked, count])] == [[0, 0, 0, 0], 1]


def test_colours_have_as_many_numbers_as_pixels() -> None:
    with pytest.raises(InvalidArgumentError, match="a row of 3 numbers for each colour"):
        run(boxes.draw_bounding_boxes(IMAGE[None], OBJECT, colors=[[1.0, 0.0]]))
    with pytest.raises(ValueError, match="1, 3 or 4 channels, given: 2"):
        boxes.draw_bounding_boxes(IMAGE[None, ..., :2], OBJECT)
    kept = run(boxes.draw_bounding_boxes(IMAGE[None], OBJECT, colors=np.zeros((0, 3), np.float32)))
    assert kept[0, 7, 20].tolist() == [1, 1, 0]  # no colours: TensorFlow's
