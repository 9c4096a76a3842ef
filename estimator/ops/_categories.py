"""Classes that are drawn by their logits, of uniform numbers."""

from __future__ import annotations

from typing import Any

from estimator.core.errors import InvalidArgumentError


def categories(xp: Any, logits: Any, uniform: Any) -> Any:
    """The class in whose part of [0, 1) each number lies; a logit that is not finite has no part.

    Shape   logits [batch, classes], uniform [batch, n] -> [batch, n]
    Raises  InvalidArgumentError if there are no classes.
    """
    if uniform.size and not logits.shape[1]:
        raise InvalidArgumentError("num_classes should be positive: there are no logits to draw by.")
    finite = xp.isfinite(logits)
    wide = xp.where(finite, logits, -xp.inf).astype(xp.float64)
    highest = wide.max(axis=1, keepdims=True, initial=xp.finfo(xp.float64).min)
    sums = xp.cumsum(xp.exp(wide - highest), axis=1)
    found = xp.zeros(uniform.shape, xp.int64)
    for place, (row, numbers) in enumerate(zip(sums, uniform, strict=True)):
        found[place] = xp.searchsorted(row, numbers * row[-1], side="right")
    return found
