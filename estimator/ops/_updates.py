"""What the updates of all optimizers share: attributes, the rule of one shape, and small formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, merge
from estimator.graph.op import ShapeRule, ShapeScope

LOCKING = {"use_locking": False}


def one_shape(gradient: int) -> ShapeRule:
    """The variable, its slots and the gradient (input number `gradient`) have one shape."""

    def rule(s: ShapeScope) -> list[Dims]:
        dims = s.shapes[gradient]
        for index in range(len(s.shapes)):
            dims = merge(dims, s.variable_dims(index))
        return []

    return rule


def one_minus(value: Any) -> Any:
    """1 - value, in its type."""
    return np.subtract(value.dtype.type(1), value)


def shrunk(xp: Any, value: Any, limit: Any) -> Any:
    """sign(value) · max(|value| - limit, 0): exactly 0 within the limit."""
    return xp.subtract(value, xp.maximum(xp.minimum(value, limit), xp.negative(limit)))


def shrink_emit(p: Any, value: Any, limit: Any, room: Any) -> None:
    """Shrink `value` in place; `room` is memory of its shape."""
    p.call(np.minimum, value, limit, out=room)
    negative = p.scratch(value) if limit.dims != () else None
    if negative is None:
        negative = p.once(np.negative, limit)
    else:
        p.call(np.negative, limit, out=negative)
    p.call(np.maximum, room, negative, out=room)
    p.call(np.subtract, value, room, out=value)


def raised(x: Any, power: Any, out: Any = None) -> Any:
    """x to a power; the usual power of a half is a root, which is several times faster.

    Written for numpy: under another array module the power may not be known when the kernel runs.
    """
    return np.sqrt(x, out=out) if power == 0.5 else np.power(x, power, out=out)
