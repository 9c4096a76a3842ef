"""Examples of ops/projecting.py: each point by itself, with the gradient in tests/functions/image."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32

IMAGES = np.random.default_rng(3).standard_normal((2, 4, 5, 2)).astype(np.float32)
TURNED = f32([[0.8, -0.6, 1.1, 0.6, 0.8, -0.7, 0.0, 0.0], [1.0, 0.1, 0.3, -0.2, 0.9, 0.4, 0.05, -0.02]])
SHIFTED = f32([[1.0, 0.0, -1.5, 0.0, 1.0, 1.0, 0.0, 0.0]])


def _point(image: Any, y: float, x: float) -> Any:
    inside = 0 <= y < image.shape[0] and 0 <= x < image.shape[1]
    return image[int(y), int(x)] if inside else np.zeros(image.shape[-1])


def _seen(image: Any, y: float, x: float, is_smooth: bool) -> Any:
    if not is_smooth:
        return _point(image, *(math.copysign(math.floor(abs(v) + 0.5), v) for v in (y, x)))
    top, left = math.floor(y), math.floor(x)
    return sum(
        _point(image, row, column) * (1 - abs(y - row)) * (1 - abs(x - column))
        for row in (top, top + 1)
        for column in (left, left + 1)
    )


def projected(images: Any, transforms: Any, size: Any, is_smooth: bool = False) -> Any:
    """The images through the transforms, point by point, in double precision."""
    result = np.zeros((len(images), *size, images.shape[-1]))
    for number, image in enumerate(images):
        a0, a1, a2, b0, b1, b2, c0, c1 = transforms[number % len(transforms)].astype(float)
        for y in range(size[0]):
            for x in range(size[1]):
                k = c0 * x + c1 * y + 1
                place = (b0 * x + b1 * y + b2) / k, (a0 * x + a1 * y + a2) / k
                result[number, y, x] = _seen(image, *place, is_smooth)
    return result.astype(images.dtype)


EXAMPLES = [
    Example(
        "ImageProjectiveTransformV2",
        [IMAGES, TURNED, i32(4, 5)],
        projected,
        attrs={"interpolation": "NEAREST"},
        constants=(2,),
        gradients=(),
    ),
    Example(
        "ImageProjectiveTransformV2",
        [IMAGES, TURNED, i32(3, 6)],
        lambda images, transforms, size: projected(images, transforms, size, True),
        attrs={"interpolation": "BILINEAR"},
        constants=(2,),
        gradients=(),
        rtol=1e-4,
        note="smooth",
    ),
    Example(
        "ImageProjectiveTransformV2",
        [(IMAGES * 50).astype(np.uint8), SHIFTED, i32(4, 5)],
        projected,
        attrs={"interpolation": "NEAREST"},
        constants=(2,),
        note="one transform for all",
    ),
]
