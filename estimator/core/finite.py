"""Whether an array holds numbers only: neither NaN nor infinity."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16

_CHECKED_ELEMENTS = 1 << 16  # looked at in pieces, which need no memory to speak of and stay in the cache


def is_finite(value: np.ndarray[Any, Any], dtype: DType | None = None) -> bool:
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
