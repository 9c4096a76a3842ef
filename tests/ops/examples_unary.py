"""Examples of ops/unary.py, trigonometry.py, squashing.py and casts.py."""

from __future__ import annotations

import math

import numpy as np

from tests.ops.example import Example, f32, i32, inner, normal, positive

X, P, S = normal(3, 4, seed=1), positive(3, 4, seed=2), inner(3, 4, seed=3)
DY = normal(3, 4, seed=5)
LARGE = f32(-200, -90, -20, 0, 20, 90, 200)


def each(function):  # type: ignore[no-untyped-def]
    """A function of Python numbers, computed in double precision number by number."""
    return lambda x: np.array([function(float(v)) for v in x.ravel()]).reshape(x.shape)


def logistic(x: float) -> float:
    return math.exp(x) / (1 + math.exp(x)) if x < 0 else 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    return max(x, 0) + math.log1p(math.exp(-abs(x)))


EXAMPLES = [
    Example("Neg", [X], lambda x: 0 - x),
    Example("Abs", [X], lambda x: np.where(x < 0, -x, x)),
    Example("Abs", [i32(-3, 0, 4)], lambda x: i32(3, 0, 4), note="int"),
    Example("Sign", [f32(-2, 0, 3)], lambda x: f32(-1, 0, 1), gradients=[]),
    Example("Square", [X], lambda x: x**2),
    Example("Sqrt", [P], each(math.sqrt)),
    Example("SqrtGrad", [P, DY], lambda y, dy: dy / (2 * y)),
    Example("SqrtGrad", [f32(0, 0), f32(0, 1)], lambda *_: f32(0, np.inf), gradients=[], note="at 0"),
    Example("Rsqrt", [P], each(lambda v: 1 / math.sqrt(v))),
    Example("RsqrtGrad", [P, DY], lambda y, dy: -dy / 2 * y**3),
    Example("RsqrtGrad", [f32(np.inf, np.inf), f32(0, 1)], lambda *_: f32(0, -np.inf), gradients=[], note="at 0"),
    Example("Reciprocal", [P], lambda x: 1 / x),
    Example("ReciprocalGrad", [P, DY], lambda y, dy: -dy * y**2),
    Example("ReciprocalGrad", [f32(np.inf, np.inf), f32(0, 1)], lambda *_: f32(0, -np.inf), gradients=[], note="at 0"),
    Example("Inv", [P], lambda x: 1 / x),
    Example("InvGrad", [P, DY], lambda y, dy: -dy * y**2),
    Example("Exp", [X], each(math.exp)),
    Example("Expm1", [X], each(math.expm1)),
    Example("Expm1", [f32(1e-7, -1e-7)], lambda x: x, note="near 0"),
    Example("Log", [P], each(math.log)),
    Example("Log", [f32(0, -1)], lambda x: f32(-np.inf, np.nan), gradients=[], note="no logarithm"),
    Example("Log1p", [P], each(math.log1p)),
    Example("Log1p", [f32(1e-7, -1e-7)], lambda x: x, note="near 0"),
    Example("Sin", [X], each(math.sin)),
    Example("Cos", [X], each(math.cos)),
    Example("Tan", [S], each(math.tan)),
    Example("Asin", [S], each(math.asin)),
    Example("Acos", [S], each(math.acos)),
    Example("Atan", [X], each(math.atan)),
    Example("Sinh", [X], each(math.sinh)),
    Example("Cosh", [X], each(math.cosh)),
    Example("Asinh", [X], each(math.asinh)),
    Example("Acosh", [P + f32(1)], each(math.acosh)),
    Example("Atanh", [S], each(math.atanh)),
    Example("Atan2", [X, P], lambda y, x: np.arctan(y / x)),
    Example("Atan2", [X, f32(-2)], lambda y, x: np.arctan(y / x) + np.where(y < 0, -np.pi, np.pi), note="left half"),
    Example("Floor", [f32(-1.5, -0.5, 0.5, 2)], lambda x: f32(-2, -1, 0, 2)),
    Example("Ceil", [f32(-1.5, -0.5, 0.5, 2)], lambda x: f32(-1, 0, 1, 2)),
    Example("Rint", [f32(-1.5, -0.5, 0.5, 1.5, 2.4)], lambda x: f32(-2, 0, 0, 2, 2)),
    Example("Round", [f32(-1.5, -0.5, 0.5, 1.5, 2.4)], lambda x: f32(-2, 0, 0, 2, 2)),
    Example("Round", [i32(-3, 7)], lambda x: i32(-3, 7), note="int"),
    Example("Tanh", [X], each(math.tanh)),
    Example("TanhGrad", [S, DY], lambda y, dy: dy * (1 - y**2)),
    Example("Sigmoid", [X], each(logistic)),
    Example("Sigmoid", [LARGE], each(logistic), note="large"),
    Example("SigmoidGrad", [P, DY], lambda y, dy: dy * y * (1 - y)),
    Example("Softplus", [X], each(softplus)),
    Example("Sigmoid", [f32(0.5)], lambda x: f32(logistic(0.5)), note="scalar"),
    Example("TanhGrad", [f32(0.5), f32(2)], lambda y, dy: f32(1.5), note="scalar"),
    Example("Tanh", [normal(64, 50)], each(math.tanh), gradients=[], note="large"),
    Example("Softplus", [f32(0.5)], lambda x: f32(softplus(0.5)), note="scalar"),
    Example("Softplus", [LARGE], each(softplus), note="large"),
    Example("SoftplusGrad", [DY, X], lambda dy, x: dy * each(logistic)(x)),
    Example("Softsign", [X], lambda x: x / (1 + abs(x))),
    Example("SoftsignGrad", [DY, X], lambda dy, x: dy / (1 + abs(x)) ** 2),
    Example("Erf", [X], each(math.erf)),
    Example("Erf", [f32(-6, -3, -0.4, 0, 0.4, 0.5, 3, 6)], each(math.erf), note="all parts"),
    Example("Erfc", [X], each(math.erfc)),
    Example("Erfc", [f32(-6, -3, -0.4, 0, 0.4, 0.5, 3, 6)], each(math.erfc), note="all parts"),
    Example("Cast", [f32(-1.7, 0.2, 2.9)], lambda x: i32(-1, 0, 2), {"DstT": "int32"}, note="to int"),
    Example("Cast", [f32(-1.7, 0, 2.9)], lambda x: np.array([True, False, True]), {"DstT": "bool"}, note="to bool"),
    Example("Cast", [X], lambda x: x.astype(np.float64), {"DstT": "float64"}, gradients=[], note="to double"),
    Example("Cast", [i32(3, -4)], lambda x: f32(3, -4), {"DstT": "float32"}, note="from int"),
    Example("Cast", [np.array([True, False])], lambda x: f32(1, 0), {"DstT": "float32"}, note="from bool"),
    # 1.0, 1.00390625 (a half, to the even 1.0) and 3.0 as the upper 16 bits of their float32.
    Example("Cast", [f32(1, 1.00390625, 3)], lambda x: np.array([0x3F80, 0x3F80, 0x4040], np.uint16),
            {"DstT": "bfloat16"}, gradients=[], note="to bfloat16"),
]  # fmt: skip
