"""Bits of integers: tf.bitwise."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.bitwise": "bitwise_and bitwise_or bitwise_xor invert left_shift right_shift",
    },
)
