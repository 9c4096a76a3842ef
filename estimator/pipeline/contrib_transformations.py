"""Transformations that only tf.contrib.data has: older ways to say what a Dataset's methods do.

Source
------
TF 1.15 contrib/data interleave_ops.py, sliding.py, batching.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.structure import map_leaves
from estimator.pipeline.transformations import Transformation


def sloppy_interleave(
    map_func: Callable[..., Any], cycle_length: Any, block_length: Any = 1
) -> Transformation:
    """Elements of several datasets in turn: ``dataset.interleave(map_func, cycle_length, block_length)``.

    Parameters
    ----------
    map_func : callable
        From the tensors of an element to a Dataset.
    cycle_length, block_length : int
        How many datasets take turns, and how many elements each gives. The order does not depend on which is ready.
    """
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def sliding_window_batch(
    window_size: Any, stride: Any = None, window_shift: Any = None, window_stride: Any = 1
) -> Transformation:
    """Batches of a window that slides over the elements; those that would not be full are left out.

    Parameters
    ----------
    window_size : int
        How many elements a batch has.
    stride : int, optional
        An older name of `window_shift`.
    window_shift : int, default 1
        How many elements later the next window begins.
    window_stride : int
        How far apart the elements of a window are.

    Raises
    ------
    ValueError
        If both names of the shift are given.
    """
    if stride is not None and window_shift is not None:
        raise ValueError(
            f"Cannot specify both `stride` and `window_shift`, which are one thing, given: {stride!r} and "
            f"{window_shift!r}."
        )
    shift = window_shift if stride is None else stride

    def batches(*parts: Any) -> Dataset:
        windows = parts[0] if len(parts) == 1 else parts
        return Dataset.zip(map_leaves(lambda window: window.batch(window_size), windows))

    return lambda dataset: dataset.window(
        window_size, 1 if shift is None else shift, window_stride, drop_remainder=True
    ).flat_map(batches)


def padded_batch_and_drop_remainder(
    batch_size: Any, padded_shapes: Any, padding_values: Any = None
) -> Transformation:
    """Padded batches, all of one size: ``dataset.padded_batch(..., drop_remainder=True)``."""
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


near_keywords_of_functions(__name__)
