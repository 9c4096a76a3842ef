"""Sums, means, extremes over axes under TensorFlow's names, and running sums.

``axis=None`` reduces over all axes. The deprecated names of arguments (``keep_dims``,
``reduction_indices``, ``dimension``) are taken as well.

Source: names and arguments of tf.reduce_* in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int32, int64
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list
Reduction = Callable[..., Tensor]


def _tensor(value: Value) -> Tensor:
    return graph_of([value]).convert(value)


def _one_of(new: Any, old: Any, new_name: str, old_name: str) -> Any:
    """An argument that may come under its present or its deprecated name.

    Raises
    ------
    ValueError
        If it comes under both.
    """
    if new is not None and old is not None:
        raise ValueError(
            f"{new_name}={new!r} and {old_name}={old!r} are the same argument: pass only {new_name}."
        )
    return old if new is None else new


def _axes(x: Tensor, axis: Any) -> Any:
    """The axes as an input of a reduction; all of them for None."""
    if axis is None:
        return np.arange(len(x.dims), dtype=np.int32) if x.dims is not None else b.Range(0, b.Rank(x), 1)
    graph = x.graph
    if isinstance(axis, Tensor) or hasattr(axis, "as_tensor"):
        return axis
    if isinstance(axis, (list, tuple)) and any(isinstance(each, Tensor) for each in axis):
        return graph.convert(axis, int32)
    return np.asarray(axis, np.int32)


def _reduce(
    op_type: str,
    input_tensor: Value,
    axis: Any,
    keepdims: bool | None,
    name: str | None,
    reduction_indices: Any,
    keep_dims: bool | None,
) -> Tensor:
    x = _tensor(input_tensor)
    axes = _axes(x, _one_of(axis, reduction_indices, "axis", "reduction_indices"))
    keep = bool(_one_of(keepdims, keep_dims, "keepdims", "keep_dims"))
    result: Tensor = getattr(b, op_type)(x, axes, keep_dims=keep, name=name)
    return result


def reduce_sum(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum over axes."""
    return _reduce("Sum", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_mean(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The mean over axes; of integers rounded towards zero."""
    return _reduce("Mean", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_max(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The greatest value over axes; ties share the gradient."""
    return _reduce("Max", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_min(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The least value over axes; ties share the gradient."""
    return _reduce("Min", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_prod(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The product over axes."""
    return _reduce("Prod", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_all(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether all are true, over axes."""
    return _reduce("All", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_any(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether one is true, over axes."""
    return _reduce("Any", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_euclidean_norm(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """√Σx² over axes."""
    return _reduce("EuclideanNorm", input_tensor, axis, keepdims, name, None, None)


def reduce_logsumexp(
    input_tensor: Value,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """log Σ e^x over axes; the greatest value is taken out first, so that nothing overflows."""
    x = _tensor(input_tensor)
    axes = _one_of(axis, reduction_indices, "axis", "reduction_indices")
    keep = bool(_one_of(keepdims, keep_dims, "keepdims", "keep_dims"))
    with x.graph.name_scope(name or "ReduceLogSumExp"):
        greatest = reduce_max(x, axes, keepdims=True)
        greatest = b.StopGradient(b.SelectV2(b.IsFinite(greatest), greatest, b.ZerosLike(greatest)))
        total = reduce_sum(b.Exp(b.Sub(x, greatest)), axes, keepdims=keep)
        rest: Tensor = greatest if keep else b.Reshape(greatest, b.Shape(total))
        result: Tensor = b.AddV2(b.Log(total), rest)
        return result


def reduce_variance(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean square distance from the mean, over axes."""
    x = _tensor(input_tensor)
    with x.graph.name_scope(name or "reduce_variance"):
        return reduce_mean(b.Square(b.Sub(x, reduce_mean(x, axis, keepdims=True))), axis, keepdims=keepdims)


def reduce_std(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The standard deviation over axes."""
    x = _tensor(input_tensor)
    with x.graph.name_scope(name or "reduce_std"):
        result: Tensor = b.Sqrt(reduce_variance(x, axis, keepdims))
        return result


def argmax(
    input: Value,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: DType = int64,
) -> Tensor:
    """The position of the greatest value along an axis (default 0), the first of several."""
    place = _one_of(axis, dimension, "axis", "dimension")
    result: Tensor = b.ArgMax(input, 0 if place is None else place, output_type=output_type, name=name)
    return result


def argmin(
    input: Value,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: DType = int64,
) -> Tensor:
    """The position of the least value along an axis (default 0), the first of several."""
    place = _one_of(axis, dimension, "axis", "dimension")
    result: Tensor = b.ArgMin(input, 0 if place is None else place, output_type=output_type, name=name)
    return result


def cumsum(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The sum of the values up to each one along an axis."""
    result: Tensor = b.Cumsum(x, axis, exclusive=exclusive, reverse=reverse, name=name)
    return result


def cumprod(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The product of the values up to each one along an axis."""
    result: Tensor = b.Cumprod(x, axis, exclusive=exclusive, reverse=reverse, name=name)
    return result
