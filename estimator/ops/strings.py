"""Ops on strings: arrays of ``bytes``, always computed by numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.op import op


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
