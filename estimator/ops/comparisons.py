"""Comparisons, logic, and choosing by a condition.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.broadcasting import fit_gradient
from estimator.graph.op import ShapeScope, op

COMPARISON = "x: T, y: T -> z: bool"
_EQUALITY = {"incompatible_shape_error": True}


@op("Less", COMPARISON, shape=rules.broadcasting, ufunc=np.less, differentiable=False)
def less(xp: Any, x: Any, y: Any) -> Any:
    """x < y.

    Source  TF op Less, math_ops.cc
    """
    return xp.less(x, y)


@op("LessEqual", COMPARISON, shape=rules.broadcasting, ufunc=np.less_equal, differentiable=False)
def less_equal(xp: Any, x: Any, y: Any) -> Any:
    """x <= y.

    Source  TF op LessEqual, math_ops.cc
    """
    return xp.less_equal(x, y)


@op("Greater", COMPARISON, shape=rules.broadcasting, ufunc=np.greater, differentiable=False)
def greater(xp: Any, x: Any, y: Any) -> Any:
    """x > y.

    Source  TF op Greater, math_ops.cc
    """
    return xp.greater(x, y)


@op("GreaterEqual", COMPARISON, shape=rules.broadcasting, ufunc=np.greater_equal, differentiable=False)
def greater_equal(xp: Any, x: Any, y: Any) -> Any:
    """x >= y.

    Source  TF op GreaterEqual, math_ops.cc
    """
    return xp.greater_equal(x, y)


@op("Equal", COMPARISON, attrs=_EQUALITY, shape=rules.broadcasting, ufunc=np.equal, differentiable=False)
def equal(xp: Any, x: Any, y: Any) -> Any:
    """x == y, also of strings. Shapes that do not broadcast are an error whatever the attribute says.

    Source  TF op Equal, math_ops.cc
    """
    return xp.equal(x, y)


@op(
    "NotEqual",
    COMPARISON,
    attrs=_EQUALITY,
    shape=rules.broadcasting,
    ufunc=np.not_equal,
    differentiable=False,
)
def not_equal(xp: Any, x: Any, y: Any) -> Any:
    """x != y, also of strings. Shapes that do not broadcast are an error whatever the attribute says.

    Source  TF op NotEqual, math_ops.cc
    """
    return xp.not_equal(x, y)


@op("ApproximateEqual", COMPARISON, attrs={"tolerance": 1e-5}, shape=rules.all_alike, differentiable=False)
def approximate_equal(xp: Any, x: Any, y: Any, tolerance: float) -> Any:
    """|x - y| < tolerance.

    Source  TF op ApproximateEqual, math_ops.cc
    """
    return xp.less(xp.abs(xp.subtract(x, y)), x.dtype.type(tolerance))


@op(
    "LogicalAnd",
    "x: bool, y: bool -> z: bool",
    shape=rules.broadcasting,
    ufunc=np.logical_and,
    differentiable=False,
)
def logical_and(xp: Any, x: Any, y: Any) -> Any:
    """x and y.

    Source  TF op LogicalAnd, math_ops.cc
    """
    return xp.logical_and(x, y)


@op(
    "LogicalOr",
    "x: bool, y: bool -> z: bool",
    shape=rules.broadcasting,
    ufunc=np.logical_or,
    differentiable=False,
)
def logical_or(xp: Any, x: Any, y: Any) -> Any:
    """x or y.

    Source  TF op LogicalOr, math_ops.cc
    """
    return xp.logical_or(x, y)


@op("LogicalNot", "x: bool -> y: bool", shape=rules.like_first, ufunc=np.logical_not, differentiable=False)
def logical_not(xp: Any, x: Any) -> Any:
    """Not x.

    Source  TF op LogicalNot, math_ops.cc
    """
    return xp.logical_not(x)


@op("IsNan", "x: T -> y: bool", shape=rules.like_first, ufunc=np.isnan, differentiable=False)
def is_nan(xp: Any, x: Any) -> Any:
    """Whether x is not a number.

    Source  TF op IsNan, math_ops.cc
    """
    return xp.isnan(x)


@op("IsInf", "x: T -> y: bool", shape=rules.like_first, ufunc=np.isinf, differentiable=False)
def is_inf(xp: Any, x: Any) -> Any:
    """Whether x is infinite.

    Source  TF op IsInf, math_ops.cc
    """
    return xp.isinf(x)


@op("IsFinite", "x: T -> y: bool", shape=rules.like_first, ufunc=np.isfinite, differentiable=False)
def is_finite(xp: Any, x: Any) -> Any:
    """Whether x is a number and not infinite.

    Source  TF op IsFinite, math_ops.cc
    """
    return xp.isfinite(x)


def _select_shape(s: ShapeScope) -> Dims:
    """The condition has the shape of the values, or chooses rows by a vector, or is a scalar."""
    condition = s.shapes[0]
    dims = merge(s.shapes[1], s.shapes[2])
    if condition is None or dims is None or condition == ():
        return dims
    if len(condition) == 1 and len(dims) > 1:
        rows = rules.same_size(condition[0], dims[0], "the number of conditions and of rows")
        return (rows, *dims[1:])
    return merge(condition, dims)


@op("Select", "condition: bool, t: T, e: T -> output: T", shape=_select_shape)
def select(xp: Any, condition: Any, t: Any, e: Any) -> Any:
    """t where the condition holds, else e; a vector of conditions chooses whole rows.

    Source  TF op Select, math_ops.cc
    """
    if len(condition.shape) == 1 and len(t.shape) > 1:
        condition = xp.reshape(condition, (-1,) + (1,) * (len(t.shape) - 1))
    return xp.where(condition, t, e)


@select.gradient
def select_gradient(b: Any, op: Any, dy: Any) -> Any:
    condition = op.inputs[0]
    zeros = b.ZerosLike(dy)
    return None, b.Select(condition, dy, zeros), b.Select(condition, zeros, dy)


@op("SelectV2", "condition: bool, t: T, e: T -> output: T", shape=rules.broadcasting)
def select_v2(xp: Any, condition: Any, t: Any, e: Any) -> Any:
    """t where the condition holds, else e; all three broadcast.

    Source  TF op SelectV2, math_ops.cc
    """
    return xp.where(condition, t, e)


@select_v2.gradient
def select_v2_gradient(b: Any, op: Any, dy: Any) -> Any:
    condition, t, e = op.inputs
    dt = fit_gradient(b, b.SelectV2(condition, dy, 0.0), t, [condition, e])
    return None, dt, fit_gradient(b, b.SelectV2(condition, 0.0, dy), e, [condition, t])
