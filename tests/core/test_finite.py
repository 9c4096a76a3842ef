"""Arrays of numbers only."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core import finite
from estimator.core.dtypes import bfloat16, float32
from estimator.core.finite import FiniteLook, all_finite, is_finite


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_element_that_is_no_number_is_enough(dtype: str, bad: float) -> None:
    values = np.ones((2, 3), dtype)
    assert is_finite(values)
    values[1, 2] = bad
    assert not is_finite(values)


def test_every_piece_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finite, "_CHECKED_ELEMENTS", 4)
    assert is_finite(np.zeros(9))
    assert not is_finite(np.r_[np.zeros(8), np.nan])


def test_whole_numbers_and_texts_always_are() -> None:
    assert is_finite(np.array([1, 2])) and is_finite(np.array([b"nan"], object)) and is_finite(np.zeros(0))


def test_bfloat16_is_kept_as_bits() -> None:
    nan, infinite, one = 0x7FC0, 0xFF80, 0x3F80  # the upper halves of the float32 bits
    assert is_finite(np.array([one], np.uint16), bfloat16)
    assert not is_finite(np.array([one, nan], np.uint16), bfloat16)
    assert not is_finite(np.array([infinite], np.uint16), bfloat16)
    assert is_finite(np.array([nan], np.uint16))


@pytest.mark.parametrize("bad", [0, 4000, 7999])
@pytest.mark.parametrize("dtype", ["float16", "float64", "complex64"])
def test_one_of_many_small_arrays_is_enough(bad: int, dtype: str) -> None:
    arrays = [np.ones((5, 3), dtype) for _ in range(8000)]
    others = [
        (np.array([b"nan"], object), None),
        (np.full(5, 0x7F80, np.uint16), None),
        (np.zeros((0, 3)), None),
    ]
    assert all_finite([*others, *((array, None) for array in arrays)])
    arrays[bad][4, 2] = np.nan
    assert not all_finite([*others, *((array, None) for array in arrays)])


def test_large_arrays_and_bfloat16_are_looked_at_alone() -> None:
    large, bits = np.ones(5000, np.float32), np.full(3, 0x3F80, np.uint16)
    assert all_finite([(large, None), (bits, bfloat16)])
    assert not all_finite([(large, None), (np.full(3, 0x7F80, np.uint16), bfloat16)])
    large[-1] = np.inf
    assert not all_finite([(large, None), (bits, bfloat16)])


def test_an_array_that_is_shown_in_parts_is_finite_if_all_of_them_are() -> None:
    look = FiniteLook(float32)
    for part in (np.ones(3, np.float32), np.full(2, np.nan, np.float32), np.ones(1, np.float32)):
        look(part)
    assert (look.is_finite, look.seen) == (False, 6)
    bits = FiniteLook(bfloat16)
    bits(np.array([0x3F80], np.uint16))
    assert bits.is_finite
    bits(np.array([0x7F80], np.uint16))  # infinity
    assert not bits.is_finite
