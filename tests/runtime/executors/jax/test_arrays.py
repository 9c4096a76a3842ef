"""The array module of traced kernels means what numpy means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.jax

NAN = np.array([1.0, np.nan, -2.0, np.inf, -np.inf, 0.0], np.float32)
INTS = np.array([7, -7, 2**31 - 1, -(2**31)], np.int32)

CALLS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "maximum of NaN": lambda xp, x, y: xp.maximum(x, 0),
    "max of NaN": lambda xp, x, y: xp.max(x),
    "argmax of NaN": lambda xp, x, y: xp.argmax(x),
    "argmin of NaN": lambda xp, x, y: xp.argmin(x),
    "clip of NaN": lambda xp, x, y: xp.clip(x, -1, 1),
    "sign": lambda xp, x, y: xp.sign(x),
    "rint": lambda xp, x, y: xp.rint(x + np.float32(0.5)),
    "sort": lambda xp, x, y: xp.sort(x),
    "argsort of equal": lambda xp, x, y: xp.argsort(xp.abs(y), kind="stable"),
    "wrapping sum": lambda xp, x, y: xp.add(y, y),
    "floor_divide": lambda xp, x, y: xp.floor_divide(y, np.int32(-3)),
    "remainder": lambda xp, x, y: xp.remainder(y, np.int32(-3)),
    "fmod": lambda xp, x, y: xp.fmod(y, np.int32(-3)),
    "least integer by -1": lambda xp, x, y: xp.floor_divide(y, np.int32(-1)),
    "out": lambda xp, x, y: xp.add(x, 1, out=xp.empty(6, np.float32)),
    "dtype": lambda xp, x, y: xp.multiply(x, np.int64(2), dtype=np.float32, casting="same_kind"),
    "copyto where": lambda xp, x, y: _copied(xp, x),
    "add.at": lambda xp, x, y: _added(xp, y),
    "sum keeps its type": lambda xp, x, y: xp.sum(y, dtype=y.dtype),
    "prod": lambda xp, x, y: xp.prod(y, dtype=y.dtype),
    "bincount": lambda xp, x, y: xp.bincount(xp.abs(y) % 5, minlength=6),
    "logaddexp": lambda xp, x, y: xp.logaddexp(x, 0),
    "x to a power": lambda xp, x, y: xp.power(xp.abs(x), np.float32(0.5)),
    "whole powers": lambda xp, x, y: xp.power(y, np.int32(3)),
}


def _copied(xp: Any, x: Any) -> Any:
    out = xp.zeros(6, np.float32)
    xp.copyto(out, x, where=x > 0)
    return out


def _added(xp: Any, y: Any) -> Any:
    sums = xp.zeros(3, np.int64)
    xp.add.at(sums, np.array([0, 2, 0, 2]), y.astype(np.int64))
    return sums


@pytest.mark.parametrize("name", CALLS)
def test_a_function_means_what_numpys_means(name: str) -> None:
    from estimator.runtime.executors.jax.arrays import ARRAYS
    from estimator.runtime.executors.jax.library import jax, wide
    from estimator.runtime.executors.jax.memory import plain

    with np.errstate(all="ignore"):
        wanted = np.asarray(CALLS[name](np, NAN, INTS))
        with wide():
            found = np.asarray(jax.jit(lambda x, y: plain(CALLS[name](ARRAYS, x, y)))(NAN, INTS))
    assert found.dtype == wanted.dtype
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_what_follows_from_known_values_alone_is_known() -> None:
    from estimator.runtime.executors.jax.arrays import ARRAYS
    from estimator.runtime.executors.jax.library import jax, wide

    seen = []

    def function(x: Any) -> Any:
        ends = ARRAYS.cumsum(ARRAYS.asarray([1, 2, 3]))
        seen.append(ends.tolist())
        return x[: int(ends[1])]

    with wide():
        assert jax.jit(function)(np.arange(6.0)).shape == (3,)
    assert seen == [[1, 3, 6]]


def test_whole_numbers_to_negative_powers_are_refused_in_the_run() -> None:
    from estimator.graph.conditions import noted
    from estimator.runtime.executors.jax.arrays import ARRAYS
    from estimator.runtime.executors.jax.library import jax, jnp, wide

    def function(y: Any) -> Any:
        with noted() as conditions:
            ARRAYS.power(jnp.asarray([2, 3]), y)
        return conditions

    with wide():
        for exponents, holds in (([1, 2], True), ([1, -2], False)):
            [condition] = jax.jit(function)(np.array(exponents))
            assert bool(condition) is holds
