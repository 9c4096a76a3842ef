"""Functions that make, join, cut, repeat and reshape tensors, under TensorFlow's names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, DTypeLike, as_dtype, float32, int32, int64, variant
from estimator.core.dtypes import string as string_type
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import Dimension, Dims, as_dims, is_static, show
from estimator.formats.tensors import continued
from estimator.functions.arguments import (
    dtype_or,
    function_scope,
    known_dims,
    renamed,
    shape_tensor,
    tensor_of,
)
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.constant import Array, convert_numbers, to_array
from estimator.graph.graph import get_default_graph
from estimator.graph.likes import TensorLike
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

_SMALL = 1000  # elements: up to here zeros and ones are constants, as in TensorFlow

# -- making tensors --------------------------------------------------------------------------------


def placeholder(dtype: DTypeLike, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value each run is fed.

    Source
    ------
    tf.placeholder, TF 1.15 array_ops.py
    """
    return b.Placeholder(dtype=as_dtype(dtype), shape=as_dims(shape), name=name or "Placeholder")


def placeholder_with_default(input: TensorLike, shape: Any, name: str | None = None) -> Tensor:
    """`input`, unless the run is fed another value."""
    return b.PlaceholderWithDefault(input, shape=as_dims(shape), name=name)


def constant(
    value: Any,
    dtype: DTypeLike | None = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant; with `shape`, a shorter value is continued by repeating its last element.

    Raises
    ------
    ValueError
        If the value has more elements than the shape.
    TypeError
        If the value cannot be of that type, or with `verify_shape` has another shape.

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
        kind = TypeError if verify_shape else ValueError
        raise kind(
            f"a constant of shape {show(dims)} cannot be made of a value of shape {show(array.shape)}."
        )
    return graph.constant(array, dtype, name, shape=dims)


def _filled(value: int, shape: Any, dtype: Any, name: str) -> Tensor:
    """Inside a function's scope: that value everywhere, a constant where it is small, as in TensorFlow."""
    kind = as_dtype(dtype)
    graph = get_default_graph()
    is_plain = type(shape) in (list, tuple) and all(type(size) is int for size in shape)
    sizes = tuple(shape) if is_plain else graph.as_tensor(shape_tensor(shape), "shape")
    if not isinstance(sizes, Tensor):
        dims = sizes if is_plain else tuple(np.atleast_1d(to_array(sizes, int64)).tolist())
        if math.prod(dims) < _SMALL:
            return graph.constant_of(_repeated(value, kind, dims), kind, name)
    lengths = graph.convert(sizes, name="shape_as_tensor")
    if lengths.dims == ():
        lengths = b.Reshape(lengths, [-1])
    return b.Fill(lengths, graph.constant_of(_repeated(value, kind, ()), kind, "Const"), name=name)


@lru_cache(maxsize=1000)
def _repeated(value: int, kind: DType, dims: tuple[int, ...]) -> Array:
    """The value everywhere: one array for all constants that are alike, such as the first values of slots."""
    shown = b"" if kind is string_type and not value else bool(value) if kind.is_bool else value
    return continued(to_array(shown, kind), dims)


def zeros(shape: Any, dtype: DTypeLike = float32, name: str | None = None) -> Tensor:
    """A tensor of zeros (False, empty strings)."""
    with function_scope(name, "zeros", shape) as (graph, scope):
        return _filled(0, shape, dtype, scope)


def ones(shape: Any, dtype: DTypeLike = float32, name: str | None = None) -> Tensor:
    """A tensor of ones."""
    with function_scope(name, "ones", shape) as (graph, scope):
        return _filled(1, shape, dtype, scope)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape `dims` whose values are all `value`."""
    return b.Fill(shape_tensor(dims), value, name=name)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Zeros of the shape of a tensor, and of its type if `dtype` does not say otherwise.

    Where the shape is known, the tensor (or variable) itself is not needed in the run; `optimize=False` needs it.
    """
    with function_scope(name, "zeros_like", tensor) as (_, scope):
        known = optimize and known_dims(tensor) is not None
        source = tensor if known else tensor_of(tensor, name="tensor")
        kind, dims = dtype_or(dtype, source.dtype), known_dims(source)
        if optimize and dims is not None and kind is not variant:
            return _filled(0, dims, kind, scope)
        if kind is source.dtype:
            return b.ZerosLike(source, name=scope)
        return _filled(0, b.Shape(source), kind, scope)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Ones of the shape of a tensor, and of its type if `dtype` does not say otherwise; see :func:`zeros_like`."""
    with function_scope(name, "ones_like", tensor) as (graph, scope):
        known = optimize and known_dims(tensor) is not None
        source = tensor if known else tensor_of(tensor, name="tensor")
        kind = dtype_or(dtype, source.dtype)
        sizes = shape(source) if optimize else b.Shape(source)
        return b.Fill(sizes, graph.constant(convert_numbers(np.array(True), kind), kind), name=scope)


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    """start, start + delta, ... below limit; ``range(n)`` counts from 0."""
    if limit is None:
        start, limit = 0, start
    bounds = {"start": start, "limit": limit, "delta": delta}
    with function_scope(name, "range", *bounds.values()) as (graph, scope):
        tensors = [graph.as_tensor(bound) for bound in bounds.values()]
        order = ("int32", "int64", "float16", "float32", "float64")
        kinds = [
            bound.dtype if isinstance(bound, Tensor) else as_dtype(to_array(bound).dtype) for bound in tensors
        ]
        if not all(kind.name in order for kind in kinds):
            raise TypeError(f"range() counts in {', '.join(order)}, given: {start!r}, {limit!r}, {delta!r}.")
        widest = as_dtype(max((kind.name for kind in kinds), key=order.index))
        kind = dtype_or(dtype, widest)
        operands = [
            graph.cast(bound, kind) if isinstance(bound, Tensor) else graph.constant(bound, kind, label)
            for label, bound in zip(bounds, tensors, strict=True)
        ]
        return b.Range(*operands, name=scope)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None) -> Tensor:
    """`num` evenly spaced values from `start` to `stop`, both included."""
    return b.LinSpace(start, stop, num, name=name or "linspace")


# -- what a tensor is like -------------------------------------------------------------------------


def identity(input: Any, name: str | None = None) -> Any:
    """The same values under another name; of a SparseTensor and IndexedSlices all parts."""
    if isinstance(input, Composite):
        return input.mapped(identity)  # TensorFlow, too, makes no use of a name for several tensors
    return b.Identity(input, name=name)


def stop_gradient(input: Any, name: str | None = None) -> Any:
    """The same values, as a constant to the gradient."""
    if isinstance(input, Composite):
        return input.mapped(stop_gradient)
    return b.StopGradient(input, name=name)


def shape(input: Any, name: str | None = None, out_type: DTypeLike = int32) -> Tensor:
    """The shape as a vector; a constant if it is fully known. Of a SparseTensor its dense_shape."""
    kind = as_dtype(out_type)
    with function_scope(name, "Shape", input) as (graph, scope):
        if isinstance(input, SparseTensor):
            return graph.cast(input.dense_shape, kind)
        dims, source = _measured(input)
        if is_static(dims):
            return graph.constant(np.array(dims, kind.np), kind, scope)
        return b.Shape(source, out_type=kind, name=scope)


def _measured(input: Any) -> tuple[Dims, Any]:
    """The static shape and what has it; a variable is not read for what is known, a Python value becomes a tensor."""
    dims: Dims = getattr(input, "dims", None)
    source = input if is_static(dims) else tensor_of(input, name="input")
    return source.dims, source


def shape_n(input: Sequence[Any], out_type: DTypeLike = int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors."""
    return b.ShapeN(list(input), out_type=as_dtype(out_type), name=name)


def size(input: Any, name: str | None = None, out_type: DTypeLike = int32) -> Tensor:
    """The number of values; a SparseTensor counts as the tensor that it stands for."""
    kind = as_dtype(out_type)
    with function_scope(name, "Size", input) as (graph, scope):
        if isinstance(input, SparseTensor):
            return b.Prod(graph.cast(input.dense_shape, kind), 0, name=scope)
        dims, source = _measured(input)
        if is_static(dims):
            count = math.prod(dims)  # type: ignore[arg-type]  # static
            return graph.constant(np.array(count, kind.np), kind, scope)
        return b.Size(source, out_type=kind, name=scope)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of dimensions."""
    with function_scope(name, "Rank", input) as (graph, scope):
        if isinstance(input, SparseTensor):
            return b.Size(input.dense_shape, name=scope)
        dims, source = _measured(input)
        if dims is not None:
            return graph.constant(len(dims), int32, scope)
        return b.Rank(source, name=scope)


# -- reshaping -------------------------------------------------------------------------------------


def reshape(tensor: TensorLike, shape: Any, name: str | None = None) -> Tensor:
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
    listed = [int(axis) for axis in axes] if isinstance(axes, (list, tuple)) else [int(axes)]
    return b.Squeeze(input, squeeze_dims=listed, name=name)


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """Axis i of the result is axis perm[i]; without `perm` the axes are reversed. `conjugate` conjugates, too."""
    with function_scope(name, "transpose", a) as (_, scope):
        x = tensor_of(a, name="a")
        if perm is None and x.dims is not None:
            perm = np.arange(len(x.dims) - 1, -1, -1, dtype=np.int32)
        elif perm is None:
            perm = b.Range(b.Sub(b.Rank(x), 1), -1, -1)
        if isinstance(perm, (list, tuple)):
            perm = shape_tensor(perm)
        op = b.ConjugateTranspose if conjugate and x.dtype.is_complex else b.Transpose
        return op(x, perm, name=scope)


def broadcast_to(input: TensorLike, shape: Any, name: str | None = None) -> Tensor:
    """The input repeated to `shape` by the broadcasting rule."""
    return b.BroadcastTo(input, shape_tensor(shape), name=name)


# -- joining, cutting, repeating -------------------------------------------------------------------


def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    """The values as slices along a new axis; a tensor is taken for its own slices, and numbers alone are a constant."""
    if axis == 0:
        return tensor_of(values, name=name)
    slices = list(values) if isinstance(values, (list, tuple)) else unstack(values)
    return b.Pack(slices, axis=axis, name=name)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The slices along an axis, which disappears.

    Raises
    ------
    ValueError
        If the number of slices is neither given nor known, or there is no such axis.
    """
    x = tensor_of(value)
    if num is None:
        if x.dims is not None and not -len(x.dims) <= axis < len(x.dims):
            raise ValueError(f"axis {axis} is out of range for the {len(x.dims)} dimensions of {x}.")
        num = None if x.dims is None else x.dims[axis]
        if num is None:
            raise ValueError(f"the size of axis {axis} of {x} is not known before the graph runs; pass num=.")
    slices: list[Tensor] = b.Unpack(x, num=num, axis=axis, name=name)
    return slices if num else []  # of no slice: the operation


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """The values one after the other along an axis.

    Raises
    ------
    ValueError
        If there are no values, or the axis is no single number: before TensorFlow 1.0 it stood first.
    """
    listed = list(values) if isinstance(values, (list, tuple)) else [values]
    if not listed:
        raise ValueError("concat needs one value or more, given: [].")
    with function_scope(name, "concat", *listed, axis) as (_, scope):
        place = tensor_of(axis, name="axis" if len(listed) > 1 else "concat_dim")
        if place.dims not in (None, ()):
            raise ValueError(
                f"concat: axis must be one number, given a value of shape {show(place.dims)}; "
                "call concat(values, axis)."
            )
        if len(listed) > 1:
            return b.ConcatV2(listed, place, name=scope)
        return identity(listed[0], name)  # concat/concat, as in TensorFlow


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Tensor]:
    """Equal parts along an axis (an integer says how many), or parts of the given sizes.

    Raises
    ------
    ValueError
        If the number of parts is not known; pass `num`.
    """
    if isinstance(num_or_size_splits, (int, np.integer, Dimension)):
        return b.Split(axis, value, num_split=int(num_or_size_splits), name=name)
    sizes = tensor_of(shape_tensor(num_or_size_splits))
    count = num if num is not None else (sizes.dims or (None,))[0]
    if count is None:
        raise ValueError("the number of parts is not known before the graph runs; pass num=.")
    return b.SplitV(value, sizes, axis, num_split=count, name=name)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """The input repeated multiples[i] times along axis i."""
    return b.Tile(input, shape_tensor(multiples), name=name)


