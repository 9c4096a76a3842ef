"""A normalizer_fn by its numbers, so that files can hold it and nobody needs a function to serve the model."""

from __future__ import annotations

import math
from typing import Any

from estimator.columns.column import Normalizer
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords


@near_keywords
@frozen
class Standardize(Normalizer):
    """Numbers as their distance from a mean, in standard deviations: ``(x - mean) / std``.

    Networks learn slowly, or not at all, from features of very different sizes. As a ``normalizer_fn`` it makes them
    alike; unlike a function of one's own it is written to ``.recipe.json``, so that the model can be served and asked
    without its source::

        numeric_column("income", normalizer_fn=Standardize(mean=41_000, std=23_500))

    Parameters
    ----------
    mean : float
    std : float
        Above 0.

    Raises
    ------
    ValueError
        If one of them is no such number; the message says all that is wrong.
    """

    mean: float
    std: float

    def __post_init__(self) -> None:
        problems = [
            f"{name} is a finite number{more}, given: {value!r}."
            for name, value, more in (("mean", self.mean, ""), ("std", self.std, " above 0"))
            if not (_is_finite(value) and (value > 0 or not more))
        ]
        raise_problems("Standardize", problems)

    def __call__(self, x: Any) -> Any:
        return (x - self.mean) / self.std

    def get_config(self) -> dict[str, Any]:
        """The two numbers, by name."""
        return {"mean": self.mean, "std": self.std}


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
