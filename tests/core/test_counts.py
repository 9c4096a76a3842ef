"""Counts that people write as floating point numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.counts import whole_number

WHOLE: list[tuple[Any, int]] = [
    (7, 7),
    (1e6, 1_000_000),
    (-2.0, -2),
    (np.int32(7), 7),
    (np.float32(2), 2),
    (np.array(5), 5),
    ((1 << 63) - 1, (1 << 63) - 1),
    (-(1 << 63), -(1 << 63)),
]


@pytest.mark.parametrize(("value", "number"), WHOLE, ids=repr)
def test_a_whole_number_of_any_type_is_an_int(value: Any, number: int) -> None:
    found = whole_number(value)
    assert found == number and type(found) is int


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        np.True_,
        0.5,
        float("inf"),
        float("nan"),
        "9",
        b"9",
        np.array([1, 2]),
        np.array(2.5),
        1j,
        1 << 63,
        1e30,
        -(10**30),
    ],
    ids=repr,
)
def test_what_is_no_whole_number_is_none(value: Any) -> None:
    assert whole_number(value) is None
