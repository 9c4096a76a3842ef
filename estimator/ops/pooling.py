"""Pools: the largest or the mean of what lies under each window, and their gradients.

How they are computed is :mod:`estimator.ops._pools`. Windows may also slide along the channels, not along the batch.

Source: TensorFlow 2.15, core/ops/nn_ops.cc; gradients: python/ops/nn_grad.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32, int64
from estimator.core.errors import GradientError, InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph.conditions import holds
from estimator.graph.op import AttrDef, ShapeRule, ShapeScope, op
from estimator.ops._pools import Pool
from estimator.ops._scratch import Rooms, allocated, kept
from estimator.ops._windows import Form

_T = {"T": float32}
_FLAT = {"ksize": list[int], "strides": list[int], "padding": str, "data_format": "NHWC"}
_DEEP = _FLAT | {"data_format": "NDHWC"}
_EXPLICIT = {"explicit_paddings": AttrDef("explicit_paddings", "list(int)", [], required=False)}

# -- shapes ------------------------------------------------------------------------------------------------------------


def _form(attrs: Mapping[str, Any], rank: int) -> Form:
    """The form of a pool; its windows have `ksize` taps.

    Raises
    ------
    ValueError
        If the attributes make no sense, or windows would slide along the batch.
    """
    form, ksize = Form.of(attrs, rank), list(attrs["ksize"])
    if len(ksize) != rank or min(ksize) < 1:
        raise ValueError(f"ksize must be {rank} numbers of at least 1, given: {ksize}.")
    if ksize[0] != 1 or form.strides[0] != 1:
        raise ValueError(
            f"windows do not slide along the batch: ksize {ksize} and strides {list(form.strides)} must begin with 1."
        )
    return form


def _pooled_sizes(dims: Dims, attrs: Mapping[str, Any], rank: int) -> tuple[int | None, ...]:
    form = _form(attrs, rank)
    sizes = form.sizes(dims, "the input")
    return tuple(form.count(axis, size, attrs["ksize"][axis]) for axis, size in enumerate(sizes))


def _pooled(rank: int) -> ShapeRule:
    return lambda s: _pooled_sizes(s.shapes[0], s.attrs, rank)


def _pooled_back(rank: int) -> ShapeRule:
    """The gradient has the shape of the input; what it was made into, and what flows back, those of the pool."""

    def rule(s: ShapeScope) -> Dims:
        merge(merge(_pooled_sizes(s.shapes[0], s.attrs, rank), s.shapes[1]), s.shapes[2])
        return _form(s.attrs, rank).sizes(s.shapes[0], "the input")

    return rule


def _pooled_again(rank: int) -> ShapeRule:
    """As the pool's, while what flows has the shape of the input."""

    def rule(s: ShapeScope) -> Dims:
        return merge(_pooled_sizes(merge(s.shapes[0], s.shapes[2]), s.attrs, rank), s.shapes[1])

    return rule


def _mean_back(rank: int) -> ShapeRule:
    def rule(s: ShapeScope) -> Dims:
        sizes = _form(s.attrs, rank).sizes(s.dims(0), "orig_input_shape")
        merge(_pooled_sizes(sizes, s.attrs, rank), s.shapes[1])
        return sizes

    return rule


# -- what all pools share ----------------------------------------------------------------------------------------------


def _pool(sizes: Sequence[int], ksize: Any, strides: Any, padding: str, explicit: Any = ()) -> Pool:
    """The pool; which axes are the channels is all the same to it."""
    form = Form("", strides, (1,) * len(sizes), padding, explicit)
    return Pool.of(form, sizes, ksize)


def _made(
    xp: Any, shape: Sequence[int], dtype: Any, write: Callable[..., None], rooms: Rooms, *inputs: Any
) -> Any:
    """What `write` writes."""
    out = xp.empty(tuple(shape), dtype)
    write(xp, *inputs, out, *allocated(xp, rooms))
    return out


def _emit(p: Any, op: Any, write: Callable[..., None], rooms: Rooms, *inputs: Any) -> Any:
    """Write a call of `write`."""
    out = p.out(op)
    p.call(write, np, *inputs, out, *kept(p, out, rooms))
    return out


