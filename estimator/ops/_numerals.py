"""Numbers as TensorFlow reads them out of texts: what C reads, without what Python adds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

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


_BELOW = np.uint64((1 << 29) - 1)  # the bits of a float64 that a float32 has not
_MIDWAY = np.uint64(1 << 28)
_LEAST_NORMAL = 2.0**-126


def singles(numbers: Any, texts: Sequence[bytes]) -> Any:
    """The float32 that is nearest to what each text says, of the float64 that is.

    A float64 that lies midway between two float32 may have been rounded to that place; then the text decides.
    """
    with np.errstate(over="ignore", under="ignore"):  # a number too large is infinite
        results = numbers.astype(np.float32)
        is_midway = (numbers.view(np.uint64) & _BELOW) == _MIDWAY
        tiny = np.flatnonzero(np.abs(numbers) < _LEAST_NORMAL)  # of which a float32 has fewer bits
        is_midway[tiny] = np.ldexp(numbers[tiny], 150) % 2 == 1
        for place in np.flatnonzero(is_midway).tolist():
            results[place] = np.float32(np.nextafter(numbers[place], _side(texts[place], numbers[place])))
    return results


def _side(text: bytes, number: float) -> float:
    """In which direction of a float64 that is next to it lies what a text says; the number itself if it is that."""
    try:
        exact = Fraction(text.decode().strip())
    except ValueError:  # a hexadecimal number, which is whole
        return number
    return number if exact == number else np.inf if exact > number else -np.inf
