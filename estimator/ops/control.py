"""Ops that order or check."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import op
from estimator.ops._shown import first_values


@op("NoOp", "", shape=rules.no_output)
def no_op(xp: Any) -> Any:
    """Nothing; a place for control inputs.

    Source  TF op NoOp, control_flow_ops.cc
    """
    return None


def _shown(values: Any, dtype: DType, summarize: int) -> str:
    """The first values, texts as they are; of numbers that are left out, the two that a range check is about."""
    text = first_values(values, dtype, summarize, lambda item: item.decode("utf-8", "replace"))
    flat = np.ravel(np.asarray(values))
    if not text.endswith("..."):
        return text
    if flat.dtype.kind not in "iuf":
        return f"{text} ({flat.size} values)"
    places = int(flat.argmin()), int(flat.argmax())
    low, high = (first_values(flat[place], dtype, 1) for place in places)
    return f"{text} ({flat.size} values, the smallest is {low} at {places[0]}, the largest {high} at {places[1]})"


@op(
    "Assert",
    "condition: bool, data: T[]",
    attrs={"summarize": 3},
    shape=rules.no_output,
    effect="check",
    host=True,
    differentiable=False,
)
def assert_(xp: Any, condition: Any, data: Any, summarize: int, T: list[DType]) -> Any:
    """Fail with the data, if the condition does not hold.

    Source  TF op Assert, logging_ops.cc
    """
    if not np.all(condition):
        shown = (f"[{_shown(value, dtype, summarize)}]" for value, dtype in zip(data, T, strict=True))
        raise InvalidArgumentError(f"assertion failed: {' '.join(shown)}")


@assert_.emit
def assert_emit(p: Any, op: Any, condition: Any, data: Any) -> None:
    arguments = (np, condition, data, op.attrs["summarize"], op.attrs["T"])
    if condition.dims == ():
        p.unless(condition, assert_.kernel, *arguments)
    else:
        p.call(assert_.kernel, *arguments)


def _words(parts: list[str]) -> str:
    """``Inf``, ``Inf and NaN``, ``-Inf, +Inf, and NaN``."""
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _declare_check(name: str, signed: bool) -> None:
    @op(name, "tensor: T -> output: T", attrs={"message": str}, shape=rules.like_first)
    def check_numerics(xp: Any, tensor: Any, message: str) -> Any:
        """The tensor, if all of it is finite.

        Raises  InvalidArgumentError with the message, if there is an infinite number or what is none.
        Source  TF ops CheckNumerics and CheckNumericsV2, array_ops.cc
        """
        if not holds(xp.all(xp.isfinite(tensor))):
            infinite = {"-Inf": xp.isneginf(tensor), "+Inf": xp.isposinf(tensor)}
            kinds = {**(infinite if signed else {"Inf": xp.isinf(tensor)}), "NaN": xp.isnan(tensor)}
            found = _words([kind for kind, places in kinds.items() if xp.any(places)])
            raise InvalidArgumentError(f"{message} : Tensor had {found} values")
        return tensor

    @check_numerics.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        message = f"Not a number (NaN) or infinity (Inf) values detected in gradient. {op.attrs['message']}"
        return getattr(b, name)(dy, message=message)


_declare_check("CheckNumerics", signed=False)
_declare_check("CheckNumericsV2", signed=True)