def _pool_of(op: Any, dims: Any) -> Pool:
    """The pool of an operation whose input has these sizes."""
    attrs = op.attrs
    return _pool(dims, attrs["ksize"], attrs["strides"], attrs["padding"], attrs.get("explicit_paddings", ()))


def _same(op: Any) -> dict[str, Any]:
    """The attributes that an op and its gradient share."""
    names = ("ksize", "strides", "padding", "data_format", "explicit_paddings")
    return {name: op.attrs[name] for name in names if name in op.attrs}


# -- the largest -------------------------------------------------------------------------------------------------------


def _max_pool(
    xp: Any, input: Any, ksize: Any, strides: Any, padding: str, explicit_paddings: Any = ()
) -> Any:
    """The largest element under each window; NaN only where a window begins with it and has nothing else.

    Source  TF ops MaxPool and MaxPool3D, nn_ops.cc
    """
    pool = _pool(input.shape, ksize, strides, padding, explicit_paddings)
    return _made(xp, pool.shape, input.dtype, pool.largest, [], input)


max_pool = op("MaxPool", "input: T -> output: T", attrs=_T | _FLAT | _EXPLICIT, shape=_pooled(4))(_max_pool)
max_pool_3d = op("MaxPool3D", "input: T -> output: T", attrs=_DEEP, shape=_pooled(5))(_max_pool)


@max_pool.emit
@max_pool_3d.emit
def max_pool_emit(p: Any, op: Any, x: Any) -> Any:
    pool = _pool_of(op, x.dims)
    return _emit(p, op, pool.largest, [], x)


@max_pool.gradient
def max_pool_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MaxPoolGrad(op.inputs[0], op.outputs[0], dy, **_same(op))


@max_pool_3d.gradient
def max_pool_3d_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.MaxPool3DGrad(op.inputs[0], op.outputs[0], dy, **_same(op))


def _max_pool_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any, ksize: Any, strides: Any, padding: str,
    explicit_paddings: Any = (),
) -> Any:  # fmt: skip
    """What flows into each window, to the first of its largest elements, row by row.

    Source  TF ops MaxPoolGrad and MaxPool3DGrad, nn_ops.cc
    """
    pool = _pool(orig_input.shape, ksize, strides, padding, explicit_paddings)
    rooms = pool.largest_rooms(grad.dtype)
    return _made(xp, orig_input.shape, grad.dtype, pool.into_largest, rooms, orig_input, orig_output, grad)


_BACK = "orig_input: {0}, orig_output: {0}, grad: T -> output: T"
max_pool_grad = op("MaxPoolGrad", _BACK.format("T"), attrs=_FLAT | _EXPLICIT | _T, shape=_pooled_back(4))(
    _max_pool_grad
)
max_pool_3d_grad = op(
    "MaxPool3DGrad", _BACK.format("TInput"), attrs=_DEEP | _T | {"TInput": float32}, shape=_pooled_back(5)
)(_max_pool_grad)


@max_pool_grad.emit
@max_pool_3d_grad.emit
def max_pool_grad_emit(p: Any, op: Any, x: Any, y: Any, dy: Any) -> Any:
    pool = _pool_of(op, x.dims)
    return _emit(p, op, pool.into_largest, pool.largest_rooms(dy.dtype), x, y, dy)


def _zeros_and(b: Any, op: Any, dx: Any) -> Any:
    """Which element is the largest does not change with any of them."""
    return b.ZerosLike(op.inputs[0]), b.ZerosLike(op.inputs[1]), dx


@max_pool_grad.gradient
def max_pool_grad_gradient(b: Any, op: Any, dx: Any) -> Any:
    attrs = _same(op)
    if attrs.pop("explicit_paddings"):
        raise GradientError(
            f"{op.describe()} has no second gradient with explicit padding, here as in TensorFlow; "
            "pad the input with tf.pad and pool it with padding='VALID'."
        )
    return _zeros_and(b, op, b.MaxPoolGradGrad(op.inputs[0], op.inputs[1], dx, **attrs))


