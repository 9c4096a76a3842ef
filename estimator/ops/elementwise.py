"""Arithmetic on two tensors of shapes that broadcast, and sums of many.

Every op here works element by element.

Source: TensorFlow 2.15, core/ops/math_ops.cc (signatures), python/ops/math_grad.py (what the
gradients are at corners).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, broadcast, merge
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradients
from estimator.graph.op import ShapeScope, op
from estimator.ops._choosing import emit_choice
from estimator.ops._lists import ListValue
from estimator.ops._optionals import Optional
from estimator.ops._ufuncs import binary, conjugate, conjugated

BINARY = "x: T, y: T -> z: T"


# -- one ufunc each --------------------------------------------------------------------------------


def _divided(b: Any, x: Any, y: Any, z: Any, dz: Any) -> Any:
    return b.RealDiv(dz, y), b.Mul(dz, b.RealDiv(b.RealDiv(b.Neg(x), y), y))


def _raised(b: Any, x: Any, y: Any, z: Any, dz: Any) -> Any:
    """TensorFlow takes d/dy as 0 where x <= 0, where the logarithm does not exist."""
    positive = b.NotEqual(x, 0.0) if x.dtype.is_complex else b.Greater(x, 0.0)
    log = b.SelectV2(positive, b.Log(b.SelectV2(positive, x, 1.0)), 0.0)
    return b.Mul(b.Mul(dz, y), b.Pow(x, b.Sub(y, 1.0))), b.Mul(b.Mul(dz, z), log)


def _chosen(b: Any, takes_x: Any, dz: Any) -> Any:
    """All of the gradient to x or to y."""
    return b.SelectV2(takes_x, dz, 0.0), b.SelectV2(takes_x, 0.0, dz)


binary("AddV2", np.add, "x + y.", lambda b, x, y, z, dz: (dz, dz))
binary("Sub", np.subtract, "x - y.", lambda b, x, y, z, dz: (dz, b.Neg(dz)))
binary("Mul", np.multiply, "x y.", lambda b, x, y, z, dz: (b.Mul(dz, y), b.Mul(dz, x)))
binary("RealDiv", np.true_divide, "x / y of real numbers.", _divided)
binary("Pow", np.power, "x to the power y.", _raised)
binary("Maximum", np.maximum, "The greater of x and y; where both are equal, the gradient goes to x.",
       lambda b, x, y, z, dz: _chosen(b, b.GreaterEqual(x, y), dz))  # fmt: skip
binary("Minimum", np.minimum, "The smaller of x and y; where both are equal, the gradient goes to x.",
       lambda b, x, y, z, dz: _chosen(b, b.LessEqual(x, y), dz))  # fmt: skip


# -- several ufuncs --------------------------------------------------------------------------------


@op("Add", BINARY, shape=rules.broadcasting)  # no ufunc: text has no buffers
def add(xp: Any, x: Any, y: Any) -> Any:
    """x + y, also of strings.

    Source  TF op Add, math_ops.cc
    """
    return xp.add(x, y)


@add.gradient
def add_gradient(b: Any, op: Any, dz: Any) -> Any:
    return fit_gradients(b, op, dz, dz)


@op("DivNoNan", BINARY, shape=rules.broadcasting)
def div_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """x / y, and 0 where y is 0.

    Source  TF op DivNoNan, math_ops.cc
    """
    quotient = xp.true_divide(x, y)
    return xp.where(xp.equal(y, y.dtype.type(0)), xp.zeros_like(quotient), quotient)


@div_no_nan.emit
def div_no_nan_emit(p: Any, op: Any, x: Any, y: Any) -> Any:
    return _emit_no_nan(p, op, np.true_divide, x, y)


def _emit_no_nan(p: Any, op: Any, ufunc: Any, x: Any, y: Any) -> Any:
    """The result of the ufunc, and 0 where y is 0; most divisors are sizes, which are known not to be."""
    out, zero = p.out(op), y.dtype.type(0)
    p.call(ufunc, x, y, out=out)
    if y.value is None or not y.value.all():
        differs = p.scratch(out, bool)
        p.call(np.not_equal, y, zero, out=differs)
        emit_choice(p, out, differs, out, p.constant(np.asarray(zero)))
    return out


@div_no_nan.gradient
def div_no_nan_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = conjugated(b, op.inputs)
    return fit_gradients(b, op, b.DivNoNan(dz, y), b.Mul(dz, b.DivNoNan(b.DivNoNan(b.Neg(x), y), y)))


@op("MulNoNan", BINARY, shape=rules.broadcasting)
def mul_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """x y, and 0 where y is 0 even if x is infinite or no number.

    Source  TF op MulNoNan, math_ops.cc
    """
    product = xp.multiply(x, y)
    return xp.where(xp.equal(y, y.dtype.type(0)), xp.zeros_like(product), product)


@mul_no_nan.emit
def mul_no_nan_emit(p: Any, op: Any, x: Any, y: Any) -> Any:
    return _emit_no_nan(p, op, np.multiply, x, y)


@mul_no_nan.gradient
def mul_no_nan_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = conjugated(b, op.inputs)
    return fit_gradients(b, op, b.MulNoNan(dz, y), b.MulNoNan(x, dz))


@op("SquaredDifference", BINARY, shape=rules.broadcasting, recorded=True)
def squared_difference(xp: Any, x: Any, y: Any) -> Any:
    """(x - y)², of complex numbers |x - y|².

    Source  TF op SquaredDifference, math_ops.cc
    """
    difference = xp.subtract(x, y)
    return xp.multiply(difference, conjugate(xp, difference))


@squared_difference.gradient
def squared_difference_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    dx = b.Mul(b.Mul(dz, 2.0), b.Sub(x, y))
    return fit_gradients(b, op, dx, b.Neg(dx))


# -- several tensors -------------------------------------------------------------------------------


@op("AddN", "inputs: N * T -> sum: T", shape=rules.all_alike, recorded=True)
def add_n(xp: Any, inputs: Any) -> Any:
    """The sum of tensors of one shape, added from the first to the last; of lists and optionals, by what they hold.

    Source  TF op AddN, math_ops.cc
    """
    if len(inputs) == 1:
        return inputs[0]
    if isinstance(inputs[0], (ListValue, Optional)):
        return sum(inputs[1:], inputs[0])
    total = xp.add(inputs[0], inputs[1])
    for summand in inputs[2:]:
        total = xp.add(total, summand)
    return total


@add_n.gradient
def add_n_gradient(b: Any, op: Any, dsum: Any) -> Any:
    return [dsum] * len(op.inputs)


def _clipped(s: ShapeScope) -> Dims:
    """Bounds are scalars or have the shape of the values."""
    dims = s.shapes[0]
    for bound in s.shapes[1:]:
        if bound != ():
            dims = merge(dims, broadcast([dims, bound]))
    return dims


@op("ClipByValue", "t: T, clip_value_min: T, clip_value_max: T -> output: T", shape=_clipped, recorded=True)
def clip_by_value(xp: Any, t: Any, clip_value_min: Any, clip_value_max: Any) -> Any:
    """t, moved to the nearer bound where it lies outside.

    Source  TF op ClipByValue, math_ops.cc
    """
    return xp.maximum(xp.minimum(t, clip_value_max), clip_value_min)


@clip_by_value.gradient
def clip_by_value_gradient(b: Any, op: Any, dy: Any) -> Any:
    t, low, high = op.inputs
    below, above = b.Less(t, low), b.Greater(t, high)
    dt = b.SelectV2(b.LogicalOr(below, above), 0.0, dy)
    return fit_gradients(b, op, dt, b.SelectV2(below, dy, 0.0), b.SelectV2(above, dy, 0.0))
