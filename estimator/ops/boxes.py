"""Ops on boxes in images: drawn, drawn by chance, and picked among those that overlap.

A box is y1, x1, y2, x2, as parts of the image's height and width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import OpRun, ShapeScope, op

# -- drawing -----------------------------------------------------------------------------------------------------------

# Yellow, blue, red, lime, purple, olive, maroon, navy, aqua and fuchsia, as TensorFlow draws one box after the other.
_COLORS = np.array(
    [
        *([1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1]),
        *([0.5, 0.5, 0, 1], [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1]),
    ],
    np.float32,
)


def _drawn_on(s: ShapeScope) -> Dims:
    images = rules.with_rank(s.shapes[0], 4, "the images")
    boxes = rules.with_rank(s.shapes[1], 3, "the boxes")
    batch = rules.same_size(images[0], boxes[0], "the numbers of images and of lists of boxes")
    if images[3] not in (None, 1, 3, 4):
        raise ValueError(f"boxes are drawn on images of 1, 3 or 4 channels, given: {images[3]}.")
    if boxes[2] not in (None, 4):
        raise ValueError(f"a box is y1, x1, y2, x2: 4 numbers, given: {boxes[2]}.")
    return (batch, *images[1:])


@op(
    "DrawBoundingBoxes",
    "images: T, boxes: float32 -> output: T",
    attrs={"T": float32},
    shape=_drawn_on,
    host=True,
    differentiable=False,
)
def draw_bounding_boxes(xp: Any, images: Any, boxes: Any) -> Any:
    """Copies of the images with the edges of boxes on them, in ten colours in turn.

    Shape   images [batch, height, width, channels], boxes [batch, n, 4] -> [batch, height, width, channels]
    Source  TF op DrawBoundingBoxes, image_ops.cc
    """
    return _drawn(images, boxes, _default_colors(images.shape[3]))


@op(
    "DrawBoundingBoxesV2",
    "images: T, boxes: float32, colors: float32 -> output: T",
    attrs={"T": float32},
    shape=_drawn_on,
    host=True,
    differentiable=False,
)
def draw_bounding_boxes_v2(xp: Any, images: Any, boxes: Any, colors: Any) -> Any:
    """As DrawBoundingBoxes, in the given colours in turn.

    Shape   images [batch, height, width, channels], boxes [batch, n, 4], colors [k, channels or more]
    Raises  InvalidArgumentError if the colours have too few channels
    Source  TF op DrawBoundingBoxesV2, image_ops.cc
    """
    channels = images.shape[3]
    if not colors.size:
        return _drawn(images, boxes, _default_colors(channels))
    if colors.ndim != 2 or colors.shape[1] < channels:
        raise InvalidArgumentError(
            f"colors must have a row of {channels} numbers for each colour, given the shape {list(colors.shape)}."
        )
    return _drawn(images, boxes, colors[:, :channels])


def _default_colors(channels: int) -> Any:
    return np.ones((1, 1), np.float32) if channels == 1 else _COLORS[:, :channels]


def _drawn(images: Any, boxes: Any, colors: Any) -> Any:
    canvas = images.copy()
    height, width = images.shape[1:3]
    scale = np.array([height - 1, width - 1, height - 1, width - 1], np.float32)
    edges = np.trunc(boxes.astype(np.float32) * scale).astype(np.int64)
    for image, of_image in zip(canvas, edges, strict=True):
        for number, edge in enumerate(of_image.tolist()):
            _draw(image, edge, colors[number % len(colors)])
    return canvas


def _draw(image: Any, edges: list[int], color: Any) -> None:
    """The edges that lie in the image; of what is beyond, nothing."""
    (top, left, bottom, right), (height, width) = edges, image.shape[:2]
    if top > bottom or left > right:
        return
    rows, columns = (
        slice(max(top, 0), min(bottom, height - 1) + 1),
        slice(max(left, 0), min(right, width - 1) + 1),
    )
    for row in (top, bottom):
        if 0 <= row < height:
            image[row, columns] = color
    for column in (left, right):
        if 0 <= column < width:
            image[rows, column] = color


# -- by chance ---------------------------------------------------------------------------------------------------------

_SAMPLING = {
    "seed": 0,
    "seed2": 0,
    "aspect_ratio_range": [0.75, 1.33],
    "area_range": [0.05, 1.0],
    "max_attempts": 100,
    "use_image_if_no_bounding_boxes": False,
}


def _sampled(s: ShapeScope) -> list[Dims]:
    if s.shapes[0] not in (None, (3,), (None,)):
        raise ValueError(f"image_size is height, width and channels, given the shape {show(s.shapes[0])}.")
    boxes = rules.with_rank(s.shapes[1], 3, "the bounding boxes")
    if boxes[2] not in (None, 4):
        raise ValueError(f"a box is y1, x1, y2, x2: 4 numbers, given: {boxes[2]}.")
    for name in ("aspect_ratio_range", "area_range"):
        bounds = s.attrs[name]
        if len(bounds) != 2 or not 0 < bounds[0] <= bounds[1] or (name == "area_range" and bounds[1] > 1):
            raise ValueError(
                f"{name} must be two positive numbers in order, of areas up to 1; given: {bounds}."
            )
    if s.attrs["max_attempts"] < 1:
        raise ValueError(f"max_attempts must be positive, given: {s.attrs['max_attempts']}.")
    return [(3,), (3,), (1, 1, 4)]


@op(
    "SampleDistortedBoundingBox",
    "image_size: T, bounding_boxes: float32 -> begin: T, size: T, bboxes: float32",
    attrs=_SAMPLING | {"min_object_covered": 0.1},
    shape=_sampled,
    effect="random",
    host=True,
    differentiable=False,
)
def sample_distorted_bounding_box(
    xp: Any,
    image_size: Any,
    bounding_boxes: Any,
    min_object_covered: float,
    aspect_ratio_range: list[float],
    area_range: list[float],
    max_attempts: int,
    use_image_if_no_bounding_boxes: bool,
    *,
    run: OpRun,
) -> Any:
    """As SampleDistortedBoundingBoxV2, with an attribute for the part that must be covered.

    Source  TF op SampleDistortedBoundingBox, image_ops.cc
    """
    return sample_distorted_bounding_box_v2(
        xp, image_size, bounding_boxes, min_object_covered, aspect_ratio_range, area_range, max_attempts,
        use_image_if_no_bounding_boxes, run=run,
    )  # fmt: skip


@op(
    "SampleDistortedBoundingBoxV2",
    "image_size: T, bounding_boxes: float32, min_object_covered: float32 -> begin: T, size: T, bboxes: float32",
    attrs=_SAMPLING,
    shape=_sampled,
    effect="random",
    host=True,
    differentiable=False,
)
def sample_distorted_bounding_box_v2(
    xp: Any,
    image_size: Any,
    bounding_boxes: Any,
    min_object_covered: Any,
    aspect_ratio_range: list[float],
    area_range: list[float],
    max_attempts: int,
    use_image_if_no_bounding_boxes: bool,
    *,
    run: OpRun,
) -> Any:
    """A box from anywhere in an image, which covers enough of one of the objects; after so many attempts the whole.

    Shape   image_size [3], bounding_boxes [batch, n, 4] -> begin [3], size [3] for a Slice, bboxes [1, 1, 4]
    Raises  InvalidArgumentError if there are no boxes, unless the whole image stands in; or a box is not within [0, 1]
    Source  TF op SampleDistortedBoundingBoxV2, image_ops.cc
    """
    height, width, _ = (int(size) for size in image_size)
    objects = _objects(bounding_boxes, height, width, use_image_if_no_bounding_boxes)
    generator, covered = run.generator(), float(np.asarray(min_object_covered).item())
    box = (0, 0, height, width)
    for _ in range(max_attempts):
        ratio = float(generator.uniform(aspect_ratio_range[0], aspect_ratio_range[1]))
        attempt = _box_by_chance(generator, height, width, ratio, area_range)
        if attempt is not None and _most_covered(attempt, objects) >= covered:
            box = attempt
            break
    top, left, bottom, right = box
    relative = np.array([[[top / height, left / width, bottom / height, right / width]]], np.float32)
    kind = image_size.dtype
    return [np.array([top, left, 0], kind), np.array([bottom - top, right - left, -1], kind), relative]


def _objects(boxes: Any, height: int, width: int, may_be_none: bool) -> Any:
    """The boxes of objects in pixels."""
    flat = boxes.reshape(-1, 4)
    if not len(flat):
        if not may_be_none:
            raise InvalidArgumentError(
                "there are no bounding boxes; use_image_if_no_bounding_boxes=True takes the whole image for one."
            )
        flat = np.array([[0, 0, 1, 1]], np.float32)
    wrong = ~((flat >= 0) & (flat <= 1)).all(axis=1) | (flat[:, 0] >= flat[:, 2]) | (flat[:, 1] >= flat[:, 3])
    if wrong.any():
        raise InvalidArgumentError(
            f"the bounding box {flat[wrong][0].tolist()} is none: y1 < y2 and x1 < x2 lie within [0, 1]."
        )
    return np.trunc(flat * np.array([height, width, height, width], np.float32)).astype(np.int64)


def _box_by_chance(
    generator: np.random.Generator, height: int, width: int, ratio: float, area_range: list[float]
) -> tuple[int, int, int, int] | None:
    """A box of that proportion, width to height, and an area within the range; None if this one has another."""
    least, most = (part * height * width for part in area_range)
    low, high = round((least / ratio) ** 0.5), round((most / ratio) ** 0.5)
    high = min(high, height, int((width + 0.5) / ratio))
    tall = int(generator.integers(min(low, high), high + 1))
    wide = round(tall * ratio)
    if tall * wide < least:  # rounding has made it a little too small
        tall, wide = tall + 1, round((tall + 1) * ratio)
    if tall * wide > most:
        tall, wide = tall - 1, round((tall - 1) * ratio)
    if not (least <= tall * wide <= most and 0 < tall <= height and 0 < wide <= width):
        return None
    top, left = int(generator.integers(height - tall + 1)), int(generator.integers(width - wide + 1))
    return (top, left, top + tall, left + wide)


def _most_covered(box: tuple[int, int, int, int], objects: Any) -> float:
    """How much of an object the box covers, at best."""
    tall = np.minimum(box[2], objects[:, 2]) - np.maximum(box[0], objects[:, 0])
    wide = np.minimum(box[3], objects[:, 3]) - np.maximum(box[1], objects[:, 1])
    areas = (objects[:, 2] - objects[:, 0]) * (objects[:, 3] - objects[:, 1])
    seen = np.maximum(tall, 0) * np.maximum(wide, 0)
    return float(np.max(seen[areas > 0] / areas[areas > 0], initial=-1.0))


# -- picking -----------------------------------------------------------------------------------------------------------


def _boxes_and_scores(s: ShapeScope) -> None:
    boxes, scores = (
        rules.with_rank(s.shapes[0], 2, "the boxes"),
        rules.with_rank(s.shapes[1], 1, "the scores"),
    )
    rules.same_size(boxes[0], scores[0], "the numbers of boxes and of scores")
    if boxes[1] not in (None, 4):
        raise ValueError(f"a box is y1, x1, y2, x2: 4 numbers, given: {boxes[1]}.")
    for place, dims in enumerate(s.shapes[2:], start=2):
        if dims:
            raise ValueError(
                f"input {place} of non_max_suppression must be a scalar, given the shape {show(dims)}."
            )


def _picked(s: ShapeScope) -> Dims:
    _boxes_and_scores(s)
    return (None,)


def _picked_and_padded(s: ShapeScope) -> Dims:
    _boxes_and_scores(s)
    most = s.value(2)
    return (int(most) if most is not None and s.attrs["pad_to_max_output_size"] else None,)


def _overlap(boxes: Any) -> Callable[[int, Any], Any]:
    """How much box i and others overlap: the area of both over the area of either. Corners may be exchanged."""
    corners = boxes.astype(np.float32)
    low, high = np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])
    areas = np.prod(high - low, axis=1)

    def of(one: int, others: Any) -> Any:
        sides = np.minimum(high[one], high[others]) - np.maximum(low[one], low[others])
        both = np.prod(np.maximum(sides, 0), axis=1)
        either = areas[one] + areas[others] - both
        has_area = (areas[one] > 0) & (areas[others] > 0)
        return np.where(has_area, both / np.where(has_area, either, np.float32(1)), np.float32(0))

    return of


def _pick(scores: Any, most: int, overlap: Callable[[int, Any], Any], limit: float, least: float) -> Any:
    """The best-rated boxes, none of which overlaps one before it by more than the limit; of equal ones the first."""
    order = np.argsort(-scores.astype(np.float32), kind="stable")
    picked: list[int] = []
    for place in order[scores[order] > least].tolist():
        if len(picked) >= most:
            break
        if not picked or not (overlap(place, np.array(picked)) > limit).any():
            picked.append(place)
    return np.array(picked, np.int32)


def _demand_limit(limit: Any) -> float:
    number = float(np.asarray(limit).item())
    if not 0 <= number <= 1:
        raise InvalidArgumentError(f"iou_threshold must be within [0, 1], given: {number}.")
    return number


@op(
    "NonMaxSuppressionV2",
    "boxes: T, scores: T, max_output_size: int32, iou_threshold: T_threshold -> selected_indices: int32",
    attrs={"T": float32, "T_threshold": float32},
    shape=_picked,
    host=True,
    differentiable=False,
)
def non_max_suppression_v2(xp: Any, boxes: Any, scores: Any, max_output_size: Any, iou_threshold: Any) -> Any:
    """As NonMaxSuppressionV3, whatever the scores are.

    Source  TF op NonMaxSuppressionV2, image_ops.cc
    """
    return non_max_suppression_v3(xp, boxes, scores, max_output_size, iou_threshold, -np.inf)


@op(
    "NonMaxSuppressionV3",
    "boxes: T, scores: T, max_output_size: int32, iou_threshold: T_threshold, score_threshold: T_threshold "
    "-> selected_indices: int32",
    attrs={"T": float32, "T_threshold": float32},
    shape=_picked,
    host=True,
    differentiable=False,
)
def non_max_suppression_v3(
    xp: Any, boxes: Any, scores: Any, max_output_size: Any, iou_threshold: Any, score_threshold: Any
) -> Any:
    """Which boxes are left when those go that overlap a better-rated one by more than the threshold.

    Shape   boxes [n, 4], scores [n] -> [picked], the best first
    Raises  InvalidArgumentError if iou_threshold is not within [0, 1]
    Source  TF op NonMaxSuppressionV3, image_ops.cc
    """
    return _pick(
        scores, int(max_output_size), _overlap(boxes), _demand_limit(iou_threshold), float(score_threshold)
    )


@op(
    "NonMaxSuppressionV4",
    "boxes: T, scores: T, max_output_size: int32, iou_threshold: T_threshold, score_threshold: T_threshold "
    "-> selected_indices: int32, valid_outputs: int32",
    attrs={"T": float32, "T_threshold": float32, "pad_to_max_output_size": False},
    shape=lambda s: [_picked_and_padded(s), ()],
    host=True,
    differentiable=False,
)
def non_max_suppression_v4(
    xp: Any,
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any,
    score_threshold: Any,
    pad_to_max_output_size: bool,
) -> Any:
    """As NonMaxSuppressionV3, continued by zeros if it is to have one size, and how many are picked.

    Source  TF op NonMaxSuppressionV4, image_ops.cc
    """
    picked = non_max_suppression_v3(xp, boxes, scores, max_output_size, iou_threshold, score_threshold)
    size = int(max_output_size) if pad_to_max_output_size else len(picked)
    return [np.pad(picked, (0, size - len(picked))), np.array(len(picked), np.int32)]


@op(
    "NonMaxSuppressionV5",
    "boxes: T, scores: T, max_output_size: int32, iou_threshold: T, score_threshold: T, soft_nms_sigma: T "
    "-> selected_indices: int32, selected_scores: T, valid_outputs: int32",
    attrs={"T": float32, "pad_to_max_output_size": False},
    shape=lambda s: [_picked_and_padded(s), _picked_and_padded(s), ()],
    host=True,
    differentiable=False,
)
def non_max_suppression_v5(
    xp: Any,
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any,
    score_threshold: Any,
    soft_nms_sigma: Any,
    pad_to_max_output_size: bool,
) -> Any:
    """As NonMaxSuppressionV4, but if sigma is not 0 overlapping lowers scores instead: by exp(-overlap² / (2 sigma)).

    Raises  InvalidArgumentError if iou_threshold is not within [0, 1], or sigma is negative
    Source  TF op NonMaxSuppressionV5, image_ops.cc; Bodla et al., Soft-NMS, arXiv:1704.04503
    """
    sigma, limit = float(soft_nms_sigma), _demand_limit(iou_threshold)
    if sigma < 0:
        raise InvalidArgumentError(f"soft_nms_sigma must be non-negative, given: {sigma}.")
    rest = scores.astype(np.float32)
    overlap, alive = _overlap(boxes), np.ones(len(rest), bool)
    picked: list[int] = []
    while len(picked) < int(max_output_size) and (alive & (rest > float(score_threshold))).any():
        best = int(np.argmax(np.where(alive & (rest > float(score_threshold)), rest, -np.inf)))
        picked.append(best)
        alive[best] = False
        shares = overlap(best, np.arange(len(rest)))
        if sigma > 0:
            rest = np.where(alive, rest * np.exp(-0.5 / sigma * shares * shares), rest).astype(np.float32)
        else:
            alive &= shares <= limit
    size = int(max_output_size) if pad_to_max_output_size else len(picked)
    more = (0, size - len(picked))
    indices = np.array(picked, np.int32)
    values = rest[indices].astype(scores.dtype)
    return [np.pad(indices, more), np.pad(values, more), np.array(len(picked), np.int32)]


def _overlaps(s: ShapeScope) -> Dims:
    overlaps, scores = (
        rules.with_rank(s.shapes[0], 2, "the overlaps"),
        rules.with_rank(s.shapes[1], 1, "the scores"),
    )
    count = rules.same_size(overlaps[0], overlaps[1], "the sides of the overlaps")
    rules.same_size(count, scores[0], "the numbers of overlaps and of scores")
    rules.check_scalars(s, max_output_size=2, overlap_threshold=3, score_threshold=4)
    return (None,)


@op(
    "NonMaxSuppressionWithOverlaps",
    "overlaps: float32, scores: float32, max_output_size: int32, overlap_threshold: float32, "
    "score_threshold: float32 -> selected_indices: int32",
    shape=_overlaps,
    host=True,
    differentiable=False,
)
def non_max_suppression_with_overlaps(
    xp: Any, overlaps: Any, scores: Any, max_output_size: Any, overlap_threshold: Any, score_threshold: Any
) -> Any:
    """As NonMaxSuppressionV3, where the overlaps are given: of any measure, of each box with each.

    Shape   overlaps [n, n], scores [n] -> [picked], the best first
    Source  TF op NonMaxSuppressionWithOverlaps, image_ops.cc
    """
    return _pick(
        scores,
        int(max_output_size),
        lambda one, others: overlaps[one, others],
        float(overlap_threshold),
        float(score_threshold),
    )
