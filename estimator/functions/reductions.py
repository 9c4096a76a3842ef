"""Sums, means, extremes over axes under TensorFlow's names, and running sums.

``axis=None`` reduces over all axes. The deprecated names of arguments (``keep_dims``,
``reduction_indices``, ``dimension``) are taken as well.

Source: names and arguments of tf.reduce_* in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.graph import build as b
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list
Reduction = Callable[..., Tensor]


def axes_of(x: Value, axis: Any) -> Any:
    """The axes as an input of a reduction; all of them for None."""
    if axis is None:
        if isinstance(x, Tensor) and x.dims is not None:
            return x.graph.constant(np.arange(len(x.dims), dtype=np.int32))
        return arrays.range(0, arrays.rank(x))
    if isinstance(axis, (list, tuple)) and any(isinstance(place, Tensor) for place in axis):
        return axis
    return axis if isinstance(axis, Tensor) or hasattr(axis, "as_tensor") else np.asarray(axis, np.int32)


def _reduce(
    op_type: str,
    input_tensor: Value,
    axis: Any,
    keepdims: bool | None,
    name: str | None,
    reduction_indices: Any,
    keep_dims: bool | None,
) -> Tensor:
    axes = axes_of(input_tensor, renamed("axis", axis, "reduction_indices", reduction_indices))
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    result: Tensor = getattr(b, op_type)(input_tensor, axes, keep_dims=keep, name=name)
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
    axes = renamed("axis", axis, "reduction_indices", reduction_indices)
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(name, "ReduceLogSumExp", input_tensor) as (_, scope):
        x = tensor_of(input_tensor)
        greatest = reduce_max(x, axes, keepdims=True)
        greatest = b.StopGradient(b.SelectV2(b.IsFinite(greatest), greatest, b.ZerosLike(greatest)))
        total = reduce_sum(b.Exp(b.Sub(x, greatest)), axes, keepdims=keep)
        rest: Tensor = greatest if keep else b.Reshape(greatest, b.Shape(total))
        result: Tensor = b.AddV2(b.Log(total), rest, name=scope)
        return result


def reduce_variance(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean square distance from the mean, over axes."""
    with function_scope(name, "reduce_variance", input_tensor):
        x = tensor_of(input_tensor)
        if not x.dtype.is_floating:
            raise TypeError(f"reduce_variance takes floating point numbers, given: {x}; use tf.cast.")
        return reduce_mean(b.Square(b.Sub(x, reduce_mean(x, axis, keepdims=True))), axis, keepdims=keepdims)


def reduce_std(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The standard deviation over axes."""
    with function_scope(name, "reduce_std", input_tensor):
        x = tensor_of(input_tensor)
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
    place = renamed("axis", axis, "dimension", dimension)
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
    place = renamed("axis", axis, "dimension", dimension)
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
