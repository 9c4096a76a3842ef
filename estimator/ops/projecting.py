"""Images seen through a projective transform."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op

_CHOICES = {"interpolation": ("NEAREST", "BILINEAR"), "fill_mode": ("CONSTANT",)}


def _projected(s: ShapeScope) -> Dims:
    for name, choices in _CHOICES.items():
        if s.attrs[name] not in choices:
            raise ValueError(
                f"{name} must be one of {', '.join(choices)}, given: {s.attrs[name]!r}."
                f"{did_you_mean(str(s.attrs[name]), choices)}"
            )
    count, _, _, channels = rules.with_rank(s.shapes[0], 4, "images")
    transforms, numbers = rules.with_rank(s.shapes[1], 2, "transforms")
    rules.same_size(numbers, 8, "the numbers of a transform")
    if transforms != 1:
        count = rules.same_size(
            count, transforms, "images and transforms, of which there may be one for all,"
        )
    height, width = rules.with_rank(s.dims(2), 2, "output_shape")
    return (count, height, width, channels)


@op(
    "ImageProjectiveTransformV2",
    "images: dtype, transforms: float32, output_shape: int32 -> transformed_images: dtype",
    attrs={"interpolation": str, "fill_mode": "CONSTANT"},
    shape=_projected,
)
def image_projective_transform(
    xp: Any, images: Any, transforms: Any, output_shape: Any, interpolation: str, fill_mode: str, dtype: DType
) -> Any:
    """Images whose point (x, y) is what was at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.

    A transform is a0, a1, a2, b0, b1, b2, c0, c1. Points outside of an image are 0.

    Shape   images [count, height, width, channels], transforms [count or 1, 8], output_shape [2] ->
            [count, *output_shape, channels]
    Source  TF op ImageProjectiveTransformV2, image_ops.h
    """
    height, width = (int(size) for size in output_shape)
    t = xp.reshape(xp.asarray(transforms), (-1, 8, 1, 1))
    x, y = xp.arange(width, dtype="float32")[None, None, :], xp.arange(height, dtype="float32")[None, :, None]
    k = t[:, 6] * x + t[:, 7] * y + xp.asarray(1, "float32")
    is_finite = xp.not_equal(k, 0)
    divisor = xp.where(is_finite, k, xp.ones_like(k))
    from_x = (t[:, 0] * x + t[:, 1] * y + t[:, 2]) / divisor
    from_y = (t[:, 3] * x + t[:, 4] * y + t[:, 5]) / divisor
    shape = (images.shape[0], height, width)
    from_x, from_y, is_finite = (xp.broadcast_to(part, shape) for part in (from_x, from_y, is_finite))
    if interpolation == "NEAREST":
        seen = _at(xp, images, _rounded(xp, from_y), _rounded(xp, from_x))
    else:
        seen = _between(xp, images, from_y, from_x)
    return xp.where(is_finite[..., None], seen, xp.zeros_like(seen)).astype(images.dtype)


def _rounded(xp: Any, values: Any) -> Any:
    """The nearest whole number, away from 0 where two are."""
    return xp.trunc(values + xp.copysign(xp.asarray(0.5, "float32"), values))


def _at(xp: Any, images: Any, y: Any, x: Any) -> Any:
    """What stands at whole places of each image, 0 outside."""
    count, height, width, _ = images.shape
    within = (y >= 0) & (y <= height - 1) & (x >= 0) & (x <= width - 1)
    zero = xp.zeros_like(y)
    row, column = xp.where(within, y, zero).astype("int32"), xp.where(within, x, zero).astype("int32")
    found = images[xp.arange(count)[:, None, None], row, column]
    return xp.where(within[..., None], found, xp.zeros_like(found))


def _between(xp: Any, images: Any, y: Any, x: Any) -> Any:
    """The four neighbours of each place, by how near they are."""
    top, left = xp.floor(y), xp.floor(x)
    parts = []
    for row, of_row in ((top, top + 1 - y), (top + 1, y - top)):
        for column, of_column in ((left, left + 1 - x), (left + 1, x - left)):
            values = _at(xp, images, row, column)
            parts.append(values * (of_row * of_column)[..., None])
    return parts[0] + parts[1] + parts[2] + parts[3]


@image_projective_transform.gradient
def image_projective_transform_gradient(b: Any, op: Any, dy: Any) -> Any:
    """What the inverse transform sees, as in TensorFlow: where the transform shrinks, an approximation."""
    images, transforms, _ = op.inputs
    ones = b.OnesLike(transforms[:, :1])
    matrices = b.Reshape(b.ConcatV2([transforms, ones], 1), [-1, 3, 3])
    inverse = b.Reshape(b.MatrixInverse(matrices), [-1, 9])
    inverse = inverse / inverse[:, 8:]
    back = b.ImageProjectiveTransformV2(
        dy, inverse[:, :8], b.Shape(images)[1:3],
        interpolation=op.attrs["interpolation"], fill_mode=op.attrs["fill_mode"],
    )  # fmt: skip
    return back, None, None
