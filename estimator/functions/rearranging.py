"""Functions that put values elsewhere, or repeat or replace them, or spread them over a grid, under TensorFlow's names.

Source: names and arguments of tf.* in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import as_dtype, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import TensorShape, as_dims, broadcast
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.arrays import reshape
from estimator.functions.arrays import shape as shape_of
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


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
        vectors = [tensor_of(vector) for vector in args]
        places = list(range(len(vectors)))
        if indexing == "xy" and len(vectors) > 1:
            places[:2] = [1, 0]
        sizes = b.Pack([b.Size(vectors[places.index(axis)]) for axis in range(len(vectors))])
        columns = [
            reshape(vector, [-1 if axis == place else 1 for axis in range(len(vectors))])
            for vector, place in zip(vectors, places, strict=True)
        ]
        return [
            b.BroadcastTo(column, sizes, name="mul") for column in columns
        ]  # TensorFlow multiplies by ones


def roll(input: Value, shift: Value, axis: Value, name: str | None = None) -> Tensor:
    """The values moved `shift` places along `axis`, those that leave at one end coming in at the other.

    Parameters
    ----------
    shift, axis : int or list of int
        As many numbers of both.
    """
    return b.Roll(input, shift, axis, name=name)


def repeat(input: Value, repeats: Value, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each slice along `axis` as often as `repeats` says; without an axis, each value of a vector of all.

    Parameters
    ----------
    repeats : int or vector of int
        One number for all, or one for each slice.

    Shape
    -----
    input [..., n, ...] -> [..., sum of repeats, ...]

    Raises
    ------
    TypeError
        If `repeats` are no integers.
    """
    x = tensor_of(input)
    if axis is None:
        x, axis = b.Reshape(x, [-1]), 0
    with function_scope(name, "Repeat", x, repeats):
        given = tensor_of(repeats, name="repeats")
        if not (given.dtype.is_integer or given.dtype.is_bool):
            raise TypeError(f"repeats is {given.dtype.name}; it takes int32 or int64, given: {repeats!r}.")
        counts = b.Cast(given, DstT=int32)
        size = shape_of(x)[axis]
        counts = b.BroadcastTo(counts, b.Pack([size]))
        ends = b.Cumsum(counts, 0)
        total = b.Sum(counts, 0)
        places = b.UpperBound(b.ExpandDims(ends, 0), b.ExpandDims(b.Range(0, total, 1), 0))
        result: Tensor = b.GatherV2(x, b.Squeeze(places, squeeze_dims=[0]), axis)
        return result


def unravel_index(indices: Value, dims: Value, name: str | None = None) -> Tensor:
    """The coordinates in an array of shape `dims` of positions in the same array as a vector: [n] -> [rank, n]."""
    return b.UnravelIndex(indices, dims, name=name)


def invert_permutation(x: Value, name: str | None = None) -> Tensor:
    """The permutation y with ``y[x[i]] = i``."""
    return b.InvertPermutation(x, name=name)


def ensure_shape(x: Value, shape: Any, name: str | None = None) -> Tensor:
    """The tensor, known to have that shape, which may have None for sizes; it is looked at when it runs.

    Raises
    ------
    ValueError
        If it is known to have another.
    InvalidArgumentError
        When it runs, if it has another.
    """
    return b.EnsureShape(x, shape=as_dims(shape), name=name)


def parallel_stack(values: Sequence[Value], name: str = "parallel_stack") -> Tensor:
    """The values as slices along a new first axis, as :func:`tf.stack` gives them; their shape must be known."""
    with function_scope(name, "parallel_stack", *values):
        rows = [b.ExpandDims(value, 0) for value in values]
        dims = rows[0].dims
        return b.ParallelConcat(rows, shape=None if dims is None else (len(rows), *dims[1:]))


def identity_n(input: Sequence[Value], name: str | None = None) -> list[Tensor]:
    """The tensors as they are, of one operation."""
    return list(b.IdentityN(list(input), name=name))


def bitcast(input: Value, type: Any, name: str | None = None) -> Tensor:
    """The same bits taken for numbers of another type; of a type of another size, with one axis more or less."""
    return b.Bitcast(input, type=as_dtype(type), name=name)


def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The shape to which tensors of these shapes broadcast, as far as it is known.

    Raises
    ------
    ValueError
        If they do not.
    """
    return TensorShape(broadcast([as_dims(shape_x), as_dims(shape_y)]))


def broadcast_dynamic_shape(shape_x: Value, shape_y: Value) -> Tensor:
    """The shape, a vector, to which tensors of these shapes broadcast, which are vectors too."""
    return b.BroadcastArgs(shape_x, shape_y)


def batch_gather(params: Value, indices: Value, name: str | None = None) -> Tensor:
    """For each entry of a batch its own slices: ``params[i, indices[i, j]]``.

    Shape
    -----
    params [batch..., n, inner...], indices [batch..., k] -> [batch..., k, inner...]

    Raises
    ------
    ValueError
        If the rank of the indices is not known.
    """
    with function_scope(name, "BatchGather", params, indices):
        places = tensor_of(indices, name="indices")
        if places.dims is None:
            raise ValueError(f"batch_gather needs to know how many axes {places} has.")
        count = len(places.dims) - 1
        return b.GatherV2(tensor_of(params, name="params"), places, count, batch_dims=count)


# -- other values at some positions ------------------------------------------------------------------------------------


def tensor_scatter_update(tensor: Value, indices: Value, updates: Value, name: str | None = None) -> Tensor:
    """The tensor with other slices at the positions that the last axis of `indices` holds.

    Shape
    -----
    tensor [...], indices [..., k], updates [..., tensor.shape[k:]] -> the tensor's
    """
    return b.TensorScatterUpdate(tensor, indices, updates, name=name)


def tensor_scatter_add(tensor: Value, indices: Value, updates: Value, name: str | None = None) -> Tensor:
    """The tensor with something added to some slices; see :func:`tensor_scatter_update`."""
    return b.TensorScatterAdd(tensor, indices, updates, name=name)


def tensor_scatter_sub(tensor: Value, indices: Value, updates: Value, name: str | None = None) -> Tensor:
    """The tensor with something taken away from some slices; see :func:`tensor_scatter_update`."""
    return b.TensorScatterSub(tensor, indices, updates, name=name)


def tensor_scatter_max(tensor: Value, indices: Value, updates: Value, name: str | None = None) -> Tensor:
    """The tensor with the greater of both at some positions; see :func:`tensor_scatter_update`."""
    return b.TensorScatterMax(tensor, indices, updates, name=name)


def tensor_scatter_min(tensor: Value, indices: Value, updates: Value, name: str | None = None) -> Tensor:
    """The tensor with the smaller of both at some positions; see :func:`tensor_scatter_update`."""
    return b.TensorScatterMin(tensor, indices, updates, name=name)


def guarantee_const(input: Any, name: str | None = None) -> Tensor:
    """The input, of which its author promises that it never changes; no gradient flows through."""
    return b.GuaranteeConst(input, name=name)


near_keywords_of_functions(__name__)
