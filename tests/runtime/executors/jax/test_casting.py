"""Numbers in other types on a device are what they are to numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.graph import build as b
from estimator.graph.gradients import gradients
from tests.runtime.executors.jax.comparing import compared

pytestmark = pytest.mark.jax


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64"])
def test_what_is_no_number_is_none_behind_a_mask_of_0(dtype: str) -> None:
    def make() -> Any:
        x = b.Placeholder(dtype=dtype, shape=(3,), name="x")
        mask = b.Placeholder(dtype=bool, shape=(3,), name="mask")
        return b.Mul(x, b.Cast(mask, DstT=as_dtype(dtype)))

    compared(make, feeds={"x:0": np.array([np.nan, np.inf, 2], dtype), "mask:0": [False, False, True]})


def test_the_slope_of_a_maximum_that_is_no_number_is_none() -> None:
    def make() -> Any:
        x = b.Placeholder(dtype=np.float32, shape=(3,), name="x")
        return gradients(b.Max(x, 0), [x])

    compared(make, feeds={"x:0": np.float32([np.nan, 1, 2])})
