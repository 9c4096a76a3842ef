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

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.formats import messages

_LARGEST = float(np.finfo(np.float64).max)


def scalar(tag: str, value: float) -> bytes:
    """A Summary of one number."""
    summary = messages.get("Summary")()
    summary.value.add(tag=tag, simple_value=value)
    return messages.to_bytes(summary)


def histogram(tag: str, values: np.ndarray[Any, Any]) -> bytes:
    """A Summary of the distribution of many numbers.

    Raises
    ------
    InvalidArgumentError
        If one is NaN or infinite.
    """
    flat = np.ravel(values).astype(np.float64)
    for kind, found in (("NaN", np.isnan(flat)), ("Infinity", np.isinf(flat))):
        if found.any():
            raise InvalidArgumentError(
                f"{kind} in summary histogram for: {tag} ({int(found.sum())} of {flat.size} values)."
            )
    summary = messages.get("Summary")()
    histo = summary.value.add(tag=tag).histo
    with np.errstate(over="ignore"):  # the sum of squares of large values is infinite, as TensorFlow has it
        histo.sum, histo.sum_squares = float(flat.sum()), float(np.square(flat).sum())
    histo.num = flat.size
    histo.min = float(flat.min()) if flat.size else _LARGEST
    histo.max = float(flat.max()) if flat.size else -_LARGEST
    limits, counts = buckets(flat)
    histo.bucket_limit.extend(limits)
    histo.bucket.extend(counts)
    return messages.to_bytes(summary)


def buckets(flat: np.ndarray[Any, Any]) -> tuple[list[float], list[float]]:
    """The limits and counts of the buckets, runs of empty ones joined.

    Example
    -------
    >>> buckets(np.array([0.0, 0.0]))
    ([0.0, 1e-12, 1.7976931348623157e+308], [0.0, 2.0, 0.0])
    """
    limits = _limits()
    places = np.minimum(np.searchsorted(limits, flat, side="right"), len(limits) - 1)
    counts = np.bincount(places, minlength=len(limits))
    ends_run = np.append((counts[:-1] > 0) | (counts[1:] > 0), True)
    return limits[ends_run].tolist(), counts[ends_run].astype(float).tolist()


@cache
def _limits() -> np.ndarray[Any, np.dtype[np.float64]]:
    positive = []
    limit = 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1  # the rounding of each step is part of the format
    positive.append(_LARGEST)
    return np.array([*(-edge for edge in reversed(positive)), 0.0, *positive])


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
