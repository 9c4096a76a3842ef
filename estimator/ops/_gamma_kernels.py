"""The gamma function and its kin over an array module, without scipy, all in double precision.

``log_gamma`` and ``digamma`` go up to arguments above 8 by their recurrences, where the asymptotic series of Stirling
has 16 digits, and to positive ones by reflection. The incomplete functions are Gauss's series and continued fractions,
which go on until nothing changes.

Source: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 6.1.40, 6.3.18, 6.5.29, 6.5.31, 23.2.9, 26.5.8.
"""

from __future__ import annotations

import math
from typing import Any

LOW = 8.0  # from here on Stirling's series
# B(2k), the numbers of Bernoulli.
_BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
)
_STEPS = 2000  # continued fractions and series have ended long before
_EPS = 2.0**-53


def _raised(xp: Any, x: Any) -> Any:
    """The positive arguments, and how often 1 must be added until they are above LOW."""
    return xp.ceil(xp.maximum(LOW - x, 0.0))


def log_gamma(xp: Any, x: Any) -> Any:
    """log |Γ(x)|; infinite at 0, -1, -2..."""
    reflect = x < 0.5
    positive = xp.where(reflect, 1.0 - x, x)
    steps, product = _raised(xp, positive), xp.ones_like(x)
    for step in range(int(LOW)):
        product = product * xp.where(step < steps, positive + step, 1.0)
    z = positive + steps
    rest = xp.zeros_like(x)
    for k, number in reversed(list(enumerate(_BERNOULLI[:8], 1))):
        rest = rest / (z * z) + number / (2 * k * (2 * k - 1))
    value = (z - 0.5) * xp.log(z) - z + 0.5 * math.log(2 * math.pi) + rest / z - xp.log(product)
    value = xp.where(xp.isinf(z), xp.inf, value)
    reflected = math.log(math.pi) - xp.log(xp.abs(_sin_pi(xp, x))) - value
    return xp.where(x == -xp.inf, xp.inf, xp.where(reflect, reflected, value))


def _sin_pi(xp: Any, x: Any) -> Any:
    """sin(πx), 0 at whole numbers."""
    return xp.sin(math.pi * (x - xp.rint(x))) * xp.where(xp.rint(x) % 2 == 0, 1.0, -1.0)


def digamma(xp: Any, x: Any) -> Any:
    """The slope of log Γ; not a number at 0, -1, -2..."""
    reflect = x <= 0.0
    positive = xp.where(reflect, 1.0 - x, x)
    steps, below = _raised(xp, positive), xp.zeros_like(x)
    for step in range(int(LOW)):
        below = below + xp.where(step < steps, 1.0 / (positive + step), 0.0)
    z = positive + steps
    rest = xp.zeros_like(x)
    for k, number in reversed(list(enumerate(_BERNOULLI[:8], 1))):
        rest = rest / (z * z) + number / (2 * k)
    value = xp.log(z) - 0.5 / z - rest / (z * z) - below
    turned = x - xp.rint(x)
    reflected = value - math.pi / xp.tan(math.pi * xp.where(turned == 0, 0.25, turned))
    return xp.where(reflect, xp.where(turned == 0, xp.nan, reflected), value)


def zeta(xp: Any, x: Any, q: Any) -> Any:
    """Σ (q + n)^-x over n = 0, 1, ..., Hurwitz's zeta function of x > 1, by the formula of Euler and Maclaurin."""
    whole, even = q == xp.floor(q), x % 2 == 0
    finite = xp.isfinite(x) & xp.isfinite(q)
    defined = finite & (x > 1) & ((q > 0) | (~whole & (x == xp.floor(x))))
    s, a = xp.where(defined, x, 2.0), xp.where(defined, q, 1.0)
    terms = 10 + int(xp.max(xp.ceil(xp.maximum(-a, 0.0)), initial=0.0))
    total = xp.zeros_like(a)
    for _ in range(terms):
        total = total + a**-s
        a = a + 1.0
    last = a**-s
    total = total + last * a / (s - 1.0) + 0.5 * last
    factor = s * last / a  # s (s + 1) ... a^(-s - 2k + 1) / (2k)!
    for k, number in enumerate(_BERNOULLI, 1):
        total = total + number * factor / math.factorial(2 * k)
        factor = factor * (s + 2 * k - 1) * (s + 2 * k) / (a * a)
    pole = (x == 1) | ((x > 1) & (q <= 0) & whole & even)  # at others the sign depends on the side
    ends = xp.where((x > 1) & (q > 0) & ~finite, q**-x, xp.nan)
    return xp.where(defined, total, xp.where(pole, xp.inf, ends))


def polygamma(xp: Any, n: Any, x: Any) -> Any:
    """The n-th derivative of digamma; not a number for an n that is not whole."""
    whole = (n == xp.floor(n)) & (n >= 0)
    order = xp.where(whole, n, 1.0)
    sign = xp.where(order % 2 == 0, -1.0, 1.0)
    high = sign * xp.exp(log_gamma(xp, order + 1.0)) * zeta(xp, order + 1.0, x)
    return xp.where(whole, xp.where(order == 0, digamma(xp, x), high), xp.nan)


# -- incomplete ones ---------------------------------------------------------------------------------------------------


def lower_gamma(xp: Any, a: Any, x: Any) -> Any:
    """P(a, x), the part of Γ(a) that lies below x; not a number for x < 0, nor for a <= 0 unless x is 0."""
    return xp.where(x == 0, 0.0, _regular(xp, a, x)[0])


def upper_gamma(xp: Any, a: Any, x: Any) -> Any:
    """Q(a, x) = 1 - P(a, x), also where that is tiny."""
    return _regular(xp, a, x)[1]


