"""Ops on the colours of images, whose last axis is red, green and blue."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import float32
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _three_channels(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    if dims is not None and (not dims or dims[-1] not in (None, 3)):
        raise ValueError(
            f"the last axis of the images must be red, green and blue: 3 numbers, given: {show(dims)}."
        )
    return dims and (*dims[:-1], 3)


def _adjusted(what: str) -> Any:
    def rule(s: ShapeScope) -> Dims:
        rules.check_scalars(s, **{what: 1})
        return _three_channels(s)

    return rule


def _hue_and_range(xp: Any, rgb: Any) -> tuple[Any, Any, Any]:
    """The hue in [0, 1), the largest channel less the smallest, and the largest."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    value = xp.max(rgb, axis=-1)
    spread = value - xp.min(rgb, axis=-1)
    kind = rgb.dtype.type
    sixth = xp.where(spread > 0, 1 / (6 * xp.where(spread > 0, spread, kind(1))), kind(0))
    from_green, from_blue = sixth * (blue - red) + kind(2 / 6), sixth * (red - green) + kind(4 / 6)
    hue = xp.where(value == red, sixth * (green - blue), xp.where(value == green, from_green, from_blue))
    hue = xp.where(spread > 0, hue, kind(0))
    return xp.where(hue < 0, hue + kind(1), hue), spread, value


def _pure(xp: Any, hue: Any) -> Any:
    """The colours of full saturation and value that have these hues, with a last axis of red, green and blue."""
    sixths = hue * hue.dtype.type(6)
    channels = [xp.abs(sixths - 3) - 1, 2 - xp.abs(sixths - 2), 2 - xp.abs(sixths - 4)]
    return xp.clip(xp.stack(channels, axis=-1), 0, 1)


@op("RGBToHSV", "images: T -> output: T", attrs={"T": float32}, shape=_three_channels)
def rgb_to_hsv(xp: Any, images: Any) -> Any:
    """Hue, saturation and value of colours in [0, 1]; the hue of grey is 0.

    Shape   images [..., 3] -> [..., 3]
    Source  TF op RGBToHSV, image_ops.cc
    """
    hue, spread, value = _hue_and_range(xp, images)
    saturation = xp.where(value > 0, spread / xp.where(value > 0, value, 1), 0)
    return xp.stack([hue, saturation, value], axis=-1).astype(images.dtype)


@rgb_to_hsv.gradient
def rgb_to_hsv_gradient(b: Any, op: Any, dy: Any) -> Any:
    """By the quotients that hue and saturation are; of grey, whose hue has none, only the value's.

    With s = 1 - min / max and h = (n / (max - min) + const) / 6, where n is the difference of the two channels
    behind the largest one.
    """
    rgb = op.inputs[0]
    largest, smallest = _extremes(b, rgb)
    behind = b.Sub(_turned(b, largest, 2), _turned(b, largest, 1))
    value, low = (b.Sum(b.Mul(rgb, mask), [-1], keep_dims=True) for mask in (largest, smallest))
    spread = b.Sub(value, low)
    difference = b.DivNoNan(b.Sum(b.Mul(rgb, behind), [-1], keep_dims=True), spread)
    hue = b.Sub(behind, b.Mul(difference, b.Sub(largest, smallest)))
    saturation = b.Sub(b.DivNoNan(b.Mul(largest, low), b.Square(value)), b.DivNoNan(smallest, value))
    saturation = b.Mul(saturation, b.Cast(b.Greater(rgb, 0.0), DstT=rgb.dtype))  # as TensorFlow has it at 0
    dh, ds, dv = (b.ExpandDims(part, -1) for part in b.Unpack(dy, num=3, axis=-1))
    into_hue = b.Mul(dh, b.DivNoNan(hue, b.Mul(spread, 6.0)))
    return b.AddN([into_hue, b.Mul(ds, saturation), b.Mul(dv, largest)])


def _turned(b: Any, mask: Any, by: int) -> Any:
    """The channels of a mask, each from the one `by` behind."""
    return b.GatherV2(mask, [(channel + by) % 3 for channel in range(3)], -1)


