"""``tensor[key]`` in the terms of StridedSlice: bounds and bit masks."""

from __future__ import annotations

from typing import Any

from estimator.graph.tensor import Tensor


def slice_arguments(key: Any) -> tuple[tuple[list[Any], list[Any], list[Any]], dict[str, int]]:
    """The begin, end and strides of a key, and the masks that say which of them count.

    Parameters
    ----------
    key : int, Tensor, slice, Ellipsis, None or tuple of them
        As numpy has it; None is a new axis.

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
            low, high, step = item.start, item.stop, 1 if item.step is None else item.step
            masks["begin_mask"] |= bit if low is None else 0
            masks["end_mask"] |= bit if high is None else 0
            low, high = 0 if low is None else low, 0 if high is None else high
        else:
            low = item
            is_last = not isinstance(item, Tensor) and int(item) == -1
            high = 0 if is_last else item + 1
            masks["shrink_axis_mask"] |= bit
            masks["end_mask"] |= bit if is_last else 0
        begin, end, strides = [*begin, low], [*end, high], [*strides, step]
    return (begin, end, strides), masks
