"""Arithmetic on two tensors of shapes that broadcast, and sums of many.

Every op here works element by element. Where it is exactly one numpy ufunc the declaration says
so, and the plan calls that ufunc on its buffers; the bits are the same.

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

BINARY = "x: T, y: T -> z: T"


# -- sums, products, quotients ---------------------------------------------------------------------


@op("AddV2", BINARY, shape=rules.broadcasting, ufunc=np.add)
def add_v2(xp: Any, x: Any, y: Any) -> Any:
    """x + y.

    Source  TF op AddV2, math_ops.cc
    """
    return xp.add(x, y)


@op("Add", BINARY, shape=rules.broadcasting)  # no ufunc: text has no buffers
def add(xp: Any, x: Any, y: Any) -> Any:
    """x + y, also of strings.

    Source  TF op Add, math_ops.cc
    """
    return xp.add(x, y)


@add_v2.gradient
@add.gradient
def add_gradient(b: Any, op: Any, dz: Any) -> Any:
    return fit_gradients(b, op, dz, dz)


@op("Sub", BINARY, shape=rules.broadcasting, ufunc=np.subtract)
def sub(xp: Any, x: Any, y: Any) -> Any:
    """x - y.

    Source  TF op Sub, math_ops.cc
    """
    return xp.subtract(x, y)


@sub.gradient
def sub_gradient(b: Any, op: Any, dz: Any) -> Any:
    return fit_gradients(b, op, dz, b.Neg(dz))


@op("Mul", BINARY, shape=rules.broadcasting, ufunc=np.multiply)
def mul(xp: Any, x: Any, y: Any) -> Any:
    """x y.

    Source  TF op Mul, math_ops.cc
    """
    return xp.multiply(x, y)


@mul.gradient
def mul_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, b.Mul(dz, y), b.Mul(dz, x))


@op("RealDiv", BINARY, shape=rules.broadcasting, ufunc=np.true_divide)
def real_div(xp: Any, x: Any, y: Any) -> Any:
    """x / y of real numbers.

    Source  TF op RealDiv, math_ops.cc
    """
    return xp.true_divide(x, y)


@real_div.gradient
def real_div_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, b.RealDiv(dz, y), b.Mul(dz, b.RealDiv(b.RealDiv(b.Neg(x), y), y)))


@op("DivNoNan", BINARY, shape=rules.broadcasting)
def div_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """x / y, and 0 where y is 0.

    Source  TF op DivNoNan, math_ops.cc
    """
    quotient = xp.true_divide(x, y)
    return xp.where(xp.equal(y, y.dtype.type(0)), xp.zeros_like(quotient), quotient)


@div_no_nan.gradient
def div_no_nan_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, b.DivNoNan(dz, y), b.Mul(dz, b.DivNoNan(b.DivNoNan(b.Neg(x), y), y)))


@op("MulNoNan", BINARY, shape=rules.broadcasting)
def mul_no_nan(xp: Any, x: Any, y: Any) -> Any:
    """x y, and 0 where y is 0 even if x is infinite or no number.

    Source  TF op MulNoNan, math_ops.cc
    """
    product = xp.multiply(x, y)
    return xp.where(xp.equal(y, y.dtype.type(0)), xp.zeros_like(product), product)


@mul_no_nan.gradient
def mul_no_nan_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    return fit_gradients(b, op, b.MulNoNan(dz, y), b.MulNoNan(x, dz))


@op("SquaredDifference", BINARY, shape=rules.broadcasting)
def squared_difference(xp: Any, x: Any, y: Any) -> Any:
    """(x - y)².

    Source  TF op SquaredDifference, math_ops.cc
    """
    difference = xp.subtract(x, y)
    return xp.multiply(difference, difference)


@squared_difference.emit
def squared_difference_emit(p: Any, op: Any, x: Any, y: Any) -> Any:
    out = p.out(op, reuse=[x, y])
    p.call(np.subtract, x, y, out=out)
    p.call(np.multiply, out, out, out=out)
    return out


@squared_difference.gradient
def squared_difference_gradient(b: Any, op: Any, dz: Any) -> Any:
    x, y = op.inputs
    dx = b.Mul(b.Mul(dz, 2.0), b.Sub(x, y))
    return fit_gradients(b, op, dx, b.Neg(dx))


# -- powers, extremes ------------------------------------------------------------------------------


@op("Pow", BINARY, shape=rules.broadcasting, ufunc=np.power)
def pow(xp: Any, x: Any, y: Any) -> Any:
    """x to the power y.

    Source  TF op Pow, math_ops.cc
    """
    return xp.power(x, y)


@pow.gradient
def pow_gradient(b: Any, op: Any, dz: Any) -> Any:
    """TensorFlow takes d/dy as 0 where x <= 0, where the logarithm does not exist."""
    x, y = op.inputs
    z = op.outputs[0]
    positive = b.Greater(x, 0.0)
    log = b.SelectV2(positive, b.Log(b.SelectV2(positive, x, 1.0)), 0.0)
    dx = b.Mul(b.Mul(dz, y), b.Pow(x, b.Sub(y, 1.0)))
    return fit_gradients(b, op, dx, b.Mul(b.Mul(dz, z), log))


@op("Maximum", BINARY, shape=rules.broadcasting, ufunc=np.maximum)
def maximum(xp: Any, x: Any, y: Any) -> Any:
    """The greater of x and y.

    Source  TF op Maximum, math_ops.cc
    """
    return xp.maximum(x, y)


@maximum.gradient
def maximum_gradient(b: Any, op: Any, dz: Any) -> Any:
    """Where both are equal, the gradient goes to x."""
    return _chosen_gradient(b, op, dz, b.GreaterEqual(*op.inputs))


@op("Minimum", BINARY, shape=rules.broadcasting, ufunc=np.minimum)
def minimum(xp: Any, x: Any, y: Any) -> Any:
    """The smaller of x and y.

    Source  TF op Minimum, math_ops.cc
    """
    return xp.minimum(x, y)


@minimum.gradient
def minimum_gradient(b: Any, op: Any, dz: Any) -> Any:
    """Where both are equal, the gradient goes to x."""
    return _chosen_gradient(b, op, dz, b.LessEqual(*op.inputs))


def _chosen_gradient(b: Any, op: Any, dz: Any, takes_x: Any) -> Any:
    return fit_gradients(b, op, b.SelectV2(takes_x, dz, 0.0), b.SelectV2(takes_x, 0.0, dz))


# -- several tensors -------------------------------------------------------------------------------


@op("AddN", "inputs: N * T -> sum: T", shape=rules.all_alike)
def add_n(xp: Any, inputs: Any) -> Any:
    """The sum of tensors of one shape, added from the first to the last.

    Source  TF op AddN, math_ops.cc
    """
    if len(inputs) == 1:
        return inputs[0]
    total = xp.add(inputs[0], inputs[1])
    for each in inputs[2:]:
        total = xp.add(total, each)
    return total


@add_n.emit
def add_n_emit(p: Any, op: Any, inputs: Any) -> Any:
    needed = {each.buffer for each in inputs[2:]}  # the sum may not lie over one that is still to be added
    out = p.out(op, reuse=[each for each in inputs[:2] if each.buffer not in needed])
    if len(inputs) == 1:
        p.call(np.copyto, out, inputs[0])
        return out
    p.call(np.add, inputs[0], inputs[1], out=out)
    for each in inputs[2:]:
        p.call(np.add, out, each, out=out)
    return out


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


@op("ClipByValue", "t: T, clip_value_min: T, clip_value_max: T -> output: T", shape=_clipped)
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
