"""Sums, products, means and extremes over axes.

Each reduction has one definition, over the axes at once and in the type of its input (of sums it stands in
``_sums.py``): the plan makes the same calls, since blocked or reordered sums have other bits. The axes come
as a tensor, as TensorFlow has them; they are constants in nearly every graph, and then the shapes and
gradients are worked out while the graph is built.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.constant import run_kernel
from estimator.graph.op import ShapeScope, op
from estimator.graph.static import static_value
from estimator.ops._sums import sum_of
from estimator.ops._ufuncs import conjugated

REDUCTION = "input: T, reduction_indices: Tidx -> output: T"
LOGICAL = "input: bool, reduction_indices: Tidx -> output: bool"
_KEEP = {"keep_dims": False, "Tidx": int32}


def _axes(reduction_indices: Any) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.ravel(reduction_indices))


def _reduced(s: ShapeScope) -> Dims:
    dims, indices = s.shapes[0], s.value(1)
    if dims is None:
        return None
    keep = s.attrs["keep_dims"]
    if indices is None:
        return (None,) * len(dims) if keep else None
    axes = rules.normal_axes(_axes(indices), len(dims))
    if keep:
        return tuple(1 if axis in axes else size for axis, size in enumerate(dims))
    return tuple(size for axis, size in enumerate(dims) if axis not in axes)


# -- sums and products -----------------------------------------------------------------------------


@op("Sum", REDUCTION, attrs=_KEEP, shape=_reduced)
def sum(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """The sum over axes.

    Source  TF op Sum, math_ops.cc
    """
    axes = _axes(reduction_indices)
    return sum_of(xp, input, axes, keep_dims) if axes else input


@sum.emit
def sum_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    axes = _planned_axes(indices)
    out = p.out(op, reuse=() if axes else (x,))
    _emit_sum(p, op, x, axes, out)
    return out


def _planned_axes(indices: Any) -> tuple[int, ...]:
    """The axes of a reduction whose shapes are known; not knowing the axes then means that there are none."""
    return () if indices.value is None else _axes(indices.value)


def _emit_sum(p: Any, op: Any, x: Any, axes: tuple[int, ...], out: Any) -> None:
    if axes:
        sum_of.emit(p, x, axes, op.attrs["keep_dims"], out)
    elif out.name != x.name:
        p.copy(out, x)


@sum.gradient
def sum_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _spread(b, op, dy), None


@op("Mean", REDUCTION, attrs=_KEEP, shape=_reduced)
def mean(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """The mean over axes, not a number if there is nothing to average; of integers rounded towards zero.

    Integers are added up in 64 bits: 200 and 200 are 400 on the way to their mean, also as uint8.

    Source  TF op Mean, math_ops.cc
    """
    if input.dtype.kind in "iu":
        wide = input.astype(xp.int64 if input.dtype.kind == "i" else xp.uint64)
        return _whole_mean(xp, wide, reduction_indices, keep_dims).astype(input.dtype)
    total = sum(xp, input, reduction_indices, keep_dims)
    return xp.true_divide(total, _size(input.dtype, input.shape, _axes(reduction_indices)))


def _whole_mean(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    total = sum(xp, input, reduction_indices, keep_dims)
    count = _size(input.dtype, input.shape, _axes(reduction_indices))
    return xp.sign(total) * xp.floor_divide(xp.abs(total), count)


def _size(dtype: Any, shape: Any, axes: tuple[int, ...]) -> Any:
    """How many values each mean is over, in their type."""
    return dtype.type(math.prod(shape[axis] for axis in axes))


@mean.emit
def mean_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    axes = _planned_axes(indices)
    out = p.out(op)
    if x.dtype.kind in "iu":
        p.call(_whole_mean_into, x, axes, op.attrs["keep_dims"], out=out)
        return out
    _emit_sum(p, op, x, axes, out)
    p.call(np.true_divide, out, _size(x.dtype, x.dims, axes), out=out)
    return out


def _whole_mean_into(x: Any, axes: tuple[int, ...], keep_dims: bool, out: Any) -> None:
    out[...] = mean(np, x, axes, keep_dims)


@mean.gradient
def mean_gradient(b: Any, op: Any, dy: Any) -> Any:
    return _spread(b, op, b.RealDiv(dy, _count(b, op))), None


def _count(b: Any, op: Any) -> Any:
    """How many values each mean is over: a number if the shapes say so, else a tensor."""
    axes = _static_axes(op)
    sizes = None if axes is None else [op.inputs[0].dims[axis] for axis in axes]
    if sizes is not None and None not in sizes:
        return float(max(math.prod(sizes), 1))
    means = b.Maximum(b.Size(op.outputs[0]), 1)
    return b.Cast(b.FloorDiv(b.Size(op.inputs[0]), means), DstT=op.inputs[0].dtype)


@op("Prod", REDUCTION, attrs=_KEEP, shape=_reduced)
def prod(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """The product over axes.

    Source  TF op Prod, math_ops.cc
    """
    return xp.prod(input, axis=_axes(reduction_indices), dtype=input.dtype, keepdims=keep_dims)


@prod.gradient
def prod_gradient(b: Any, op: Any, dy: Any) -> Any:
    """For each factor the product of the others: those before it times those after it, right also with zeros."""
    if _static_axes(op) == ():
        return dy, None
    (x,) = conjugated(b, [op.inputs[0]])
    rest, axes, order = _order_of_axes(b, op)
    turned = b.Transpose(x, order)
    rows = b.Reshape(turned, [_product_size(b, x, rest), _product_size(b, x, axes)])
    others = b.Mul(b.Cumprod(rows, 1, exclusive=True), b.Cumprod(rows, 1, exclusive=True, reverse=True))
    back = b.Transpose(b.Reshape(others, b.Shape(turned)), b.InvertPermutation(order))
    return b.Mul(_spread(b, op, dy), back), None


def _order_of_axes(b: Any, op: Any) -> tuple[Any, Any, Any]:
    """The axes that stay, those of the reduction, and both in this order; tensors if only the run tells which."""
    x, indices = op.inputs
    axes = _static_axes(op)
    if axes is not None:
        rest = [axis for axis in range(len(x.dims)) if axis not in axes]
        return rest, list(axes), [*rest, *axes]
    every = b.Range(0, b.Rank(x), 1)
    given = b.FloorMod(b.Reshape(b.Cast(indices, DstT=int32), [-1]), b.Rank(x))
    staying, _ = b.ListDiff(every, given)
    reduced, _ = b.ListDiff(every, staying)
    return staying, reduced, b.ConcatV2([staying, reduced], 0)


def _product_size(b: Any, x: Any, axes: Any) -> Any:
    """How many values lie along these axes."""
    sizes = [x.dims[axis] for axis in axes] if isinstance(axes, list) else [None]
    return b.Prod(b.GatherV2(b.Shape(x), axes, 0), 0) if None in sizes else math.prod(sizes)


@op("EuclideanNorm", REDUCTION, attrs=_KEEP, shape=_reduced)
def euclidean_norm(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """√Σ|x|² over axes; of integers the whole part, and 0 where their sum has wrapped around below 0.

    Source  TF op EuclideanNorm, math_ops.cc
    """
    square = xp.multiply(input, xp.conj(input))
    total = xp.sum(square, axis=_axes(reduction_indices), dtype=input.dtype, keepdims=keep_dims)
    if input.dtype.kind not in "iu":
        return xp.sqrt(total)
    return xp.sqrt(xp.maximum(total, 0).astype(xp.float64)).astype(input.dtype)


@euclidean_norm.gradient
def euclidean_norm_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(op.inputs[0], _spread(b, op, b.RealDiv(dy, op.outputs[0]))), None


@op("L2Loss", "t: T -> output: T", shape=rules.scalar, recorded=True)
def l2_loss(xp: Any, t: Any) -> Any:
    """½ Σt².

    Source  TF op L2Loss, nn_ops.cc
    """
    return xp.multiply(sum_of(xp, xp.multiply(t, t), tuple(range(t.ndim))), t.dtype.type(0.5))


@l2_loss.gradient
def l2_loss_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Mul(op.inputs[0], dy)


# -- extremes --------------------------------------------------------------------------------------


@op("Max", REDUCTION, attrs=_KEEP, shape=_reduced)
def max_(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """The greatest value over axes; the least value of the type if there is none.

    Source  TF op Max, math_ops.cc
    """
    axes = _axes(reduction_indices)
    if input.size == 0:
        return xp.max(input, axis=axes, keepdims=keep_dims, initial=_bound(input.dtype, -xp.inf))
    return xp.max(input, axis=axes, keepdims=keep_dims)


@op("Min", REDUCTION, attrs=_KEEP, shape=_reduced)
def min_(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """The least value over axes; the greatest value of the type if there is none.

    Source  TF op Min, math_ops.cc
    """
    axes = _axes(reduction_indices)
    if input.size == 0:
        return xp.min(input, axis=axes, keepdims=keep_dims, initial=_bound(input.dtype, xp.inf))
    return xp.min(input, axis=axes, keepdims=keep_dims)


def _bound(dtype: Any, infinity: float) -> Any:
    if dtype.kind == "f":
        return dtype.type(infinity)
    return np.iinfo(dtype).max if infinity > 0 else np.iinfo(dtype).min


def _emit_reduce(p: Any, op: Any, x: Any, indices: Any, ufunc: Any) -> Any:
    """What xp.max, xp.all and their like call, without their wrapping; of nothing, what the kernel gives."""
    out = p.out(op)
    axes = _planned_axes(indices)
    if not axes:
        p.copy(out, x)
    elif x.size == 0:
        p.copy(out, p.constant(run_kernel(op, np, [np.empty(x.dims, x.dtype), indices.value])[0]))
    elif out.size == 1 and ufunc in (np.logical_and, np.logical_or):
        p.whether(out, x, all_hold=ufunc is np.logical_and)
    else:
        keep = {"keepdims": True} if op.attrs["keep_dims"] else {}
        p.call(ufunc.reduce, x, axes, None, out=out, **keep)
    return out


@max_.emit
def max_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    return _emit_reduce(p, op, x, indices, np.maximum)


@min_.emit
def min_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    return _emit_reduce(p, op, x, indices, np.minimum)


@max_.gradient
@min_.gradient
def extreme_gradient(b: Any, op: Any, dy: Any) -> Any:
    """Values that tie share the gradient equally."""
    x, indices = op.inputs
    ties = b.Cast(b.Equal(x, _spread(b, op, op.outputs[0])), DstT=x.dtype)
    share = b.RealDiv(dy, b.Sum(ties, indices, keep_dims=op.attrs["keep_dims"]))
    return b.Mul(ties, _spread(b, op, share)), None


@op(
    "All",
    LOGICAL,
    attrs=_KEEP,
    shape=_reduced,
    differentiable=False,
)
def all_(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """Whether all are true, over axes.

    Source  TF op All, math_ops.cc
    """
    return xp.all(input, axis=_axes(reduction_indices), keepdims=keep_dims)


@all_.emit
def all_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    return _emit_reduce(p, op, x, indices, np.logical_and)


@op(
    "Any",
    LOGICAL,
    attrs=_KEEP,
    shape=_reduced,
    differentiable=False,
)
def any_(xp: Any, input: Any, reduction_indices: Any, keep_dims: bool) -> Any:
    """Whether one is true, over axes.

    Source  TF op Any, math_ops.cc
    """
    return xp.any(input, axis=_axes(reduction_indices), keepdims=keep_dims)


@any_.emit
def any_emit(p: Any, op: Any, x: Any, indices: Any) -> Any:
    return _emit_reduce(p, op, x, indices, np.logical_or)


# -- the gradient's way back to the shape of the input ---------------------------------------------


def _static_axes(op: Any) -> tuple[int, ...] | None:
    """The axes of a reduction counted from the front, if they and the rank are known."""
    dims, indices = op.inputs[0].dims, static_value(op.inputs[1])
    if dims is None or indices is None:
        return None
    return rules.normal_axes(_axes(indices), len(dims))


def _spread(b: Any, op: Any, y: Any) -> Any:
    """A tensor of the reduction's output shape, repeated over the reduced axes to the shape of its input."""
    x, indices = op.inputs
    axes = _static_axes(op)
    if axes == ():
        return y
    if not op.attrs["keep_dims"]:
        if axes is None:
            y = b.Reshape(y, b.Shape(b.Any(b.Equal(x, x), indices, keep_dims=True)))
        elif axes != tuple(range(len(axes))):  # leading axes come back by broadcasting alone
            for axis in axes:
                y = b.ExpandDims(y, axis)
    return b.BroadcastTo(y, b.Shape(x))
