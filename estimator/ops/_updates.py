"""What the updates of all optimizers share: attributes, the rule of one shape, and small formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, merge, show
from estimator.graph.op import ShapeRule, ShapeScope
from estimator.graph.recorded import Elementwise

LOCKING = {"use_locking": False}


def one_shape(gradient: int) -> ShapeRule:
    """The variable, its slots and the gradient (input number `gradient`) have one shape; the rest are scalars."""

    def rule(s: ShapeScope) -> list[Dims]:
        dims = s.shapes[gradient]
        for index in range(len(s.shapes)):
            dims = merge(dims, s.variable_dims(index))
        check_hyper_parameters(s, gradient)
        return []

    return rule


def check_hyper_parameters(s: ShapeScope, *others: int) -> None:
    """Everything but the variables (a handle's shape is a scalar's) and the inputs at the places `others` is a scalar.

    Raises
    ------
    ValueError
        If something is not.
    """
    for place, dims in enumerate(s.shapes):
        if dims and place not in others:
            raise ValueError(
                f"a hyper-parameter is a scalar, given for input {place}: the shape {show(dims)}."
            )


def one_minus(xp: Any, value: Any) -> Any:
    """1 - value, in its type."""
    return xp.subtract(value.dtype.type(1), value)


def shrunk(xp: Any, value: Any, limit: Any) -> Any:
    """sign(value) · max(|value| - limit, 0): exactly 0 within the limit."""
    return xp.subtract(value, xp.maximum(xp.minimum(value, limit), xp.negative(limit)))


@Elementwise
def times(xp: Any, value: Any, count: Any, **out: Any) -> Any:
    """A floating point value times a whole number, in the type of the value: int64 alone would make it float64."""
    return xp.multiply(value, count, dtype=value.dtype, casting="same_kind", **out)


@Elementwise
def raised(xp: Any, x: Any, power: Any, **out: Any) -> Any:
    """x to a power; the usual power of a half is a root, which is several times faster."""
    is_known = isinstance(power, (float, np.ndarray, np.generic))
    return xp.sqrt(x, **out) if is_known and power == 0.5 else xp.power(x, power, **out)


@raised.emit
def _emit_raised(p: Any, x: Any, power: Any, out: Any) -> None:
    if power.value is None:
        p.call(raised.numpy, x, power, out=out)
    elif power.value == 0.5:
        p.call(np.sqrt, x, out=out)
    else:
        p.call(np.power, x, power, out=out)