@max_pool_3d_grad.gradient
def max_pool_3d_grad_gradient(b: Any, op: Any, dx: Any) -> Any:
    return _zeros_and(b, op, b.MaxPool3DGradGrad(op.inputs[0], op.inputs[1], dx, **_same(op)))


def _max_pool_grad_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any, ksize: Any, strides: Any, padding: str
) -> Any:
    """The number of `grad` at the first of each window's largest elements.

    Source  TF ops MaxPoolGradGrad and MaxPool3DGradGrad, nn_ops.cc
    """
    pool = _pool(orig_input.shape, ksize, strides, padding)
    rooms = pool.largest_rooms(grad.dtype)
    return _made(xp, pool.shape, grad.dtype, pool.at_largest, rooms, orig_input, orig_output, grad)


max_pool_grad_grad = op("MaxPoolGradGrad", _BACK.format("T"), attrs=_FLAT, shape=_pooled_again(4))(
    _max_pool_grad_grad
)
max_pool_3d_grad_grad = op("MaxPool3DGradGrad", _BACK.format("T"), attrs=_DEEP, shape=_pooled_again(5))(
    _max_pool_grad_grad
)


@max_pool_grad_grad.emit
@max_pool_3d_grad_grad.emit
def max_pool_grad_grad_emit(p: Any, op: Any, x: Any, y: Any, dx: Any) -> Any:
    pool = _pool_of(op, x.dims)
    return _emit(p, op, pool.at_largest, pool.largest_rooms(dx.dtype), x, y, dx)


@max_pool_grad_grad.gradient
def max_pool_grad_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _zeros_and(b, op, b.MaxPoolGrad(op.inputs[0], op.inputs[1], dy, **_same(op)))


@max_pool_3d_grad_grad.gradient
def max_pool_3d_grad_grad_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _zeros_and(b, op, b.MaxPool3DGrad(op.inputs[0], op.inputs[1], dy, **_same(op)))


# -- the largest, and which it is --------------------------------------------------------------------------------------

_NUMBERED = {"ksize": list[int], "strides": list[int], "padding": str, "include_batch_in_index": False}


def _pooled_and_numbered(s: ShapeScope) -> list[Dims]:
    dims = _pooled_sizes(s.shapes[0], s.attrs, 4)
    return [dims, dims]


@op(
    "MaxPoolWithArgmax",
    "input: T -> output: T, argmax: Targmax",
    attrs=_NUMBERED | {"Targmax": int64},
    shape=_pooled_and_numbered,
)
def max_pool_with_argmax(
    xp: Any, input: Any, ksize: Any, strides: Any, padding: str, include_batch_in_index: bool, Targmax: DType
) -> Any:
    """The largest element under each window, and its position in its image, or in the whole batch, counted flat.

    Source  TF op MaxPoolWithArgmax, nn_ops.cc
    """
    pool = _pool(input.shape, ksize, strides, padding)
    largest, numbers = pool.first_largest(xp, input, include_batch_in_index)
    return [largest, numbers.astype(Targmax.np)]


@max_pool_with_argmax.gradient
def max_pool_with_argmax_gradient(b: Any, op: Any, dy: Any, _: Any) -> Any:
    attrs = {name: op.attrs[name] for name in _NUMBERED}
    return None if dy is None else b.MaxPoolGradWithArgmax(op.inputs[0], dy, op.outputs[1], **attrs)


def _back_by_number(s: ShapeScope) -> Dims:
    merge(merge(_pooled_sizes(s.shapes[0], s.attrs, 4), s.shapes[1]), s.shapes[2])
    return s.shapes[0]


