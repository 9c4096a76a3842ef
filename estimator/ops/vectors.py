"""Products of vectors.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradient: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge, show
from estimator.graph.op import ShapeScope, op


def _of_three(s: ShapeScope) -> Dims:
    dims = merge(s.shapes[0], s.shapes[1])
    if dims is not None and (not dims or dims[-1] not in (3, None)):
        raise ValueError(
            f"the vectors of a cross product have 3 numbers in the last axis, given: {show(dims)}."
        )
    return dims


@op("Cross", "a: T, b: T -> product: T", shape=_of_three)
def cross(xp: Any, a: Any, b: Any) -> Any:
    """The vectors at right angles to both, as long as the area between them.

    Shape   a, b [..., 3] -> [..., 3]
    Source  TF op Cross, math_ops.cc
    """
    if a.shape != b.shape or a.shape[-1:] != (3,):
        raise InvalidArgumentError(
            f"vectors of 3 numbers are wanted, given: {show(a.shape)} and {show(b.shape)}."
        )
    return xp.cross(a, b)


@cross.gradient
def cross_gradient(b: Any, op: Any, dy: Any) -> Any:
    left, right = op.inputs
    return b.Cross(right, dy), b.Cross(dy, left)
