"""What ops on texts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def each(function: Callable[[bytes], Any], texts: Any, dtype: Any = object) -> Any:
    """The results of a function of every text, in the shape of the texts."""
    return np.fromiter(map(function, texts.ravel().tolist()), dtype, texts.size).reshape(texts.shape)
