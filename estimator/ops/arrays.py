"""Ops that make tensors, and ops that rename, describe or reshape them without touching a value.

Joining and cutting is in :mod:`~estimator.ops.joining`, looking up by index in :mod:`~estimator.ops.indexing`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, TensorShape, broadcast, is_static, show
from estimator.graph import rules
from estimator.graph.op import AttrDef, ShapeScope, op


def _const_shape(s: ShapeScope) -> Dims:
    shape: tuple[int, ...] = s.attrs["value"].shape
    return shape


@op("Const", "-> output: dtype", attrs={"value": "tensor"}, shape=_const_shape)
def const(xp: Any, value: Any) -> Any:
    """The value itself.

    Source  TF op Const, array_ops.cc
    """
    return value


@op(
    "Placeholder",
    "-> output: dtype",
    attrs={"shape": TensorShape(None)},
    shape=rules.from_attr("shape"),
)
def placeholder(xp: Any) -> Any:
    """A value that each run is fed.

    Source  TF op Placeholder, array_ops.cc
    """
    raise AssertionError("a Placeholder is fed; the session checks it.")


@op(
    "PlaceholderWithDefault",
    "input: dtype -> output: dtype",
    attrs={"shape": TensorShape},
    shape=rules.from_attr("shape"),
    effect="read",  # a run may feed it: never folded
)
def placeholder_with_default(xp: Any, input: Any) -> Any:
    """The input, unless the run is fed another value.

    Source  TF op PlaceholderWithDefault, array_ops.cc
    """
    return input


@placeholder_with_default.gradient
def placeholder_with_default_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy


@op("Identity", "input: T -> output: T", shape=rules.like_first, view=True)
def identity(xp: Any, input: Any) -> Any:
    """The input.

    Source  TF op Identity, array_ops.cc
    """
    return input


@identity.gradient
def identity_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy


@op(
    "StopGradient", "input: T -> output: T", shape=rules.like_first, view=True, differentiable=False
)
def stop_gradient(xp: Any, input: Any) -> Any:
    """The input, as a constant to the gradient.

    Source  TF op StopGradient, array_ops.cc
    """
    return input


@op(
    "PreventGradient",
    "input: T -> output: T",
    attrs={"message": ""},
    shape=rules.like_first,
    view=True,
)
def prevent_gradient(xp: Any, input: Any) -> Any:
    """The input; asking for its gradient is an error.

    Source  TF op PreventGradient, array_ops.cc
    """
    return input


@prevent_gradient.gradient
def prevent_gradient_gradient(b: Any, op: Any, dy: Any) -> Any:
    raise LookupError(f"the gradient through {op.describe()} is not defined: {op.attrs['message']}")


def _reshaped(s: ShapeScope) -> Dims:
    dims, target = s.shapes[0], s.dims(1)
    if target is None:
        return None
    if dims is None or None in dims:
        return target
    total = math.prod(dims)  # type: ignore[arg-type]
    known = math.prod(size for size in target if size is not None)
    open_sizes = target.count(None)
    if open_sizes == 0 and known != total:
        raise ValueError(
            f"a tensor of shape {show(dims)} ({total} values) cannot be reshaped to {show(target)}."
        )
    if open_sizes == 1 and (known == 0 or total % known):
        raise ValueError(f"{total} values of {show(dims)} cannot fill {show(target)}.")
    if open_sizes == 1:
        return tuple(total // known if size is None else size for size in target)
    return target


@op(
    "Reshape",
    "tensor: T, shape: Tshape -> output: T",
    attrs={"Tshape": int32},
    shape=_reshaped,
    view=True,
)
def reshape(xp: Any, tensor: Any, shape: Any) -> Any:
    """The same values in another shape; one size may be -1.

    Source  TF op Reshape, array_ops.cc
    """
    return xp.reshape(tensor, tuple(int(size) for size in shape))


@reshape.gradient
def reshape_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Reshape(dy, b.Shape(op.inputs[0])), None


def _shape_of_shape(s: ShapeScope) -> Dims:
    return (None if s.shapes[0] is None else len(s.shapes[0]),)


@op(
    "Shape",
    "input: T -> output: out_type",
    attrs={"out_type": int32},
    shape=_shape_of_shape,
    differentiable=False,
)
def shape(xp: Any, input: Any, out_type: DType) -> Any:
    """The shape of the input as a vector.

    Source  TF op Shape, array_ops.cc
    """
    return np.array(np.shape(input), out_type.np)


def _shapes_of_shapes(s: ShapeScope) -> list[Dims]:
    return [(None if dims is None else len(dims),) for dims in s.shapes]


@op(
    "ShapeN",
    "input: N * T -> output: N * out_type",
    attrs={"out_type": int32},
    shape=_shapes_of_shapes,
    differentiable=False,
)
def shape_n(xp: Any, input: Any, out_type: DType) -> Any:
    """The shape of each input.

    Source  TF op ShapeN, array_ops.cc
    """
    return [np.array(np.shape(each), out_type.np) for each in input]


@op(
    "Size",
    "input: T -> output: out_type",
    attrs={"out_type": int32},
    shape=rules.scalar,
    differentiable=False,
)
def size(xp: Any, input: Any, out_type: DType) -> Any:
    """The number of values.

    Source  TF op Size, array_ops.cc
    """
    return np.array(math.prod(np.shape(input)), out_type.np)


@op("Rank", "input: T -> output: int32", shape=rules.scalar, differentiable=False)
def rank(xp: Any, input: Any) -> Any:
    """The number of dimensions.

    Source  TF op Rank, array_ops.cc
    """
    return np.array(np.ndim(input), np.int32)


def _expanded(s: ShapeScope) -> Dims:
    dims, axis = s.shapes[0], s.value(1)
    if dims is None:
        return None
    if axis is None:
        return (None,) * (len(dims) + 1)
    place = rules.normal_axes([int(axis.item())], len(dims) + 1)[0]
    return (*dims[:place], 1, *dims[place:])


@op(
    "ExpandDims",
    "input: T, dim: Tdim -> output: T",
    attrs={"Tdim": int32},
    shape=_expanded,
    view=True,
)
def expand_dims(xp: Any, input: Any, dim: Any) -> Any:
    """The same values with one more dimension, of size 1, at `dim`.

    Source  TF op ExpandDims, array_ops.cc
    """
    return xp.expand_dims(input, int(np.asarray(dim).item()))


@expand_dims.gradient
def expand_dims_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Reshape(dy, b.Shape(op.inputs[0])), None


def _squeezed(s: ShapeScope) -> Dims:
    dims, axes = s.shapes[0], s.attrs["squeeze_dims"]
    if dims is None:
        return None
    if not axes:
        return None if None in dims else tuple(size for size in dims if size != 1)
    drop = rules.normal_axes(axes, len(dims))
    for axis in drop:
        if dims[axis] not in (1, None):
            raise ValueError(
                f"cannot squeeze dimension {axis} of {show(dims)}: its size is {dims[axis]}, not 1."
            )
    return tuple(size for axis, size in enumerate(dims) if axis not in drop)


@op(
    "Squeeze",
    "input: T -> output: T",
    attrs={"squeeze_dims": AttrDef("squeeze_dims", "list(int)", [], required=False)},
    shape=_squeezed,
    view=True,
)
def squeeze(xp: Any, input: Any, squeeze_dims: list[int]) -> Any:
    """The same values without the dimensions of size 1: those listed, or all.

    Source  TF op Squeeze, array_ops.cc
    """
    return xp.squeeze(input, axis=tuple(squeeze_dims) or None)


@squeeze.gradient
def squeeze_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Reshape(dy, b.Shape(op.inputs[0]))


@op(
    "Fill",
    "dims: index_type, value: T -> output: T",
    attrs={"index_type": int32},
    shape=rules.from_value(0),
)
def fill(xp: Any, dims: Any, value: Any) -> Any:
    """A tensor of shape `dims` whose values are all `value`.

    Source  TF op Fill, array_ops.cc
    """
    return xp.full(tuple(int(size) for size in dims), value, dtype=np.asarray(value).dtype)


@fill.gradient
def fill_gradient(b: Any, op: Any, dy: Any) -> Any:
    return None, b.Sum(dy, b.Range(0, b.Rank(dy), 1))


@op("ZerosLike", "x: T -> y: T", shape=rules.like_first, differentiable=False)
def zeros_like(xp: Any, x: Any) -> Any:
    """Zeros of the shape and type of x; empty strings for strings.

    Source  TF op ZerosLike, array_ops.cc
    """
    if x.dtype == object:
        return np.full(x.shape, b"", object)
    return xp.zeros(x.shape, x.dtype)


@op("OnesLike", "x: T -> y: T", shape=rules.like_first, differentiable=False)
def ones_like(xp: Any, x: Any) -> Any:
    """Ones of the shape and type of x.

    Source  TF op OnesLike, array_ops.cc
    """
    return xp.ones(x.shape, x.dtype)


def _range_length(s: ShapeScope) -> Dims:
    bounds = [s.value(index) for index in (0, 1, 2)]
    if any(bound is None for bound in bounds):
        return (None,)
    start, limit, delta = (bound.item() for bound in bounds)  # type: ignore[union-attr]
    if delta == 0:
        raise ValueError("the delta of a range must not be 0.")
    return (max(0, math.ceil((limit - start) / delta)),)


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
    first, end, step = (np.asarray(each).item() for each in (start, limit, delta))
    if step == 0:
        raise InvalidArgumentError("the delta of a range must not be 0.")
    length = max(0, math.ceil((end - first) / step))
    kind = np.asarray(start).dtype
    return (first + step * np.arange(length)).astype(kind)


def _linspace_length(s: ShapeScope) -> Dims:
    num = s.value(2)
    return (None if num is None else int(num.item()),)


@op(
    "LinSpace",
    "start: T, stop: T, num: Tidx -> output: T",
    attrs={"Tidx": int32},
    shape=_linspace_length,
    differentiable=False,
)
def lin_space(xp: Any, start: Any, stop: Any, num: Any) -> Any:
    """`num` evenly spaced values from `start` to `stop`, both included.

    Source  TF op LinSpace, math_ops.cc
    """
    first, last = (np.asarray(each).item() for each in (start, stop))
    return np.linspace(first, last, int(np.asarray(num).item())).astype(np.asarray(start).dtype)


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


@broadcast_to.gradient
def broadcast_to_gradient(b: Any, op: Any, dy: Any) -> Any:
    small = b.Shape(op.inputs[0])
    axes, _ = b.BroadcastGradientArgs(small, b.Shape(dy))
    return b.Reshape(b.Sum(dy, axes), small), None


def _vectors(s: ShapeScope) -> list[Dims]:
    return [(None,), (None,)]


@op(
    "BroadcastGradientArgs",
    "s0: T, s1: T -> r0: T, r1: T",
    attrs={"T": int32},
    shape=_vectors,
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
        return [np.zeros(0, s0.dtype), np.zeros(0, s0.dtype)]
    longest = max(len(left), len(right))
    padded = ([1] * (longest - len(each)) + each for each in (left, right))
    return [
        np.array([axis for axis, size in enumerate(each) if size == 1], s0.dtype) for each in padded
    ]
