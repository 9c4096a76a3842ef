"""Functions that make, join, cut, repeat and reshape tensors, under TensorFlow's names.

``range`` is TensorFlow's here; Python's own is reached through ``builtins``.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype, float32, int32
from estimator.core.dtypes import string as string_type
from estimator.core.shapes import as_dims, is_static, show
from estimator.functions.arguments import (
    dtype_or,
    function_scope,
    renamed,
    shape_tensor,
    tensor_of,
)
from estimator.graph import build as b
from estimator.graph.constant import to_array
from estimator.graph.graph import get_default_graph, graph_of
from estimator.graph.tensor import Tensor

_SMALL = 1000  # elements: up to here zeros and ones are constants, as in TensorFlow

# -- making tensors --------------------------------------------------------------------------------


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value each run is fed.

    Source
    ------
    tf.placeholder, TF 1.15 array_ops.py
    """
    return b.Placeholder(dtype=as_dtype(dtype), shape=as_dims(shape), name=name or "Placeholder")


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """`input`, unless the run is fed another value."""
    return b.PlaceholderWithDefault(input, shape=as_dims(shape), name=name)


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant; with `shape`, a shorter value is continued by repeating its last element.

    Raises
    ------
    ValueError
        If the value has more elements than the shape, or with `verify_shape` another shape.
    TypeError
        If the value cannot be of that type.

    Source
    ------
    tf.constant, TF 1.15 constant_op.py
    """
    graph = get_default_graph()
    if shape is None:
        return graph.constant(value, dtype, name)
    array = to_array(value, None if dtype is None else as_dtype(dtype))
    dims = as_dims(shape)
    if not is_static(dims):
        raise ValueError(f"the shape of a constant must be fully known, given: {show(dims)}.")
    total = math.prod(dims)  # type: ignore[arg-type]  # static
    if (verify_shape and array.shape != dims) or array.size > total or (array.size == 0 and total):
        raise ValueError(
            f"a constant of shape {show(dims)} cannot be made of a value of shape {show(array.shape)}."
        )
    return graph.constant(array, dtype, name, shape=dims)


def _filled(value: Any, shape: Any, dtype: Any, name: str) -> Tensor:
    kind = as_dtype(dtype)
    element = to_array(
        b"" if kind is string_type and not value else bool(value) if kind.is_bool else value, kind
    )
    sizes = shape_tensor(shape)
    with function_scope(name, name, sizes) as graph:
        given = graph.as_tensor(sizes)
        if not isinstance(given, Tensor):
            dims = tuple(int(size) for size in sizes)
            if math.prod(dims) < _SMALL:
                return graph.constant(element, kind, f"{graph.get_name_scope()}/", shape=dims)
        lengths = graph.convert(given, name="shape_as_tensor")
        return b.Fill(lengths, graph.constant(element, kind), name=f"{graph.get_name_scope()}/")


def zeros(shape: Any, dtype: Any = float32, name: str | None = "zeros") -> Tensor:
    """A tensor of zeros (False, empty strings)."""
    return _filled(0, shape, dtype, name or "zeros")


def ones(shape: Any, dtype: Any = float32, name: str | None = "ones") -> Tensor:
    """A tensor of ones."""
    return _filled(1, shape, dtype, name or "ones")


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape `dims` whose values are all `value`."""
    return b.Fill(shape_tensor(dims), value, name=name)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Zeros of the shape of a tensor, and of its type if `dtype` does not say otherwise."""
    x = tensor_of(tensor)
    if dtype_or(dtype, x.dtype) is x.dtype:
        return b.ZerosLike(x, name=name or "zeros_like")
    return _filled(0, shape(x), dtype, name or "zeros_like")


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Ones of the shape of a tensor, and of its type if `dtype` does not say otherwise."""
    x = tensor_of(tensor)
    if dtype_or(dtype, x.dtype) is x.dtype:
        return b.OnesLike(x, name=name or "ones_like")
    return _filled(1, shape(x), dtype, name or "ones_like")


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    """start, start + delta, ... below limit; ``range(n)`` counts from 0."""
    if limit is None:
        start, limit = 0, start
    bounds = [start, limit, delta]
    graph = graph_of(bounds)
    tensors = [graph.as_tensor(each) for each in bounds]
    kinds = [each.dtype if isinstance(each, Tensor) else as_dtype(to_array(each).dtype) for each in tensors]
    order = ("int32", "int64", "float16", "float32", "float64")
    widest = as_dtype(max((kind.name for kind in kinds), key=order.index))
    kind = dtype_or(dtype, widest)
    operands = [
        graph.cast(each, kind) if isinstance(each, Tensor) else graph.constant(each, kind) for each in tensors
    ]
    return b.Range(*operands, name=name)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None) -> Tensor:
    """`num` evenly spaced values from `start` to `stop`, both included."""
    return b.LinSpace(start, stop, num, name=name)


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Sequence[int] | None = None,
    dtype: Any = float32,
    name: str | None = None,
) -> Tensor:
    """The identity matrix, one for each entry of `batch_shape`."""
    one = np.eye(int(num_rows), None if num_columns is None else int(num_columns), dtype=as_dtype(dtype).np)
    batch = tuple(int(size) for size in batch_shape or ())
    return get_default_graph().constant(np.broadcast_to(one, (*batch, *one.shape)), dtype, name or "eye")


