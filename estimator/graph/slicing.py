"""``tensor[key]`` in the terms of StridedSlice: bounds and bit masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import int32
from estimator.core.shapes import compatible, show
from estimator.graph.tensor import Owner, Tensor


def strided_slice(graph: Owner, tensor: Tensor, key: Any) -> Tensor:
    """``tensor[key]`` in a graph; see :func:`slice_arguments`, and :func:`masked` for a key that is a mask."""
    if isinstance(key, (Tensor, np.ndarray)) and key.dtype == bool_:
        with graph.name_scope("boolean_mask"):
            return masked(graph, tensor, graph.convert(key))
    vectors, masks = slice_arguments(graph, key)
    with graph.name_scope("strided_slice") as scope:
        bounds = [_index_vector(graph, vector) for vector in vectors]
        result: Tensor = graph.apply("StridedSlice", (tensor, *bounds), {**masks, "name": scope})
    return result


def masked(graph: Owner, tensor: Tensor, mask: Tensor, before: int = 0) -> Tensor:
    """The entries where `mask` is true; the axes of the mask, which come after `before` others, become one.

    Raises
    ------
    ValueError
        If the rank of the mask is not known or 0, or its shape does not fit.
    """
    if not mask.dims:
        raise ValueError(f"a mask needs at least one dimension, and its rank must be known; given: {mask}.")
    behind = before + len(mask.dims)
    if tensor.dims is not None and not compatible(tensor.dims[before:behind], mask.dims):
        raise ValueError(
            f"a mask of shape {show(mask.dims)} does not fit axes {before}... of {show(tensor.dims)}."
        )
    shape = graph.apply("Shape", (tensor,), {})
    sizes = graph.apply("ConcatV2", ([shape[:before], [-1], shape[behind:]], 0), {})
    tensor = graph.apply("Reshape", (tensor, sizes), {})  # also of one axis: its gradient is dense
    places = graph.apply("Where", (graph.apply("Reshape", (mask, [-1]), {}),), {})
    positions = graph.apply("Reshape", (places, [-1]), {})
    result: Tensor = graph.apply("GatherV2", (tensor, positions, before), {})
    return result


def _index_vector(graph: Owner, values: list[Any]) -> Tensor:
    if not any(isinstance(value, Tensor) for value in values):
        return graph.constant(np.array([int(value) for value in values], np.int32), name="stack")
    with graph.name_scope("stack") as scope:
        items = [
            graph.cast(graph.convert(value, name=str(place)), int32) for place, value in enumerate(values)
        ]
        vector: Tensor = graph.apply("Pack", (items,), {"axis": 0, "name": scope})
    return vector


def slice_arguments(graph: Owner, key: Any) -> tuple[tuple[list[Any], list[Any], list[Any]], dict[str, int]]:
    """The begin, end and strides of a key, and the masks that say which of them count.

    Parameters
    ----------
    graph : Graph
        Where constants go: those that stand for what a slice with tensors leaves out.
    key : int, Tensor, slice, Ellipsis, None or tuple of them
        As numpy has it; None is a new axis. A list is a tuple.

    Raises
    ------
    TypeError
        If it picks elements by an array, or a bound is not an integer.
    ValueError
        If it has two ellipses.

    Source
    ------
    TF op StridedSlice, array_ops.cc
    """
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    items = tuple(key) if isinstance(key, (tuple, list)) else (key,)
    if sum(item is Ellipsis for item in items) > 1:
        raise ValueError(f"a slice can have one ellipsis (...) only, given: {key!r}.")
    for position, item in enumerate(items):
        bit = 1 << position
        low, high, step = 0, 0, 1
        if item is Ellipsis:
            masks["ellipsis_mask"] |= bit
        elif item is None:
            masks["new_axis_mask"] |= bit
        elif isinstance(item, slice):
            masks["begin_mask"] |= bit if item.start is None else 0
            masks["end_mask"] |= bit if item.stop is None else 0
            low, high, step = _complete(graph, item)
        else:
            low = _position(item)
            is_last = not isinstance(low, Tensor) and int(low) == -1
            high = 0 if is_last else low + 1
            masks["shrink_axis_mask"] |= bit
            masks["end_mask"] |= bit if is_last else 0
        begin, end, strides = [*begin, low], [*end, high], [*strides, step]
    return (begin, end, strides), masks


def _complete(graph: Owner, item: slice) -> list[Any]:
    """Start, stop and step of a slice; what is left out is a constant beside tensors, as in TensorFlow."""
    given = [None if value is None else _position(value) for value in (item.start, item.stop, item.step)]
    dtype = next((value.dtype for value in given if isinstance(value, Tensor)), None)
    return [
        value if value is not None else left_out if dtype is None else graph.constant(left_out, dtype)
        for value, left_out in zip(given, (0, 0, 1), strict=True)
    ]


def _position(value: Any) -> Any:
    """An integer or a scalar tensor of integers."""
    if isinstance(value, Tensor):
        if value.dtype.is_integer and not value.dims:
            return value
    elif not isinstance(value, (bool, np.bool_)) and np.ndim(value) == 0 and hasattr(value, "__index__"):
        return value
    elif hasattr(value, "as_tensor"):
        return _position(value.as_tensor())
    if isinstance(value, str):
        raise TypeError(
            f"{value!r} cannot be an index: this is one Tensor, and not a dict of tensors by name. If it comes from "
            f"input_fn, return ({{{value!r}: values, ...}}, labels) there."
        )
    raise TypeError(
        f"{value!r} cannot be an index: use integers, slices, ..., None and scalar integer tensors; "
        "tf.gather picks by a list, tf.boolean_mask by a mask."
    )
