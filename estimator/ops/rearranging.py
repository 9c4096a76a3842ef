"""Ops that put values elsewhere or take them for something else: roll, positions, shapes, bits.

Source: TensorFlow 2.15, core/ops/{array,manip}_ops.cc; gradients: python/ops/{array,manip}_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, int32
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, TensorShape, broadcast, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _same_numbers(s: ShapeScope) -> Dims:
    dims, shift, axis = s.shapes
    if dims == ():
        raise ValueError("a scalar has no axis to roll along.")
    for name, given in (("shift", shift), ("axis", axis)):
        if given is not None and len(given) > 1:
            raise ValueError(f"{name} must be a number or a vector, given the shape {show(given)}.")
    if shift is not None and axis is not None:
        merge(shift or (1,), axis or (1,))
    return dims


@op("Roll", "input: T, shift: Tshift, axis: Taxis -> output: T", shape=_same_numbers)
def roll(xp: Any, input: Any, shift: Any, axis: Any) -> Any:
    """The values moved along axes, those that leave at one end coming in at the other.

    Source  TF op Roll, manip_ops.cc
    """
    axes = [int(place) for place in axis.reshape(-1)]
    if any(not -input.ndim <= place < input.ndim for place in axes):
        raise InvalidArgumentError(f"axis {axes} is out of range for {input.ndim} dimensions.")
    return xp.roll(input, [int(step) for step in shift.reshape(-1)], axes)


@roll.gradient
def roll_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Roll(dy, b.Neg(op.inputs[1]), op.inputs[2]), None, None


# -- positions and shapes ----------------------------------------------------------------------------------------------


def _coordinates(s: ShapeScope) -> Dims:
    dims = s.shapes[0]
    (count,) = rules.with_rank(s.shapes[1], 1, "dims")
    if dims is not None and len(dims) > 1:
        raise ValueError(f"indices must be a number or a vector, given the shape {show(dims)}.")
    return None if dims is None else (count, *dims)


@op(
    "UnravelIndex",
    "indices: Tidx, dims: Tidx -> output: Tidx",
    attrs={"Tidx": int32},
    shape=_coordinates,
    differentiable=False,
)
def unravel_index(xp: Any, indices: Any, dims: Any) -> Any:
    """The coordinates, in an array of shape dims, of positions in the same array as a vector.

    Shape   indices [n], dims [k] -> [k, n]
    Raises  InvalidArgumentError if an index is outside.
    Source  TF op UnravelIndex, array_ops.cc
    """
    total = int(xp.prod(dims))
    if indices.size and not (indices.min() >= 0 and indices.max() < total):
        raise InvalidArgumentError(
            f"an index is out of bounds of {total} values of shape {dims.tolist()}: {indices.tolist()}."
        )
    return xp.stack(xp.unravel_index(indices, tuple(dims))).astype(indices.dtype)


def _as_declared(s: ShapeScope) -> Dims:
    return merge(s.shapes[0], s.attrs["shape"])


@op("EnsureShape", "input: T -> output: T", attrs={"shape": TensorShape}, shape=_as_declared)
def ensure_shape(xp: Any, input: Any) -> Any:
    """The input, whose shape the rule above looks at again when it runs.

    Raises  InvalidArgumentError if it is not the one in the attribute.
    Source  TF op EnsureShape, array_ops.cc
    """
    return input


@ensure_shape.gradient
def ensure_shape_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy


def _common_shape(s: ShapeScope) -> Dims:
    sizes = [dims[0] if dims else None for dims in s.shapes]
    return (None if None in sizes else max(sizes),)  # type: ignore[type-var]


@op("BroadcastArgs", "s0: T, s1: T -> r0: T", attrs={"T": int32}, shape=_common_shape, differentiable=False)
def broadcast_args(xp: Any, s0: Any, s1: Any) -> Any:
    """The shape to which tensors of two shapes broadcast.

    Raises  InvalidArgumentError if they do not.
    Source  TF op BroadcastArgs, array_ops.cc
    """
    try:
        found = broadcast([tuple(int(size) for size in shape) for shape in (s0, s1)])
    except ValueError as error:
        raise InvalidArgumentError(str(error)) from None
    return xp.array(found, s0.dtype)


# -- several tensors, and other types ----------------------------------------------------------------------------------


def _stacked(s: ShapeScope) -> Dims:
    parts: Dims = None
    for dims in s.shapes:
        parts = merge(parts, dims)
    dims = s.attrs["shape"]
    return merge(dims, None if parts is None else (len(s.shapes), *parts[1:]))


@op("ParallelConcat", "values: N * T -> output: T", attrs={"shape": TensorShape}, shape=_stacked)
def parallel_concat(xp: Any, values: Any) -> Any:
    """The values, each of one row, one after the other.

    Source  TF op ParallelConcat, array_ops.cc
    """
    return xp.concatenate(values, axis=0)


@parallel_concat.gradient
def parallel_concat_gradient(b: Any, op: Any, dy: Any) -> Any:
    return b.Split(0, dy, num_split=len(op.inputs))


def _all_shapes(s: ShapeScope) -> list[Dims]:
    return list(s.shapes)


@op("IdentityN", "input: T[] -> output: T[]", shape=_all_shapes)
def identity_n(xp: Any, input: Any) -> Any:
    """The tensors as they are.

    Source  TF op IdentityN, array_ops.cc
    """
    return list(input)


@identity_n.gradient
def identity_n_gradient(b: Any, op: Any, *dys: Any) -> Any:
    return list(dys)


def _bits(s: ShapeScope) -> Dims:
    dims, given, wanted = s.shapes[0], s.attrs["T"].size, s.attrs["type"].size
    if dims is None or given == wanted:
        return dims
    if given > wanted:
        return (*dims, given // wanted)
    if not dims or dims[-1] not in (None, wanted // given):
        raise ValueError(
            f"{wanted // given} values of {s.attrs['T'].name} make one of {s.attrs['type'].name}; the last axis of "
            f"{show(dims)} has not so many."
        )
    return dims[:-1]


@op("Bitcast", "input: T -> output: type", attrs={"type": DType}, shape=_bits, differentiable=False)
def bitcast(xp: Any, input: Any, type: DType) -> Any:
    """The same bits, taken for numbers of another type; of another size, along one more axis or one less.

    Source  TF op Bitcast, array_ops.cc
    """
    given, wanted = input.dtype.itemsize, type.np.itemsize
    if given < wanted and input.shape[-1:] != (wanted // given,):
        raise InvalidArgumentError(
            f"the last axis of {show(input.shape)} must be of size {wanted // given}, to be taken for {type.name}."
        )
    shape = (
        input.shape
        if given == wanted
        else (*input.shape, given // wanted)
        if given > wanted
        else input.shape[:-1]
    )
    return xp.ascontiguousarray(input).reshape(-1).view(type.np).reshape(shape).copy()
