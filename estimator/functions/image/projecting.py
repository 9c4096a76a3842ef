"""Images turned, moved and seen from elsewhere.

A transform is eight numbers a0, a1, a2, b0, b1, b2, c0, c1: the point (x, y) of the result is what was at
``((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)`` with ``k = c0 x + c1 y + 1``, x to the right and y down. So it
leads from the result back to the image. Points outside of an image are 0.

Source: tf.contrib.image, TF 1.15 image_ops.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import float16, float32, float64, int32, int64, uint8
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import arrays, linalg, math
from estimator.functions.arguments import function_scope, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor

_TYPES = (uint8, int32, int64, float16, float32, float64)


def rotate(
    images: TensorLike, angles: TensorLike, interpolation: str = "NEAREST", name: str | None = None
) -> Tensor:
    """Images turned around their middle, counterclockwise.

    Parameters
    ----------
    images : Tensor of uint8, int32, int64 or floating point
    angles : scalar Tensor, or vector with one for each image
        In radians.
    interpolation : {"NEAREST", "BILINEAR"}
        Whether a point is the nearest one, or made of the four around it.
    name : str, optional

    Shape
    -----
    images [count, height, width, channels], [height, width, channels] or [height, width] -> the same

    Raises
    ------
    TypeError
        If the images have another type or rank.
    ValueError
        If the angles have another rank, or there is no such interpolation.
    """
    with function_scope(name, "rotate", images, angles):
        given = tensor_of(images, name="images")

        def turned(batch: Tensor) -> Tensor:
            height, width = (
                math.cast(size, float32) for size in (arrays.shape(batch)[1], arrays.shape(batch)[2])
            )
            return _transformed(
                batch, angles_to_projective_transforms(angles, height, width), interpolation, None
            )

        return _as_batch("rotate", given, turned)


def translate(
    images: TensorLike, translations: TensorLike, interpolation: str = "NEAREST", name: str | None = None
) -> Tensor:
    """Images moved to the right and down.

    Parameters
    ----------
    images, interpolation, name
        As for :func:`rotate`.
    translations : vector Tensor, or matrix with a row for each image
        How far: dx, dy.

    Raises
    ------
    TypeError
        If the images have another type or rank.
    ValueError
        If the translations have another rank, or there is no such interpolation.
    """
    with function_scope(name, "translate", images, translations):
        return transform(images, translations_to_projective_transforms(translations), interpolation)


def transform(
    images: TensorLike,
    transforms: TensorLike,
    interpolation: str = "NEAREST",
    output_shape: Any = None,
    name: str | None = None,
) -> Tensor:
    """Images seen through projective transforms; no gradient flows to the transforms.

    Parameters
    ----------
    images, interpolation, name
        As for :func:`rotate`.
    transforms : vector Tensor, or matrix with a row for each image
        See the head of this module.
    output_shape : Tensor or sequence of int, optional
        The height and the width of the result; by default those of the images.

    Shape
    -----
    images [count, height, width, channels], [height, width, channels] or [height, width], transforms [8] or [count, 8]
    -> the rank of images, with the size `output_shape`

    Raises
    ------
    TypeError
        If the images have another type or rank.
    ValueError
        If the transforms have another shape, or there is no such interpolation.
    """
    with function_scope(name, "transform", images, transforms):
        given = tensor_of(images, name="images")
        return _as_batch(
            "transform", given, lambda batch: _transformed(batch, transforms, interpolation, output_shape)
        )


def _as_batch(function: str, images: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """What a function of a batch does with images of fewer dimensions."""
    if images.dtype not in _TYPES:
        known = ", ".join(dtype.name for dtype in _TYPES)
        raise TypeError(
            f"{function}: Invalid dtype {images.dtype.name} of the images; it must be one of {known}."
        )
    rank = None if images.dims is None else len(images.dims)
    if rank not in (2, 3, 4):
        raise TypeError(
            f"{function}: Images should have rank between 2 and 4, given the shape {show(images.dims)}."
        )
    if rank == 4:
        return change(images)
    if rank == 3:
        return change(images[None])[0]
    return change(images[None, :, :, None])[0, :, :, 0]


def _transformed(batch: Tensor, transforms: TensorLike, interpolation: str, output_shape: Any) -> Tensor:
    rows = _rows(tensor_of(transforms, float32, name="transforms"), "transforms")
    size: Any = output_shape
    if size is None:
        known = (batch.dims or (None,) * 4)[1:3]
        size = arrays.shape(batch)[1:3] if None in known else list(known)
    seen: Tensor = b.ImageProjectiveTransformV2(batch, rows, size, interpolation=str(interpolation).upper())
    return seen


def _rows(values: Tensor, what: str) -> Tensor:
    """A matrix; a vector is one row."""
    rank = None if values.dims is None else len(values.dims)
    if rank not in (1, 2):
        raise ValueError(f"{what} should have rank 1 or 2, given the shape {show(values.dims)}.")
    return values[None] if rank == 1 else values


def angles_to_projective_transforms(
    angles: TensorLike, image_height: TensorLike, image_width: TensorLike, name: str | None = None
) -> Tensor:
    """The transforms that turn images around their middle, counterclockwise.

    Parameters
    ----------
    angles : scalar or vector Tensor
        In radians.
    image_height, image_width : Tensor, float32
        The size of the images.
    name : str, optional

    Shape
    -----
    angles [] or [count] -> [1 or count, 8]

    Raises
    ------
    ValueError
        If the angles have another rank.
    """
    with function_scope(name, "angles_to_projective_transforms", angles):
        given = tensor_of(angles, float32, name="angles")
        if given.dims is None or len(given.dims) > 1:
            raise ValueError(f"angles should have rank 0 or 1, given the shape {show(given.dims)}.")
        turns = arrays.reshape(given, [-1])
        cos, sin = math.cos(turns), math.sin(turns)
        right, down = image_width - 1.0, image_height - 1.0  # type: ignore[operator]  # tensors or numbers
        x_offset = (right - (cos * right - sin * down)) / 2.0
        y_offset = (down - (sin * right + cos * down)) / 2.0
        zeros = arrays.zeros_like(turns)
        return arrays.stack([cos, -sin, x_offset, sin, cos, y_offset, zeros, zeros], axis=1)


def translations_to_projective_transforms(translations: TensorLike, name: str | None = None) -> Tensor:
    """The transforms that move images to the right and down.

    Parameters
    ----------
    translations : vector or matrix Tensor
        How far: dx, dy.
    name : str, optional

    Shape
    -----
    translations [2] or [count, 2] -> [1 or count, 8]

    Raises
    ------
    ValueError
        If the translations have another rank.
    """
    with function_scope(name, "translations_to_projective_transforms", translations):
        moved = _rows(tensor_of(translations, float32, name="translations"), "translations")
        right, down = moved[:, 0], moved[:, 1]
        zeros, ones = arrays.zeros_like(right), arrays.ones_like(right)
        return arrays.stack([ones, zeros, -right, zeros, ones, -down, zeros, zeros], axis=1)


def compose_transforms(*transforms: TensorLike) -> Tensor:
    """The transform that does what these do, the first one first.

    Parameters
    ----------
    *transforms : vector or matrix Tensors

    Shape
    -----
    [8] or [count, 8] each -> [1 or count, 8]

    Raises
    ------
    ValueError
        If there is none.
    """
    if not transforms:
        raise ValueError("compose_transforms: transforms cannot be empty.")
    with function_scope(None, "compose_transforms", *transforms):
        composed = flat_transforms_to_matrices(transforms[0])
        for later in transforms[1:]:
            composed = linalg.matmul(composed, flat_transforms_to_matrices(later))
        return matrices_to_flat_transforms(composed)


def flat_transforms_to_matrices(transforms: TensorLike) -> Tensor:
    """The matrices of transforms, whose last number is 1.

    Shape
    -----
    transforms [8] or [count, 8] -> [1 or count, 3, 3]

    Raises
    ------
    ValueError
        If the transforms have another rank.
    """
    with function_scope(None, "flat_transforms_to_matrices", transforms):
        rows = _rows(tensor_of(transforms, float32, name="transforms"), "transforms")
        whole = arrays.concat([rows, arrays.ones_like(rows[:, :1])], 1)
        return arrays.reshape(whole, [-1, 3, 3])


def matrices_to_flat_transforms(transform_matrices: TensorLike) -> Tensor:
    """The transforms of matrices, divided by their last numbers.

    Shape
    -----
    transform_matrices [3, 3] or [count, 3, 3] -> [1 or count, 8]
    """
    with function_scope(None, "matrices_to_flat_transforms", transform_matrices):
        rows = arrays.reshape(tensor_of(transform_matrices, float32, name="matrices"), [-1, 9])
        return (rows / rows[:, 8:])[:, :8]


near_keywords_of_functions(__name__)
