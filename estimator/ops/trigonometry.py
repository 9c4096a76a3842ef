"""Circular and hyperbolic functions and their inverses (the hyperbolic tangent: see squashing).

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.op import op

UNARY = "x: T -> y: T"


@op("Sin", UNARY, shape=rules.like_first, ufunc=np.sin)
def sin(xp: Any, x: Any) -> Any:
    """The sine.

    Source  TF op Sin, math_ops.cc
    """
    return xp.sin(x)


@sin.gradient
def sin_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Cos(op.inputs[0]))


@op("Cos", UNARY, shape=rules.like_first, ufunc=np.cos)
def cos(xp: Any, x: Any) -> Any:
    """The cosine.

    Source  TF op Cos, math_ops.cc
    """
    return xp.cos(x)


@cos.gradient
def cos_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Neg(b.Sin(op.inputs[0])))


@op("Tan", UNARY, shape=rules.like_first, ufunc=np.tan)
def tan(xp: Any, x: Any) -> Any:
    """The tangent.

    Source  TF op Tan, math_ops.cc
    """
    return xp.tan(x)


@tan.gradient
def tan_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RealDiv(dy, b.Square(b.Cos(op.inputs[0])))


@op("Asin", UNARY, shape=rules.like_first, ufunc=np.arcsin)
def asin(xp: Any, x: Any) -> Any:
    """The inverse of the sine.

    Source  TF op Asin, math_ops.cc
    """
    return xp.arcsin(x)


@asin.gradient
def asin_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Rsqrt(b.Sub(1.0, b.Square(op.inputs[0]))))


@op("Acos", UNARY, shape=rules.like_first, ufunc=np.arccos)
def acos(xp: Any, x: Any) -> Any:
    """The inverse of the cosine.

    Source  TF op Acos, math_ops.cc
    """
    return xp.arccos(x)


@acos.gradient
def acos_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Neg(b.Mul(dy, b.Rsqrt(b.Sub(1.0, b.Square(op.inputs[0])))))


@op("Atan", UNARY, shape=rules.like_first, ufunc=np.arctan)
def atan(xp: Any, x: Any) -> Any:
    """The inverse of the tangent.

    Source  TF op Atan, math_ops.cc
    """
    return xp.arctan(x)


@atan.gradient
def atan_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RealDiv(dy, b.AddV2(b.Square(op.inputs[0]), 1.0))


@op("Sinh", UNARY, shape=rules.like_first, ufunc=np.sinh)
def sinh(xp: Any, x: Any) -> Any:
    """The hyperbolic sine.

    Source  TF op Sinh, math_ops.cc
    """
    return xp.sinh(x)


@sinh.gradient
def sinh_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Cosh(op.inputs[0]))


@op("Cosh", UNARY, shape=rules.like_first, ufunc=np.cosh)
def cosh(xp: Any, x: Any) -> Any:
    """The hyperbolic cosine.

    Source  TF op Cosh, math_ops.cc
    """
    return xp.cosh(x)


@cosh.gradient
def cosh_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Sinh(op.inputs[0]))


@op("Asinh", UNARY, shape=rules.like_first, ufunc=np.arcsinh)
def asinh(xp: Any, x: Any) -> Any:
    """The inverse of the hyperbolic sine.

    Source  TF op Asinh, math_ops.cc
    """
    return xp.arcsinh(x)


@asinh.gradient
def asinh_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RealDiv(dy, b.Cosh(op.outputs[0]))


@op("Acosh", UNARY, shape=rules.like_first, ufunc=np.arccosh)
def acosh(xp: Any, x: Any) -> Any:
    """The inverse of the hyperbolic cosine.

    Source  TF op Acosh, math_ops.cc
    """
    return xp.arccosh(x)


@acosh.gradient
def acosh_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RealDiv(dy, b.Sinh(op.outputs[0]))


@op("Atanh", UNARY, shape=rules.like_first, ufunc=np.arctanh)
def atanh(xp: Any, x: Any) -> Any:
    """The inverse of the hyperbolic tangent.

    Source  TF op Atanh, math_ops.cc
    """
    return xp.arctanh(x)


@atanh.gradient
def atanh_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RealDiv(dy, b.Sub(1.0, b.Square(op.inputs[0])))


@op("Atan2", "y: T, x: T -> z: T", shape=rules.broadcasting, ufunc=np.arctan2)
def atan2(xp: Any, y: Any, x: Any) -> Any:
    """The angle of the point (x, y).

    Source  TF op Atan2, math_ops.cc
    """
    return xp.arctan2(y, x)


@atan2.gradient
def atan2_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, x = op.inputs
    share = b.RealDiv(dz, b.AddV2(b.Square(x), b.Square(y)))
    return fit_gradients(b, op, b.Mul(x, share), b.Neg(b.Mul(y, share)))
