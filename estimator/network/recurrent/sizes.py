"""Shapes of states and outputs: a batch size, which may be a tensor, and the size of what one example has."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.shapes import Dimension, Dims, as_dims, is_static, show
from estimator.functions.arrays import concat, constant, reshape, zeros
from estimator.graph.static import static_dims, static_value
from estimator.graph.tensor import Tensor


def batched_dims(batch_size: Any, size: Any) -> Dims:
    """What is known of the shape ``[batch_size, *size]``; each may be a number, a shape or a tensor.

    Raises
    ------
    TypeError
        If one of them is none of these.
    ValueError
        If a size is negative.
    """
    parts = [_known(batch_size), _known(size)]
    return None if None in parts else (*parts[0], *parts[1])  # type: ignore[misc]  # neither is None


def zeros_of(batch_size: Any, size: Any, dtype: DTypeLike) -> Tensor:
    """Zeros of the shape ``[batch_size, *size]``.

    Raises
    ------
    TypeError
        If `batch_size` or `size` is neither a number nor a shape nor a tensor.
    ValueError
        If a size is not known and cannot be asked for when the graph runs, or is negative.
    """
    dims = batched_dims(batch_size, size)
    if is_static(dims):
        return zeros(dims, dtype)
    result = zeros(concat([_at_run_time(batch_size), _at_run_time(size)], 0), dtype)
    result.set_shape(dims)
    return result


def _known(size: Any) -> Dims:
    if not isinstance(size, Tensor):
        return as_dims(Dimension(None) if size is None else size)
    if size.dims not in (None, ()):
        return static_dims(size)
    value = static_value(size)
    return (None if value is None else int(value),)


def _at_run_time(size: Any) -> Tensor:
    if isinstance(size, Tensor):
        return reshape(size, [-1])
    dims = _known(size)
    if not is_static(dims):
        raise ValueError(
            f"the zeros of a state need all their sizes, given: {show(dims)}. Where the size of the batch is "
            "not known, pass tf.shape(inputs)[0]."
        )
    return constant(list(dims or ()), "int32")
