"""Statistics of numbers that come in rows, against numpy's of the whole."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.inspection.statistics import Statistics, as_float64, statistics


def rows_of(values: Any, size: int = 7) -> list[Any]:
    flat = np.asarray(values).reshape(-1)
    return [flat[start : start + size] for start in range(0, flat.size, size)]


def test_rows_give_what_numpy_gives_of_the_whole(rng: np.random.Generator) -> None:
    values = rng.normal(size=100).astype(np.float32)
    found = statistics(rows_of(values), dtypes.float32)
    whole = values.astype(np.float64)
    assert found.norm == pytest.approx(np.linalg.norm(whole), rel=1e-12)
    assert found.mean == pytest.approx(whole.mean(), rel=1e-12)
    assert (found.min, found.max, found.count) == (whole.min(), whole.max(), 100)
    assert (found.nan_count, found.inf_count) == (0, 0)


def test_nan_and_infinity_are_counted_and_left_out_of_the_rest() -> None:
    found = statistics(rows_of(np.array([3, np.nan, 4, np.inf, -np.inf, np.nan]), 2), dtypes.float64)
    assert found == Statistics(6, 5.0, 3.5, 3.0, 4.0, nan_count=2, inf_count=2)


def test_of_nan_alone_there_is_a_count_and_nothing_else() -> None:
    assert statistics([np.array([np.nan, np.nan])], dtypes.float64) == Statistics(2, 0.0, None, None, None, 2)


def test_of_no_numbers_there_is_nothing() -> None:
    assert statistics([], dtypes.float32) == Statistics(0, 0.0, None, None, None)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_squares_beyond_float64_do_not_spoil_the_norm(size: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = statistics([np.array([3 * size]), np.array([4 * size])], dtypes.float64)
    assert found.norm == pytest.approx(5 * size, rel=1e-12)
    assert found.mean == pytest.approx(3.5 * size, rel=1e-12)


def test_bits_of_bfloat16_are_numbers() -> None:
    bits = np.array([0x3F80, 0xC000, 0x7FC0, 0x7F80], np.uint16)  # 1, -2, NaN, infinity
    assert as_float64(bits, dtypes.bfloat16)[:2].tolist() == [1.0, -2.0]
    found = statistics([bits], dtypes.bfloat16)
    assert (found.mean, found.nan_count, found.inf_count) == (-0.5, 1, 1)
    assert found.norm == pytest.approx(math.sqrt(5))


def test_complex_numbers_have_a_norm_and_no_mean() -> None:
    found = statistics([np.array([3 + 4j, 0j], np.complex64)], dtypes.complex64)
    assert (found.norm, found.mean, found.min, found.max) == (5.0, None, None, None)


def test_the_other_byte_order_gives_the_same() -> None:
    values = np.arange(5, dtype=">f4")
    assert statistics([values], dtypes.float32) == statistics([values.astype("<f4")], dtypes.float32)


def test_booleans_and_integers_count_as_numbers() -> None:
    assert statistics([np.array([True, False])], dtypes.bool).mean == 0.5
    assert statistics([np.array([2**63], np.uint64)], dtypes.uint64).max == 2.0**63


def test_signalling_nan_is_counted_without_a_warning() -> None:
    bits = np.array([0x7FA00000, 0x3F800000], np.uint32)  # such a NaN, and 1
    assert statistics([bits.view(np.float32)], dtypes.float32).nan_count == 1
    halves = np.array([0x7F81, 0x3F80], np.uint16)
    assert statistics([halves], dtypes.bfloat16) == Statistics(2, 1.0, 1.0, 1.0, 1.0, nan_count=1)
