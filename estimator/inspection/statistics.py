"""What the numbers of a tensor look like, found in one pass over rows of them: norm, mean, extremes, NaN.

A tensor is never in memory as a whole. Norm, mean and extremes are of the finite numbers, in float64: of a tensor in
which one NaN stands, the others still tell whether it was a good one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import DType, bfloat16, float32
from estimator.core.frozen import frozen

Array: TypeAlias = "np.ndarray[Any, Any]"

# Squares of larger and smaller numbers leave the range of float64, and such numbers are scaled first.
_SMALLEST, _LARGEST = 1e-140, 1e140


@frozen
class Statistics:
    """Of the numbers of one tensor.

    Parameters
    ----------
    count : int
        How many there are, NaN and infinite ones counted.
    norm : float
        The root of the sum of squares of the finite ones; of complex numbers, of their absolute values.
    mean, min, max : float or None
        Of the finite ones; None if there are none, or they are complex.
    nan_count, inf_count : int
        How many are no finite numbers.
    """

    count: int
    norm: float
    mean: float | None
    min: float | None
    max: float | None
    nan_count: int = 0
    inf_count: int = 0


def statistics(rows: Iterable[Array], dtype: DType) -> Statistics:
    """The statistics of numbers that come in rows.

    Parameters
    ----------
    rows : iterable of array
        Without dimensions to speak of; of bfloat16, the bits.
    dtype : DType
    """
    count = nan_count = inf_count = finite_count = 0
    norm = total = 0.0
    smallest, largest = math.inf, -math.inf
    is_complex = dtype.np.kind == "c"
    for row in rows:
        count += row.size
        values = as_float64(row, dtype)
        finite = np.isfinite(values)
        if not finite.all():
            nan_count += int(np.isnan(values).sum())
            inf_count += int(np.isinf(values).sum())
            values = values[finite]
        if not values.size:
            continue
        if is_complex:
            values = np.abs(values)
        low, high = float(values.min()), float(values.max())
        smallest, largest = min(smallest, low), max(largest, high)
        part_norm, part_total = _norm_and_total(values, max(-low, high))
        # of a sum beyond float64 the mean is none of use, either
        norm, total = math.hypot(norm, part_norm), total + part_total
        finite_count += values.size
    has_extremes = finite_count > 0 and not is_complex
    return Statistics(
        count,
        norm,
        total / finite_count if has_extremes else None,
        smallest if has_extremes else None,
        largest if has_extremes else None,
        nan_count,
        inf_count,
    )


def as_float64(values: Array, dtype: DType) -> Array:
    """Numbers as they are stored, as float64 (complex ones as complex128), of this machine's byte order."""
    if dtype is bfloat16:  # the upper half of a float32
        values, dtype = (values.astype(np.uint32) << 16).view(np.float32), float32
    with np.errstate(invalid="ignore"):  # a NaN may be of the signalling kind
        return values.astype(np.complex128 if dtype.np.kind == "c" else np.float64)


def _norm_and_total(values: Array, greatest: float) -> tuple[float, float]:
    """The root of the sum of squares, and the sum; `greatest` is the largest absolute value."""
    if greatest == 0 or _SMALLEST < greatest < _LARGEST:
        return math.sqrt(float(values @ values)), float(values.sum())
    scaled = values / greatest
    return greatest * math.sqrt(float(scaled @ scaled)), greatest * float(scaled.sum())
