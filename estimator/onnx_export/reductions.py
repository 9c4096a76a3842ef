"""Ops that make one number of many, along axes that are constants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.graph.tensor import Operation
from estimator.onnx_export.rules import BOOL, FLOATS, INTS, NUMBERS, Nodes, Rules, axis_of, rank_of

RULES = rules = Rules()


def _reduced(export: Nodes, op: Operation, onnx_type: str, x: str) -> str:
    axes = [int(axis) for axis in np.ravel(export.value(op.inputs[1]))]
    keep = int(op.attrs["keep_dims"])
    if not axes:
        return x
    if onnx_type == "ReduceSum":  # the only one to which opset 17 gives axes as an input
        return export.add(onnx_type, x, export.constant(axes), keepdims=keep)
    return export.add(onnx_type, x, axes=axes, keepdims=keep)


@rules("Sum", FLOATS | {dtypes.int32})
def _sum(export: Nodes, op: Operation, x: str, axes: str) -> str:
    if op.inputs[0].dtype.is_floating:
        return _reduced(export, op, "ReduceSum", x)
    # onnxruntime sums integers as float64, and stops at the greatest; of int64 no sum would be exact
    return export.cast(_reduced(export, op, "ReduceSum", export.cast(x, dtypes.int64)), dtypes.int32)


@rules("Mean", FLOATS)
def _mean(export: Nodes, op: Operation, x: str, axes: str) -> str:
    # by parts: onnxruntime's mean of nothing is 0
    dtype = op.inputs[0].dtype
    ones = export.like(x, 1, dtype)
    return export.add("Div", _reduced(export, op, "ReduceSum", x), _reduced(export, op, "ReduceSum", ones))


@rules("Prod", FLOATS)
def _prod(export: Nodes, op: Operation, x: str, axes: str) -> str:
    return _reduced(export, op, "ReduceProd", x)


@rules("Max", NUMBERS)
def _max(export: Nodes, op: Operation, x: str, axes: str) -> str:
    return _extreme(export, op, "ReduceMax", x)


@rules("Min", NUMBERS)
def _min(export: Nodes, op: Operation, x: str, axes: str) -> str:
    return _extreme(export, op, "ReduceMin", x)


def _extreme(export: Nodes, op: Operation, onnx_type: str, x: str) -> str:
    """A NaN is the greatest and the least of all numbers; onnxruntime passes it over unless it is the first."""
    found = _reduced(export, op, onnx_type, x)
    dtype = op.inputs[0].dtype
    if dtype.is_integer:
        return found
    has_nan = _any(export, op, export.add("IsNaN", x))
    return export.add("Where", has_nan, export.constant(math.nan, dtype), found)


@rules("Any", BOOL)
def _any(export: Nodes, op: Operation, x: str, axes: str = "") -> str:
    count = _reduced(export, op, "ReduceSum", export.cast(x, dtypes.int64))  # of nothing 0, unlike a maximum
    return export.cast(count, dtypes.bool)


@rules("All", BOOL)
def _all(export: Nodes, op: Operation, x: str, axes: str) -> str:
    return export.add("Not", _any(export, op, export.add("Not", x)))


@rules("ArgMax", FLOATS | INTS)
def _arg_max(export: Nodes, op: Operation, x: str, dimension: str) -> str:
    return _position(export, op, "ArgMax", x, -math.inf)


@rules("ArgMin", FLOATS | INTS)
def _arg_min(export: Nodes, op: Operation, x: str, dimension: str) -> str:
    return _position(export, op, "ArgMin", x, math.inf)


def _position(export: Nodes, op: Operation, onnx_type: str, x: str, worst: Any) -> str:
    """The first of several; a NaN is never the one."""
    dtype = op.inputs[0].dtype
    axis = axis_of(export.value(op.inputs[1]), rank_of(op.inputs[0]))
    if dtype.is_floating:
        x = export.add("Where", export.add("IsNaN", x), export.constant(worst, dtype), x)
    found = export.add(onnx_type, x, axis=axis, keepdims=0)
    return export.cast(found, op.outputs[0].dtype)


@rules("Cumsum", NUMBERS)
def _cumsum(export: Nodes, op: Operation, x: str, axis: str) -> str:
    exclusive, reverse = int(op.attrs["exclusive"]), int(op.attrs["reverse"])
    return export.add("CumSum", x, axis, exclusive=exclusive, reverse=reverse)
