"""Numbers as TensorFlow reads them out of texts: what C reads, without what Python adds."""

from __future__ import annotations

import re
from collections.abc import Callable

from estimator.core.dtypes import DType

_FLOAT = re.compile(rb"\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)\s*", re.IGNORECASE)
_INTEGER = re.compile(rb"\s*-?\d+\s*")
_HEXADECIMAL = re.compile(rb"\s*([+-]?)0[xX]([0-9a-fA-F]+)\s*")


def float_of(text: bytes) -> float:
    """The floating point number that a text says; blanks alone are 0, as they are for TensorFlow.

    Raises
    ------
    ValueError
        If it says none.
    """
    if _FLOAT.fullmatch(text):
        return float(text)
    hexadecimal = _HEXADECIMAL.fullmatch(text)
    if hexadecimal is None:
        if text.isspace():
            return 0.0
        raise ValueError
    sign, digits = hexadecimal.groups()
    return float(int(sign + digits, 16))


def integer_of(dtype: DType) -> Callable[[bytes], int]:
    """What reads integers of a type out of texts, and raises a ValueError where there is none or it is too large."""
    least, most = dtype.min, dtype.max

    def read(text: bytes) -> int:
        if not _INTEGER.fullmatch(text):
            raise ValueError
        number = int(text)
        if not least <= number <= most:
            raise ValueError
        return number

    return read
