"""The numbers of parts that TensorFlow's partitioners give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from estimator.core import dtypes
from estimator.core.shapes import TensorShape
from estimator.variables.partitioners import (
    fixed_size_partitioner,
    min_max_variable_partitioner,
    variable_axis_size_partitioner,
)


# TensorFlow 2.15, float32
@pytest.mark.parametrize(
    ("partitioner", "shape", "counts"),
    [
        (fixed_size_partitioner(3), [100, 10], [3, 1]),
        (fixed_size_partitioner(30), [7, 3], [7, 1]),
        (fixed_size_partitioner(2, axis=1), [100, 10], [1, 2]),
        (variable_axis_size_partitioner(64), [100, 10], [100, 1]),
        (variable_axis_size_partitioner(64), [7, 3], [2, 1]),
        (variable_axis_size_partitioner(100), [100, 10], [50, 1]),
        (variable_axis_size_partitioner(100), [7, 3], [1, 1]),
        (variable_axis_size_partitioner(1000), [100, 10], [4, 1]),
        (variable_axis_size_partitioner(100, max_shards=7), [1000, 1000], [7, 1]),
        (variable_axis_size_partitioner(1000, axis=1), [100, 10], [1, 5]),
        (min_max_variable_partitioner(), [1000, 1000], [1, 1]),
        (min_max_variable_partitioner(4, min_slice_size=64), [100, 10], [4, 1]),
        (min_max_variable_partitioner(4, min_slice_size=64), [7, 3], [2, 1]),
        (min_max_variable_partitioner(16, min_slice_size=300), [100, 10], [14, 1]),
        (min_max_variable_partitioner(1000), [2000, 700], [22, 1]),
        (min_max_variable_partitioner(0, min_slice_size=64), [100, 10], [1, 1]),
        (min_max_variable_partitioner(-1, min_slice_size=64), [100, 10], [1, 1]),
        (variable_axis_size_partitioner(100, max_shards=0), [100, 10], [50, 1]),
        (min_max_variable_partitioner(9, axis=1, min_slice_size=100), [100, 10], [1, 9]),
        (fixed_size_partitioner(2, axis=-1), [10, 4], [1, 2]),
        (min_max_variable_partitioner(2, axis=-1, min_slice_size=8), [10, 4], [1, 2]),
        (variable_axis_size_partitioner(8, axis=-2), [10, 4], [10, 1]),
    ],
)
def test_parts_of_numbers(partitioner: Callable[..., Any], shape: list[int], counts: list[int]) -> None:
    assert partitioner(shape=TensorShape(shape), dtype=dtypes.float32) == counts


# TensorFlow 2.15: a string counts 16 bytes
@pytest.mark.parametrize(
    ("partitioner", "counts"),
    [
        (variable_axis_size_partitioner(1000), [17, 1]),
        (min_max_variable_partitioner(30, min_slice_size=4000), [4, 1]),
    ],
)
def test_parts_of_strings(partitioner: Callable[..., Any], counts: list[int]) -> None:
    assert partitioner(shape=[100, 10], dtype=dtypes.string) == counts


@pytest.mark.parametrize(
    "partitioner",
    [fixed_size_partitioner(2, 3), variable_axis_size_partitioner(5, 3), min_max_variable_partitioner(2, 3)],
)
def test_an_axis_that_the_variable_does_not_have(partitioner: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"along axis 3 when shape is only \(4,\)"):
        partitioner(shape=[4], dtype=dtypes.float32)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: fixed_size_partitioner(0), "num_shards"),
        (lambda: variable_axis_size_partitioner(0), "max_shard_bytes"),
        (lambda: variable_axis_size_partitioner(5, bytes_per_string_element=0), "bytes_per_string_element"),
        (lambda: min_max_variable_partitioner(min_slice_size=0), "min_slice_size"),
    ],
)
def test_numbers_must_be_positive(make: Callable[[], Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be positive, given: 0"):
        make()
