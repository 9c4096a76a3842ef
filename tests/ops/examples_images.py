"""Examples of ops/resizing.py, ops/cropping.py and ops/colours.py.

Pixels are interpolated here one by one, in double precision. TensorFlow's own values are in tests/functions/image.
"""

from __future__ import annotations

import colorsys
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.ops.example import Example, f32, i32, normal, positive

IMAGES = normal(2, 3, 4, 2, seed=1)
BYTES = np.random.default_rng(2).integers(0, 256, (2, 3, 4, 3), np.uint8)
DY = normal(2, 5, 7, 2, seed=3)
COLOURS = np.random.default_rng(4).random((3, 4, 3)).astype(np.float32)
BOXES = f32([[0, 0, 1, 1], [0.1, 0.9, 0.8, 0.2], [-0.3, 0.2, 1.4, 0.7]])
OWNERS = i32(0, 1, 1)
CROPS_DY = normal(3, 2, 3, 2, seed=5)

CORNERS = {"align_corners": True}
HALVES = {"half_pixel_centers": True}
CONVENTIONS = ({}, CORNERS, HALVES)

Weights = dict[int, float]  # pixel -> weight


# -- resizing ----------------------------------------------------------------------------------------------------------


def point(place: int, n_in: int, n_out: int, how: dict[str, bool]) -> float:
    """The point of the input under an output pixel."""
    if "align_corners" in how:
        return place * (n_in - 1) / (n_out - 1)
    return (place + 0.5) * n_in / n_out - 0.5 if "half_pixel_centers" in how else place * n_in / n_out


def bilinear(place: int, n_in: int, n_out: int, how: dict[str, bool]) -> Weights:
    at = point(place, n_in, n_out, how)
    below, share = math.floor(at), at - math.floor(at)
    return added((min(max(below, 0), n_in - 1), 1 - share), (min(below + 1, n_in - 1), share))


def nearest(place: int, n_in: int, n_out: int, how: dict[str, bool]) -> Weights:
    at = (place + 0.5) * n_in / n_out if "half_pixel_centers" in how else point(place, n_in, n_out, how)
    return {min(math.floor(at + 0.5 if "align_corners" in how else at), n_in - 1): 1.0}


def bicubic(place: int, n_in: int, n_out: int, how: dict[str, bool]) -> Weights:
    """By the cubic of Keys, with its a; distances count in steps of 1/1024."""
    at = point(place, n_in, n_out, how)
    below = math.floor(at)
    share = round((at - below) * 1024) / 1024
    taps = [(below + step, cubic(abs(share - step), "half_pixel_centers" in how)) for step in range(-1, 3)]
    if "half_pixel_centers" not in how:
        return added(*((min(max(pixel, 0), n_in - 1), weight) for pixel, weight in taps))
    inside = [(pixel, weight) for pixel, weight in taps if 0 <= pixel < n_in]
    total = sum(weight for _, weight in inside)
    return added(*((pixel, weight / total) for pixel, weight in inside))


