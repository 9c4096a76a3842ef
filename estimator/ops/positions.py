"""Where along an axis the extremes are. What is not a number is passed over; of nothing else, the first is taken.

Source: TensorFlow 2.15, core/ops/math_ops.cc.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import DType, int32, int64
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _without_axis(s: ShapeScope) -> Dims:
    rules.check_scalars(s, dimension=1)
    dims, axis = s.shapes[0], s.value(1)
    if dims is None:
        return None
    if axis is None:
        return (None,) * (len(dims) - 1)
    (place,) = rules.normal_axes([int(axis)], len(dims))
    return dims[:place] + dims[place + 1 :]


def _without_nan(xp: Any, x: Any, loser: float) -> Any:
    """The values, with `loser` for what is not a number: numpy would let that win."""
    return xp.where(xp.isnan(x), x.dtype.type(loser), x) if x.dtype.kind == "f" else x


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
    return xp.argmax(_without_nan(xp, input, -math.inf), axis=int(dimension)).astype(output_type.np)


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
    return xp.argmin(_without_nan(xp, input, math.inf), axis=int(dimension)).astype(output_type.np)
