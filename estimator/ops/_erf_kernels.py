"""The error function over an array module, without scipy.

Three rational approximations, each on its part of the axis, whose relative errors are below 1e-15::

    |x| <= 0.46875      erf(x)  = x P(x²) / Q(x²)
    |x| <= 4            erfc(x) = exp(-x²) P(x) / Q(x)
    |x| > 4             erfc(x) = exp(-x²) / x (1/√π + P(1/x²) / (x² Q(1/x²)))

Source: W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of
Computation 23 (1969), pages 631-637; the coefficients are those of the paper.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

SMALL, MIDDLE = 0.46875, 4.0

# Highest power first.
_SMALL_P = (
    1.85777706184603153e-1,
    3.16112374387056560e0,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
_SMALL_Q = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
_MIDDLE_P = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2,
    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
_MIDDLE_Q = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_LARGE_P = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
_LARGE_Q = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip
_ONE_OVER_ROOT_PI = 0.56418958354775628695


def _ratio(above: Sequence[float], below: Sequence[float], x: Any) -> Any:
    """The quotient of two polynomials of x, in the type of x."""
    number = x.dtype.type
    top, bottom = number(above[0]), number(below[0])
    for coefficient in above[1:]:
        top = top * x + number(coefficient)
    for coefficient in below[1:]:
        bottom = bottom * x + number(coefficient)
    return top / bottom


def _erf_small(xp: Any, x: Any) -> Any:
    x = xp.where(xp.abs(x) <= SMALL, x, xp.zeros_like(x))
    return x * _ratio(_SMALL_P, _SMALL_Q, x * x)


def _erfc_positive(xp: Any, x: Any) -> Any:
    """erfc(x) of x > 0.46875."""
    number = x.dtype.type
    middle = _ratio(_MIDDLE_P, _MIDDLE_Q, xp.minimum(x, number(MIDDLE)))
    far = xp.maximum(x, number(MIDDLE))
    inverse = xp.reciprocal(far * far)
    large = (number(_ONE_OVER_ROOT_PI) - inverse * _ratio(_LARGE_P, _LARGE_Q, inverse)) / far
    return xp.exp(-(x * x)) * xp.where(x <= number(MIDDLE), middle, large)


def erf(xp: Any, x: Any) -> Any:
    """2/√π ∫ exp(-t²) dt from 0 to x, in the type of x."""
    size = xp.abs(x)
    tail = x.dtype.type(1) - _erfc_positive(xp, size)
    return xp.where(size <= SMALL, _erf_small(xp, x), xp.copysign(tail, x))


def erfc(xp: Any, x: Any) -> Any:
    """1 - erf(x), without cancellation for large x, in the type of x."""
    one = x.dtype.type(1)
    tail = _erfc_positive(xp, xp.abs(x))
    return xp.where(xp.abs(x) <= SMALL, one - _erf_small(xp, x), xp.where(x < 0, one + one - tail, tail))


def inverse_erf(xp: Any, x: Any) -> Any:
    """The y with erf(y) = x, in double precision; infinite at -1 and 1, not a number beyond."""
    size = xp.abs(x)
    tail = _inverse_erfc(xp, 1.0 - xp.maximum(size, 0.5))
    middle = _refined(xp, erf, xp.minimum(size, 0.5), 1.0, _first_guess(xp, 1.0 - xp.minimum(size, 0.5)))
    return xp.copysign(xp.where(size > 0.5, tail, middle), x)


def normal_quantile(xp: Any, p: Any) -> Any:
    """The x below which the part p of the normal distribution lies, in double precision."""
    half = xp.minimum(p, 1.0 - p)
    middle = -inverse_erf(xp, xp.maximum(1.0 - 2.0 * half, 0.0))
    tail = -_inverse_erfc(xp, 2.0 * xp.minimum(half, 0.25))
    lower = math.sqrt(2) * xp.where(half < 0.25, tail, middle)
    return xp.where(p <= 0.5, lower, -lower)


def _inverse_erfc(xp: Any, q: Any) -> Any:
    """The y > 0 with erfc(y) = q of 0 < q <= ½; infinite at 0, not a number below."""
    inside = xp.where(q > 0, q, 0.5)
    found = _refined(xp, erfc, inside, -1.0, _first_guess(xp, inside))
    return xp.where(q > 0, found, xp.where(q == 0, xp.inf, xp.nan))


def _first_guess(xp: Any, q: Any) -> Any:
    """Two digits of the y with erfc(y) = q <= 1.

    Source  S. Winitzki, A handy approximation for the error function and its inverse, 2008
    """
    log = xp.log(q * (2.0 - q))
    shape = 2 / (math.pi * 0.147) + 0.5 * log
    return xp.sqrt(xp.maximum(xp.sqrt(shape * shape - log / 0.147) - shape, 0.0))


def _refined(xp: Any, function: Any, wanted: Any, sign: float, y: Any) -> Any:
    """Four steps of Halley's towards function(y) = wanted, where the slope of the function is sign 2/√π exp(-y²)."""
    for _ in range(4):
        step = sign * (function(xp, y) - wanted) * xp.exp(y * y) * (math.sqrt(math.pi) / 2)
        y = y - step / (1.0 + y * step)
    return y