@op(
    "MaxPoolGradWithArgmax",
    "input: T, grad: T, argmax: Targmax -> output: T",
    attrs=_NUMBERED,
    shape=_back_by_number,
)
def max_pool_grad_with_argmax(
    xp: Any, input: Any, grad: Any, argmax: Any, include_batch_in_index: bool
) -> Any:
    """What flows into each window, to the element of that number.

    Raises
    ------
    InvalidArgumentError
        If an image has no element of that number.

    Source  TF op MaxPoolGradWithArgmax, nn_ops.cc
    """
    size = input.size // max(len(input), 1)
    firsts = 0 if include_batch_in_index else xp.arange(len(input)).reshape(-1, 1, 1, 1) * size
    places = argmax + firsts
    limit = input.size if include_batch_in_index else size
    if argmax.size and not holds((argmax.min() >= 0) & (argmax.max() < limit)):
        raise InvalidArgumentError(
            f"argmax goes from {argmax.min()} to {argmax.max()}, and an input of the shape {input.shape} has elements "
            f"0 to {limit - 1}."
        )
    sums = xp.zeros(input.size, grad.dtype)
    xp.add.at(sums, places.reshape(-1), grad.reshape(-1))
    return sums.reshape(input.shape)


# -- the mean ----------------------------------------------------------------------------------------------------------


def _avg_pool(xp: Any, value: Any, ksize: Any, strides: Any, padding: str) -> Any:
    """The mean of the elements under each window; padding does not count.

    Source  TF op AvgPool, nn_ops.cc
    """
    pool = _pool(value.shape, ksize, strides, padding)
    return _made(xp, pool.shape, value.dtype, pool.mean, pool.mean_rooms(value.dtype), value)


def _avg_pool_3d(xp: Any, input: Any, ksize: Any, strides: Any, padding: str) -> Any:
    """As AvgPool, over three axes of space.

    Source  TF op AvgPool3D, nn_ops.cc
    """
    return _avg_pool(xp, input, ksize, strides, padding)


avg_pool = op("AvgPool", "value: T -> output: T", attrs=_FLAT, shape=_pooled(4))(_avg_pool)
avg_pool_3d = op("AvgPool3D", "input: T -> output: T", attrs=_DEEP, shape=_pooled(5))(_avg_pool_3d)


@avg_pool.emit
@avg_pool_3d.emit
def avg_pool_emit(p: Any, op: Any, x: Any) -> Any:
    pool = _pool_of(op, x.dims)
    return _emit(p, op, pool.mean, pool.mean_rooms(x.dtype), x)


@avg_pool.gradient
def avg_pool_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.AvgPoolGrad(b.Shape(op.inputs[0]), dy, **_same(op))


@avg_pool_3d.gradient
def avg_pool_3d_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.AvgPool3DGrad(b.Shape(op.inputs[0]), dy, **_same(op))


def _avg_pool_grad(xp: Any, orig_input_shape: Any, grad: Any, ksize: Any, strides: Any, padding: str) -> Any:
    """What flows into each window, in equal shares to all its elements.

    Source  TF ops AvgPoolGrad and AvgPool3DGrad, nn_ops.cc
    """
    sizes = tuple(map(int, orig_input_shape))
    pool = _pool(sizes, ksize, strides, padding)
    return _made(xp, sizes, grad.dtype, pool.into_mean, pool.mean_rooms(grad.dtype), grad)


_MEAN_BACK = "orig_input_shape: int32, grad: T -> output: T"
avg_pool_grad = op("AvgPoolGrad", _MEAN_BACK, attrs=_FLAT, shape=_mean_back(4))(_avg_pool_grad)
avg_pool_3d_grad = op("AvgPool3DGrad", _MEAN_BACK, attrs=_DEEP, shape=_mean_back(5))(_avg_pool_grad)


@avg_pool_grad.emit
@avg_pool_3d_grad.emit
def avg_pool_grad_emit(p: Any, op: Any, shape: Any, dy: Any) -> Any:
    pool = _pool_of(op, p.facts.dims[op.outputs[0]])
    return _emit(p, op, pool.into_mean, pool.mean_rooms(dy.dtype), dy)


@avg_pool_grad.gradient
def avg_pool_grad_gradient(b: Any, op: Any, dx: Any) -> Any:
    return None, b.AvgPool(dx, **_same(op))


@avg_pool_3d_grad.gradient
def avg_pool_3d_grad_gradient(b: Any, op: Any, dx: Any) -> Any:
    return None, b.AvgPool3D(dx, **_same(op))
