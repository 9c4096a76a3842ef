"""Values as text for people to read, in the two forms that TensorFlow prints.

Numbers have 6 digits (15 in double precision), or as many as tell them from their neighbours; text is escaped as in C.

Source: Tensor::SummarizeValue, TF 2.15 core/framework/tensor.cc
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, bfloat16, float64

Write = Callable[[Any], str]
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}
_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), 127)} | str.maketrans(_NAMED)


def escaped(text: bytes) -> str:
    """A text as C writes it."""
    return text.decode("utf-8", "surrogateescape").translate(_ESCAPES)


def first_values(values: Any, dtype: DType, limit: int, text: Write = escaped) -> str:
    """``[1 2][3...]...``: the first values, without brackets around all; -1 for every one.

    Parameters
    ----------
    values : ndarray
    dtype : DType
        Their type in the graph.
    limit : int
    text : callable
        How a text is written.
    """
    array = _readable(values, dtype)
    shown = array.ravel() if limit < 0 else array.ravel()[:limit]
    texts = list(map(_writer(array.dtype, text), shown))
    return _rows(texts, array.shape) + ("..." if len(texts) < array.size else "")


def _rows(texts: Sequence[str], shape: Sequence[int]) -> str:
    """The values of the first rows of an array; the last row may be a part of one."""
    if len(shape) < 2:
        return " ".join(texts)
    size = math.prod(shape[1:])
    rows = [texts[start : start + size] for start in range(0, len(texts), size or 1)]
    return "".join(
        f"[{_rows(row, shape[1:])}{'...' if len(shape) == 2 and len(row) < size else ''}]" for row in rows
    )


def edges(values: Any, dtype: DType, count: int) -> str:
    """``[[1 2 ... 8 9]``, a line a row: so many values from both ends of every axis; -1 for every one.

    Parameters
    ----------
    values : ndarray
    dtype : DType
        Their type in the graph.
    count : int
    """
    array = _readable(values, dtype)
    return _edges(array, _writer(array.dtype, lambda text: f'"{escaped(text)}"'), count, 1)


def _edges(array: Any, write: Write, count: int, depth: int) -> str:
    if not np.ndim(array):
        return write(array[()] if isinstance(array, np.ndarray) else array)
    is_short = count < 0 or len(array) <= 2 * count
    first, last = (array, array[:0]) if is_short else (array[:count], array[len(array) - count :])
    parts = [
        *(_edges(part, write, count, depth + 1) for part in first),
        *([] if is_short else ["..."]),
        *(_edges(part, write, count, depth + 1) for part in last),
    ]
    between = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * depth  # blank lines around matrices
    return f"[{between.join(parts)}]"


def _readable(values: Any, dtype: DType) -> Any:
    """The values as numbers that numpy knows: narrow floating point types are written as float32."""
    array = np.asarray(values)
    if dtype is bfloat16:
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _writer(dtype: Any, text: Write) -> Write:
    """What writes one value of a numpy type."""
    if dtype == object:
        return text
    if dtype == np.bool_:
        return lambda value: str(int(value))
    if dtype.kind == "f":
        return lambda value: _number(value, 15 if dtype == float64.np else 6)
    if dtype.kind == "c":
        digits = 15 if dtype.itemsize == 16 else 6
        return lambda value: f"({_number(value.real, digits)},{_number(value.imag, digits)})"
    return str


def _number(value: Any, digits: int) -> str:
    short = f"{value:.{digits}g}"
    if type(value)(short) == value or value != value:
        return short
    return f"{value:.{17 if digits == 15 else 9}g}"
