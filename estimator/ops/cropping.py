"""Boxes cut out of images and made one size, and the gradients of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope, op

_METHODS = ("bilinear", "nearest")


class _Points(NamedTuple):
    """Where the pixels of the crops lie along one axis of their images; all [boxes, pixels]."""

    below: Any  # the pixel before the point, and the one after it, both within the image
    above: Any
    share: Any  # how far the point is from the one before
    inside: Any  # whether the point lies in the image
    steps: Any  # how far the pixel is from the beginning of its box to its end, 0 to 1


def _points(xp: Any, starts: Any, ends: Any, size: int, count: int) -> _Points:
    """The points of `count` pixels between the edges of each box, in an image of that size."""
    last = xp.float32(size - 1)
    numbers = xp.arange(count, dtype=xp.float32)
    steps = numbers / xp.float32(count - 1) if count > 1 else xp.full(1, 0.5, xp.float32)
    if count > 1:
        widths = (ends - starts) * last / xp.float32(count - 1)
        points = (starts * last)[:, None] + numbers * widths[:, None]
    else:
        points = (xp.float32(0.5) * (starts + ends) * last)[:, None]
    inside = xp.logical_and(points >= 0, points <= last)
    bounded = xp.where(inside, points, xp.float32(0))
    below = xp.floor(bounded)
    places = below.astype(xp.intp), xp.ceil(bounded).astype(xp.intp)
    return _Points(*places, bounded - below, inside, steps)


def _grid(xp: Any, boxes: Any, sizes: Sequence[int], counts: Sequence[int]) -> tuple[_Points, _Points]:
    """The points of all crops, along the height and along the width."""
    boxes = boxes.astype(xp.float32)
    tall = _points(xp, boxes[:, 0], boxes[:, 2], sizes[0], counts[0])
    return tall, _points(xp, boxes[:, 1], boxes[:, 3], sizes[1], counts[1])


def _nearest(xp: Any, points: _Points) -> Any:
    """The nearer of two pixels, of two that are equally near the one after."""
    return xp.where(points.share >= 0.5, points.above, points.below)


def _demand_images(box_ind: Any, batch: int) -> None:
    if box_ind.size and not holds((box_ind.min() >= 0) & (box_ind.max() < batch)):
        wrong = box_ind[(box_ind < 0) | (box_ind >= batch)]
        raise OutOfRangeError(
            f"a box is of image {int(wrong[0])}, and there are {batch} images: box_ind counts from 0."
        )


def _demand_method(method: str) -> None:
    if method not in _METHODS:
        raise ValueError(f"method={method!r}: boxes are resized by one of {', '.join(map(repr, _METHODS))}.")


def _box_count(boxes: Dims, box_ind: Dims) -> int | None:
    boxes, box_ind = rules.with_rank(boxes, 2, "the boxes"), rules.with_rank(box_ind, 1, "box_ind")
    if boxes[1] not in (None, 4):
        raise ValueError(f"a box is y1, x1, y2, x2: 4 numbers, given: {boxes[1]}.")
    return rules.same_size(boxes[0], box_ind[0], "the numbers of boxes and of box_ind")


def _crops(s: ShapeScope) -> Dims:
    _demand_method(s.attrs["method"])
    images = rules.with_rank(s.shapes[0], 4, "the image")
    count = _box_count(s.shapes[1], s.shapes[2])
    sizes = s.dims(3)
    if sizes is not None and len(sizes) != 2:
        raise ValueError(f"crop_size must be [height, width], given: {len(sizes)} numbers.")
    return (count, *(sizes or (None, None)), images[3])


@op(
    "CropAndResize",
    "image: T, boxes: float32, box_ind: int32, crop_size: int32 -> crops: float32",
    attrs={"method": "bilinear", "extrapolation_value": 0.0},
    shape=_crops,
)
def crop_and_resize(
    xp: Any, image: Any, boxes: Any, box_ind: Any, crop_size: Any, method: str, extrapolation_value: float
) -> Any:
    """Each box of its image in the size of the crops; 0 and 1 are the centers of the first and last pixels.

    Shape   image [batch, height, width, channels], boxes [n, 4], box_ind [n], crop_size [2]
            -> [n, crop_size[0], crop_size[1], channels]
    Raises  OutOfRangeError if box_ind names no image; InvalidArgumentError if there are no pixels
    Source  TF op CropAndResize, image_ops.cc
    """
    _demand_images(box_ind, image.shape[0])
    counts = [int(size) for size in crop_size]
    if min(*counts, *image.shape[1:3]) < 1:
        raise InvalidArgumentError(
            f"boxes of images of {list(image.shape[1:3])} pixels cannot be made {counts}: both need pixels."
        )
    tall, wide = _grid(xp, boxes, image.shape[1:3], counts)
    inside = xp.logical_and(tall.inside[:, :, None], wide.inside[:, None, :])[..., None]
    if method == "nearest":
        pixels = _pixels(image, box_ind, _nearest(xp, tall), _nearest(xp, wide)).astype(xp.float32)
    else:
        upper, lower = (_along_row(xp, image, box_ind, rows, wide) for rows in (tall.below, tall.above))
        pixels = upper + (lower - upper) * tall.share[:, :, None, None]
    return xp.where(inside, pixels, xp.float32(extrapolation_value))


def _pixels(image: Any, box_ind: Any, rows: Any, columns: Any) -> Any:
    return image[box_ind[:, None, None], rows[:, :, None], columns[:, None, :]]


def _along_row(xp: Any, image: Any, box_ind: Any, rows: Any, wide: _Points) -> Any:
    """Between the pixels of these rows to both sides of each point."""
    left = _pixels(image, box_ind, rows, wide.below).astype(xp.float32)
    right = _pixels(image, box_ind, rows, wide.above).astype(xp.float32)
    return left + (right - left) * wide.share[:, None, :, None]


@crop_and_resize.gradient
def crop_and_resize_gradient(b: Any, op: Any, dy: Any) -> Any:
    image, boxes, box_ind, _ = op.inputs
    into_image = None
    if image.dtype.is_floating:
        method = op.attrs["method"]
        into_image = b.CropAndResizeGradImage(
            dy, boxes, box_ind, b.Shape(image), T=image.dtype, method=method
        )
    return into_image, b.CropAndResizeGradBoxes(dy, image, boxes, box_ind), None, None


def _image_shape(s: ShapeScope) -> Dims:
    _demand_method(s.attrs["method"])
    grads = rules.with_rank(s.shapes[0], 4, "the grads")
    count = _box_count(s.shapes[1], s.shapes[2])
    rules.same_size(grads[0], count, "the numbers of grads and of boxes")
    sizes = rules.with_rank(s.dims(3), 4, "image_size")
    return (*sizes[:3], rules.same_size(grads[3], sizes[3], "the channels of grads and image"))


@op(
    "CropAndResizeGradImage",
    "grads: float32, boxes: float32, box_ind: int32, image_size: int32 -> output: T",
    attrs={"method": "bilinear"},
    shape=_image_shape,
    differentiable=False,
)
def crop_and_resize_grad_image(
    xp: Any, grads: Any, boxes: Any, box_ind: Any, image_size: Any, method: str, T: Any
) -> Any:
    """What CropAndResize leads back into the pixels of its images.

    Source  TF op CropAndResizeGradImage, image_ops.cc
    """
    sizes = tuple(int(size) for size in image_size)
    _demand_images(box_ind, sizes[0])
    tall, wide = _grid(xp, boxes, sizes[1:3], grads.shape[1:3])
    inside = xp.logical_and(tall.inside[:, :, None], wide.inside[:, None, :])[..., None]
    dy = xp.where(inside, grads, xp.float32(0))
    into = xp.zeros(sizes, xp.float32)
    for rows, height in _ways(xp, tall, method):
        for columns, width in _ways(xp, wide, method):
            part = dy * height[:, :, None, None] * width[:, None, :, None]
            xp.add.at(into, (box_ind[:, None, None], rows[:, :, None], columns[:, None, :]), part)
    return into.astype(T.np)


def _ways(xp: Any, points: _Points, method: str) -> list[tuple[Any, Any]]:
    """The pixels that points are made of, each with its weights."""
    if method == "nearest":
        return [(_nearest(xp, points), xp.ones_like(points.share))]
    return [(points.below, 1 - points.share), (points.above, points.share)]


def _like_boxes(s: ShapeScope) -> Dims:
    grads, image = rules.with_rank(s.shapes[0], 4, "the grads"), rules.with_rank(s.shapes[1], 4, "the image")
    count = rules.same_size(
        grads[0], _box_count(s.shapes[2], s.shapes[3]), "the numbers of grads and of boxes"
    )
    rules.same_size(grads[3], image[3], "the channels of grads and image")
    return (count, 4)


@op(
    "CropAndResizeGradBoxes",
    "grads: float32, image: T, boxes: float32, box_ind: int32 -> output: float32",
    attrs={"method": "bilinear"},
    shape=_like_boxes,
    differentiable=False,
)
def crop_and_resize_grad_boxes(xp: Any, grads: Any, image: Any, boxes: Any, box_ind: Any) -> Any:
    """What CropAndResize leads back into the corners of its boxes, by the slopes between pixels.

    Source  TF op CropAndResizeGradBoxes, image_ops.cc
    """
    _demand_images(box_ind, image.shape[0])
    tall, wide = _grid(xp, boxes, image.shape[1:3], grads.shape[1:3])
    inside = xp.logical_and(tall.inside[:, :, None], wide.inside[:, None, :])[..., None]
    dy = xp.where(inside, grads, xp.float32(0))
    upper, lower = (_along_row(xp, image, box_ind, rows, wide) for rows in (tall.below, tall.above))
    down = xp.sum(dy * (lower - upper), axis=3) * xp.float32(image.shape[1] - 1)
    left, right = (_along_column(xp, image, box_ind, columns, tall) for columns in (wide.below, wide.above))
    across = xp.sum(dy * (right - left), axis=3) * xp.float32(image.shape[2] - 1)
    steps_down, steps_across = tall.steps[:, None], wide.steps
    corners = [
        down * (1 - steps_down),
        across * (1 - steps_across),
        down * steps_down,
        across * steps_across,
    ]
    return xp.stack([xp.sum(corner, axis=(1, 2)) for corner in corners], axis=1).astype(xp.float32)


def _along_column(xp: Any, image: Any, box_ind: Any, columns: Any, tall: _Points) -> Any:
    """Between the pixels of these columns above and below each point."""
    upper = _pixels(image, box_ind, tall.below, columns).astype(xp.float32)
    lower = _pixels(image, box_ind, tall.above, columns).astype(xp.float32)
    return upper + (lower - upper) * tall.share[:, :, None, None]
