"""Functions that count, under TensorFlow's names.

Source: names and arguments of tf.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, as_dtype, int32, int64
from estimator.core.dtypes import string as string_type
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.functions.scoping import Assert
from estimator.functions.sparse import sparse_of
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def count_nonzero(
    input_tensor: Value = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: DTypeLike = int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Value = None,
) -> Tensor:
    """How many values are not 0 (no empty text), in all or along axes; of a SparseTensor, of its entries.

    Parameters
    ----------
    input, reduction_indices, keep_dims : optional
        Older names of `input_tensor`, `axis` and `keepdims`.
    """
    value = renamed("input_tensor", input_tensor, "input", input)
    axes = renamed("axis", axis, "reduction_indices", reduction_indices)
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(name, "count_nonzero", *(() if isinstance(value, SparseTensor) else (value,))) as (
        graph,
        _,
    ):
        x = value.values if isinstance(value, SparseTensor) else tensor_of(value, name="input_tensor")
        zero = "" if x.dtype is string_type else graph.constant(False if x.dtype.is_bool else 0, x.dtype)
        counts = reduce_sum(b.Cast(b.NotEqual(x, zero), DstT=int64), axes, keepdims=keep)
        return cast(counts, as_dtype(dtype))


def bincount(
    arr: Value,
    weights: Value = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: DTypeLike = int32,
) -> Tensor:
    """How often each whole number from 0 on occurs, or the sum of the weights of where it does.

    Parameters
    ----------
    arr : Tensor of int32
    weights : Tensor, optional
        Of the shape of `arr`.
    minlength, maxlength : int, optional
        How many numbers are counted at least, and at most; by default all up to the greatest.
    dtype : DType
        Of the counts, without weights.

    Raises
    ------
    InvalidArgumentError
        When it runs, if a number is below 0.
    """
    with function_scope(None, "bincount", arr, weights) as (graph, _):
        numbers = graph.cast(tensor_of(arr, name="arr"), int32)
        is_some = b.Greater(b.Size(numbers), 0)
        size = b.SelectV2(is_some, reduce_max(b.ConcatV2([b.Reshape(numbers, [-1]), [-1]], 0)) + 1, 0)
        if minlength is not None:
            size = b.Maximum(graph.convert(minlength, int32, "min_length"), size)
        if maxlength is not None:
            size = b.Minimum(graph.convert(maxlength, int32, "max_length"), size)
        own = graph.constant([], as_dtype(dtype)) if weights is None else tensor_of(weights, name="weights")
        return b.Bincount(numbers, size, own)


def confusion_matrix(
    labels: Value,
    predictions: Value,
    num_classes: Any = None,
    dtype: DTypeLike = int32,
    name: str | None = None,
    weights: Value = None,
) -> Tensor:
    """How often each class (a row) was predicted as each class (a column).

    Parameters
    ----------
    labels, predictions : vector of int
        A last axis of size 1 is left out if one of them has it.
    num_classes : int, optional
        One more than the greatest of both by default.
    weights : Tensor, optional
        Of the shape of the predictions: how much each of them counts.

    Raises
    ------
    InvalidArgumentError
        When it runs, if a class is below 0 or not below `num_classes`.
    """
    with function_scope(name, "confusion_matrix", predictions, labels, num_classes, weights) as (graph, _):
        truth, found = _as_vectors(tensor_of(labels), tensor_of(predictions))
        truth, found = graph.cast(truth, int64), graph.cast(found, int64)
        truth, found = _not_negative(truth, "labels"), _not_negative(found, "predictions")
        if num_classes is None:
            count = b.AddV2(b.Maximum(reduce_max(found), reduce_max(truth)), 1)
        else:
            count = graph.cast(tensor_of(num_classes, name="num_classes"), int64)
            truth, found = _below(truth, count, "labels"), _below(found, count, "predictions")
        kind = as_dtype(dtype)
        each = (
            b.OnesLike(b.Cast(found, DstT=kind)) if weights is None else graph.cast(tensor_of(weights), kind)
        )
        return b.ScatterNd(b.Pack([truth, found], axis=1), each, b.Pack([count, count]))


def _as_vectors(labels: Tensor, predictions: Tensor) -> tuple[Tensor, Tensor]:
    """Without the last axis of size 1 that one of them has and the other lacks."""
    if labels.dims is None or predictions.dims is None:
        return labels, predictions
    surplus = len(labels.dims) - len(predictions.dims)
    if surplus == 1 and labels.dims[-1] in (1, None):
        return b.Squeeze(labels, squeeze_dims=[-1]), predictions
    if surplus == -1 and predictions.dims[-1] in (1, None):
        return labels, b.Squeeze(predictions, squeeze_dims=[-1])
    return labels, predictions


def _not_negative(x: Tensor, what: str) -> Tensor:
    check = Assert(
        b.All(b.LessEqual(0, x), b.Range(0, b.Rank(x), 1)), [f"`{what}` contains negative values", x]
    )
    return _after(check, x)


def _below(x: Tensor, limit: Tensor, what: str) -> Tensor:
    within = b.All(b.Less(x, limit), b.Range(0, b.Rank(x), 1))
    return _after(Assert(within, [f"`{what}` out of bound", x, "num_classes =", limit]), x)


def _after(check: Any, x: Tensor) -> Tensor:
    with x.graph.at_work().control_dependencies([check]):
        result: Tensor = b.Identity(x)
        return result


def histogram_fixed_width(
    values: Value, value_range: Value, nbins: Any = 100, dtype: DTypeLike = int32, name: str | None = None
) -> Tensor:
    """How many values lie in each of `nbins` equal parts of a range; those outside count for the first and the last.

    Parameters
    ----------
    value_range : pair
        From where to where, of the type of the values.
    """
    with function_scope(name, "histogram_fixed_width", values, value_range, nbins) as (_, scope):
        return b.HistogramFixedWidth(values, value_range, nbins, dtype=as_dtype(dtype), name=scope)


def histogram_fixed_width_bins(
    values: Value, value_range: Value, nbins: Any = 100, dtype: DTypeLike = int32, name: str | None = None
) -> Tensor:
    """In which of `nbins` equal parts of a range each value lies; see :func:`histogram_fixed_width`.

    Parameters
    ----------
    dtype : DType
        Accepted as in TensorFlow, which gives int32 in any case.
    """
    with function_scope(name, "histogram_fixed_width_bins", values, value_range, nbins) as (graph, _):
        x = tensor_of(values, name="values")
        bounds, count = graph.convert(value_range, x.dtype), graph.convert(nbins, int32, "nbins")
        count = _after(Assert(b.Greater(count, 0), ["nbins must be above 0:", count]), count)
        parts = b.Cast(count, DstT=x.dtype)
        share = (x - bounds[0]) / (bounds[1] - bounds[0])
        share = b.Floor(b.Cast(parts, DstT=share.dtype) * share)
        last = b.Cast(count - 1, DstT=share.dtype)
        return b.Reshape(b.Cast(b.ClipByValue(share, 0, last), DstT=int32), b.Shape(x))


def edit_distance(
    hypothesis: SparseTensor, truth: SparseTensor, normalize: bool = True, name: str = "edit_distance"
) -> Tensor:
    """How many values must be put in, left out or replaced to make each sequence of `hypothesis` that of `truth`.

    Parameters
    ----------
    hypothesis, truth : SparseTensor of one type
        Their sequences lie along the last axis.
    normalize : bool
        Whether to divide by the length of the truth; the distance from a truth without length is infinite then,
        unless there is nothing to do.
    name : str

    Shape
    -----
    hypothesis [batch..., n], truth [batch..., m] -> [batch...]

    Raises
    ------
    TypeError
        If one is no SparseTensor, or their types differ.

    Source
    ------
    tf.edit_distance, TF 1.15 array_ops.py
    """
    ours, theirs = sparse_of(hypothesis), sparse_of(truth)
    return b.EditDistance(
        ours.indices, ours.values, ours.dense_shape, theirs.indices, theirs.values, theirs.dense_shape,
        normalize=normalize, name=name,
    )  # fmt: skip


near_keywords_of_functions(__name__)
