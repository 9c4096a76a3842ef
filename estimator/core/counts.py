"""Counts of steps and files, which people also write as floating point numbers: 1e6 is a million."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

_END = 1 << 63


def whole_number(value: Any) -> int | None:
    """The int that a value is; None if it is none.

    Parameters
    ----------
    value : object
        Python's or numpy's. A floating point number counts where it is whole, a truth value never; what an int64
        does not hold is no count of anything.

    Example
    -------
    >>> whole_number(1e6), whole_number(1.5), whole_number(True), whole_number("9")
    (1000000, None, None, None)
    """
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (float, np.floating)):
        number = int(value) if value.is_integer() else None
    else:
        try:
            number = operator.index(value)
        except TypeError:  # also of arrays that are not one integer, which do have an __index__
            number = None
    return number if number is not None and -_END <= number < _END else None
