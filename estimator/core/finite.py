"""Whether an array holds numbers only: neither NaN nor infinity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16

Array = np.ndarray[Any, Any]

_CHECKED_ELEMENTS = 1 << 16  # looked at in pieces, which need no memory to speak of and stay in the cache
_FEW_ELEMENTS = 1 << 10  # of an array that is looked at together with others


def is_finite(value: Array, dtype: DType | None = None) -> bool:
    """Whether no element is NaN or infinite; what is neither float nor complex always is.

    Parameters
    ----------
    value : ndarray
    dtype : DType, optional
        Of the elements, where the array does not tell: bfloat16, which is kept as uint16 bits.
    """
    flat = np.asarray(value).reshape(-1)
    for start in range(0, flat.size, _CHECKED_ELEMENTS):
        piece = flat[start : start + _CHECKED_ELEMENTS]
        if dtype is bfloat16:
            if ((piece & 0x7F80) == 0x7F80).any():  # all exponent bits set
                return False
        elif piece.dtype.kind in "fc" and not np.isfinite(piece).all():
            return False
    return True


class FiniteLook:
    """:func:`is_finite` of an array that is shown in parts, in one pass with whatever else is done with them.

    Parameters
    ----------
    dtype : DType
        Of the elements.

    Attributes
    ----------
    is_finite : bool
        What is to be said of what was shown so far.
    seen : int
        How many elements that are.
    """

    def __init__(self, dtype: DType) -> None:
        self._dtype = dtype
        self.is_finite = True
        self.seen = 0

    def __call__(self, part: Array) -> None:
        """Look at a part."""
        self.seen += part.size
        self.is_finite = self.is_finite and is_finite(part, self._dtype)


def all_finite(values: Iterable[tuple[Array, DType | None]]) -> bool:
    """Whether :func:`is_finite` says so of each of many arrays with their types; small ones are looked at together."""
    small: list[Array] = []
    elements, kind = 0, None
    for value, dtype in values:
        if value.size > _FEW_ELEMENTS or dtype is bfloat16:
            if not is_finite(value, dtype):
                return False
            continue
        if value.dtype is not kind or elements > _CHECKED_ELEMENTS:
            if not _are_finite(small):
                return False
            small, elements, kind = [], 0, value.dtype
        small.append(value)
        elements += value.size
    return _are_finite(small)


def _are_finite(small: list[Array]) -> bool:
    """Whether all elements are, of arrays of one type."""
    return not small or small[0].dtype.kind not in "fc" or is_finite(np.concatenate(small, axis=None))