def reverse(tensor: TensorLike, axis: Any, name: str | None = None) -> Tensor:
    """The values in the opposite order along the given axes."""
    return b.ReverseV2(tensor, shape_tensor(axis), name=name)


def reverse_sequence(
    input: TensorLike,
    seq_lengths: TensorLike,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """Each example with its first values along the axis of time in the opposite order, and the others as they are.

    Parameters
    ----------
    seq_lengths : Tensor, int32 or int64
        How many values of each example are turned round.
    seq_axis, batch_axis : int
        The axes of time and batch, by default that of the batch is 0; seq_dim and batch_dim are their older names.

    Shape
    -----
    input [batch, time, ...], seq_lengths [batch] -> the same

    Raises
    ------
    TypeError
        If there is no seq_axis.
    ValueError
        If an axis is given by both names.

    Source
    ------
    tf.reverse_sequence, TF 1.15 array_ops.py
    """
    time = renamed("seq_axis", seq_axis, "seq_dim", seq_dim)
    batch = renamed("batch_axis", batch_axis, "batch_dim", batch_dim)
    if time is None:
        raise TypeError(
            "reverse_sequence() needs seq_axis, the axis of time: 1 for an input of [batch, time, ...]."
        )
    result: Tensor = b.ReverseSequence(input, seq_lengths, seq_dim=time, batch_dim=batch or 0, name=name)
    return result


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
    elif isinstance(constant_values, (int, float, np.generic)) and constant_values == 0:
        result = b.Pad(tensor, paddings, name=name)
    else:
        result = b.PadV2(tensor, paddings, constant_values, name=name)
    return result


near_keywords_of_functions(__name__)
