"""Comparisons, logic and choosing under TensorFlow's names.

Source: names and arguments of tf.* and tf.math.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible
from estimator.functions.arguments import function_scope, tensor_of, tensors_of
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def less(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether x < y, element by element, with broadcasting."""
    return b.Less(x, y, name=name)


def less_equal(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether x <= y, element by element, with broadcasting."""
    return b.LessEqual(x, y, name=name)


def greater(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether x > y, element by element, with broadcasting."""
    return b.Greater(x, y, name=name)


def greater_equal(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether x >= y, element by element, with broadcasting."""
    return b.GreaterEqual(x, y, name=name)


def equal(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x == y, element by element."""
    return b.Equal(x, y, name=name)


def not_equal(x: Value, y: Value, name: str | None = None) -> Tensor:
    """x != y, element by element."""
    return b.NotEqual(x, y, name=name)


def logical_and(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether both x and y hold, element by element, with broadcasting."""
    return b.LogicalAnd(x, y, name=name)


def logical_or(x: Value, y: Value, name: str | None = None) -> Tensor:
    """Whether x or y or both hold, element by element, with broadcasting."""
    return b.LogicalOr(x, y, name=name)


def logical_not(x: Value, name: str | None = None) -> Tensor:
    """Whether x does not hold, element by element."""
    return b.LogicalNot(x, name=name)


def logical_xor(x: Value, y: Value, name: str | None = "LogicalXor") -> Tensor:
    """Either x or y, not both."""
    one, both = b.LogicalOr(x, y), b.LogicalAnd(x, y)
    return b.LogicalAnd(one, b.LogicalNot(both), name=name or "LogicalXor")


def is_nan(x: Value, name: str | None = None) -> Tensor:
    """Whether x is not a number."""
    return b.IsNan(x, name=name)


def is_inf(x: Value, name: str | None = None) -> Tensor:
    """Whether x is infinite."""
    return b.IsInf(x, name=name)


def is_finite(x: Value, name: str | None = None) -> Tensor:
    """Whether x is a number and not infinite."""
    return b.IsFinite(x, name=name)


def where(condition: Value, x: Value = None, y: Value = None, name: str | None = None) -> Tensor:
    """x where the condition holds, else y; without x and y the positions where it holds.

    Parameters
    ----------
    condition : Tensor of bool
        Of the shape of x; or a vector, which chooses rows of x and y.
    x, y : Tensor, optional
        Of one type. Scalars and other shapes that broadcast are taken too, which TensorFlow 1 refuses;
        but not for rows.

    Raises
    ------
    ValueError
        If only one of x and y is given, or the shapes do not fit.

    Shape
    -----
    without x and y: condition [...] of rank r -> [number that hold, r] int64
    """
    if (x is None) != (y is None):
        raise ValueError("where() takes both x and y, or neither; given: one.")
    if x is None:
        return b.Where(condition, name=name)
    with function_scope(name, "Select", condition, x, y) as (_, scope):
        mask = tensor_of(condition, "bool", "condition")
        left, right = tensors_of(t=x, e=y)
        op = b.Select if _is_plain_choice(mask, left, right) else b.SelectV2
        return op(mask, left, right, name=scope)


def _is_plain_choice(mask: Tensor, x: Tensor, y: Tensor) -> bool:
    """Whether TensorFlow 1's op can do it: one shape, or a vector of conditions for rows."""
    if mask.dims is not None and len(mask.dims) == 1 and max(len(x.dims or ()), len(y.dims or ())) > 1:
        return True  # broadcasting would choose columns, where there are as many as examples
    if not compatible(x.dims, y.dims):
        return False
    return mask.dims is None or x.dims is None or mask.dims == () or compatible(mask.dims, x.dims)


def where_v2(condition: Value, x: Value = None, y: Value = None, name: str | None = None) -> Tensor:
    """x where the condition holds, else y; all three broadcast. Without x and y the positions where it holds."""
    if x is None and y is None:
        return where(condition, name=name)
    return b.SelectV2(condition, x, y, name=name)


near_keywords_of_functions(__name__)
