"""Ops that change the size of images, and their gradients.

Each axis is resized by itself: :mod:`._interpolation` says which pixels an output pixel is made of. The gradient goes
the same way back, through the transposed matrix of these weights.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops import _interpolation
from estimator.ops._interpolation import Taps

_CONVENTIONS = {"align_corners": False, "half_pixel_centers": False}


def _resized(s: ShapeScope) -> Dims:
    images = rules.with_rank(s.shapes[0], 4, "the images")
    sizes = s.dims(1)
    if sizes is not None and len(sizes) != 2:
        raise ValueError(f"size must be [height, width], given: {len(sizes)} numbers.")
    height, width = sizes or (None, None)
    if 0 in (height, width) or 0 in images[1:3]:
        raise ValueError(
            f"images of {images[1]}x{images[2]} pixels cannot be made {height}x{width}: both need pixels."
        )
    return (images[0], height, width, images[3])


def _target(images: Any, size: Any) -> tuple[int, int]:
    """Height and width that are asked for."""
    height, width = (int(length) for length in size)
    if min(height, width, *images.shape[1:3]) < 1:
        raise InvalidArgumentError(
            f"images of {images.shape[1]}x{images.shape[2]} pixels cannot be made {height}x{width}: both need pixels."
        )
    return height, width


def _resized_each(
    xp: Any, images: Any, size: Any, taps_of: Callable[[int, int], Taps], sum_of: Callable[..., Any]
) -> Any:
    """The images in another size, one after the other, since one fits into the processor's cache and all do not."""
    height, width = _target(images, size)
    down, across = taps_of(images.shape[1], height), taps_of(images.shape[2], width)
    result = xp.empty((len(images), height, width, images.shape[3]), xp.float32)
    for place, image in enumerate(images):
        rows = sum_of(xp, image.astype(xp.float32), across, 1)
        result[place] = sum_of(xp, rows, down, 0)
    return result


def _along(xp: Any, taps: Taps, axis: int) -> Any:
    """The weights in the shape that goes with the pixels of that axis of an image: [taps, n_out, 1...]."""
    return xp.reshape(xp.asarray(taps.weights.T), (-1, len(taps.places), *(1,) * (2 - axis)))


def _weighted(xp: Any, x: Any, taps: Taps, axis: int) -> Any:
    """The weighted sums of pixels along an axis."""
    total = 0
    for places, weight in zip(taps.places.T, _along(xp, taps, axis), strict=True):
        part = xp.take(x, places, axis=axis)
        part *= weight
        total += part
    return total


def _between(xp: Any, x: Any, taps: Taps, axis: int) -> Any:
    """The same of two pixels, exact where they are equal."""
    low, high = (xp.take(x, places, axis=axis) for places in taps.places.T)
    high -= low
    high *= _along(xp, taps, axis)[1]
    high += low
    return high


def _led_back(xp: Any, dy: Any, original: tuple[int, ...], taps_of: Callable[..., Taps], **how: bool) -> Any:
    """What flows into the pixels of images of the shape `original`, from what flows into the resized ones."""
    for axis in (1, 2):
        taps = taps_of(original[axis], dy.shape[axis], **how)
        matrix = xp.asarray(taps.matrix(original[axis], dy.dtype))
        dy = xp.moveaxis(xp.tensordot(dy, matrix, axes=(axis, 0)), -1, axis)
    return xp.ascontiguousarray(dy)


# -- bilinear ----------------------------------------------------------------------------------------------------------


