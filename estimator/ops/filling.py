"""Ops that make tensors from a shape, a range or by repeating a value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, broadcast, is_static, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._lists import ListValue
from estimator.ops._optionals import Optional


def _filled(s: ShapeScope) -> Dims:
    rules.check_scalars(s, value=1)
    return s.dims(0)


@op(
    "Fill",
    "dims: index_type, value: T -> output: T",
    attrs={"index_type": int32},
    shape=_filled,
)
def fill(xp: Any, dims: Any, value: Any) -> Any:
    """A tensor of shape `dims` whose values are all `value`.

    Source  TF op Fill, array_ops.cc
    """
    return xp.broadcast_to(value, tuple(int(size) for size in dims))  # dense where somebody computes with it


@fill.gradient
def fill_gradient(b: Any, op: Any, dy: Any) -> Any:
    return None, b.Sum(dy, b.Range(0, b.Rank(dy), 1))


@op("ZerosLike", "x: T -> y: T", shape=rules.like_first, differentiable=False)
def zeros_like(xp: Any, x: Any) -> Any:
    """Zeros of the shape and type of x; empty strings for strings, a list of zeros for a list, likewise an optional.

    Source  TF op ZerosLike, array_ops.cc
    """
    if isinstance(x, (ListValue, Optional)):
        return x.zeros()
    if x.dtype == object:
        return xp.full(x.shape, b"", object)
    return xp.zeros(x.shape, x.dtype)


@zeros_like.emit
def zeros_like_emit(p: Any, op: Any, x: Any) -> Any:
    if x.dtype != object:
        return p.zeros(x)
    out = p.out(op)
    p.copy(out, p.constant(np.asarray(b"", object)))
    return out


@op("OnesLike", "x: T -> y: T", shape=rules.like_first, differentiable=False)
def ones_like(xp: Any, x: Any) -> Any:
    """Ones of the shape and type of x.

    Source  TF op OnesLike, array_ops.cc
    """
    return xp.ones(x.shape, x.dtype)


@ones_like.emit
def ones_like_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    p.copy(out, p.constant(np.ones((), x.dtype)))
    return out


def _range_length(s: ShapeScope) -> Dims:
    rules.check_scalars(s, start=0, limit=1, delta=2)
    bounds = [s.value(index) for index in (0, 1, 2)]
    if any(bound is None for bound in bounds):
        return (None,)
    start, limit, delta = (bound.item() for bound in bounds)  # type: ignore[union-attr]
    return (_range_count(start, limit, delta),)


def _range_count(start: float, limit: float, delta: float) -> int:
    """How many values a range has.

    Raises
    ------
    InvalidArgumentError
        If the steps are 0, or lead away from the limit: TensorFlow has no empty range but from a number to itself.
    """
    if delta == 0:
        raise InvalidArgumentError("the delta of a range must not be 0.")
    if (limit - start) * delta < 0:
        raise InvalidArgumentError(
            f"a range from {start} by steps of {delta} does not lead to {limit}: "
            f"it needs start {'<=' if delta > 0 else '>='} limit."
        )
    return math.ceil((limit - start) / delta)


@op(
    "Range",
    "start: Tidx, limit: Tidx, delta: Tidx -> output: Tidx",
    attrs={"Tidx": int32},
    shape=_range_length,
    differentiable=False,
)
def range_(xp: Any, start: Any, limit: Any, delta: Any) -> Any:
    """start, start + delta, ... below `limit`.

    Source  TF op Range, math_ops.cc
    """
    first, end, step = (xp.asarray(bound).item() for bound in (start, limit, delta))
    kind = xp.asarray(start).dtype
    return (first + step * xp.arange(_range_count(first, end, step))).astype(kind)


def _linspace_length(s: ShapeScope) -> Dims:
    rules.check_scalars(s, start=0, stop=1, num=2)
    num = s.value(2)
    return (None if num is None else int(num.item()),)


@op(
    "LinSpace",
    "start: T, stop: T, num: Tidx -> output: T",
    attrs={"Tidx": int32},
    shape=_linspace_length,
)
def lin_space(xp: Any, start: Any, stop: Any, num: Any) -> Any:
    """`num` evenly spaced values from `start` to `stop`, both included.

    Source  TF op LinSpace, math_ops.cc
    """
    first, last = (xp.asarray(bound).item() for bound in (start, stop))
    return xp.linspace(first, last, int(xp.asarray(num).item())).astype(xp.asarray(start).dtype)


@lin_space.gradient
def lin_space_gradient(b: Any, op: Any, dy: Any) -> Any:
    start, _, num = op.inputs
    to_stop = b.Mul(dy, b.LinSpace(b.ZerosLike(start), b.OnesLike(start), num))
    axis = np.zeros(1, np.int32)
    return b.Sum(b.Sub(dy, to_stop), axis), b.Sum(to_stop, axis), None


def _broadcast_to(s: ShapeScope) -> Dims:
    target = s.dims(1)
    if is_static(target) and s.shapes[0] is not None and broadcast([s.shapes[0], target]) != target:
        raise ValueError(f"{show(s.shapes[0])} does not broadcast to {show(target)}.")
    return target


@op("BroadcastTo", "input: T, shape: Tidx -> output: T", attrs={"Tidx": int32}, shape=_broadcast_to)
def broadcast_to(xp: Any, input: Any, shape: Any) -> Any:
    """The input repeated to `shape` by the broadcasting rule.

    Source  TF op BroadcastTo, array_ops.cc
    """
    return xp.broadcast_to(input, tuple(int(size) for size in shape)).copy()


@broadcast_to.emit
def broadcast_to_emit(p: Any, op: Any, input: Any, shape: Any) -> Any:
    out = p.out(op)
    p.copy(out, input)
    return out


@broadcast_to.gradient
def broadcast_to_gradient(b: Any, op: Any, dy: Any) -> Any:
    small = b.Shape(op.inputs[0])
    axes, _ = b.BroadcastGradientArgs(small, b.Shape(dy))
    return b.Reshape(b.Sum(dy, axes), small), None


def _axis_lists(s: ShapeScope) -> list[Dims]:
    """The lengths are known with the two shapes, so that a plan computes the axes once."""
    left, right = s.value(0), s.value(1)
    if left is None or right is None:
        return [(None,), (None,)]
    return [axes.shape for axes in broadcast_gradient_args(np, left, right)]


@op(
    "BroadcastGradientArgs",
    "s0: T, s1: T -> r0: T, r1: T",
    attrs={"T": int32},
    shape=_axis_lists,
    differentiable=False,
)
def broadcast_gradient_args(xp: Any, s0: Any, s1: Any) -> Any:
    """The axes of the broadcast result over which the gradients of the two operands are summed.

    Equal shapes have none; else each operand lists the axes where it has size 1 or is not there.

    Shape   s0 [rank 0], s1 [rank 1] -> r0, r1: at most max(rank 0, rank 1) axes
    Source  TF op BroadcastGradientArgs, array_ops.cc
    """
    left, right = [int(size) for size in s0], [int(size) for size in s1]
    if left == right:
        return [xp.zeros(0, s0.dtype), xp.zeros(0, s0.dtype)]
    longest = max(len(left), len(right))
    padded = ([1] * (longest - len(shape)) + shape for shape in (left, right))
    return [xp.array([axis for axis, size in enumerate(shape) if size == 1], s0.dtype) for shape in padded]
