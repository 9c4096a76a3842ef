"""From one element type to another.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradient: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.core.errors import UnimplementedError
from estimator.graph import rules
from estimator.graph.bfloat16 import from_bits, to_bits
from estimator.graph.op import op
from estimator.graph.slices import IndexedSlices

_PLAIN = (
    dtypes.float16,
    dtypes.float32,
    dtypes.float64,
    dtypes.int32,
    dtypes.int64,
    dtypes.bool,
    dtypes.uint8,
)


def _is_plain(op: Any) -> bool:
    """Whether an assignment converts just so."""
    return all(op.attrs[attr] in _PLAIN for attr in ("SrcT", "DstT"))


@op(
    "Cast",
    "x: SrcT -> y: DstT",
    attrs={"Truncate": False},
    shape=rules.like_first,
    slices=True,
    converts=_is_plain,
)
def cast(xp: Any, x: Any, SrcT: DType, DstT: DType) -> Any:
    """x in another type: fractions are cut off, numbers other than 0 are true, of complex numbers
    the real part is kept. `Truncate` (how floating point numbers are rounded) is not used.

    Raises
    ------
    UnimplementedError
        For text: numbers are read from it with tf.string_to_number.

    Source  TF op Cast, math_ops.cc
    """
    if dtypes.string in (SrcT, DstT):
        raise UnimplementedError(
            f"cast from {SrcT.name} to {DstT.name}: text is not cast; use tf.as_string or tf.string_to_number."
        )
    if SrcT is dtypes.bfloat16:
        x = from_bits(x)
    if DstT is dtypes.bfloat16:
        return to_bits(x)
    if x.dtype.kind == "c" and not DstT.is_complex:
        x = xp.real(x)
    return x.astype(DstT.np)


@cast.emit
def cast_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    if _is_plain(op):
        p.copy(out, x)
    else:
        p.call(_cast_into, x, op.attrs["SrcT"], op.attrs["DstT"], out=out)
    return out


def _cast_into(x: Any, source: DType, target: DType, out: Any) -> None:
    out[...] = cast(np, x, source, target)


@cast.gradient
def cast_gradient(b: Any, op: Any, dy: Any) -> Any:
    source = op.attrs["SrcT"]
    if not (source.is_floating or source.is_complex):
        return None
    if isinstance(dy, IndexedSlices):
        return IndexedSlices(b.Cast(dy.values, DstT=source), dy.indices, dy.dense_shape)
    return b.Cast(dy, DstT=source)
