"""Functions of one tensor, element by element: signs, powers, roots, logarithms, rounding.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.op import op

UNARY = "x: T -> y: T"
GRADIENT = "y: T, dy: T -> z: T"


@op("Neg", UNARY, shape=rules.like_first, ufunc=np.negative)
def neg(xp: Any, x: Any) -> Any:
    """-x.

    Source  TF op Neg, math_ops.cc
    """
    return xp.negative(x)


@neg.gradient
def neg_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Neg(dy)


@op("Abs", UNARY, shape=rules.like_first, ufunc=np.abs)
def abs(xp: Any, x: Any) -> Any:
    """|x|; its gradient at 0 is 0.

    Source  TF op Abs, math_ops.cc
    """
    return xp.abs(x)


@abs.gradient
def abs_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Sign(op.inputs[0]))


@op("Sign", UNARY, shape=rules.like_first, ufunc=np.sign)
def sign(xp: Any, x: Any) -> Any:
    """-1, 0 or 1.

    Source  TF op Sign, math_ops.cc
    """
    return xp.sign(x)


@sign.gradient
def sign_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ZerosLike(op.inputs[0])


@op("Square", UNARY, shape=rules.like_first, ufunc=np.square)
def square(xp: Any, x: Any) -> Any:
    """x².

    Source  TF op Square, math_ops.cc
    """
    return xp.square(x)


@square.gradient
def square_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Mul(op.inputs[0], 2.0))


@op("Sqrt", UNARY, shape=rules.like_first, ufunc=np.sqrt)
def sqrt(xp: Any, x: Any) -> Any:
    """√x.

    Source  TF op Sqrt, math_ops.cc
    """
    return xp.sqrt(x)


@sqrt.gradient
def sqrt_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.SqrtGrad(op.outputs[0], dy)


@op("Exp", UNARY, shape=rules.like_first, ufunc=np.exp)
def exp(xp: Any, x: Any) -> Any:
    """e to the power x.

    Source  TF op Exp, math_ops.cc
    """
    return xp.exp(x)


@exp.gradient
def exp_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, op.outputs[0])


@op("Expm1", UNARY, shape=rules.like_first, ufunc=np.expm1)
def expm1(xp: Any, x: Any) -> Any:
    """e to the power x, minus 1, exact near 0.

    Source  TF op Expm1, math_ops.cc
    """
    return xp.expm1(x)


@expm1.gradient
def expm1_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Exp(op.inputs[0]))


@op("Log", UNARY, shape=rules.like_first, ufunc=np.log)
def log(xp: Any, x: Any) -> Any:
    """The natural logarithm.

    Source  TF op Log, math_ops.cc
    """
    return xp.log(x)


@log.gradient
def log_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Reciprocal(op.inputs[0]))


@op("Log1p", UNARY, shape=rules.like_first, ufunc=np.log1p)
def log1p(xp: Any, x: Any) -> Any:
    """The logarithm of 1 + x, exact near 0.

    Source  TF op Log1p, math_ops.cc
    """
    return xp.log1p(x)


@log1p.gradient
def log1p_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(dy, b.Reciprocal(b.AddV2(op.inputs[0], 1.0)))


@op("SqrtGrad", GRADIENT, shape=rules.like_first)
def sqrt_grad(xp: Any, y: Any, dy: Any) -> Any:
    """½ dy / y: what Sqrt passes back, y its output.

    Source  TF op SqrtGrad, math_ops.cc
    """
    return xp.true_divide(xp.multiply(dy, dy.dtype.type(0.5)), y)


@sqrt_grad.gradient
def sqrt_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, _ = op.inputs
    return b.Neg(b.RealDiv(b.Mul(dz, op.outputs[0]), y)), b.SqrtGrad(y, dz)


@op("Rsqrt", UNARY, shape=rules.like_first)
def rsqrt(xp: Any, x: Any) -> Any:
    """1 / √x.

    Source  TF op Rsqrt, math_ops.cc
    """
    return xp.reciprocal(xp.sqrt(x))


@rsqrt.emit
def rsqrt_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op, reuse=[x])
    p.call(np.sqrt, x, out=out)
    p.call(np.reciprocal, out, out=out)
    return out


@rsqrt.gradient
def rsqrt_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RsqrtGrad(op.outputs[0], dy)


@op("RsqrtGrad", GRADIENT, shape=rules.like_first)
def rsqrt_grad(xp: Any, y: Any, dy: Any) -> Any:
    """-½ dy y³: what Rsqrt passes back, y its output.

    Source  TF op RsqrtGrad, math_ops.cc
    """
    cube = xp.multiply(xp.multiply(y, y), y)
    return xp.multiply(xp.multiply(dy, dy.dtype.type(-0.5)), cube)


@rsqrt_grad.gradient
def rsqrt_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, dy = op.inputs
    return b.Mul(b.Mul(b.Mul(dz, dy), -1.5), b.Square(y)), b.RsqrtGrad(y, dz)


@op("Reciprocal", UNARY, shape=rules.like_first, ufunc=np.reciprocal)
def reciprocal(xp: Any, x: Any) -> Any:
    """1 / x.

    Source  TF op Reciprocal, math_ops.cc
    """
    return xp.reciprocal(x)


@op("Inv", UNARY, shape=rules.like_first, ufunc=np.reciprocal)
def inv(xp: Any, x: Any) -> Any:
    """Reciprocal under its first name.

    Source  TF op Inv, math_ops.cc
    """
    return xp.reciprocal(x)


@reciprocal.gradient
@inv.gradient
def reciprocal_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.ReciprocalGrad(op.outputs[0], dy)


@op("ReciprocalGrad", GRADIENT, shape=rules.like_first)
def reciprocal_grad(xp: Any, y: Any, dy: Any) -> Any:
    """-dy y²: what Reciprocal passes back, y its output.

    Source  TF op ReciprocalGrad, math_ops.cc
    """
    return xp.multiply(xp.negative(dy), xp.multiply(y, y))


@op("InvGrad", GRADIENT, shape=rules.like_first)
def inv_grad(xp: Any, y: Any, dy: Any) -> Any:
    """ReciprocalGrad under its first name.

    Source  TF op InvGrad, math_ops.cc
    """
    return reciprocal_grad(xp, y, dy)


@reciprocal_grad.gradient
@inv_grad.gradient
def reciprocal_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, dy = op.inputs
    return b.Mul(b.Mul(b.Mul(dz, dy), -2.0), y), b.ReciprocalGrad(y, dz)


@op("Floor", UNARY, shape=rules.like_first, ufunc=np.floor, differentiable=False)
def floor(xp: Any, x: Any) -> Any:
    """The greatest whole number that is not greater.

    Source  TF op Floor, math_ops.cc
    """
    return xp.floor(x)


@op("Ceil", UNARY, shape=rules.like_first, ufunc=np.ceil, differentiable=False)
def ceil(xp: Any, x: Any) -> Any:
    """The least whole number that is not less.

    Source  TF op Ceil, math_ops.cc
    """
    return xp.ceil(x)


@op("Rint", UNARY, shape=rules.like_first, ufunc=np.rint, differentiable=False)
def rint(xp: Any, x: Any) -> Any:
    """The nearest whole number; halves go to the even one.

    Source  TF op Rint, math_ops.cc
    """
    return xp.rint(x)


@op("Round", UNARY, shape=rules.like_first, differentiable=False)
def round(xp: Any, x: Any) -> Any:
    """The nearest whole number; halves go to the even one. Whole numbers stay.

    Source  TF op Round, math_ops.cc
    """
    return xp.rint(x) if x.dtype.kind in "fc" else x
