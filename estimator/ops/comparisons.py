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
from estimator.ops._choosing import emit_choice
from estimator.ops._ufuncs import binary, unary

COMPARISON = "x: T, y: T -> z: bool"
LOGICAL = "x: bool, y: bool -> z: bool"
TEST = "x: T -> y: bool"
_EQUALITY = {"incompatible_shape_error": True}


_SHAPES = "Shapes that do not broadcast are an error whatever the attribute says."

binary("Less", np.less, "x < y.", signature=COMPARISON)
binary("LessEqual", np.less_equal, "x <= y.", signature=COMPARISON)
binary("Greater", np.greater, "x > y.", signature=COMPARISON)
binary("GreaterEqual", np.greater_equal, "x >= y.", signature=COMPARISON)
binary("Equal", np.equal, f"x == y, also of strings. {_SHAPES}", signature=COMPARISON, attrs=_EQUALITY)
binary("NotEqual", np.not_equal, f"x != y, also of strings. {_SHAPES}", signature=COMPARISON, attrs=_EQUALITY)
binary("LogicalAnd", np.logical_and, "x and y.", signature=LOGICAL)
binary("LogicalOr", np.logical_or, "x or y.", signature=LOGICAL)
unary("LogicalNot", np.logical_not, "Not x.", signature="x: bool -> y: bool")
unary("IsNan", np.isnan, "Whether x is not a number.", signature=TEST)
unary("IsInf", np.isinf, "Whether x is infinite.", signature=TEST)
unary("IsFinite", np.isfinite, "Whether x is a number and not infinite.", signature=TEST)


@op(
    "ApproximateEqual",
    COMPARISON,
    attrs={"tolerance": 1e-5},
    shape=rules.all_alike,
    recorded=True,
    differentiable=False,
)
def approximate_equal(xp: Any, x: Any, y: Any, tolerance: float) -> Any:
    """|x - y| < tolerance.

    Source  TF op ApproximateEqual, math_ops.cc
    """
    return xp.less(xp.abs(xp.subtract(x, y)), x.dtype.type(tolerance))


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


@select.emit
def select_emit(p: Any, op: Any, condition: Any, t: Any, e: Any) -> Any:
    out = p.out(op)
    if len(condition.dims) == 1:
        condition = p.view(condition, (*condition.dims, *(1,) * (len(t.dims) - 1)))
    emit_choice(p, out, condition, t, e)
    return out


@select.together
def select_together(xp: Any, condition: Any, t: Any, e: Any) -> Any:
    found = []
    for mask, other, own in zip(condition, t, e, strict=True):
        is_nowhere = mask.shape == other.shape == own.shape and b"\1" not in mask.tobytes()
        found.append(own if is_nowhere else None)
    return found


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


@select_v2.emit
def select_v2_emit(p: Any, op: Any, condition: Any, t: Any, e: Any) -> Any:
    out = p.out(op)
    emit_choice(p, out, condition, t, e)
    return out


@select_v2.gradient
def select_v2_gradient(b: Any, op: Any, dy: Any) -> Any:
    condition, t, e = op.inputs
    dt = fit_gradient(b, b.SelectV2(condition, dy, 0.0), t, [condition, e])
    return None, dt, fit_gradient(b, b.SelectV2(condition, 0.0, dy), e, [condition, t])
