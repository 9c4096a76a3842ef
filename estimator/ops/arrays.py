"""Constants, placeholders, and ops that copy, rename or reshape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32
from estimator.core.shapes import Dims, TensorShape, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _const_shape(s: ShapeScope) -> Dims:
    shape: tuple[int, ...] = s.attrs["value"].shape
    return shape


@op("Const", "-> output: dtype", attrs={"value": "tensor"}, shape=_const_shape)
def const(xp: Any, value: Any) -> Any:
    """The value itself.

    Source  TF op Const, array_ops.cc
    """
    return value


@op("Placeholder", "-> output: dtype", attrs={"shape": TensorShape(None)}, shape=rules.from_attr("shape"))
def placeholder(xp: Any) -> Any:
    """A value that each run is fed.

    Source  TF op Placeholder, array_ops.cc
    """
    raise AssertionError("a Placeholder is fed; the session checks it.")


@op("Identity", "input: T -> output: T", shape=rules.like_first, view=True)
def identity(xp: Any, input: Any) -> Any:
    """The input.

    Source  TF op Identity, array_ops.cc
    """
    return input


@identity.gradient
def identity_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy


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
        raise ValueError(f"a tensor of shape {show(dims)} ({total} values) cannot be reshaped to {show(target)}.")
    if open_sizes == 1 and (known == 0 or total % known):
        raise ValueError(f"{total} values of {show(dims)} cannot fill {show(target)}.")
    if open_sizes == 1:
        return tuple(total // known if size is None else size for size in target)
    return target


@op("Reshape", "tensor: T, shape: Tshape -> output: T", attrs={"Tshape": int32}, shape=_reshaped, view=True)
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


@op("Shape", "input: T -> output: out_type", attrs={"out_type": int32}, shape=_shape_of_shape, differentiable=False)
def shape(xp: Any, input: Any, out_type: DType) -> Any:
    """The shape of the input as a vector.

    Source  TF op Shape, array_ops.cc
    """
    return np.array(np.shape(input), out_type.np)


__all__ = ["merge"]
