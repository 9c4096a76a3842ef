"""What ops on texts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def each(function: Callable[[Any], Any], values: Any, dtype: Any = object) -> Any:
    """The results of a function of every text or number, in the shape of the values."""
    return np.fromiter(map(function, values.ravel().tolist()), dtype, values.size).reshape(values.shape)


def text_scalar(text: bytes) -> np.ndarray[Any, Any]:
    """A scalar that is this text; numpy by itself would take a trailing NUL off."""
    result = np.empty((), object)
    result[()] = text
    return result
