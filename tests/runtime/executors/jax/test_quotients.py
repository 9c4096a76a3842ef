"""Quotients of quotients are what two divisions give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.gradients import gradients
from tests.runtime.executors.jax.comparing import compared

pytestmark = pytest.mark.jax

# divisors whose squares are 0 or infinite in the type
DIVISORS = {np.float32: (1e-30, 1e30), np.float64: (1e-200, 1e200)}


@pytest.mark.parametrize("dtype", DIVISORS)
def test_a_quotient_of_a_quotient_is_a_number_where_the_square_of_the_divisor_is_none(dtype: Any) -> None:
    small, large = DIVISORS[dtype]

    def make() -> Any:
        x = b.Placeholder(dtype=dtype, shape=(2,), name="x")
        y = b.Placeholder(dtype=dtype, shape=(2,), name="y")
        quotient = b.RealDiv(x, y)
        return [
            gradients(quotient, [x, y]),
            b.RealDiv(quotient, y),
            b.RealDiv(b.Reshape(quotient, np.int32([1, 2])), y),
            b.RealDiv(x, b.RealDiv(y, x)),
        ]

    compared(make, feeds={"x:0": dtype([0, large]), "y:0": dtype([small, large])})