@op(
    "ResizeBilinear",
    "images: T, size: int32 -> resized_images: float32",
    attrs=_CONVENTIONS,
    shape=_resized,
)
def resize_bilinear(xp: Any, images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    """Each pixel between the four around its point.

    Shape   images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]
    Raises  InvalidArgumentError if a size is below 1, or the images have no pixels
    Source  TF op ResizeBilinear, image_ops.cc
    """
    taps_of = functools.partial(
        _interpolation.linear, align_corners=align_corners, half_pixel_centers=half_pixel_centers
    )
    return _resized_each(xp, images, size, taps_of, _between)


@resize_bilinear.gradient
def resize_bilinear_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _into_floating(b.ResizeBilinearGrad, op, dy), None


def _into_floating(grad_op: Any, op: Any, dy: Any) -> Any:
    """The gradient of images, if they are of a floating point type."""
    images = op.inputs[0]
    if not images.dtype.is_floating:
        return None
    return grad_op(dy, images, **{attr: op.attrs[attr] for attr in _CONVENTIONS})


def _like_second(s: ShapeScope) -> Dims:
    grads, original = (rules.with_rank(dims, 4, "grads and original_image") for dims in s.shapes)
    rules.same_size(grads[0], original[0], "the batch sizes of grads and original_image")
    rules.same_size(grads[3], original[3], "the channels of grads and original_image")
    return original


@op(
    "ResizeBilinearGrad",
    "grads: float32, original_image: T -> output: T",
    attrs=_CONVENTIONS,
    shape=_like_second,
    differentiable=False,
)
def resize_bilinear_grad(
    xp: Any, grads: Any, original_image: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """What ResizeBilinear leads back into its images.

    Source  TF op ResizeBilinearGrad, image_ops.cc
    """
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    into = _led_back(xp, grads, original_image.shape, _interpolation.linear, **how)
    return into.astype(original_image.dtype)


# -- nearest neighbour -------------------------------------------------------------------------------------------------


@op(
    "ResizeNearestNeighbor",
    "images: T, size: int32 -> resized_images: T",
    attrs=_CONVENTIONS,
    shape=_resized,
)
def resize_nearest_neighbor(
    xp: Any, images: Any, size: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """Each pixel the one that is nearest to its point; without a convention, the one to the left and above.

    Shape   images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]
    Raises  InvalidArgumentError if a size is below 1, or the images have no pixels
    Source  TF op ResizeNearestNeighbor, image_ops.cc
    """
    pixels = images
    for axis, length in zip((1, 2), _target(images, size), strict=True):
        taps = _interpolation.nearest(images.shape[axis], length, align_corners, half_pixel_centers)
        pixels = xp.take(pixels, taps.places[:, 0], axis=axis)
    return pixels


@resize_nearest_neighbor.gradient
def resize_nearest_neighbor_gradient(b: Any, op: Any, dy: Any) -> Any:
    size = b.StridedSlice(b.Shape(op.inputs[0]), [1], [3], [1])
    how = {attr: op.attrs[attr] for attr in _CONVENTIONS}
    return b.ResizeNearestNeighborGrad(dy, size, **how), None


@op(
    "ResizeNearestNeighborGrad",
    "grads: T, size: int32 -> output: T",
    attrs=_CONVENTIONS,
    shape=_resized,
)
def resize_nearest_neighbor_grad(
    xp: Any, grads: Any, size: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """What ResizeNearestNeighbor leads back into images of that size.

    Source  TF op ResizeNearestNeighborGrad, image_ops.cc
    """
    original = (grads.shape[0], *_target(grads, size), grads.shape[3])
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    return _led_back(xp, grads, original, _interpolation.nearest, **how)


@resize_nearest_neighbor_grad.gradient
def resize_nearest_neighbor_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    size = b.StridedSlice(b.Shape(op.inputs[0]), [1], [3], [1])
    how = {attr: op.attrs[attr] for attr in _CONVENTIONS}
    return b.ResizeNearestNeighbor(dy, size, **how), None


# -- bicubic -----------------------------------------------------------------------------------------------------------


@op(
    "ResizeBicubic",
    "images: T, size: int32 -> resized_images: float32",
    attrs=_CONVENTIONS,
    shape=_resized,
)
def resize_bicubic(xp: Any, images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    """Each pixel by a cubic through the sixteen around its point; it may overshoot.

    Shape   images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]
    Raises  InvalidArgumentError if a size is below 1, or the images have no pixels
    Source  TF op ResizeBicubic, image_ops.cc
    """
    taps_of = functools.partial(
        _interpolation.cubic, align_corners=align_corners, half_pixel_centers=half_pixel_centers
    )
    return _resized_each(xp, images, size, taps_of, _weighted)


@resize_bicubic.gradient
def resize_bicubic_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _into_floating(b.ResizeBicubicGrad, op, dy), None


@op(
    "ResizeBicubicGrad",
    "grads: float32, original_image: T -> output: T",
    attrs=_CONVENTIONS,
    shape=_like_second,
    differentiable=False,
)
def resize_bicubic_grad(
    xp: Any, grads: Any, original_image: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """What ResizeBicubic leads back into its images.

    Source  TF op ResizeBicubicGrad, image_ops.cc
    """
    how = {"align_corners": align_corners, "half_pixel_centers": half_pixel_centers}
    into = _led_back(xp, grads, original_image.shape, _interpolation.cubic, **how)
    return into.astype(original_image.dtype)


# -- area --------------------------------------------------------------------------------------------------------------


@op(
    "ResizeArea",
    "images: T, size: int32 -> resized_images: float32",
    attrs={"align_corners": False},
    shape=_resized,
    differentiable=False,
)
def resize_area(xp: Any, images: Any, size: Any, align_corners: bool) -> Any:
    """Each pixel the mean of the area that it covers.

    Shape   images [batch, height, width, channels], size [2] -> [batch, size[0], size[1], channels]
    Raises  InvalidArgumentError if a size is below 1, or the images have no pixels
    Source  TF op ResizeArea, image_ops.cc
    """
    taps_of = functools.partial(_interpolation.area, align_corners=align_corners)
    return _resized_each(xp, images, size, taps_of, _weighted)
