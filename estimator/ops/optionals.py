"""Values that are there or not, by which TensorFlow's branches give what only one of them has computed.

We read graphs with them and write none. An optional is a scalar of type variant.

Source: TensorFlow 2.15, core/ops/optional_ops.cc; core/kernels/optional_ops.h.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, variant
from estimator.core.shapes import Dims, TensorShape
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._optionals import Optional


@op("OptionalNone", "-> optional: variant", shape=rules.scalar, differentiable=False, host=True)
def optional_none(xp: Any) -> Any:
    """No value.

    Source  TF op OptionalNone, optional_ops.cc
    """
    return Optional()


@op("OptionalFromValue", "components: Toutput_types[] -> optional: variant", shape=rules.scalar, host=True)
def optional_from_value(xp: Any, components: Any) -> Any:
    """These values.

    Source  TF op OptionalFromValue, optional_ops.cc
    """
    # Arrays are copied: a plan writes over what it gives.
    return Optional(tuple([np.array(item) if isinstance(item, np.ndarray) else item for item in components]))


@optional_from_value.gradient
def optional_from_value_gradient(b: Any, op: Any, doptional: Any) -> Any:
    types = op.attrs["Toutput_types"]
    shapes = [tensor.dims for tensor in op.inputs]
    return b.OptionalGetValue(doptional, output_types=types, output_shapes=shapes)


@op(
    "OptionalHasValue",
    "optional: variant -> has_value: bool",
    shape=rules.scalar,
    differentiable=False,
    host=True,
)
def optional_has_value(xp: Any, optional: Any) -> Any:
    """Whether there is a value.

    Source  TF op OptionalHasValue, optional_ops.cc
    """
    return np.array(optional.components is not None)


def _stated(s: ShapeScope) -> list[Dims]:
    shapes: list[Dims] = s.attrs["output_shapes"]
    return shapes


@op(
    "OptionalGetValue",
    "optional: variant -> components: output_types[]",
    attrs={"output_shapes": list[TensorShape]},
    shape=_stated,
    host=True,
)
def optional_get_value(xp: Any, optional: Any, output_types: list[DType]) -> Any:
    """The values.

    Source  TF op OptionalGetValue, optional_ops.cc
    """
    if optional.components is None:
        raise ValueError("the optional has no value")
    found = [item.dtype if isinstance(item, np.ndarray) else None for item in optional.components]
    if found != [None if dtype is variant else dtype.np for dtype in output_types]:
        raise ValueError(f"the optional holds {found}, but {output_types} is wanted")
    return list(optional.components)


@optional_get_value.gradient
def optional_get_value_gradient(b: Any, op: Any, *dys: Any) -> Any:
    pairs = zip(dys, op.outputs, strict=True)
    return b.OptionalFromValue([b.ZerosLike(output) if dy is None else dy for dy, output in pairs])
