"""Partitioners: into how many parts a large variable is made.

A partitioner is a function of ``shape`` and ``dtype`` that gives the number of parts along each axis, one of
which may be greater than 1; an axis below 0 counts from the last one. ``get_variable`` and ``variable_scope`` take
one::

    with variable_scope("embedding", partitioner=fixed_size_partitioner(3)):
        table = get_variable("weights", [100_000, 64])   # weights/part_0, part_1, part_2

A model that was saved in parts restores in any other number of parts, and whole.

Source
------
tf.fixed_size_partitioner, tf.variable_axis_size_partitioner and tf.min_max_variable_partitioner, TF 1.15
partitioned_variables.py
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from estimator.core.dtypes import DType, as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import as_dims


class Partitioner(Protocol):
    """Says into how many parts a variable is cut."""

    def __call__(self, shape: Any, dtype: Any) -> Sequence[int]:
        """The number of parts along each axis."""


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    """Always `num_shards` parts along an axis; one for each index if the axis is shorter.

    Raises
    ------
    ValueError
        If `num_shards` is not positive; from the partitioner, if the variable has no such axis.
    """
    _check_positive("fixed_size_partitioner", num_shards=num_shards)

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        sizes = _sizes(shape, axis)
        return _along(axis, sizes, min(num_shards, sizes[axis]))

    return partitioner


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Partitioner:
    """As few parts as keep each within `max_shard_bytes`, or one for each index if even that is too large.

    Parameters
    ----------
    max_shard_bytes : int
        The size of a part.
    axis : int
        Along which the variable is cut.
    bytes_per_string_element : int
        What a string counts.
    max_shards : int, optional
        Never more parts than these; None or 0 for no limit.

    Raises
    ------
    ValueError
        If a number is not positive; from the partitioner, if the variable has no such axis.
    """
    _check_positive(
        "variable_axis_size_partitioner",
        max_shard_bytes=max_shard_bytes,
        bytes_per_string_element=bytes_per_string_element,
        max_shards=max_shards or 1,
    )

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        sizes = _sizes(shape, axis)
        index_bytes = _size_bytes(sizes, dtype, bytes_per_string_element) / max(sizes[axis], 1)
        in_one = max(1, math.floor(max_shard_bytes / max(index_bytes, 1)))
        parts = math.ceil(sizes[axis] / in_one)
        return _along(axis, sizes, min(parts, max_shards) if max_shards else parts)

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
) -> Partitioner:
    """At most `max_partitions` parts, and no more than the variable has stretches of `min_slice_size` bytes.

    Parameters
    ----------
    max_partitions : int
        The most parts. Models ask for as many as there are parameter servers: none (0) in a local run, and then
        the variable is one part.
    axis : int
        Along which the variable is cut.
    min_slice_size : int
        In bytes; smaller parts are not worth it.
    bytes_per_string_element : int
        What a string counts.

    Raises
    ------
    ValueError
        If a number is not positive; from the partitioner, if the variable has no such axis.
    """
    _check_positive(
        "min_max_variable_partitioner",
        min_slice_size=min_slice_size,
        bytes_per_string_element=bytes_per_string_element,
    )

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        sizes = _sizes(shape, axis)
        worth_it = math.ceil(_size_bytes(sizes, dtype, bytes_per_string_element) / min_slice_size)
        return _along(axis, sizes, min(worth_it, max_partitions, sizes[axis]))

    return partitioner


def _check_positive(partitioner: str, **numbers: int) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise ValueError(f"{partitioner}: {name} must be positive, given: {value}.")


def _sizes(shape: Any, axis: int) -> tuple[int, ...]:
    sizes: tuple[int, ...] = as_dims(shape) or ()  # type: ignore[assignment]  # a variable's shape is fully known
    if not -len(sizes) <= axis < len(sizes):
        raise ValueError(f"Cannot partition variable along axis {axis} when shape is only {sizes}.")
    return sizes


def _size_bytes(sizes: Sequence[int], dtype: Any, bytes_per_string_element: int) -> int:
    kind: DType = as_dtype(dtype)
    return math.prod(sizes) * (bytes_per_string_element if kind.name == "string" else kind.size or 1)


def _along(axis: int, sizes: Sequence[int], parts: int) -> list[int]:
    counts = [1] * len(sizes)
    counts[axis] = max(1, parts)
    return counts


near_keywords_of_functions(__name__)
