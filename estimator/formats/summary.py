"""Serialised Summary messages: what summary ops produce and event files hold.

A histogram has TensorFlow's buckets: their limits grow by a tenth from 1e-12 to 1e20, mirrored for
negative values, with 0 between and the largest double at both ends. A value counts for the first
limit above it. Runs of empty buckets are written as one, with the last limit of the run.

Source
------
tensorflow/core/framework/summary.proto; tensorflow/core/lib/histogram/histogram.cc (buckets),
summary_op.cc (checks)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages
from estimator.formats.tensors import array_to_proto

NOT_FINITE = "not_finite"  # ends the tag that counts what a histogram cannot show

_LARGEST = float(np.finfo(np.float64).max)
_MOST_WARNINGS = 1000
_warned: set[str] = set()  # tags


def scalar(tag: str, value: float) -> bytes:
    """A Summary of one number."""
    summary = messages.get("Summary")()
    summary.value.add(tag=tag, simple_value=value)
    return messages.to_bytes(summary)


def histogram(tag: str, values: np.ndarray[Any, Any]) -> bytes:
    """A Summary of the distribution of many numbers.

    Numbers that are NaN or infinite are in no bucket. Where there are some, ``tag/not_finite`` tells how many, and so
    does a warning, once for each tag.
    """
    flat = np.ravel(values).astype(np.float64)
    ordered = np.sort(flat)  # the search for buckets goes faster, and the ends tell the rest
    least, largest = (float(ordered[0]), float(ordered[-1])) if flat.size else (_LARGEST, -_LARGEST)
    summary = messages.get("Summary")()
    if not (math.isfinite(least) and math.isfinite(largest)):  # NaN is behind all numbers
        is_finite = np.isfinite(ordered)
        summary.value.add(tag=f"{tag}/{NOT_FINITE}", simple_value=float((~is_finite).sum()))
        _warn_of_infinite(tag, int((~is_finite).sum()), flat.size)
        flat = ordered = ordered[is_finite]
        least, largest = (float(ordered[0]), float(ordered[-1])) if flat.size else (_LARGEST, -_LARGEST)
    histo = summary.value.add(tag=tag).histo
    with np.errstate(over="ignore"):  # the sum of squares of large values is infinite, as TensorFlow has it
        histo.sum, histo.sum_squares = float(flat.sum()), float(np.square(flat).sum())
    histo.num, histo.min, histo.max = flat.size, least, largest
    limits, counts = buckets(ordered)
    histo.bucket_limit.extend(limits)
    histo.bucket.extend(counts)
    return messages.to_bytes(summary)


def _warn_of_infinite(tag: str, count: int, size: int) -> None:
    if tag not in _warned and len(_warned) < _MOST_WARNINGS:
        _warned.add(tag)
        log.warning(
            "%d of the %d values of the histogram %s are NaN or infinite: it leaves them out, and %s/%s counts them.",
            count, size, tag, tag, NOT_FINITE,
        )  # fmt: skip


def buckets(values: np.ndarray[Any, Any]) -> tuple[list[float], list[float]]:
    """The limits and counts of the buckets, runs of empty ones joined.

    Example
    -------
    >>> buckets(np.array([0.0, 0.0]))
    ([0.0, 1e-12, 1.7976931348623157e+308], [0.0, 2.0, 0.0])
    """
    limits = _limits()
    places = np.searchsorted(limits[:-1], values, side="right")  # the largest double is for the last one, too
    counts = np.bincount(places, minlength=len(limits))
    is_filled = counts > 0
    ends = np.flatnonzero(is_filled[:-1] | is_filled[1:])
    return [*limits[ends].tolist(), _LARGEST], [*counts[ends].astype(float).tolist(), float(counts[-1])]


@cache
def _limits() -> np.ndarray[Any, np.dtype[np.float64]]:
    positive = []
    limit = 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1  # the rounding of each step is part of the format
    positive.append(_LARGEST)
    return np.array([*(-edge for edge in reversed(positive)), 0.0, *positive])


def images(tag: str, tensor: np.ndarray[Any, Any], max_images: int, bad_color: np.ndarray[Any, Any]) -> bytes:
    """A Summary of the first images of a batch, each a PNG.

    Parameters
    ----------
    tag : str
        The tag is ``tag/image/0`` and so on, or ``tag/image`` if there is one image at most.
    tensor : array of uint8 or floating point
        [batch, height, width, channels].
    max_images : int
        How many images are shown.
    bad_color : array of uint8
        [channels or more]: the pixels that have a NaN or an infinite number.

    Raises
    ------
    InvalidArgumentError
        If it is no batch of images of 1, 3 or 4 channels, or the images have no pixels.
    """
    from estimator.formats import png

    if tensor.ndim != 4 or tensor.shape[-1] not in (1, 3, 4) or not all(tensor.shape[1:]):
        raise InvalidArgumentError(
            f"an image summary shows a batch of images, [batch, height, width, channels] with 1, 3 or 4 channels; "
            f"{tag!r} has the shape {list(tensor.shape)}."
        )
    channels = tensor.shape[-1]
    if bad_color.ndim != 1 or bad_color.size < channels:
        raise InvalidArgumentError(
            f"bad_color of {tag!r} must have a number for each of the {channels} channels, given: {bad_color.tolist()}."
        )
    summary = messages.get("Summary")()
    for place, pixels in enumerate(tensor[:max_images]):
        shown = pixels if pixels.dtype == np.uint8 else _as_bytes(pixels, bad_color[:channels])
        value = summary.value.add(tag=f"{tag}/image/{place}" if max_images > 1 else f"{tag}/image")
        value.image.height, value.image.width, value.image.colorspace = pixels.shape
        value.image.encoded_image_string = png.encode(shown)
    return messages.to_bytes(summary)


def sounds(tag: str, tensor: np.ndarray[Any, Any], sample_rate: float, max_outputs: int) -> bytes:
    """A Summary of the first sounds of a batch, each a WAV file.

    Parameters
    ----------
    tag : str
        The tag is ``tag/audio/0`` and so on, or ``tag/audio`` if there is one sound at most.
    tensor : array of float32
        [batch, frames, channels], or [batch, frames] of one channel, with numbers from -1 to 1.
    sample_rate : float
        Frames a second.
    max_outputs : int
        How many sounds are written.

    Raises
    ------
    InvalidArgumentError
        If it is no batch of sounds, or the sample rate is not above 0.
    """
    from estimator.formats import wav

    if tensor.ndim not in (2, 3):
        raise InvalidArgumentError(
            f"an audio summary has a batch of sounds, [batch, frames, channels] or [batch, frames]; {tag!r} has the "
            f"shape {list(tensor.shape)}."
        )
    if not sample_rate > 0.0:
        raise InvalidArgumentError(f"sample_rate of {tag!r} must be > 0, given: {sample_rate}.")
    summary = messages.get("Summary")()
    for place, samples in enumerate(tensor[:max_outputs]):
        frames = samples if samples.ndim == 2 else samples[:, None]
        value = summary.value.add(tag=f"{tag}/audio/{place}" if max_outputs > 1 else f"{tag}/audio")
        value.audio.sample_rate, value.audio.content_type = sample_rate, "audio/wav"
        value.audio.length_frames, value.audio.num_channels = frames.shape
        value.audio.encoded_audio_string = wav.written(frames, round(sample_rate))
    return messages.to_bytes(summary)


_NEARLY_BLACK = 1e-6  # an image whose largest number is below is not scaled up


def _as_bytes(pixels: np.ndarray[Any, Any], bad_color: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Numbers as 0 to 255: 0 stays black and the largest becomes 255; with negative ones, 0 becomes 128.

    Pixels with a NaN or an infinite number have no part in it and get the bad colour.
    """
    is_good = np.isfinite(pixels).all(axis=-1)
    good = pixels[is_good]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    reach, top, middle = (max(-low, abs(high)), 127.0, 128.0) if low < 0 else (high, 255.0, 0.0)
    scale = 0.0 if reach < _NEARLY_BLACK else np.float32(top) / np.float32(reach)
    kind = pixels.dtype.type
    shown = np.empty(pixels.shape, np.uint8)
    shown[is_good] = (good * kind(scale) + kind(middle)).astype(np.uint8)
    shown[~is_good] = bad_color
    return shown


def tensor(tag: str, value: np.ndarray[Any, Any], dtype: DType, metadata: bytes) -> bytes:
    """A Summary of an array, with the SummaryMetadata that says what shows it."""
    summary = messages.get("Summary")()
    item = summary.value.add(tag=tag)
    item.metadata.MergeFromString(metadata)
    item.tensor.CopyFrom(array_to_proto(value, dtype))
    return messages.to_bytes(summary)


def merge(summaries: Sequence[bytes]) -> bytes:
    """All values of several Summaries in one.

    Raises
    ------
    InvalidArgumentError
        If a tag occurs twice.
    """
    merged = messages.get("Summary")()
    for data in summaries:
        merged.MergeFromString(data)
    seen: set[str] = set()
    for value in merged.value:
        if value.tag in seen:
            raise InvalidArgumentError(
                f"Duplicate tag {value.tag} found in summary inputs; give one of them another name."
            )
        seen.add(value.tag)
    return messages.to_bytes(merged)
