"""``tensor[key]`` in the terms of StridedSlice: bounds and bit masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import int32
from estimator.graph.tensor import Owner, Tensor


def strided_slice(graph: Owner, tensor: Tensor, key: Any) -> Tensor:
    """``tensor[key]`` in a graph; see :func:`slice_arguments`."""
    vectors, masks = slice_arguments(key)
    bounds = [_index_vector(graph, each) for each in vectors]
    result: Tensor = graph.apply("StridedSlice", (tensor, *bounds), {**masks, "name": "strided_slice"})
    return result


def _index_vector(graph: Owner, values: list[Any]) -> Any:
    if any(isinstance(value, Tensor) for value in values):
        items = [graph.cast(graph.convert(value), int32) for value in values]
        return graph.apply("Pack", (items,), {"axis": 0, "name": "strided_slice/stack"})
    return np.array([int(value) for value in values], np.int32)


def slice_arguments(key: Any) -> tuple[tuple[list[Any], list[Any], list[Any]], dict[str, int]]:
    """The begin, end and strides of a key, and the masks that say which of them count.

    Parameters
    ----------
    key : int, Tensor, slice, Ellipsis, None or tuple of them
        As numpy has it; None is a new axis.

    Raises
    ------
    TypeError
        If it picks elements by a list or a mask, or a bound is no integer.

    Source
    ------
    TF op StridedSlice, array_ops.cc
    """
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    for position, item in enumerate(key if isinstance(key, tuple) else (key,)):
        bit = 1 << position
        low, high, step = 0, 0, 1
        if item is Ellipsis:
            masks["ellipsis_mask"] |= bit
        elif item is None:
            masks["new_axis_mask"] |= bit
        elif isinstance(item, slice):
            low, high, step = map(_bound, (item.start, item.stop, 1 if item.step is None else item.step))
            masks["begin_mask"] |= bit if low is None else 0
            masks["end_mask"] |= bit if high is None else 0
            low, high = 0 if low is None else low, 0 if high is None else high
        else:
            low = _position(item)
            is_last = not isinstance(low, Tensor) and int(low) == -1
            high = 0 if is_last else low + 1
            masks["shrink_axis_mask"] |= bit
            masks["end_mask"] |= bit if is_last else 0
        begin, end, strides = [*begin, low], [*end, high], [*strides, step]
    return (begin, end, strides), masks


def _bound(value: Any) -> Any:
    return None if value is None else _position(value)


def _position(value: Any) -> Any:
    """An integer or a scalar tensor of integers."""
    if isinstance(value, Tensor):
        if value.dtype.is_integer and not value.dims:
            return value
    elif not isinstance(value, (bool, np.bool_)) and np.ndim(value) == 0 and hasattr(value, "__index__"):
        return value
    elif hasattr(value, "as_tensor"):
        return _position(value.as_tensor())
    raise TypeError(
        f"{value!r} cannot be an index: use integers, slices, ..., None and scalar integer tensors; "
        "tf.gather picks by a list, tf.boolean_mask by a mask."
    )
