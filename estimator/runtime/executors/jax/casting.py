"""Numbers in other types on a device: as numpy makes them, where XLA would make others.

A number that does not fit into an integer type becomes the least of int32 or int64, and in a narrower type what the
last bits of that say; XLA gives the nearest number that fits. bfloat16 is kept as its bits, see
:mod:`estimator.graph.bfloat16`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.runtime.executors.jax.library import jnp, lax
from estimator.runtime.executors.jax.lower import computes


@computes("Cast")
def _cast(xp: Any, x: Any, SrcT: DType, DstT: DType) -> Any:
    x = jnp.asarray(x)
    if SrcT is dtypes.bfloat16:
        x = from_bits(x)
    if DstT is dtypes.bfloat16:
        return to_bits(x)
    if x.dtype.kind == "c" and not DstT.is_complex:
        x = jnp.real(x)
    return as_type(x, DstT.np)


def as_type(x: Any, dtype: Any) -> Any:
    """An array in another type, as numpy's ``astype`` gives it on x86."""
    dtype = np.dtype(dtype)
    if (
        x.dtype == bool and dtype.kind in "fc"
    ):  # of a product with a cast XLA would make a choice: 0 for 0 * inf
        return jnp.where(x, dtype.type(1), dtype.type(0))
    if x.dtype.kind != "f" or dtype.kind not in "iu":
        return x.astype(dtype)
    if dtype == np.uint64:
        high = x.dtype.type(2.0**63) if x.dtype != np.float16 else np.float16(np.inf)
        is_high = (x >= high) & (x < 2 * high)
        low = _or_least(jnp.where(is_high, x - high, x), np.dtype(np.int64)).astype(dtype)
        return jnp.where(is_high, low + np.uint64(2**63), low)
    wide = np.dtype(np.int64 if dtype.itemsize == 8 or dtype == np.uint32 else np.int32)
    return _or_least(x, wide).astype(dtype)


def _or_least(x: Any, dtype: np.dtype[Any]) -> Any:
    """Whole numbers, cut off, or the least one of the type where they do not fit."""
    bound = 2.0 ** (8 * dtype.itemsize - 1)
    wide = x.astype(np.float32) if x.dtype == np.float16 else x
    return jnp.where((wide >= -bound) & (wide < bound), wide.astype(dtype), np.iinfo(dtype).min)


def from_bits(bits: Any) -> Any:
    """The numbers, as float32, of which bfloat16 has the upper half."""
    return lax.bitcast_convert_type(jnp.asarray(bits).astype(np.uint32) << np.uint32(16), np.float32)


def to_bits(numbers: Any) -> Any:
    """The numbers as bfloat16, rounded to the nearest, halves to the even."""
    single = jnp.asarray(numbers).astype(np.float32)
    bits = lax.bitcast_convert_type(single, np.uint32)
    even = (bits >> np.uint32(16)) & np.uint32(1)
    rounded = ((bits + np.uint32(0x7FFF) + even) >> np.uint32(16)).astype(np.uint16)
    return jnp.where(jnp.isnan(single), np.uint16(0x7FC0), rounded)