def meshgrid(*args: Any, indexing: str = "xy", name: str = "meshgrid") -> list[Tensor]:
    """The coordinates of all points of the grid that vectors span; ``xy`` has the second vector on axis 0.

    Raises
    ------
    ValueError
        If indexing is neither 'xy' nor 'ij'.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"indexing must be 'xy' or 'ij', given: {indexing!r}.")
    with function_scope(name, "meshgrid", *args):
        vectors = [tensor_of(each) for each in args]
        places = list(builtins.range(len(vectors)))
        if indexing == "xy" and len(vectors) > 1:
            places[:2] = [1, 0]
        sizes = b.Pack([b.Size(vectors[places.index(axis)]) for axis in builtins.range(len(vectors))])
        columns = [
            reshape(vector, [-1 if axis == place else 1 for axis in builtins.range(len(vectors))])
            for vector, place in zip(vectors, places, strict=True)
        ]
        return [b.BroadcastTo(column, sizes) for column in columns]


# -- what a tensor is like -------------------------------------------------------------------------


def identity(input: Any, name: str | None = None) -> Tensor:
    """The same values under another name."""
    return b.Identity(input, name=name)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The same values, as a constant to the gradient."""
    return b.StopGradient(input, name=name)


def shape(input: Any, name: str | None = None, out_type: Any = int32) -> Tensor:
    """The shape as a vector; a constant if it is fully known."""
    x, kind = tensor_of(input), as_dtype(out_type)
    if is_static(x.dims):
        return x.graph.constant(np.array(x.dims, kind.np), kind, name or "Shape")
    return b.Shape(x, out_type=kind, name=name)


