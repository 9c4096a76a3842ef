"""Functions that pick values by position or condition, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, as_dtype, float32, int32
from estimator.core.dtypes import bool as bool_type
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions import arrays
from estimator.functions.arguments import dtype_or, function_scope, shape_tensor, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.slicing import masked
from estimator.graph.tensor import Tensor


class TopKV2(NamedTuple):
    """The largest values and where they are."""

    values: Tensor
    indices: Tensor


class Unique(NamedTuple):
    """Distinct values, and each value's place among them."""

    y: Tensor
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """Distinct values, each value's place among them, and how often each occurs."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]  # TensorFlow's name hides tuple.count


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """size[i] values from begin[i] on along axis i; -1 stands for all that follow."""
    return b.Slice(input_, shape_tensor(begin), shape_tensor(size), name=name)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """``input_[begin:end:strides]``; the masks are explained at the op StridedSlice.

    Source
    ------
    tf.strided_slice, TF 1.15 array_ops.py
    """
    first = shape_tensor(begin)
    steps = arrays.ones_like(first) if strides is None else shape_tensor(strides)
    return b.StridedSlice(
        input_,
        first,
        shape_tensor(end),
        steps,
        begin_mask=begin_mask,
        end_mask=end_mask,
        ellipsis_mask=ellipsis_mask,
        new_axis_mask=new_axis_mask,
        shrink_axis_mask=shrink_axis_mask,
        name=name,
    )


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Tensor:
    """The slices of `params` at the indices along `axis`, by default the first after the batch dimensions.

    Along axis 0 of a variable only these rows are read, and its gradient is an IndexedSlices of them.
    """
    place = batch_dims if axis is None else axis
    is_first = isinstance(place, (int, np.integer)) and place == 0
    if is_first and not batch_dims and hasattr(params, "sparse_read"):
        rows: Tensor = params.sparse_read(indices, name)
        return rows
    return b.GatherV2(params, indices, place, batch_dims=batch_dims, name=name or "GatherV2")


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """The slices of `params` at the positions that the last axis of `indices` holds.

    Parameters
    ----------
    params : Tensor
    indices : Tensor of int32 or int64
    name : str, optional
    batch_dims : int
        How many axes the two have in common, in front; positions are of the axes behind these.

    Shape
    -----
    params [batch..., p1, ..., pk, rest...], indices [batch..., places..., k] -> [batch..., places..., rest...]

    Raises
    ------
    ValueError
        If the ranks are not known, or not greater than batch_dims, which is not negative.

    Source
    ------
    tf.gather_nd, TF 1.15 array_ops.py
    """
    if not batch_dims:
        return b.GatherNd(params, indices, name=name)
    with function_scope(name, "BatchGatherND", params, indices):
        table, places = tensor_of(params), tensor_of(indices)
        for what, tensor in (("params", table), ("indices", places)):
            if tensor.dims is None or not 0 <= batch_dims < len(tensor.dims):
                raise ValueError(
                    f"batch_dims must be less than the known rank of {what} and not negative, given: "
                    f"batch_dims={batch_dims}, {what}={tensor}."
                )
        return b.GatherNd(table, _with_batch(places, batch_dims))


def _with_batch(places: Tensor, batch_dims: int) -> Tensor:
    """Positions that begin with those along the first axes, where they stand themselves."""
    ones = (1,) * len(places.dims or ())
    sizes = b.Shape(places, out_type=places.dtype)
    leading = b.ConcatV2([sizes[:-1], b.OnesLike(sizes[-1:])], 0)
    zero, one = (tensor_of(number, places.dtype) for number in (0, 1))
    rows = [
        b.Reshape(b.Range(zero, sizes[axis], one), (*ones[:axis], -1, *ones[axis + 1 :]))
        for axis in range(batch_dims)
    ]
    return b.ConcatV2([*(b.BroadcastTo(row, leading) for row in rows), places], -1)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros of that shape, with the updates added at their positions."""
    return b.ScatterNd(indices, updates, shape_tensor(shape), name=name)


