"""Where along an axis the extremes are.

Source: TensorFlow 2.15, core/ops/math_ops.cc.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, int32, int64
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _without_axis(s: ShapeScope) -> Dims:
    dims, axis = s.shapes[0], s.value(1)
    if dims is None:
        return None
    if axis is None:
        return (None,) * (len(dims) - 1)
    (place,) = rules.normal_axes([int(axis)], len(dims))
    return dims[:place] + dims[place + 1 :]


POSITION = "input: T, dimension: Tidx -> output: output_type"
_POSITION = {"Tidx": int32, "output_type": int64}


@op(
    "ArgMax",
    POSITION,
    attrs=_POSITION,
    shape=_without_axis,
    differentiable=False,
)
def arg_max(xp: Any, input: Any, dimension: Any, output_type: DType) -> Any:
    """The position of the greatest value along an axis, the first of several.

    Source  TF op ArgMax, math_ops.cc
    """
    return xp.argmax(input, axis=int(dimension)).astype(output_type.np)


@op(
    "ArgMin",
    POSITION,
    attrs=_POSITION,
    shape=_without_axis,
    differentiable=False,
)
def arg_min(xp: Any, input: Any, dimension: Any, output_type: DType) -> Any:
    """The position of the least value along an axis, the first of several.

    Source  TF op ArgMin, math_ops.cc
    """
    return xp.argmin(input, axis=int(dimension)).astype(output_type.np)
