"""Random numbers on the device: numpy's own, bit for bit.

numpy's Philox is a function of a key and a counter, so that a device computes it as well as numpy does: the number at
some place of a draw follows from the place. What is drawn by rejection (normal values, integers of a range) is drawn by
numpy itself: such operations run on the host, and are few in a step of a training, since initial values are no part of
one.

Source
------
Philox4x64-10: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011); numpy 2, random/src/philox/philox.h
and distributions.c (random_standard_uniform_fill_f): 24 of 32 bits, the lower half of a word first; 53 of 64 bits
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import float64
from estimator.graph.tensor import Operation
from estimator.runtime.executors.jax.library import jnp, lax
from estimator.runtime.executors.jax.lower import lowers
from estimator.runtime.executors.jax.traced import CannotLower, Trace, is_known

_ROUNDS = 10
_FACTORS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_STEPS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)


def philox(words: Any, count: int) -> Any:
    """The first `count` words of 64 bits of the generator that a store gives for a key and a number of executions.

    Parameters
    ----------
    words : array of uint64, shape (3,)
        The key, and the number of executions before.
    count : int

    Returns
    -------
    array of uint64, shape (count,)
    """
    blocks = -(-count // 4)
    zeros = jnp.zeros(blocks, jnp.uint64)
    counter = (jnp.arange(1, blocks + 1, dtype=jnp.uint64), zeros, zeros, zeros + words[2])
    # A loop: of rounds one behind the other XLA makes one expression, and computes it anew for each word of a block.
    counter, _ = lax.fori_loop(0, _ROUNDS, lambda _, state: _round(*state), (counter, (words[0], words[1])))
    return lax.optimization_barrier(jnp.stack(counter, axis=1).reshape(-1)[:count])


def _round(counter: Sequence[Any], keys: Sequence[Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The counters and the two words of the key after a round."""
    high0, low0 = _product(counter[0], _FACTORS[0])
    high1, low1 = _product(counter[2], _FACTORS[1])
    mixed = high1 ^ counter[1] ^ keys[0], low1, high0 ^ counter[3] ^ keys[1], low0
    return mixed, tuple(key + np.uint64(step) for key, step in zip(keys, _STEPS, strict=True))


def _product(word: Any, factor: int) -> tuple[Any, Any]:
    """The upper and the lower 64 bits of a product."""
    half, mask = np.uint64(32), np.uint64(2**32 - 1)
    high, low = np.uint64(factor >> 32), np.uint64(factor & (2**32 - 1))
    upper, lower = word >> half, word & mask
    middle = upper * low + ((lower * low) >> half)
    across = lower * high + (middle & mask)
    return upper * high + (middle >> half) + (across >> half), word * np.uint64(factor)


def uniform(words: Any, dims: tuple[int, ...], is_double: bool) -> Any:
    """What ``Generator.random`` gives for that shape, as float64 or float32."""
    count = math.prod(dims)
    if is_double:
        found = (philox(words, count) >> np.uint64(11)).astype(jnp.float64) * np.float64(2.0**-53)
        return found.reshape(dims)
    wide = philox(words, -(-count // 2))
    halves = jnp.stack([wide & np.uint64(2**32 - 1), wide >> np.uint64(32)], axis=1).reshape(-1)[:count]
    return ((halves >> np.uint64(8)).astype(jnp.float32) * np.float32(2.0**-24)).reshape(dims)


@lowers("RandomUniform")
def _random_uniform(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    [shape] = inputs
    if not is_known(shape):
        raise CannotLower("only the run tells how many numbers are drawn")
    dtype = op.attrs["dtype"]
    drawn = uniform(trace.draw_key(op), tuple(map(int, shape)), is_double=dtype is float64)
    if dtype.np == np.float16:  # rounding must not reach 1
        drawn = jnp.floor(drawn * np.float32(2048)) / np.float32(2048)
    return [drawn.astype(dtype.np)]