def _extremes(b: Any, rgb: Any) -> tuple[Any, Any]:
    """Ones in the largest and in the smallest channel; of equal ones as TensorFlow's gradient has it."""
    red, green, blue = b.Unpack(rgb, num=3, axis=-1)
    largest = [
        b.LogicalAnd(b.GreaterEqual(red, blue), b.GreaterEqual(red, green)),
        b.LogicalAnd(b.Greater(green, red), b.GreaterEqual(green, blue)),
        b.LogicalAnd(b.Greater(blue, red), b.Greater(blue, green)),
    ]
    smallest = [
        b.LogicalAnd(b.Less(red, blue), b.Less(red, green)),
        b.LogicalAnd(b.LessEqual(green, red), b.Less(green, blue)),
        b.LogicalAnd(b.LessEqual(blue, red), b.LessEqual(blue, green)),
    ]
    marks = (b.Cast(b.Pack(masks, axis=-1), DstT=rgb.dtype) for masks in (largest, smallest))
    return next(marks), next(marks)


@op("HSVToRGB", "images: T -> output: T", attrs={"T": float32}, shape=_three_channels, differentiable=False)
def hsv_to_rgb(xp: Any, images: Any) -> Any:
    """Red, green and blue of colours given by hue, saturation and value in [0, 1].

    Shape   images [..., 3] -> [..., 3]
    Source  TF op HSVToRGB, image_ops.cc
    """
    hue, saturation, value = images[..., 0], images[..., 1:2], images[..., 2:]
    return (((1 - saturation) + saturation * _pure(xp, hue)) * value).astype(images.dtype)


@op(
    "AdjustHue",
    "images: T, delta: float32 -> output: T",
    attrs={"T": float32},
    shape=_adjusted("delta"),
    differentiable=False,
)
def adjust_hue(xp: Any, images: Any, delta: Any) -> Any:
    """The images with their hues turned by delta, a part of the circle.

    Shape   images [..., 3], delta [] -> [..., 3]
    Source  TF op AdjustHue, image_ops.cc
    """
    colours = images.astype(xp.float32)
    hue, spread, value = _hue_and_range(xp, colours)
    turned = hue + delta
    turned = turned - xp.floor(turned)
    low = (value - spread)[..., None]
    return (low + spread[..., None] * _pure(xp, turned)).astype(images.dtype)


@op(
    "AdjustSaturation",
    "images: T, scale: float32 -> output: T",
    attrs={"T": float32},
    shape=_adjusted("scale"),
    differentiable=False,
)
def adjust_saturation(xp: Any, images: Any, scale: Any) -> Any:
    """The images with their saturations multiplied by the scale, at most 1.

    Shape   images [..., 3], scale [] -> [..., 3]
    Source  TF op AdjustSaturation, image_ops.cc
    """
    hsv = rgb_to_hsv(xp, images.astype(xp.float32))
    saturation = xp.clip(hsv[..., 1:2] * scale, 0, 1)
    changed = xp.concatenate([hsv[..., :1], saturation, hsv[..., 2:]], axis=-1)
    return hsv_to_rgb(xp, changed).astype(images.dtype)


def _contrast(s: ShapeScope) -> Dims:
    rules.check_scalars(s, contrast_factor=1)
    dims = s.shapes[0]
    if dims is not None and len(dims) < 3:
        raise ValueError(f"images have at least 3 axes, given: {show(dims)}.")
    return dims


@op(
    "AdjustContrastv2",
    "images: T, contrast_factor: float32 -> output: T",
    attrs={"T": float32},
    shape=_contrast,
    differentiable=False,
)
def adjust_contrast(xp: Any, images: Any, contrast_factor: Any) -> Any:
    """(x - mean) * factor + mean, where each channel of each image has its mean.

    Shape   images [..., height, width, channels], contrast_factor [] -> [..., height, width, channels]
    Source  TF op AdjustContrastv2, image_ops.cc
    """
    pixels = images.astype(xp.float32)
    mean = xp.mean(pixels, axis=(-3, -2), keepdims=True)
    return ((pixels - mean) * contrast_factor + mean).astype(images.dtype)
