"""What lies under each window of an image, side by side, and its gradient by a convolution.

Source: TensorFlow 2.15, core/ops/array_ops.cc; gradient: python/ops/array_grad.py.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import Dims
from estimator.graph.op import ShapeScope, op
from estimator.ops._windows import Form, Slide


def _patched(s: ShapeScope) -> Dims:
    form, ksizes = Form.of(s.attrs), list(s.attrs["ksizes"])
    form.demand_space_only()
    if len(ksizes) != 4 or min(ksizes) < 1 or (ksizes[0], ksizes[3]) != (1, 1):
        raise ValueError(f"ksizes must be [1, height, width, 1], given: {ksizes}.")
    batch, *space, depth = form.sizes(s.shapes[0], "the images")
    places = [form.count(axis, size, ksizes[axis]) for axis, size in enumerate(space, 1)]
    return (batch, *places, None if depth is None else depth * ksizes[1] * ksizes[2])


def _extract(
    xp: Any,
    x: Any,
    out: Any,
    ksizes: Sequence[int],
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
) -> None:
    form = Form("NHWC", strides, rates, padding)
    slides = form.slides(x.shape, ksizes[1:3])
    taps = out.reshape(*out.shape[:3], math.prod(ksizes), x.shape[-1])
    out.fill(0)
    for number, tap in enumerate(itertools.product(*(range(slide.kernel) for slide in slides))):
        (rows, seen_rows), (columns, seen_columns) = map(Slide.inside, slides, tap)
        taps[:, rows, columns, number] = x[:, seen_rows, seen_columns]


@op(
    "ExtractImagePatches",
    "images: T -> patches: T",
    attrs={"ksizes": list[int], "strides": list[int], "rates": list[int], "padding": str},
    shape=_patched,
)
def extract_image_patches(xp: Any, images: Any, ksizes: Any, strides: Any, rates: Any, padding: str) -> Any:
    """All channels of all taps of each window; 0 where a tap lies in the padding.

    Shape   [batch, height, width, channels] -> [batch, places, places, taps · taps · channels]
    Source  TF op ExtractImagePatches, array_ops.cc
    """
    form = Form("NHWC", strides, rates, padding)
    places = [slide.places for slide in form.slides(images.shape, ksizes[1:3])]
    out = xp.empty((len(images), *places, images.shape[-1] * math.prod(ksizes)), images.dtype)
    _extract(xp, images, out, ksizes, strides, rates, padding)
    return out


@extract_image_patches.emit
def extract_image_patches_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    p.call(_extract, np, x, out, *(op.attrs[name] for name in ("ksizes", "strides", "rates", "padding")))
    return out


@extract_image_patches.gradient
def extract_image_patches_gradient(b: Any, op: Any, dy: Any) -> Any:
    """A patch is a convolution whose kernel has a one for each pair of what it takes and where it puts that."""
    x, attrs = op.inputs[0], op.attrs
    sizes = b.Shape(x)
    taps, depth = attrs["ksizes"][1:3], sizes[3]
    size = b.Mul(depth, math.prod(taps))
    one, zero = np.ones((), x.dtype.np), np.zeros((), x.dtype.np)
    kernel = b.Reshape(b.OneHot(b.Range(0, size, 1), size, one, zero), b.Pack([*taps, depth, size]))
    return b.Conv2DBackpropInput(
        sizes, kernel, dy, strides=attrs["strides"], padding=attrs["padding"], dilations=attrs["rates"]
    )
