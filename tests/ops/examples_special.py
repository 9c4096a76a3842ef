"""Examples of ops/special.py and bitwise.py."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from tests.ops.example import Example, f32, i32, inner, normal, positive

NAN, INF = np.nan, np.inf
P, Q = positive(3, 4, seed=2) * 4, positive(3, 4, seed=3) * 4
ROW = positive(4, seed=4) * 3
F = (inner(3, 4, seed=5) + 1) / 2
X, Y = normal(3, 4, seed=6), normal(3, 4, seed=7)


def each(function):  # type: ignore[no-untyped-def]
    """A function of Python numbers, computed in double precision number by number, of arrays that broadcast."""

    def applied(*arrays):  # type: ignore[no-untyped-def]
        whole = np.broadcast_arrays(*arrays)
        flat = zip(*(array.ravel() for array in whole), strict=True)
        return np.array([function(*map(float, numbers)) for numbers in flat]).reshape(whole[0].shape)

    return applied


def area(density, begin, end, count=4000):  # type: ignore[no-untyped-def]
    """The integral by Gauss's formula on many small pieces."""
    points, weights = np.polynomial.legendre.leggauss(8)
    edges = np.linspace(begin, end, count + 1)
    half = (edges[1:] - edges[:-1]) / 2
    places = (edges[1:] + edges[:-1])[:, None] / 2 + half[:, None] * points
    return float(np.sum(half[:, None] * weights * density(places)))


def below(a, x):  # type: ignore[no-untyped-def]
    """P(a, x); t = u² takes the singularity at 0 away for a > 1/2, u⁴ for a > 1/4."""
    return area(lambda u: 4 * u ** (4 * a - 1) * np.exp(-(u**4)), 0, x**0.25) / math.gamma(a)


def beta_below(a, b, x):  # type: ignore[no-untyped-def]
    total = math.gamma(a) * math.gamma(b) / math.gamma(a + b)
    return area(lambda u: 4 * u ** (4 * a - 1) * (1 - u**4) ** (b - 1), 0, x**0.25) / total


def slope(function, x, step=1e-4):  # type: ignore[no-untyped-def]
    return (function(x + step) - function(x - step)) / (2 * step)


def hurwitz(s, q, terms=2000):  # type: ignore[no-untyped-def]
    """The sum, and the rest of it as an integral with half of its first term."""
    n = np.arange(terms)
    end = q + terms
    return float(np.sum((q + n) ** -s) + end ** (1 - s) / (s - 1) + end**-s / 2 + s * end ** (-s - 1) / 12)


