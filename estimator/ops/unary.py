"""Functions of one tensor, element by element: signs, powers, roots, logarithms, rounding.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.graph import rules
from estimator.graph.op import op
from estimator.graph.recorded import Elementwise
from estimator.ops._choosing import emit_choice
from estimator.ops._ufuncs import conjugate, unary

GRADIENT = "y: T, dy: T -> z: T"

unary("Neg", np.negative, "-x.", lambda b, x, y, dy: b.Neg(dy))
unary("Abs", np.abs, "|x|; its gradient at 0 is 0.", lambda b, x, y, dy: b.Mul(dy, b.Sign(x)))
unary("Sign", np.sign, "-1, 0 or 1.", lambda b, x, y, dy: b.ZerosLike(x))
unary("Square", np.square, "x².", lambda b, x, y, dy: b.Mul(dy, b.Mul(x, 2.0)))
unary("Sqrt", np.sqrt, "√x.", lambda b, x, y, dy: b.SqrtGrad(y, dy), conjugates=True)
unary("Exp", np.exp, "e to the power x.", lambda b, x, y, dy: b.Mul(dy, y))
unary("Expm1", np.expm1, "e to the power x, minus 1, exact near 0.", lambda b, x, y, dy: b.Mul(dy, b.Exp(x)))
unary("Log", np.log, "The natural logarithm.", lambda b, x, y, dy: b.Mul(dy, b.Reciprocal(x)))
unary("Log1p", np.log1p, "The logarithm of 1 + x, exact near 0.",
      lambda b, x, y, dy: b.Mul(dy, b.Reciprocal(b.AddV2(x, 1.0))))  # fmt: skip
unary("Reciprocal", np.reciprocal, "1 / x.", lambda b, x, y, dy: b.ReciprocalGrad(y, dy), conjugates=True)
unary("Inv", np.reciprocal, "Reciprocal under its first name.", lambda b, x, y, dy: b.ReciprocalGrad(y, dy),
      conjugates=True)  # fmt: skip
unary("Floor", np.floor, "The greatest whole number that is not greater.")
unary("Ceil", np.ceil, "The least whole number that is not less.")
unary("Rint", np.rint, "The nearest whole number; halves go to the even one.")


@op("Round", "x: T -> y: T", shape=rules.like_first, differentiable=False)
def round(xp: Any, x: Any) -> Any:
    """The nearest whole number; halves go to the even one. Whole numbers stay.

    Source  TF op Round, math_ops.cc
    """
    return xp.rint(x) if x.dtype.kind in "fc" else x


@op("Rsqrt", "x: T -> y: T", shape=rules.like_first, recorded=True)
def rsqrt(xp: Any, x: Any) -> Any:
    """1 / √x.

    Source  TF op Rsqrt, math_ops.cc
    """
    return xp.reciprocal(xp.sqrt(x))


@rsqrt.gradient
def rsqrt_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.RsqrtGrad(op.outputs[0], dy)


# -- what goes back through an output --------------------------------------------------------------


@Elementwise
def _if_any(xp: Any, dy: Any, slope: Any, out: Any = None) -> Any:
    """What passes back: nothing where nothing comes, however steep it is there."""
    is_nothing = xp.equal(dy, 0)
    if out is None:
        return xp.where(is_nothing, slope.dtype.type(0), slope)
    xp.copyto(out, slope)
    xp.copyto(out, 0, where=is_nothing)
    return out


@_if_any.emit
def _emit_if_any(p: Any, dy: Any, slope: Any, out: Any) -> None:
    zero, is_something = np.zeros((), dy.dtype), p.scratch(out, bool)
    p.call(np.not_equal, dy, p.constant(zero), out=is_something)
    emit_choice(p, out, is_something, slope, p.constant(zero))


@op("SqrtGrad", GRADIENT, shape=rules.like_first, recorded=True)
def sqrt_grad(xp: Any, y: Any, dy: Any) -> Any:
    """½ dy / y: what Sqrt passes back, y its output.

    Source  TF op SqrtGrad, math_ops.cc
    """
    return _if_any(xp, dy, xp.true_divide(xp.multiply(dy, dy.dtype.type(0.5)), conjugate(xp, y)))


@sqrt_grad.gradient
def sqrt_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, _ = op.inputs
    return b.Neg(b.RealDiv(b.Mul(dz, op.outputs[0]), y)), b.SqrtGrad(y, dz)


@op("RsqrtGrad", GRADIENT, shape=rules.like_first, recorded=True)
def rsqrt_grad(xp: Any, y: Any, dy: Any) -> Any:
    """-½ dy y³: what Rsqrt passes back, y its output.

    Source  TF op RsqrtGrad, math_ops.cc
    """
    y = conjugate(xp, y)
    cube = xp.multiply(xp.multiply(y, y), y)
    return _if_any(xp, dy, xp.multiply(xp.multiply(dy, dy.dtype.type(-0.5)), cube))


@rsqrt_grad.gradient
def rsqrt_grad_gradient(b: Any, op: Any, dz: Any) -> Any:
    y, dy = op.inputs
    return b.Mul(b.Mul(b.Mul(dz, dy), -1.5), b.Square(y)), b.RsqrtGrad(y, dz)


@op("ReciprocalGrad", GRADIENT, shape=rules.like_first, recorded=True)
def reciprocal_grad(xp: Any, y: Any, dy: Any) -> Any:
    """-dy y²: what Reciprocal passes back, y its output.

    Source  TF op ReciprocalGrad, math_ops.cc
    """
    y = conjugate(xp, y)
    return _if_any(xp, dy, xp.multiply(xp.negative(dy), xp.multiply(y, y)))


@op("InvGrad", GRADIENT, shape=rules.like_first, recorded=True)
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
