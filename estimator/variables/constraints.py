"""What weights are kept to: callables that an optimizer applies to a variable after each update.

The formulas are those of tf.keras.constraints; a norm is the square root of the sum of squares along `axis`.
"""

from __future__ import annotations

from typing import Any

from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.clipping import clip_by_value
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.variables.configured import Configured

_EPSILON = 1e-7  # keeps the quotient finite for a norm of 0, as in Keras


class Constraint(Configured):
    """What Keras' constraints are: a subclass has ``__call__``, and ``get_config`` if it is to be stored.

    Source
    ------
    tf.keras.constraints.Constraint, TF 2.15
    """

    def __call__(self, weights: Any) -> Any:
        """What weights become.

        Raises
        ------
        NotImplementedError
            Where a subclass does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__(weights).")


@near_keywords
@frozen
class NonNeg(Constraint):
    """Negative weights become 0."""

    def __call__(self, weights: Tensor) -> Tensor:
        return weights * b.Cast(b.GreaterEqual(weights, 0), DstT=weights.dtype)


@near_keywords
@frozen
class MaxNorm(Constraint):
    """Norms above `max_value` are brought down to it."""

    max_value: float = 2
    axis: int = 0

    def __call__(self, weights: Tensor) -> Tensor:
        norms = _norms(weights, self.axis)
        return weights * (clip_by_value(norms, 0, self.max_value) / (norms + _EPSILON))


@near_keywords
@frozen
class UnitNorm(Constraint):
    """Norms become 1."""

    axis: int = 0

    def __call__(self, weights: Tensor) -> Tensor:
        return weights / (_norms(weights, self.axis) + _EPSILON)


@near_keywords
@frozen
class MinMaxNorm(Constraint):
    """Norms outside [`min_value`, `max_value`] are moved towards it, the part `rate` of the way."""

    min_value: float = 0.0
    max_value: float = 1.0
    rate: float = 1.0
    axis: int = 0

    def __call__(self, weights: Tensor) -> Tensor:
        norms = _norms(weights, self.axis)
        inside = clip_by_value(norms, self.min_value, self.max_value)
        wanted = self.rate * inside + (1 - self.rate) * norms
        return weights * (wanted / (norms + _EPSILON))


def _norms(weights: Tensor, axis: Any) -> Tensor:
    result: Tensor = b.Sqrt(b.Sum(b.Square(weights), [axis], keep_dims=True))
    return result
