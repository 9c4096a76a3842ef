"""Sums, means, extremes over axes under TensorFlow's names, and running sums.

``axis=None`` reduces over all axes. The deprecated names of arguments (``keep_dims``,
``reduction_indices``, ``dimension``) are taken as well.

Source: names and arguments of tf.reduce_* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import arrays
from estimator.functions.arguments import function_scope, renamed, tensor_of
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def axes_of(x: Value, axis: Any) -> Any:
    """The axes as an input of a reduction; all of them for None."""
    if axis is None:
        if isinstance(x, (Tensor, SparseTensor)) and x.dims is not None:
            return x.graph.at_work().constant(np.arange(len(x.dims), dtype=np.int32))
        return arrays.range(0, arrays.rank(x))
    if isinstance(axis, (list, tuple)) and any(isinstance(place, Tensor) for place in axis):
        return axis
    if isinstance(axis, Tensor) or hasattr(axis, "as_tensor"):
        return axis
    places = np.asarray(axis)
    if places.size and places.dtype.kind not in "iuO":  # an array of a shape's Dimensions is one of objects
        raise TypeError(f"axis must be a whole number, or several; given: {axis!r}.")
    return places.astype(np.int32)


class Reduction(Protocol):
    """A reduction over axes."""

    def __call__(
        self,
        input_tensor: Value,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Tensor:
        """The result; with `keepdims` the axes stay, of size 1."""


def _reduction(name_of_function: str, op_type: str, meaning: str) -> Reduction:
    """The function of that name which adds the op."""

    def reduction(
        input_tensor: Value,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Tensor:
        given = renamed("axis", axis, "reduction_indices", reduction_indices)
        keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
        result: Tensor = getattr(b, op_type)(
            input_tensor, axes_of(input_tensor, given), keep_dims=keep, name=name
        )
        if given is None and not keep:
            result.set_shape([])  # whatever the rank is
        return result

    reduction.__name__ = reduction.__qualname__ = name_of_function
    reduction.__doc__ = meaning
    return reduction


reduce_sum = _reduction("reduce_sum", "Sum", "The sum over axes.")
reduce_mean = _reduction("reduce_mean", "Mean", "The mean over axes; of integers rounded towards zero.")
reduce_max = _reduction("reduce_max", "Max", "The greatest value over axes; ties share the gradient.")
reduce_min = _reduction("reduce_min", "Min", "The least value over axes; ties share the gradient.")
reduce_prod = _reduction("reduce_prod", "Prod", "The product over axes.")
reduce_all = _reduction("reduce_all", "All", "Whether all are true, over axes.")
reduce_any = _reduction("reduce_any", "Any", "Whether one is true, over axes.")
_euclidean_norm = _reduction("reduce_euclidean_norm", "EuclideanNorm", "√Σx² over axes.")


def reduce_euclidean_norm(
    input_tensor: Value, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The Euclidean norm over axes: √Σ x²."""
    return _euclidean_norm(input_tensor, axis, keepdims, name)


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
        return b.AddV2(b.Log(total), rest, name=scope)


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
        return b.Sqrt(reduce_variance(x, axis, keepdims))


def argmax(
    input: Value,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: DType = int64,
) -> Tensor:
    """The position of the greatest value along an axis (default 0), the first of several."""
    place = renamed("axis", axis, "dimension", dimension)
    return b.ArgMax(input, 0 if place is None else place, output_type=output_type, name=name)


def argmin(
    input: Value,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: DType = int64,
) -> Tensor:
    """The position of the least value along an axis (default 0), the first of several."""
    place = renamed("axis", axis, "dimension", dimension)
    return b.ArgMin(input, 0 if place is None else place, output_type=output_type, name=name)


def arg_max(input: Value, dimension: Any, output_type: DType = int64, name: str | None = None) -> Tensor:
    """The older form of :func:`argmax`, whose third argument is the type."""
    return argmax(input, dimension, name, output_type=output_type)


def arg_min(input: Value, dimension: Any, output_type: DType = int64, name: str | None = None) -> Tensor:
    """The older form of :func:`argmin`, whose third argument is the type."""
    return argmin(input, dimension, name, output_type=output_type)


def cumsum(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The sum of the values up to each one along an axis."""
    return b.Cumsum(x, axis, exclusive=exclusive, reverse=reverse, name=name)


def cumulative_logsumexp(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The logarithm of the sum of e^x over the values up to each one along an axis, without overflow."""
    return b.CumulativeLogsumexp(x, axis, exclusive=exclusive, reverse=reverse, name=name)


def cumprod(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> Tensor:
    """The product of the values up to each one along an axis."""
    return b.Cumprod(x, axis, exclusive=exclusive, reverse=reverse, name=name)


near_keywords_of_functions(__name__)