def boolean_mask(
    tensor: TensorLike, mask: Any, name: str = "boolean_mask", axis: int | None = None
) -> Tensor:
    """The entries where `mask` is true; the axes of the mask become one.

    Shape
    -----
    tensor [before..., masked..., after...], mask [masked...] -> [before..., n, after...];
    `axis` is the number of axes before.

    Raises
    ------
    ValueError
        If the rank of the mask is not known or 0, or its shape does not fit.

    Source
    ------
    tf.boolean_mask, TF 1.15 array_ops.py
    """
    with function_scope(name, "boolean_mask", tensor, mask):
        x, chosen = tensor_of(tensor), tensor_of(mask)
        return masked(x.graph.at_work(), x, chosen, axis or 0)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """`on_value` (1) at each index along a new axis of size `depth`, else `off_value` (0).

    Source
    ------
    tf.one_hot, TF 1.15 array_ops.py
    """
    with function_scope(name, "one_hot", indices, depth, on_value, off_value) as (graph, scope):
        given = [graph.convert(value, dtype) for value in (on_value, off_value) if value is not None]
        kind = given[0].dtype if given else dtype_or(dtype, float32)
        on = graph.convert(1, kind) if on_value is None else given[0]
        off = graph.convert(0, kind) if off_value is None else given[-1]
        return b.OneHot(indices, depth, on, off, axis=-1 if axis is None else axis, name=scope)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: DTypeLike = bool_type, name: str | None = None
) -> Tensor:
    """True in the first lengths[i] places of row i; `maxlen` places, by default the longest length."""
    with function_scope(name, "SequenceMask", lengths, maxlen) as (graph, _):
        counts, kind = tensor_of(lengths, name="lengths"), as_dtype(dtype)
        longest = (
            b.Maximum(0, b.Max(counts, b.Range(0, b.Rank(counts), 1)))
            if maxlen is None
            else tensor_of(maxlen, name="maxlen")
        )
        if longest.dims:
            raise ValueError(f"maxlen of a sequence mask must be a scalar, given: {maxlen!r}.")
        positions = b.Range(graph.constant(0, longest.dtype), longest, graph.constant(1, longest.dtype))
        counts = graph.cast(counts, longest.dtype)
        mask = b.Less(positions, b.ExpandDims(counts, -1))
        return (
            mask if kind is bool_type else b.Cast(mask, DstT=kind, name="Cast_1")
        )  # TensorFlow's second cast


def unique(x: TensorLike, out_idx: Any = int32, name: str | None = None) -> Unique:
    """The distinct values of a vector, in order of first occurrence, and each value's place among them."""
    return Unique(*b.Unique(x, out_idx=as_dtype(out_idx), name=name))


def unique_with_counts(x: TensorLike, out_idx: Any = int32, name: str | None = None) -> UniqueWithCounts:
    """As :func:`unique`, and how often each distinct value occurs."""
    return UniqueWithCounts(*b.UniqueWithCounts(x, out_idx=as_dtype(out_idx), name=name))


def top_k(input: TensorLike, k: Any = 1, sorted: bool = True, name: str | None = None) -> TopKV2:
    """The k largest values of the last axis, largest first, and where they are; of equal ones the earlier."""
    return TopKV2(*b.TopKV2(input, k, sorted=sorted, name=name))


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """Whether the target's prediction is among the k largest of its row."""
    with function_scope(name, "in_top_k", predictions, targets, k):
        return b.InTopKV2(predictions, targets, k, name=name or "InTopKV2")


def dynamic_partition(
    data: TensorLike, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """For each partition the rows of `data` that are for it, in the order in which they come."""
    return b.DynamicPartition(data, partitions, num_partitions=num_partitions, name=name)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Tensor:
    """One tensor of the rows of several, each at its index; of equal indices the last counts."""
    return b.DynamicStitch(list(indices), list(data), name=name)


near_keywords_of_functions(__name__)