def shape_n(input: Sequence[Any], out_type: Any = int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors."""
    return b.ShapeN(list(input), out_type=as_dtype(out_type), name=name)


def size(input: Any, name: str | None = None, out_type: Any = int32) -> Tensor:
    """The number of values."""
    x, kind = tensor_of(input), as_dtype(out_type)
    if is_static(x.dims):
        count = math.prod(x.dims)  # type: ignore[arg-type]  # static
        return x.graph.constant(np.array(count, kind.np), kind, name or "Size")
    return b.Size(x, out_type=kind, name=name)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of dimensions."""
    x = tensor_of(input)
    if x.dims is not None:
        return x.graph.constant(len(x.dims), int32, name or "Rank")
    return b.Rank(x, name=name)


# -- reshaping -------------------------------------------------------------------------------------


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same values in another shape; one size may be -1."""
    return b.Reshape(tensor, shape_tensor(shape), name=name)


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """One more dimension, of size 1, at `axis`.

    Raises
    ------
    ValueError
        If no axis is given, or it is out of range.
    """
    place = renamed("axis", axis, "dim", dim)
    if place is None:
        raise ValueError("expand_dims needs the axis of the new dimension, for example axis=-1.")
    return b.ExpandDims(input, place, name=name)


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Tensor:
    """Without the dimensions of size 1: those in `axis`, or all."""
    axes = renamed("axis", axis, "squeeze_dims", squeeze_dims)
    if axes is None:
        axes = []
    listed = [int(each) for each in axes] if isinstance(axes, (list, tuple)) else [int(axes)]
    return b.Squeeze(input, squeeze_dims=listed, name=name)


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """Axis i of the result is axis perm[i]; without `perm` the axes are reversed."""
    x = tensor_of(a)
    if perm is None and x.dims is not None:
        perm = np.arange(len(x.dims) - 1, -1, -1, dtype=np.int32)
    elif perm is None:
        perm = b.Range(b.Sub(b.Rank(x), 1), -1, -1)
    if isinstance(perm, (list, tuple)):
        perm = shape_tensor(perm)
    return b.Transpose(x, perm, name=name)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """The input repeated to `shape` by the broadcasting rule."""
    return b.BroadcastTo(input, shape_tensor(shape), name=name)


# -- joining, cutting, repeating -------------------------------------------------------------------


def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    """The values as slices along a new axis."""
    if isinstance(values, (list, tuple)):
        return b.Pack(list(values), axis=axis, name=name)
    return b.Pack(unstack(values), axis=axis, name=name)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The slices along an axis, which disappears.

    Raises
    ------
    ValueError
        If the number of slices is neither given nor known.
    """
    x = tensor_of(value)
    if num is None:
        num = None if x.dims is None else x.dims[axis]
        if num is None:
            raise ValueError(f"the size of axis {axis} of {x} is not known before the graph runs; pass num=.")
    return b.Unpack(x, num=num, axis=axis, name=name)


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """The values one after the other along an axis."""
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    if len(listed) == 1:
        return identity(listed[0], name)
    return b.ConcatV2(listed, axis, name=name)


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Tensor]:
    """Equal parts along an axis (an integer says how many), or parts of the given sizes.

    Raises
    ------
    ValueError
        If the number of parts is not known; pass `num`.
    """
    if isinstance(num_or_size_splits, (int, np.integer)):
        return b.Split(axis, value, num_split=int(num_or_size_splits), name=name)
    sizes = tensor_of(shape_tensor(num_or_size_splits))
    count = num if num is not None else (sizes.dims or (None,))[0]
    if count is None:
        raise ValueError("the number of parts is not known before the graph runs; pass num=.")
    return b.SplitV(value, sizes, axis, num_split=count, name=name)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """The input repeated multiples[i] times along axis i."""
    return b.Tile(input, shape_tensor(multiples), name=name)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The values in the opposite order along the given axes."""
    return b.ReverseV2(tensor, shape_tensor(axis), name=name)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    name: str | None = None,
    constant_values: Any = 0,
) -> Tensor:
    """The tensor with paddings[i, 0] values before and paddings[i, 1] after it along axis i.

    Raises
    ------
    ValueError
        If the mode is none of CONSTANT, REFLECT, SYMMETRIC.
    """
    kind = mode.upper()
    result: Tensor
    if kind in ("REFLECT", "SYMMETRIC"):
        result = b.MirrorPad(tensor, paddings, mode=kind, name=name)
    elif kind != "CONSTANT":
        raise ValueError(f"the mode of pad must be 'CONSTANT', 'REFLECT' or 'SYMMETRIC', given: {mode!r}.")
    elif not isinstance(constant_values, Tensor) and constant_values == 0:
        result = b.Pad(tensor, paddings, name=name)
    else:
        result = b.PadV2(tensor, paddings, constant_values, name=name)
    return result
