"""The random numbers that TensorFlow makes of a seed alone: Philox 4x32-10, a function of a counter and a key.

A block of four words belongs to each counter. What they become is TensorFlow's, too, so that a stateless draw gives the
numbers it gives there.

Source: J. Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011; tensorflow/core/lib/random.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

_FACTORS = (0xD2511F53, 0xCD9E8D57)
_STEPS = (0x9E3779B9, 0xBB67AE85)
_SCRAMBLE = (0x3EC8F720, 0x02461E29)
_LOW = 0xFFFFFFFF
_ROUNDS = 10
_RESERVED = 256  # blocks from one group of truncated draws to the next
_SMALLEST = 1e-7  # of what a logarithm is taken


def _blocks(xp: Any, counter: tuple[int, int], key: tuple[int, int], places: Any) -> Any:
    """The blocks at some places behind a counter of two halves: [..., 4], of 32 bits each."""
    low = xp.uint64(counter[0]) + places.astype(xp.uint64)
    high = xp.uint64(counter[1]) + (low < xp.uint64(counter[0])).astype(xp.uint64)
    mask, half = xp.uint64(_LOW), xp.uint64(32)
    words = [low & mask, low >> half, high & mask, high >> half]
    keys = list(key)
    for _ in range(_ROUNDS):
        products = words[0] * xp.uint64(_FACTORS[0]), words[2] * xp.uint64(_FACTORS[1])
        words = [
            (products[1] >> half) ^ words[1] ^ xp.uint64(keys[0]),
            products[1] & mask,
            (products[0] >> half) ^ words[3] ^ xp.uint64(keys[1]),
            products[0] & mask,
        ]
        keys = [(own + step) & _LOW for own, step in zip(keys, _STEPS, strict=True)]
    return xp.stack(words, axis=-1)


class Philox:
    """The words of a seed of two whole numbers.

    Parameters
    ----------
    xp : module
        The array module.
    seed : array of two integers
    """

    def __init__(self, xp: Any, seed: Any) -> None:
        first, second = (int(number) & (2**64 - 1) for number in seed)
        mixed = _blocks(xp, (first, second), _SCRAMBLE, xp.zeros(1, xp.uint64))[0]
        self._key = (int(mixed[0]), int(mixed[1]))
        self._counter = (0, int(mixed[2]) | int(mixed[3]) << 32)
        self._xp = xp

    def words(self, count: int) -> Any:
        """The first words, 32 bits each, as uint64."""
        places = self._xp.arange(-(-count // 4))
        return _blocks(self._xp, self._counter, self._key, places).reshape(-1)[:count]

    def long_words(self, count: int) -> Any:
        """The first words of 64 bits, of two each, the lower first."""
        pairs = self.words(2 * count).reshape(-1, 2)
        return pairs[:, 0] | (pairs[:, 1] << self._xp.uint64(32))

    def uniform(self, count: int, dtype: Any) -> Any:
        """Numbers in [0, 1): as many bits as the type has behind the point."""
        words = self.words(count if dtype != self._xp.float64 else 2 * count)
        return _fractions(self._xp, words, dtype)

    def normal(self, count: int, dtype: Any) -> Any:
        """Normal numbers, two of two uniform ones; half precision is rounded."""
        per_pair = 4 if dtype == self._xp.float64 else 2
        pairs = -(-count // 2)
        return _pairs(self._xp, self.words(per_pair * pairs), dtype).reshape(-1)[:count].astype(dtype)

    def truncated_normal(self, count: int, dtype: Any) -> Any:
        """Normal numbers between -2 and 2: each group of 4 (2 of float64) takes the first ones of its own blocks."""
        size = 2 if dtype == self._xp.float64 else 4
        return self._groups(-(-count // size), size, dtype).reshape(-1)[:count].astype(dtype)

    def _groups(self, groups: int, size: int, dtype: Any) -> Any:
        xp, blocks = self._xp, 8
        skip = size * _RESERVED // 4
        while True:
            places = xp.arange(groups)[:, None] * skip + xp.arange(blocks)
            words = _blocks(xp, self._counter, self._key, places).reshape(groups, -1)
            drawn = _pairs(xp, words, dtype).reshape(groups, -1)
            inside = xp.abs(drawn) < 2
            if xp.all(inside.sum(axis=1) >= size):
                order = xp.argsort(~inside, axis=1, kind="stable")[:, :size]
                return xp.take_along_axis(drawn, order, axis=1)
            blocks *= 2


def _fractions(xp: Any, words: Any, dtype: Any) -> Any:
    """The bits of words as those behind the point of a number from 1 to 2, less 1."""
    if dtype == xp.float64:
        pairs = words.reshape(*words.shape[:-1], -1, 2)
        bits = ((pairs[..., 0] & xp.uint64(0xFFFFF)) << xp.uint64(32)) | pairs[..., 1]
        return (bits | xp.uint64(1023 << 52)).view(xp.float64) - 1.0
    if dtype == xp.float16:
        bits = (words & xp.uint64(0x3FF)).astype(xp.uint16) | xp.uint16(15 << 10)
        return bits.view(xp.float16) - xp.float16(1)
    bits = (words & xp.uint64(0x7FFFFF)).astype(xp.uint32) | xp.uint32(127 << 23)
    return bits.view(xp.float32) - xp.float32(1)


def _pairs(xp: Any, words: Any, dtype: Any) -> Any:
    """Normal numbers by the method of Box and Muller: [..., pairs, 2], in single precision for halves."""
    wide = xp.float64 if dtype == xp.float64 else xp.float32
    uniform = _fractions(xp, words, wide).reshape(*words.shape[:-1], -1, 2)
    length = xp.sqrt(wide(-2) * xp.log(xp.maximum(uniform[..., 0], wide(_SMALLEST))))
    angle = wide(2 * math.pi) * uniform[..., 1]
    return xp.stack([xp.sin(angle) * length, xp.cos(angle) * length], axis=-1)


Draw = Callable[[Philox, int, Any], Any]  # (words, how many, numpy type) -> that many numbers
