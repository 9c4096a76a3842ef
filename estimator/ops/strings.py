"""Ops on strings: arrays of ``bytes``, always computed by numpy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


@op(
    "AsString",
    "input: T -> output: string",
    attrs={"precision": -1, "scientific": False, "shortest": False, "width": -1, "fill": ""},
    shape=rules.like_first,
    host=True,
    differentiable=False,
)
def as_string(
    xp: Any, input: Any, precision: int, scientific: bool, shortest: bool, width: int, fill: str
) -> Any:
    """Numbers as text in C's notation: %d, floats %f (%e scientific, %g shortest), true and false.

    Raises  ValueError if scientific and shortest are both asked for.
    Source  TF op AsString, string_ops.cc
    """
    if scientific and shortest:
        raise ValueError("as_string can be scientific or shortest, not both.")
    kind = "d" if input.dtype.kind in "iu" else "e" if scientific else "g" if shortest else "f"
    size = "" if width < 0 else str(width)
    digits = "" if precision < 0 or kind == "d" else f".{precision}"
    pattern = f"%{fill}{size}{digits}{kind}"
    result = np.empty(input.shape, object)
    for place, value in np.ndenumerate(input):
        if isinstance(value, bytes):
            text = value.decode("utf-8", "surrogateescape")
        elif input.dtype == np.bool_:
            text = "true" if value else "false"
        elif input.dtype.kind == "c":
            text = f"({pattern % value.real},{pattern % value.imag})"
        else:
            text = pattern % value
        result[place] = text.encode("utf-8", "surrogateescape")
    return result


def _joined_shape(s: ShapeScope) -> Dims:
    result: Dims = ()
    for dims in s.shapes:
        result = dims if result == () else result if dims == () else merge(result, dims)
    return result


@op(
    "StringJoin",
    "inputs: N * string -> output: string",
    attrs={"separator": ""},
    shape=_joined_shape,
    host=True,
    differentiable=False,
)
def string_join(xp: Any, inputs: Any, separator: str) -> Any:
    """The texts at one place of all inputs, one behind the other.

    Shape   all inputs alike, or scalar, which is repeated
    Source  TF op StringJoin, string_ops.cc
    """
    between = separator.encode()
    arrays = [array for array in inputs if array.ndim] or inputs[:1]
    result = np.empty(arrays[0].shape, object)
    for place in np.ndindex(result.shape):
        result[place] = between.join(array[place] if array.ndim else array.item() for array in inputs)
    return result


@op(
    "StaticRegexFullMatch",
    "input: string -> output: bool",
    attrs={"pattern": str},
    shape=rules.like_first,
    host=True,
    differentiable=False,
)
def static_regex_full_match(xp: Any, input: Any, pattern: str) -> Any:
    """Whether the whole of each text fits the pattern, which is read as Python's `re` reads it.

    Raises  InvalidArgumentError if it is none
    Source  TF op StaticRegexFullMatch, string_ops.cc
    """
    try:
        expression = re.compile(pattern.encode())
    except re.error as error:
        raise InvalidArgumentError(f"invalid pattern {pattern!r}: {error}.") from error
    result = np.empty(input.shape, np.bool_)
    for place, text in np.ndenumerate(input):
        result[place] = expression.fullmatch(text) is not None
    return result
