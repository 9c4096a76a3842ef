"""Windows of images, which may reach beyond their edges: there is noise, or nothing."""

from __future__ import annotations

from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.op import OpRun, ShapeScope, op

_NOISES = ("uniform", "gaussian", "zero")


def _glimpses(s: ShapeScope) -> Dims:
    noise = s.attrs["noise"]
    if noise not in _NOISES:
        raise ValueError(f"noise={noise!r}: it is one of {', '.join(map(repr, _NOISES))}.")
    if s.attrs["uniform_noise"] and noise != "uniform":
        raise ValueError(f"uniform_noise=True and noise={noise!r} contradict one another; give one of them.")
    images = rules.with_rank(s.shapes[0], 4, "the input")
    offsets = rules.with_rank(s.shapes[2], 2, "the offsets")
    if offsets[1] not in (None, 2):
        raise ValueError(f"an offset is a row and a column, given: offsets {show(offsets)}.")
    sizes = s.dims(1)
    if sizes is not None and len(sizes) != 2:
        raise ValueError(f"the size is a height and a width, given: {len(sizes)} numbers.")
    count = rules.same_size(images[0], offsets[0], "the numbers of images and offsets")
    return (count, *(sizes or (None, None)), images[3])


@op(
    "ExtractGlimpse",
    "input: float32, size: int32, offsets: float32 -> glimpse: float32",
    attrs={"centered": True, "normalized": True, "uniform_noise": True, "noise": "uniform"},
    shape=_glimpses,
    effect="random",
)
def extract_glimpse(
    xp: Any, input: Any, size: Any, offsets: Any, centered: bool, normalized: bool, noise: str, *, run: OpRun
) -> Any:
    """A window of each image. Where it reaches beyond, each channel has noise between its least and largest values.

    The offset is the middle of the window, in pixels from the top left corner; `normalized` says that it is in sizes
    of the image instead, and `centered` that it counts from the middle, 1 being the edge. ``"gaussian"`` noise has
    mean and deviation of the channel.

    Shape   input [n, height, width, channels], size [2], offsets [n, 2] -> [n, *size, channels]
    Source  TF op ExtractGlimpse, attention_ops.cc; helpers::GlimpseExtractionOp
    """
    if size.min(initial=0) < 0:
        raise InvalidArgumentError(f"the size of a glimpse is {size.tolist()}; it must not be negative.")
    rows, columns = input.shape[1:3]
    result = _noise(xp, input, size.tolist(), noise, run)
    sizes = xp.array([rows, columns], xp.float32)
    middles = offsets * sizes if normalized else offsets
    if centered:
        middles = middles / 2 + sizes / 2
    corners = xp.trunc(middles - size.astype(xp.float32) / 2).astype(xp.int64)
    for image, window, (top, left) in zip(input, result, corners.tolist(), strict=True):
        y, x = max(top, 0), max(left, 0)
        seen = image[y : max(top + len(window), 0), x : max(left + window.shape[1], 0)]
        window[y - top : y - top + len(seen), x - left : x - left + seen.shape[1]] = seen
    return result


def _noise(xp: Any, images: Any, size: list[int], noise: str, run: OpRun) -> Any:
    shape = (len(images), *size, images.shape[3])
    if noise == "zero" or not images.size:
        return xp.zeros(shape, xp.float32)
    least, largest = (bound(axis=(1, 2), keepdims=True) for bound in (images.min, images.max))
    if noise == "uniform":
        drawn = run.generator().random(shape, xp.float32) * (largest - least) + least
    else:
        mean, deviation = (of(axis=(1, 2), keepdims=True) for of in (images.mean, images.std))
        drawn = run.generator().standard_normal(shape, xp.float32) * deviation + mean
    return xp.clip(drawn, least, largest).astype(xp.float32)
