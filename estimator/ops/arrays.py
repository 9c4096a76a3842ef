"""Constants, placeholders, and ops that rename, describe or reshape tensors without touching a value.

Ops that make tensors are in :mod:`~estimator.ops.filling`.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import DType, as_dtype, int32
from estimator.core.shapes import Dims, TensorShape, compatible, show
from estimator.graph import rules
from estimator.graph.op import AttrDef, ShapeScope, op


def _const_shape(s: ShapeScope) -> Dims:
    value, dtype = s.attrs["value"], s.attrs["dtype"]
    if value.dtype != dtype.as_numpy_dtype:
        raise ValueError(f"the value is {as_dtype(value.dtype).name}, but dtype is {dtype.name}.")
    shape: tuple[int, ...] = value.shape
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


def _default_shape(s: ShapeScope) -> Dims:
    dims: Dims = s.attrs["shape"]
    if not compatible(dims, s.shapes[0]):
        raise ValueError(f"the default has shape {show(s.shapes[0])}, which is none of {show(dims)}.")
    return dims


@op(
    "PlaceholderWithDefault",
    "input: dtype -> output: dtype",
    attrs={"shape": TensorShape},
    shape=_default_shape,
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


@op("Identity", "input: T -> output: T", shape=rules.like_first, view=True, slices=True)
def identity(xp: Any, input: Any) -> Any:
    """The input.

    Source  TF op Identity, array_ops.cc
    """
    return input


@identity.gradient
def identity_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy


@op("StopGradient", "input: T -> output: T", shape=rules.like_first, view=True, differentiable=False)
def stop_gradient(xp: Any, input: Any) -> Any:
    """The input, as a constant to the gradient.

    Source  TF op StopGradient, array_ops.cc
    """
    return input


@op(
    "GuaranteeConst",
    "input: T -> output: T",
    shape=rules.like_first,
    view=True,
    effect="outside",
    differentiable=False,
)
def guarantee_const(xp: Any, input: Any) -> Any:
    """The input, of which its author promises that it never changes; nothing here makes use of that.

    Source  TF op GuaranteeConst, array_ops.cc
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
    rules.with_rank(s.shapes[1], 1, "the shape")
    sizes = s.value(1)
    if sizes is not None and (sizes < -1).any():  # numpy takes any size below 0 for -1
        raise ValueError(
            f"a shape has sizes of at least 0, and -1 for one that is not given; given: {sizes.tolist()}."
        )
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
    return xp.reshape(tensor, tuple(shape.tolist()))


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
    return xp.array(xp.shape(input), out_type.np)


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
    return [xp.array(xp.shape(x), out_type.np) for x in input]


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
    return xp.array(math.prod(xp.shape(input)), out_type.np)


@op("Rank", "input: T -> output: int32", shape=rules.scalar, differentiable=False)
def rank(xp: Any, input: Any) -> Any:
    """The number of dimensions.

    Source  TF op Rank, array_ops.cc
    """
    return xp.array(xp.ndim(input), xp.int32)


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
    return xp.expand_dims(input, int(xp.asarray(dim).item()))


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