def cubic(distance: float, is_keys: bool) -> float:
    a = -0.5 if is_keys else -0.75
    if distance <= 1:
        return (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    return a * distance**3 - 5 * a * distance**2 + 8 * a * distance - 4 * a


def area(place: int, n_in: int, n_out: int, how: dict[str, bool]) -> Weights:
    width = (n_in - 1) / (n_out - 1) if "align_corners" in how else n_in / n_out
    start, end = place * width, (place + 1) * width
    pixels = range(math.floor(start), math.ceil(end))
    return added(
        *((min(pixel, n_in - 1), (min(pixel + 1, end) - max(pixel, start)) / width) for pixel in pixels)
    )


def added(*taps: tuple[int, float]) -> Weights:
    weights: Weights = {}
    for pixel, weight in taps:
        weights[pixel] = weights.get(pixel, 0.0) + weight
    return weights


def resized(images: Any, size: Any, taps: Callable[..., Weights], how: dict[str, bool]) -> Any:
    (_, height, width, _), (rows, columns) = images.shape, size
    result = np.zeros((images.shape[0], rows, columns, images.shape[3]))
    for row, column in itertools.product(range(rows), range(columns)):
        for y, down in taps(row, height, rows, how).items():
            for x, across in taps(column, width, columns, how).items():
                result[:, row, column] += down * across * images[:, y, x].astype(np.float64)
    return result


def led_back(dy: Any, height: int, width: int, taps: Callable[..., Weights], how: dict[str, bool]) -> Any:
    _, rows, columns, _ = dy.shape
    result = np.zeros((dy.shape[0], height, width, dy.shape[3]))
    for row, column in itertools.product(range(rows), range(columns)):
        for y, down in taps(row, height, rows, how).items():
            for x, across in taps(column, width, columns, how).items():
                result[:, y, x] += down * across * dy[:, row, column].astype(np.float64)
    return result


def resizing(op: str, taps: Callable[..., Weights], how: dict[str, bool], **more: Any) -> list[Example]:
    """A larger and a smaller size."""
    return [
        Example(
            op,
            [IMAGES, i32(*size)],
            lambda x, n: resized(x, n, taps, how).astype(np.float32),
            attrs=how,
            constants=(1,),
            note=f"{'larger' if size[0] > 3 else 'smaller'} {''.join(how)}",
            **more,
        )
        for size in ((5, 7), (2, 3))
    ]


def led_back_rows(op: str, taps: Callable[..., Weights], how: dict[str, bool]) -> Example:
    return Example(
        op,
        [DY, IMAGES],
        lambda dy, x: led_back(dy, *x.shape[1:3], taps, how).astype(np.float32),
        attrs=how,
        note="".join(how),
    )


RESIZING = [
    *(row for how in CONVENTIONS for row in resizing("ResizeBilinear", bilinear, how, gradients=())),
    *(row for how in CONVENTIONS for row in resizing("ResizeBicubic", bicubic, how, gradients=())),
    *(row for how in CONVENTIONS for row in resizing("ResizeNearestNeighbor", nearest, how)),
    *(row for how in (CONVENTIONS[:2]) for row in resizing("ResizeArea", area, how, rtol=3e-5)),
    *(led_back_rows("ResizeBilinearGrad", bilinear, how) for how in CONVENTIONS),
    *(led_back_rows("ResizeBicubicGrad", bicubic, how) for how in CONVENTIONS),
    *(
        Example(
            "ResizeNearestNeighborGrad",
            [DY, i32(3, 4)],
            lambda dy, size, how=how: led_back(dy, *size, nearest, how).astype(np.float32),
            attrs=how,
            constants=(1,),
            note="".join(how),
        )
        for how in CONVENTIONS
    ),
    Example(
        "ResizeBilinear",
        [BYTES, i32(2, 2)],
        lambda x, size: resized(x, size, bilinear, {}).astype(np.float32),
        constants=(1,),
        note="bytes",
    ),
    Example(
        "ResizeNearestNeighbor",
        [BYTES, i32(6, 8)],
        lambda x, size: x.repeat(2, axis=1).repeat(2, axis=2),
        note="bytes, and a size that only the run knows",
    ),
]

# -- cropping ----------------------------------------------------------------------------------------------------------


def crop_points(start: float, end: float, size: int, count: int) -> list[float | None]:
    """Points between the edges of a box; None outside of the image."""
    last = size - 1
    steps = [place / (count - 1) for place in range(count)] if count > 1 else [0.5]
    points = [float(np.float32(start * last + step * (end - start) * last)) for step in steps]
    return [at if 0 <= at <= last else None for at in points]


def crop_taps(at: float, is_nearest: bool) -> Weights:
    below, share = math.floor(at), at - math.floor(at)
    if is_nearest:
        return {math.floor(at + 0.5): 1.0}
    return added((below, 1 - share), (math.ceil(at), share))


def each_crop_pixel(boxes: Any, size: tuple[int, int], counts: tuple[int, int]) -> Any:
    """Box, row and column of each pixel of the crops, with its point or None."""
    for number, (top, left, bottom, right) in enumerate(boxes.astype(np.float64)):
        rows = crop_points(top, bottom, size[0], counts[0])
        columns = crop_points(left, right, size[1], counts[1])
        for (row, y), (column, x) in itertools.product(enumerate(rows), enumerate(columns)):
            yield number, row, column, (None if y is None or x is None else (y, x))


def crops(
    image: Any, boxes: Any, owners: Any, size: Any, is_nearest: bool = False, outside: float = 0.0
) -> Any:
    result = np.full((len(boxes), *size, image.shape[3]), outside)
    for number, row, column, at in each_crop_pixel(boxes, image.shape[1:3], size):
        if at is not None:
            result[number, row, column] = sum(
                down * across * image[owners[number], y, x].astype(np.float64)
                for y, down in crop_taps(at[0], is_nearest).items()
                for x, across in crop_taps(at[1], is_nearest).items()
            )
    return result.astype(np.float32)


def into_image(dy: Any, boxes: Any, owners: Any, shape: Any, is_nearest: bool = False) -> Any:
    result = np.zeros(shape)
    for number, row, column, at in each_crop_pixel(boxes, shape[1:3], dy.shape[1:3]):
        if at is not None:
            for y, down in crop_taps(at[0], is_nearest).items():
                for x, across in crop_taps(at[1], is_nearest).items():
                    result[owners[number], y, x] += down * across * dy[number, row, column]
    return result.astype(np.float32)


def into_boxes(dy: Any, image: Any, boxes: Any, owners: Any) -> Any:
    """By central difference; no point lies on a pixel, where there is a kink."""
    result = np.zeros((len(boxes), 4))
    for number, corner in np.ndindex(result.shape):
        sums = []
        for sign in (1, -1):
            moved = boxes.astype(np.float64)
            moved[number, corner] += sign * 1e-3
            sums.append(float((crops(image, moved, owners, dy.shape[1:3]) * dy).sum(dtype=np.float64)))
        result[number, corner] = (sums[0] - sums[1]) / 2e-3
    return result.astype(np.float32)


INNER = f32([[0.1, 0.15, 0.8, 0.9], [0.7, 0.8, 0.2, 0.25]])
CROPPING = [
    Example(
        "CropAndResize", [IMAGES, BOXES, OWNERS, i32(2, 3)], crops, constants=(3,), gradients=(), note="boxes"
    ),
    Example(
        "CropAndResize",
        [IMAGES, BOXES, OWNERS, i32(1, 4)],
        lambda *x: crops(*x, outside=7.5),
        attrs={"extrapolation_value": 7.5},
        gradients=(),
        note="one row, another value outside, a size that the run knows",
    ),
    Example(
        "CropAndResize",
        [BYTES, BOXES, OWNERS, i32(3, 2)],
        lambda *x: crops(*x, is_nearest=True),
        attrs={"method": "nearest"},
        constants=(3,),
        gradients=(),
        note="the nearest byte",
    ),
    Example(
        "CropAndResizeGradImage",
        [CROPS_DY, BOXES, OWNERS, i32(2, 3, 4, 2)],
        into_image,
        attrs={"T": "float32"},
    ),
    Example(
        "CropAndResizeGradImage",
        [CROPS_DY, BOXES, OWNERS, i32(2, 3, 4, 2)],
        lambda *x: into_image(*x, is_nearest=True),
        attrs={"T": "float32", "method": "nearest"},
        constants=(3,),
        note="the nearest",
    ),
    Example("CropAndResizeGradBoxes", [CROPS_DY[:2], IMAGES, INNER, i32(1, 0)], into_boxes, rtol=2e-3),
]

# -- colours -----------------------------------------------------------------------------------------------------------


def by_colour(function: Callable[..., tuple[float, float, float]], colours: Any) -> Any:
    rows = [function(*map(float, colour)) for colour in colours.reshape(-1, 3)]
    return np.array(rows).reshape(colours.shape).astype(colours.dtype)


def turned(colours: Any, delta: Any) -> Any:
    def turn(*rgb: float) -> tuple[float, float, float]:
        hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
        return colorsys.hsv_to_rgb((hue + float(delta)) % 1, saturation, value)

    return by_colour(turn, colours)


def saturated(colours: Any, scale: Any) -> Any:
    def strengthen(*rgb: float) -> tuple[float, float, float]:
        hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
        return colorsys.hsv_to_rgb(hue, min(saturation * float(scale), 1), value)

    return by_colour(strengthen, colours)


def contrasted(images: Any, factor: Any) -> Any:
    mean = images.astype(np.float64).mean(axis=(-3, -2), keepdims=True)
    return ((images - mean) * factor + mean).astype(images.dtype)


GREYS = f32([[0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 1], [1, 0.5, 0.5], [0, 1, 1]])
COLOURING = [
    Example("RGBToHSV", [COLOURS], lambda x: by_colour(colorsys.rgb_to_hsv, x)),
    Example(
        "RGBToHSV", [GREYS], lambda x: by_colour(colorsys.rgb_to_hsv, x), gradients=(), note="greys and ties"
    ),
    Example("HSVToRGB", [COLOURS], lambda x: by_colour(colorsys.hsv_to_rgb, x)),
    Example("AdjustHue", [COLOURS, f32(0.3)], turned, rtol=1e-4),
    Example("AdjustHue", [COLOURS, f32(-0.8)], turned, rtol=1e-4, note="backwards"),
    Example("AdjustSaturation", [COLOURS, f32(0.4)], saturated),
    Example("AdjustSaturation", [COLOURS, f32(5)], saturated, note="at most all"),
    Example("AdjustContrastv2", [positive(2, 3, 4, 2), f32(1.7)], contrasted),
    Example("AdjustContrastv2", [positive(3, 4, 1), f32(0)], contrasted, note="none"),
]

EXAMPLES = [*RESIZING, *CROPPING, *COLOURING]

ELSEWHERE = dict.fromkeys(
    (
        *("DecodePng", "DecodeJpeg", "DecodeAndCropJpeg", "DecodeGif", "DecodeBmp", "DecodeImage"),
        *("ExtractJpegShape", "EncodePng"),
    ),
    "tests/functions/image/test_against_tensorflow.py",
) | dict.fromkeys(("EncodeJpeg", "EncodeJpegVariableQuality"), "tests/functions/image/test_coding.py")
ELSEWHERE["ExtractGlimpse"] = "tests/ops/test_glimpses.py"
ELSEWHERE |= dict.fromkeys(
    (
        *(
            "DrawBoundingBoxes",
            "DrawBoundingBoxesV2",
            "SampleDistortedBoundingBox",
            "SampleDistortedBoundingBoxV2",
        ),
        *(f"NonMaxSuppression{version}" for version in ("V2", "V3", "V4", "V5", "WithOverlaps")),
    ),
    "tests/functions/image/test_boxes.py",
)
