"""Smooth functions with bounded slope: tanh, sigmoid, softplus, softsign, the error function.

Their kernels neither overflow nor lose digits for large arguments. Those that pass gradients back
through their own output have, as in TensorFlow, an op for it.

Source: TensorFlow 2.15, core/ops/math_ops.cc and nn_ops.cc; gradients: python/ops/math_grad.py, nn_grad.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.op import op
from estimator.ops import _erf_kernels
from estimator.ops._ufuncs import conjugated, unary

UNARY = "x: T -> y: T"
GRADIENT = "y: T, dy: T -> z: T"
FEATURES = "features: T -> activations: T"
FEATURES_GRADIENT = "gradients: T, features: T -> backprops: T"


unary("Tanh", np.tanh, "The hyperbolic tangent.", lambda b, x, y, dy: b.TanhGrad(y, dy))


@op("TanhGrad", GRADIENT, shape=rules.like_first, recorded=True)
def tanh_grad(xp: Any, y: Any, dy: Any) -> Any:
    """dy (1 - y²): what Tanh passes back, y its output.

    Source  TF op TanhGrad, math_ops.cc
    """
    return xp.multiply(dy, xp.subtract(y.dtype.type(1), xp.multiply(y, y)))


@tanh_grad.gradient
def tanh_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, dy = op.inputs
    return b.Mul(b.Mul(b.Mul(dz, dy), -2.0), y), b.TanhGrad(y, dz)


@op("Sigmoid", UNARY, shape=rules.like_first, recorded=True)
def sigmoid(xp: Any, x: Any) -> Any:
    """1 / (1 + e^-x); where e^-x is infinite the quotient is 0.

    Source  TF op Sigmoid, math_ops.cc
    """
    return xp.reciprocal(xp.add(xp.exp(xp.negative(x)), x.dtype.type(1)))


@sigmoid.gradient
def sigmoid_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SigmoidGrad(*conjugated(b, op.outputs), dy)


@op("SigmoidGrad", GRADIENT, shape=rules.like_first, recorded=True)
def sigmoid_grad(xp: Any, y: Any, dy: Any) -> Any:
    """dy y (1 - y): what Sigmoid passes back, y its output.

    Source  TF op SigmoidGrad, math_ops.cc
    """
    return xp.multiply(xp.multiply(dy, y), xp.subtract(y.dtype.type(1), y))


@sigmoid_grad.gradient
def sigmoid_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, dy = op.inputs
    return b.Mul(b.Mul(dz, dy), b.Sub(1.0, b.Mul(y, 2.0))), b.SigmoidGrad(y, dz)


@op("Softplus", FEATURES, shape=rules.like_first, recorded=True)
def softplus(xp: Any, features: Any) -> Any:
    """log(1 + e^x) as max(x, 0) + log(1 + e^-|x|), which neither overflows nor loses small values.

    Source  TF op Softplus, nn_ops.cc
    """
    rest = xp.log1p(xp.exp(xp.negative(xp.abs(features))))
    return xp.add(xp.maximum(features, features.dtype.type(0)), rest)


@softplus.gradient
def softplus_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SoftplusGrad(dy, op.inputs[0])


@op("SoftplusGrad", FEATURES_GRADIENT, shape=rules.like_first, recorded=True)
def softplus_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """dy / (1 + e^-x): what Softplus passes back.

    Source  TF op SoftplusGrad, nn_ops.cc
    """
    return xp.true_divide(gradients, xp.add(xp.exp(xp.negative(features)), features.dtype.type(1)))


@softplus_grad.gradient
def softplus_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    gradients, features = op.inputs
    return b.SoftplusGrad(dz, features), b.SigmoidGrad(b.Sigmoid(features), b.Mul(dz, gradients))


@op("Softsign", FEATURES, shape=rules.like_first, recorded=True)
def softsign(xp: Any, features: Any) -> Any:
    """x / (1 + |x|).

    Source  TF op Softsign, nn_ops.cc
    """
    return xp.true_divide(features, xp.add(xp.abs(features), features.dtype.type(1)))


@softsign.gradient
def softsign_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SoftsignGrad(dy, op.inputs[0])


@op("SoftsignGrad", FEATURES_GRADIENT, shape=rules.like_first, recorded=True)
def softsign_grad(xp: Any, gradients: Any, features: Any) -> Any:
    """dy / (1 + |x|)²: what Softsign passes back.

    Source  TF op SoftsignGrad, nn_ops.cc
    """
    return xp.true_divide(gradients, xp.square(xp.add(xp.abs(features), features.dtype.type(1))))


@softsign_grad.gradient
def softsign_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    gradients, x = op.inputs
    slope = b.SoftsignGrad(dz, x)
    bend = b.RealDiv(b.Mul(b.Mul(gradients, -2.0), b.Sign(x)), b.AddV2(b.Abs(x), 1.0))
    return slope, b.Mul(slope, bend)


@op("Erf", UNARY, shape=rules.like_first)
def erf(xp: Any, x: Any) -> Any:
    """The error function, 2/√π ∫ exp(-t²) dt from 0 to x.

    Source  TF op Erf, math_ops.cc; W. J. Cody 1969, see _erf_kernels
    """
    return _erf_kernels.erf(xp, x)


@erf.gradient
def erf_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, _bell(b, op.inputs[0]))


@op("Erfc", UNARY, shape=rules.like_first)
def erfc(xp: Any, x: Any) -> Any:
    """1 - erf(x), also where that is tiny.

    Source  TF op Erfc, math_ops.cc; W. J. Cody 1969, see _erf_kernels
    """
    return _erf_kernels.erfc(xp, x)


@erfc.gradient
def erfc_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Neg(b.Mul(dy, _bell(b, op.inputs[0])))


def _bell(b: Any, x: Any) -> Any:
    """2/√π exp(-x²), the slope of erf."""
    return b.Mul(b.Exp(b.Neg(b.Square(x))), 2 / math.sqrt(math.pi))