def lower_gamma_slope(xp: Any, a: Any, x: Any) -> Any:
    """The derivative of P(a, x) by a."""
    return xp.where(x == 0, 0.0, _regular(xp, a, x)[2])


def _regular(xp: Any, a: Any, x: Any) -> tuple[Any, Any, Any]:
    """P, Q and the derivative of P by a: the series where x is below a or 1, else the continued fraction of Q."""
    a, x = xp.broadcast_arrays(a, x)
    defined = (a > 0) & (x >= 0) & (xp.isfinite(a) | xp.isfinite(x))
    inner = defined & (x > 0) & xp.isfinite(a) & xp.isfinite(x)
    order, place = xp.where(inner, a, 1.0), xp.where(inner, x, 1.0)
    low = (place <= 1) | (place <= order)
    series, series_slope = _gamma_series(xp, order, xp.where(low, place, 1.0))
    fraction, fraction_slope = _gamma_fraction(xp, xp.where(low, 1.0, order), xp.where(low, 2.0, place))
    lower = xp.where(low, series, 1.0 - fraction)
    upper = xp.where(low, 1.0 - series, fraction)
    slope = xp.where(low, series_slope, -fraction_slope)
    ends = xp.where(defined, xp.where(xp.isinf(x), 1.0, 0.0), xp.nan)
    return (
        xp.where(inner, lower, ends),
        xp.where(inner, upper, 1.0 - ends),
        xp.where(inner, slope, ends * 0.0),
    )


def _gamma_series(xp: Any, a: Any, x: Any) -> tuple[Any, Any]:
    """P(a, x) and its derivative by a: x^a e^-x / Γ(a + 1) Σ x^n / ((a + 1) ... (a + n))."""
    term, dterm = xp.ones_like(a), xp.zeros_like(a)
    total, dtotal = term, dterm
    for n in range(1, _STEPS):
        ratio = x / (a + n)
        dterm = ratio * (dterm - term / (a + n))
        term = term * ratio
        total, dtotal = total + term, dtotal + dterm
        if xp.all((term <= _EPS * total) & (xp.abs(dterm) <= _EPS * xp.abs(dtotal))):
            break
    scale = xp.exp(a * xp.log(x) - x - log_gamma(xp, a + 1.0))
    dlog = xp.log(x) - digamma(xp, a + 1.0)
    return scale * total, scale * (dtotal + dlog * total)


def _gamma_fraction(xp: Any, a: Any, x: Any) -> tuple[Any, Any]:
    """Q(a, x) and its derivative by a: x^a e^-x / Γ(a) times a continued fraction, by its convergents p / q."""
    y, z, c = 1.0 - a, x + 2.0 - a, 0.0
    p, p_before, q, q_before = x + 1.0, xp.ones_like(a), z * x, x * xp.ones_like(a)
    value = p / q
    dp, dp_before, dq, dq_before = 0.0 * a, 0.0 * a, -x, 0.0 * a
    slope = (dp - value * dq) / q
    for _ in range(_STEPS):
        c, y, z = c + 1.0, y + 1.0, z + 2.0
        yc = y * c
        p_next, q_next = p * z - p_before * yc, q * z - q_before * yc
        dp_next = dp * z - p - dp_before * yc + p_before * c
        dq_next = dq * z - q - dq_before * yc + q_before * c
        scale = xp.maximum(xp.abs(q_next), 1.0)  # keeps them in range; quotients do not change
        p_before, q_before, dp_before, dq_before = p / scale, q / scale, dp / scale, dq / scale
        p, q, dp, dq = p_next / scale, q_next / scale, dp_next / scale, dq_next / scale
        before, value, slope_before, slope = value, p / q, slope, (dp - p / q * dq) / q
        done = xp.abs(before - value) <= _EPS * xp.abs(value)
        if xp.all(done & (xp.abs(slope - slope_before) <= 4 * _EPS * xp.abs(slope) + _EPS * xp.abs(value))):
            break
    scale = xp.exp(a * xp.log(x) - x - log_gamma(xp, a))
    return scale * value, scale * (slope + (xp.log(x) - digamma(xp, a)) * value)


def incomplete_beta(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """I(a, b, x), the part of the beta function that lies below x; not a number outside of a, b > 0 and [0, 1]."""
    a, b, x = xp.broadcast_arrays(a, b, x)
    defined = (a > 0) & (b > 0) & (x >= 0) & (x <= 1)
    inner = defined & (x > 0) & (x < 1)
    a, b, place = xp.where(inner, a, 1.0), xp.where(inner, b, 1.0), xp.where(inner, x, 0.5)
    turned = place > (a + 1.0) / (a + b + 2.0)  # the fraction converges below the mean
    left, right = xp.where(turned, b, a), xp.where(turned, a, b)
    y = xp.where(turned, 1.0 - place, place)
    log_beta = log_gamma(xp, a) + log_gamma(xp, b) - log_gamma(xp, a + b)
    scale = xp.exp(a * xp.log(place) + b * xp.log1p(-place) - log_beta)
    part = scale * _beta_fraction(xp, left, right, y) / left
    value = xp.where(turned, 1.0 - part, part)
    return xp.where(inner, value, xp.where(defined, x, xp.nan))


def _beta_fraction(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = xp.ones_like(a), 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / xp.where(xp.abs(d) < tiny, tiny, d)
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for coefficient in (even, odd):
            d, c = 1.0 + coefficient * d, 1.0 + coefficient / c
            d = 1.0 / xp.where(xp.abs(d) < tiny, tiny, d)
            c = xp.where(xp.abs(c) < tiny, tiny, c)
            value = value * c * d
        if xp.all(xp.abs(c * d - 1.0) <= 2 * _EPS):
            break
    return value
