"""Special functions: gamma and its kin, inverses of the error function, Bessel's functions, products with 0.

All of them are computed in double precision and rounded to the type of their arguments.

Source: TensorFlow 2.15, core/ops/{math,special_math}_ops.cc; gradients: python/ops/{math,special_math}_grad.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.op import OpDef, op
from estimator.ops import _bessel_kernels, _erf_kernels, _gamma_kernels
from estimator.ops._ufuncs import binary

Function = Callable[..., Any]  # (array module, float64 arrays) -> float64 array


def _special(
    name: str,
    signature: str,
    function: Function,
    meaning: str,
    gradient: Callable[..., Any],
    *,
    file: str = "math",
) -> OpDef:
    """Declare an op of arrays that broadcast; `gradient` is ``(build, inputs..., output) -> slopes`` or None for each.

    Parameters
    ----------
    name, signature : str
        TensorFlow's.
    function : callable
        What it computes, in double precision.
    meaning : str
        The same in words.
    gradient : callable
        The derivatives by each input, None for those that TensorFlow does not have.
    file : str
        The file of TensorFlow's core/ops that declares it.
    """

    def kernel(xp: Any, *arrays: Any) -> Any:
        return function(xp, *(array.astype(xp.float64) for array in arrays)).astype(arrays[0].dtype)

    kernel.__doc__ = f"{meaning}\n\n    Source  TF op {name}, {file}_ops.cc"
    definition = op(name, signature, shape=rules.broadcasting)(kernel)

    @definition.gradient
    def through(b: Any, op: Any, dy: Any) -> Any:
        slopes = gradient(b, *op.inputs, op.outputs[0])
        return fit_gradients(b, op, *(None if slope is None else b.Mul(dy, slope) for slope in slopes))

    return definition


UNARY = "x: T -> y: T"
OF_A_AND_X = "a: T, x: T -> z: T"

# -- gamma -------------------------------------------------------------------------------------------------------------


def _gamma_density(b: Any, a: Any, x: Any) -> Any:
    """x^(a - 1) e^-x / Γ(a)."""
    return b.Exp(b.Sub(b.Sub(b.Mul(b.Sub(a, 1.0), b.Log(x)), x), b.Lgamma(a)))


def _beta_density(b: Any, p: Any, q: Any, x: Any) -> Any:
    """x^(p - 1) (1 - x)^(q - 1) / B(p, q)."""
    log_beta = b.Sub(b.AddV2(b.Lgamma(p), b.Lgamma(q)), b.Lgamma(b.AddV2(p, q)))
    power = b.AddV2(b.Mul(b.Sub(q, 1.0), b.Log1p(b.Neg(x))), b.Xlogy(b.Sub(p, 1.0), x))
    return b.Exp(b.Sub(power, log_beta))


_special("Lgamma", UNARY, _gamma_kernels.log_gamma, "log |Γ(x)|.", lambda b, x, y: [b.Digamma(x)])
_special("Digamma", UNARY, _gamma_kernels.digamma, "The slope of log Γ(x).",
         lambda b, x, y: [b.Polygamma(b.OnesLike(x), x)])  # fmt: skip
_special("Polygamma", OF_A_AND_X, _gamma_kernels.polygamma, "The derivative of Digamma of that order.",
         lambda b, a, x, z: [None, b.Polygamma(b.AddV2(a, 1.0), x)])  # fmt: skip
_special("Zeta", "x: T, q: T -> z: T", _gamma_kernels.zeta, "Hurwitz's Σ (q + n)^-x over n = 0, 1, ...",
         lambda b, x, q, z: [None, b.Mul(b.Neg(x), b.Zeta(b.AddV2(x, 1.0), q))])  # fmt: skip
_special("Igamma", OF_A_AND_X, _gamma_kernels.lower_gamma, "The part of Γ(a) that lies below x.",
         lambda b, a, x, z: [b.IgammaGradA(a, x), _gamma_density(b, a, x)])  # fmt: skip
_special("Igammac", OF_A_AND_X, _gamma_kernels.upper_gamma, "The part of Γ(a) that lies above x.",
         lambda b, a, x, z: [b.Neg(b.IgammaGradA(a, x)), b.Neg(_gamma_density(b, a, x))])  # fmt: skip
_special("Betainc", "a: T, b: T, x: T -> z: T", _gamma_kernels.incomplete_beta,
         "The part of the beta function that lies below x.",
         lambda b, p, q, x, z: [None, None, _beta_density(b, p, q, x)])  # fmt: skip


@op("IgammaGradA", OF_A_AND_X, shape=rules.broadcasting)
def igamma_grad_a(xp: Any, a: Any, x: Any) -> Any:
    """The derivative of Igamma by a.

    Source  TF op IgammaGradA, math_ops.cc
    """
    return _gamma_kernels.lower_gamma_slope(xp, a.astype(xp.float64), x.astype(xp.float64)).astype(a.dtype)


@op("RandomGammaGrad", "alpha: T, sample: T -> output: T", shape=rules.broadcasting)
def random_gamma_grad(xp: Any, alpha: Any, sample: Any) -> Any:
    """How a draw of a gamma distribution moves with alpha, while the part of the distribution below it stays.

    Source  TF op RandomGammaGrad, random_ops.cc; M. Figurnov, S. Mohamed, A. Mnih, Implicit Reparameterization
            Gradients, 2018
    """
    a, x = alpha.astype(xp.float64), sample.astype(xp.float64)
    density = xp.exp((a - 1.0) * xp.log(x) - x - _gamma_kernels.log_gamma(xp, a))
    return xp.true_divide(-_gamma_kernels.lower_gamma_slope(xp, a, x), density).astype(alpha.dtype)


# -- the error function the other way ----------------------------------------------------------------------------------

_special("Erfinv", UNARY, _erf_kernels.inverse_erf, "The x whose error function is given.",
         lambda b, x, y: [b.Mul(b.Exp(b.Square(y)), math.sqrt(math.pi) / 2)])  # fmt: skip
_special("Ndtri", UNARY, _erf_kernels.normal_quantile, "The quantile of the normal distribution.",
         lambda b, x, y: [b.Mul(b.Exp(b.Mul(b.Square(y), 0.5)), math.sqrt(2 * math.pi))])  # fmt: skip

# -- Bessel's modified functions ---------------------------------------------------------------------------------------


def _at_zero(b: Any, x: Any, slope: Any) -> Any:
    """½ at 0, else what `slope` gives for x; the branch not taken must not divide by 0."""
    is_zero = b.Equal(x, 0.0)
    return b.SelectV2(is_zero, 0.5, slope(b.SelectV2(is_zero, 1.0, x)))


def _slope_of_i1(b: Any, x: Any, y: Any) -> Any:
    return [_at_zero(b, x, lambda safe: b.Sub(b.BesselI0(safe), b.RealDiv(y, safe)))]


def _slope_of_i1e(b: Any, x: Any, y: Any) -> Any:
    def slope(safe: Any) -> Any:
        return b.Sub(b.BesselI0e(safe), b.Mul(y, b.AddV2(b.Sign(safe), b.Reciprocal(safe))))

    return [_at_zero(b, x, slope)]


_special(
    "BesselI0", UNARY, _bessel_kernels.i0, "I₀(x).", lambda b, x, y: [b.BesselI1(x)], file="special_math"
)
_special("BesselI1", UNARY, _bessel_kernels.i1, "I₁(x).", _slope_of_i1, file="special_math")
_special("BesselI0e", UNARY, _bessel_kernels.i0e, "I₀(x) e^-|x|.",
         lambda b, x, y: [b.Sub(b.BesselI1e(x), b.Mul(b.Sign(x), y))])  # fmt: skip
_special("BesselI1e", UNARY, _bessel_kernels.i1e, "I₁(x) e^-|x|.", _slope_of_i1e)

# -- products that are 0 where x is ------------------------------------------------------------------------------------


def _unless_zero(function: Function) -> Function:
    def product(xp: Any, x: Any, y: Any) -> Any:
        return xp.where(x == 0, 0.0, function(xp, x, y))

    return product


def _not_zero(b: Any, x: Any) -> Any:
    return b.Cast(b.NotEqual(x, 0.0), DstT=x.dtype)


_special("Xlogy", "x: T, y: T -> z: T", _unless_zero(lambda xp, x, y: x * xp.log(y)), "x log(y), and 0 where x is 0.",
         lambda b, x, y, z: [b.Xlogy(_not_zero(b, x), y), b.Xdivy(x, y)])  # fmt: skip
_special("Xlog1py", "x: T, y: T -> z: T", _unless_zero(lambda xp, x, y: x * xp.log1p(y)),
         "x log(1 + y), and 0 where x is 0.",
         lambda b, x, y, z: [b.Xlog1py(_not_zero(b, x), y), b.Xdivy(x, b.AddV2(y, 1.0))])  # fmt: skip
_special("Xdivy", "x: T, y: T -> z: T", _unless_zero(lambda xp, x, y: xp.true_divide(x, y)),
         "x / y, and 0 where x is 0.",
         lambda b, x, y, z: [b.Xdivy(_not_zero(b, x), y), b.Xdivy(b.Neg(x), b.Square(y))])  # fmt: skip
binary("NextAfter", np.nextafter, "The next number after x1 in the direction of x2.",
       lambda b, x1, x2, y, dy: (dy, b.ZerosLike(dy)),
       signature="x1: T, x2: T -> output: T", attrs={"T": float32})  # fmt: skip
