"""Values as messages show them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.shown import shorten, shown


def test_a_long_value_is_shortened_for_a_message() -> None:
    assert shorten("a" * 100) == "'" + "a" * 76 + "..."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(1) / np.float32(3), "0.333333"),
        (2 / 3, "0.666667"),
        (np.float32(36.2348671), "36.2349"),
        (0.00012345678, "0.000123457"),
        (1.5e-9, "1.5e-09"),
        (999999.4, "999999.0"),
        (np.float32(1234567.8), "1234568.0"),
        (-(2.0**40), "-1099511627776.0"),
        (1e20, "1e+20"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (np.array([1 / 3, 2.0]), "[0.333333 2.      ]"),
        (np.int64(12345678), "12345678"),
    ],
)
def test_numbers_have_six_digits_and_whole_ones_all(value: Any, text: str) -> None:
    assert shown(value) == text
