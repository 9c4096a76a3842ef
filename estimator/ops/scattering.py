"""Ops that give a tensor with other values at some positions.

Source: TensorFlow 2.15, core/ops/array_ops.cc; gradients: python/ops/array_grad.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from estimator.core.shapes import Dims, merge, show
from estimator.graph.op import OpDef, ShapeScope, op
from estimator.ops._rows import columns
from estimator.ops._sparse import row_major

TENSOR = "tensor: T, indices: Tindices, updates: T -> output: T"


def _changed(s: ShapeScope) -> Dims:
    dims, indices, updates = s.shapes
    if dims is None or indices is None or not indices or indices[-1] is None:
        return dims
    width = indices[-1]
    if width > len(dims):
        raise ValueError(f"indices of {width} numbers for the {len(dims)} dimensions of {show(dims)}.")
    merge(updates, (*indices[:-1], *dims[width:]))
    return dims


def _declare(name: str, change: str, meaning: str, signature: str = TENSOR) -> OpDef:
    """Declare an op that changes slices by a ufunc, or replaces them, one after the other."""

    def kernel(xp: Any, tensor: Any, indices: Any, updates: Any) -> Any:
        width, dims = indices.shape[-1], tensor.shape
        columns(indices, dims)
        ids = row_major(xp, indices.reshape(math.prod(indices.shape[:-1]), width), dims[:width])
        result = xp.array(tensor).reshape(math.prod(dims[:width]), math.prod(dims[width:]))
        rows = updates.reshape(len(ids), result.shape[1])
        if change == "assign":
            result[ids] = rows
        else:
            getattr(xp, change).at(result, ids, rows)
        return result.reshape(dims)

    kernel.__doc__ = (
        f"The tensor, of which the slices at the positions {meaning}.\n\n"
        f"    Shape   tensor [...], indices [..., k], updates [..., tensor.shape[k:]] -> the tensor's\n"
        f"    Source  TF op {name}, array_ops.cc"
    )
    return op(name, signature, shape=_changed)(kernel)


def _with_gradient(definition: OpDef, slopes: Callable[[Any, Any, Any], Any]) -> None:
    @definition.gradient
    def gradient(b: Any, op: Any, dy: Any) -> Any:
        to_tensor, to_updates = slopes(b, op, dy)
        return to_tensor, None, to_updates


def _replaced(b: Any, op: Any, dy: Any) -> Any:
    _, indices, updates = op.inputs
    return b.TensorScatterUpdate(dy, indices, b.ZerosLike(updates)), b.GatherNd(dy, indices)


def _extreme(b: Any, op: Any, dy: Any) -> Any:
    """What has become the value takes the gradient; several share it."""
    tensor, indices, updates = op.inputs
    result = op.outputs[0]
    stayed = b.Cast(b.Equal(tensor, result), DstT=dy.dtype)
    came = b.Cast(b.Equal(updates, b.GatherNd(result, indices)), DstT=dy.dtype)
    share = b.RealDiv(
        dy, b.AddV2(stayed, b.ScatterNd(indices, came, b.Shape(tensor, out_type=indices.dtype)))
    )
    return b.Mul(share, stayed), b.Mul(b.GatherNd(share, indices), came)


_with_gradient(
    _declare("TensorScatterUpdate", "assign", "are replaced; of equal positions the last counts"), _replaced
)
_with_gradient(_declare("TensorScatterMax", "maximum", "are the greater of both"), _extreme)
_with_gradient(_declare("TensorScatterMin", "minimum", "are the smaller of both"), _extreme)
_with_gradient(
    _declare("TensorScatterAdd", "add", "have something added"),
    lambda b, op, dy: (dy, b.GatherNd(dy, op.inputs[1])),
)
_with_gradient(
    _declare("TensorScatterSub", "subtract", "have something taken away"),
    lambda b, op, dy: (dy, b.Neg(b.GatherNd(dy, op.inputs[1]))),
)
_with_gradient(
    _declare("ScatterNdNonAliasingAdd", "add", "have something added", TENSOR.replace("tensor:", "input:")),
    lambda b, op, dy: (dy, b.GatherNd(dy, op.inputs[1])),
)
