"""Ops that make one number of many, along axes that are constants."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.graph.tensor import Operation
from estimator.onnx_export.rules import BOOL, FLOATS, INTS, NUMBERS, Nodes, Rules, axis_of, rank_of, refuse

RULES = rules = Rules()

_A_FEW = 64


def _reduced(export: Nodes, op: Operation, onnx_type: str, x: str) -> str:
    axes = [int(axis) for axis in np.ravel(export.value(op.inputs[1]))]
    keep = int(op.attrs["keep_dims"])
    if not axes:
        return x
    if onnx_type == "ReduceSum":  # the only one to which opset 17 gives axes as an input
        return export.add(onnx_type, x, export.constant(axes), keepdims=keep)
    return export.add(onnx_type, x, axes=axes, keepdims=keep)


@rules("Sum", NUMBERS)
def _sum(export: Nodes, op: Operation, x: str, axes: str) -> str:
    dtype = op.inputs[0].dtype
    if dtype.is_floating:
        return _reduced(export, op, "ReduceSum", x)
    if dtype is dtypes.int64:
        return _one_by_one(export, op, "Add", x)
    # onnxruntime sums integers as float64, and stops at the greatest
    return export.cast(_reduced(export, op, "ReduceSum", export.cast(x, dtypes.int64)), dtypes.int32)


@rules("Mean", FLOATS)
def _mean(export: Nodes, op: Operation, x: str, axes: str) -> str:
    # by parts: onnxruntime's mean of nothing is 0
    dtype = op.inputs[0].dtype
    ones = export.like(x, 1, dtype)
    return export.add("Div", _reduced(export, op, "ReduceSum", x), _reduced(export, op, "ReduceSum", ones))


@rules("Prod", NUMBERS)
def _prod(export: Nodes, op: Operation, x: str, axes: str) -> str:
    if op.inputs[0].dtype.is_integer:
        return _one_by_one(export, op, "Mul", x)
    return _reduced(export, op, "ReduceProd", x)


def _one_by_one(export: Nodes, op: Operation, onnx_type: str, x: str) -> str:
    """Integers along axes of a few, exactly: onnxruntime's reductions go through float64."""
    rank = rank_of(op.inputs[0])
    axes = sorted({axis_of(axis, rank) for axis in np.ravel(export.value(op.inputs[1]))})
    sizes = [(op.inputs[0].dims or ())[axis] for axis in axes]
    if not all(size and size <= _A_FEW for size in sizes):
        refuse(
            f"of {op.inputs[0].dtype.name} along an axis that is empty, of more than {_A_FEW}, or not known"
        )
    for axis, size in zip(axes, sizes):
        if size == 1:
            continue
        first, *others = export.add_several(
            size or 0, "Split", x, export.constant([1] * (size or 0)), axis=axis
        )
        x = first
        for other in others:
            x = export.add(onnx_type, x, other)
    return x if op.attrs["keep_dims"] or not axes else export.add("Squeeze", x, export.constant(axes))


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


@rules("TopKV2", NUMBERS)
def _top_k(export: Nodes, op: Operation, x: str, k: str) -> list[str]:
    count = export.add("Reshape", export.cast(k, dtypes.int64), export.constant([1]))
    values, places = export.add_several(
        2, "TopK", x, count, axis=-1
    )  # of equal ones the first, as in TensorFlow
    return [values, export.cast(places, op.outputs[1].dtype)]


@rules("Cumsum", NUMBERS)
def _cumsum(export: Nodes, op: Operation, x: str, axis: str) -> str:
    exclusive, reverse = int(op.attrs["exclusive"]), int(op.attrs["reverse"])
    return export.add("CumSum", x, axis, exclusive=exclusive, reverse=reverse)