def inverse(function, wanted, low, high):  # type: ignore[no-untyped-def]
    """By bisection of a function that grows."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return low


def bessel(order):  # type: ignore[no-untyped-def]
    """The power series."""

    def value(x):  # type: ignore[no-untyped-def]
        return sum(
            (x / 2) ** (2 * k + order) / (math.factorial(k) * math.factorial(k + order)) for k in range(60)
        )

    return value


def scaled(order):  # type: ignore[no-untyped-def]
    return lambda x: bessel(order)(x) * math.exp(-abs(x))


def bits(x):  # type: ignore[no-untyped-def]
    return np.array([bin(int(v) & (2 ** (8 * x.itemsize) - 1)).count("1") for v in x.ravel()], np.uint8)


EXAMPLES = [
    Example("Lgamma", [P], each(math.lgamma)),
    Example("Lgamma", [f32(-0.5, -2.3, -10.7, 1e-6, 30, 1e6)], each(math.lgamma), gradients=[], note="far"),
    Example("Lgamma", [f32(0, -1, INF, -INF, NAN)], lambda x: f32(INF, INF, INF, INF, NAN), gradients=[], note="poles"),
    Example("Digamma", [P], each(lambda x: slope(math.lgamma, x))),
    Example("Digamma", [f32(-0.5, -2.3, 30, 1e4)], each(lambda x: slope(math.lgamma, x, 1e-4 * abs(x))), gradients=[], note="far"),
    Example("Digamma", [f32(0, -1, -2, INF, NAN)], lambda x: f32(NAN, NAN, NAN, INF, NAN), gradients=[], note="poles"),
    Example("Polygamma", [f32(1, 2, 3, 1), P], each(lambda n, x: (-1) ** (n + 1) * math.gamma(n + 1) * hurwitz(n + 1, x)), gradients=[1]),
    Example("Polygamma", [f32(0, 0.5), f32(2, 2)], lambda n, x: f32(1 - 0.57721566, NAN), gradients=[], note="order 0 and none"),
    Example("Polygamma", [f32(1, 2, 1, 2, 0), f32(NAN, 0, INF, INF, NAN)], lambda n, x: f32(NAN, NAN, 0, 0, NAN), gradients=[], note="ends"),
    Example("Zeta", [1 + P, ROW], each(hurwitz), gradients=[1]),
    Example("Zeta", [f32(1, 0.5, 2, 3, 2.5), f32(1, 1, -1, -0.5, -0.5)],
            lambda s, q: f32(INF, NAN, INF, -8 + 8.414398, NAN), gradients=[], note="poles and none"),
    Example("Zeta", [f32(3, 2.5, 2, INF, INF, INF, 2, NAN), f32(0, -1, INF, 1, 2, 0.5, NAN, 2)],
            lambda s, q: f32(NAN, NAN, 0, 1, 0, INF, NAN, NAN), gradients=[], note="ends"),
    Example("Igamma", [P, Q], each(below)),
    Example("Igamma", [f32(2.5), Q], each(below), note="scalar"),
    Example("Igamma", [f32(100, 100, 2, 0.3), f32(80, 130, 40, 1e-3)], each(below), gradients=[], note="far"),
    Example("Igamma", [f32(1, 1, 0, 1, 0, INF), f32(0, INF, 1, -1, 0, 2)], lambda a, x: f32(0, 1, NAN, NAN, 0, 0), gradients=[], note="ends"),
    Example("Igammac", [P, Q], each(lambda a, x: 1 - below(a, x))),
    Example("Igammac", [f32(1, 2), f32(50, 50)], lambda a, x: np.array([math.exp(-50), 51 * math.exp(-50)]), gradients=[], note="tiny"),
    Example("Igammac", [f32(1, 1, 0, INF), f32(0, INF, 0, 2)], lambda a, x: f32(1, 0, NAN, 1), gradients=[], note="ends"),
    Example("IgammaGradA", [P, Q], each(lambda a, x: slope(lambda a: below(a, x), a)), rtol=1e-4),
    Example("RandomGammaGrad", [P, Q], each(lambda a, x: -slope(lambda a: below(a, x), a) * math.gamma(a) * x ** (1 - a) * math.exp(x)), rtol=1e-4),
    Example("Betainc", [P, Q, F], each(beta_below), gradients=[2], rtol=1e-4),
    Example("Betainc", [f32(2), ROW, F], each(beta_below), gradients=[2], rtol=1e-4, note="scalar and row"),
    Example("Betainc", [f32(1, 1, 0, 1), f32(2, 2, 1, 1), f32(0, 1, 0.5, 2)], lambda a, b, x: f32(0, 1, NAN, NAN), gradients=[], note="ends"),
    Example("Erfinv", [2 * F - 1], each(lambda x: inverse(math.erf, x, -6, 6))),
    Example("Erfinv", [f32(-1, 1, 0, 2, 1 - 2**-24)], lambda x: f32(-INF, INF, 0, NAN, 3.8325068), gradients=[], note="ends"),
    Example("Ndtri", [F], each(NormalDist().inv_cdf)),
    Example("Ndtri", [f32(0, 1, 0.5, 1e-30, 2)], lambda x: f32(-INF, INF, 0, -11.464024, NAN), gradients=[], note="ends"),
    Example("BesselI0", [X * 3], each(bessel(0))),
    Example("BesselI1", [X * 3], each(bessel(1))),
    Example("BesselI0e", [X * 3], each(scaled(0))),
    Example("BesselI1e", [X * 3], each(scaled(1))),
    Example("BesselI0e", [f32(0, 49, 51, -1e4)], lambda x: f32(1, 0.05713782, 0.05600242, 0.003989473), gradients=[], note="far"),
    Example("BesselI1e", [f32(0, 49, 51, -1e4)], lambda x: f32(0, 0.05655172, 0.05545062, -0.003989273), gradients=[], note="far"),
    Example("Xlogy", [X, P], lambda x, y: x * np.log(y)),
    Example("Xlogy", [f32(0, 0, 2), f32(0, NAN, 1)], lambda x, y: f32(0, 0, 0), gradients=[], note="zeros"),
    Example("Xlog1py", [X, ROW], lambda x, y: x * np.log(1 + y)),
    Example("Xlog1py", [f32(0, 0), f32(-1, NAN)], lambda x, y: f32(0, 0), gradients=[], note="zeros"),
    Example("Xdivy", [X, P], lambda x, y: x / y),
    Example("Xdivy", [f32(0, 0, 1), f32(0, NAN, 0)], lambda x, y: f32(0, 0, INF), gradients=[], note="zeros"),
    Example("NextAfter", [f32(1, 1, 0), f32(2, 0, 0)], lambda x, y: np.array([1 + 2**-23, 1 - 2**-24, 0], np.float32), gradients=[]),
    Example("BitwiseAnd", [i32([5, -1], [6, 12]), i32(3, 10)], lambda x, y: i32([1, 10], [2, 8])),
    Example("BitwiseOr", [i32([5, -1], [6, 12]), i32(3, 10)], lambda x, y: i32([7, -1], [7, 14])),
    Example("BitwiseXor", [i32([5, -1], [6, 12]), i32(3, 10)], lambda x, y: i32([6, -11], [5, 6])),
    Example("Invert", [np.array([0, 1, 255], np.uint8)], lambda x: np.array([255, 254, 0], np.uint8)),
    Example("LeftShift", [i32(1, 1, -1, 3), i32(4, -2, 40, 31)], lambda x, y: i32(16, 1, -(2**31), -(2**31))),
    Example("RightShift", [i32(-16, 16, -1, 5), i32(2, -1, 99, 1)], lambda x, y: i32(-4, 16, -1, 2)),
    Example("PopulationCount", [i32(-1, 0, 5)], bits),
    Example("PopulationCount", [np.array([255, 3], np.uint8)], bits, note="bytes"),
]  # fmt: skip
