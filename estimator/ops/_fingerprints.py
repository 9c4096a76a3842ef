"""Fingerprints of texts: FarmHash's, SipHash's and TensorFlow's own, each of a whole array at once.

All texts lie one behind the other in one buffer, of which ``words`` has the eight bytes from every place on, so that
"the last eight bytes of each text" is one call of numpy, and so is each line of an algorithm below: it is done for all
texts of a class of lengths together. 64-bit arithmetic wraps, as it does there.

The numbers are what files of weights depend on: a bucket is a fingerprint modulo a count, so one wrong bit would put
every category in another row of its table. tests/data/tf/fingerprints.json has TensorFlow's for every length up to 300.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import accumulate
from threading import Lock
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple

Words = np.ndarray[Any, np.dtype[np.uint64]]
Places = np.ndarray[Any, np.dtype[np.int64]]


class Packed(NamedTuple):
    """Texts in one buffer: its words from every place on, and where each text begins and how long it is."""

    words: Words
    starts: Places
    sizes: Places


_PIECE = 2**14  # texts; what is computed of so many stays in the processor's caches


def _of_each(hash_of: Callable[[Packed], Words], texts: np.ndarray[Any, Any]) -> Words:
    """The hash of each text, in the shape of the texts."""
    values = texts.ravel().tolist()
    result = np.empty(len(values), np.uint64)
    for start in range(0, len(values), _PIECE):
        result[start : start + _PIECE] = hash_of(_packed(values[start : start + _PIECE]))
    return result.reshape(texts.shape)


def _packed(values: Sequence[bytes]) -> Packed:
    sizes = np.fromiter(map(len, values), np.int64, len(values))
    data = b"".join(values) + bytes(8)  # so that there are eight bytes from the end of the last one on, too
    words: Words = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))
    return Packed(words, np.cumsum(sizes) - sizes, sizes)


@cache
def _constant(value: int) -> Words:
    """A word as an array of rank 0: beside an array, numpy takes three times as long for a number of any other kind."""
    word: Words = np.array(value, np.uint64)
    word.flags.writeable = False
    return word


def _rotate(word: Words, right: int) -> Words:
    rotated: Words = word >> _constant(right) | word << _constant(64 - right)
    return rotated


def _shift_mix(word: Words) -> Words:
    mixed: Words = word ^ word >> _constant(47)
    return mixed


# -- FarmHash: Fingerprint64 -----------------------------------------------------------------------------------

_K0, _K1, _K2 = map(_constant, (0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F))


def fingerprint64(texts: np.ndarray[Any, Any]) -> Words:
    """FarmHash's Fingerprint64 of each text.

    Source
    ------
    tsl::Fingerprint64, which is farmhash's farmhashna::Hash64 (Google, 2014)
    """
    return fingerprints64([texts])[0]


def fingerprints64(columns: Sequence[np.ndarray[Any, Any]]) -> list[Words]:
    """FarmHash's Fingerprint64 of each text of several arrays."""
    hashes = _fingerprints(columns)
    return [own.reshape(texts.shape) for own, texts in zip(hashes, columns, strict=True)]


def _fingerprints(columns: Sequence[np.ndarray[Any, Any]]) -> list[Words]:
    flat = [texts.ravel() for texts in columns]
    ends = list(accumulate(texts.size for texts in flat))
    known = _categories.known(np.concatenate(flat)) if len(flat) > 1 else None
    if known is not None:
        return [known[end - texts.size : end] for end, texts in zip(ends, flat, strict=True)]
    found = [_categories.hashes_of(texts) for texts in flat]
    new = [texts for texts, hashes in zip(flat, found, strict=True) if hashes is None]
    if not new:
        return found  # type: ignore[return-value]  # none of them is None
    computed = _of_each(_farm_hash, np.concatenate(new))
    rest = iter(np.split(computed, np.cumsum([texts.size for texts in new])))
    return [next(rest) if hashes is None else hashes for hashes in found]


_MANY = 1024  # texts; of more the hashes are computed as fast as looked up


class _Categories:
    """The hashes of texts that come again and again, as the words of most columns do: there are few of them.

    A table of some thousand texts, the first that are seen, but for those of batches in which most are new. Of a column
    that has more different words it soon misses one, and then looks no further.
    """

    limit = 4096
    longest = 256  # bytes

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._hashes = np.empty(self.limit, np.uint64)
        self._lock = Lock()

    def hashes_of(self, texts: np.ndarray[Any, Any]) -> Words | None:
        """The hashes of these texts; None if they are too many, or not known and there is no room for them."""
        found = self.known(texts)
        if found is None and 0 < texts.size <= _MANY and self._learn(texts.tolist()):
            return self.known(texts)
        return found

    def known(self, texts: np.ndarray[Any, Any]) -> Words | None:
        """The hashes of these texts; None if they are too many, or not known."""
        if not 0 < texts.size <= _MANY:
            return None
        try:
            places = np.fromiter(map(self._places.__getitem__, texts.tolist()), np.intp, texts.size)
        except KeyError:
            return None
        return self._hashes.take(places)

    def _learn(self, values: list[bytes]) -> bool:
        """Keep the hashes of those that are new, if there is room for all."""
        if len(self._places) >= self.limit or max(map(len, values)) > self.longest:
            return False
        with self._lock:
            new = [value for value in dict.fromkeys(values) if value not in self._places]
            start = len(self._places)
            if start + len(new) > self.limit or len(new) > max(16, len(values) // 2):
                return False
            self._hashes[start : start + len(new)] = _farm_hash(_packed(new))
            self._places.update(
                zip(new, range(start, start + len(new)), strict=True)
            )  # the hashes are there first
        return True


_categories = _Categories()


def _farm_hash(packed: Packed) -> Words:
    result = np.empty(packed.sizes.size, np.uint64)
    kinds = _KIND_OF[np.minimum(packed.sizes, _KIND_OF.size - 1)]
    for kind in np.flatnonzero(np.bincount(kinds, minlength=1)).tolist():
        members = np.flatnonzero(kinds == kind)
        result[members] = _KERNELS[kind](packed.words, packed.starts[members], packed.sizes[members])
    return result


def _hash_pair(low: Words, high: Words, factor: Words) -> Words:
    """Farmhash's HashLen16 of two words."""
    first = _shift_mix((low ^ high) * factor)
    return _shift_mix((high ^ first) * factor) * factor


def _factor(sizes: Places) -> Words:
    factor: Words = _K2 + (sizes.astype(np.uint64) << _constant(1))
    return factor


def _of_none(words: Words, starts: Places, sizes: Places) -> Words:
    return np.full(sizes.size, _K2, np.uint64)


def _of_1_to_3(words: Words, starts: Places, sizes: Places) -> Words:
    byte = _constant(0xFF)
    first, middle, last = (
        words[place] & byte for place in (starts, starts + (sizes >> 1), starts + sizes - 1)
    )
    y = first + (middle << _constant(8))
    z = sizes.astype(np.uint64) + (last << _constant(2))
    return _shift_mix(y * _K2 ^ z * _K0) * _K2


def _of_4_to_7(words: Words, starts: Places, sizes: Places) -> Words:
    half = _constant(0xFFFFFFFF)
    first, last = words[starts] & half, words[starts + sizes - 4] & half
    return _hash_pair(sizes.astype(np.uint64) + (first << _constant(3)), last, _factor(sizes))


def _of_8_to_16(words: Words, starts: Places, sizes: Places) -> Words:
    factor = _factor(sizes)
    first, last = words[starts] + _K2, words[starts + sizes - 8]
    return _hash_pair(_rotate(last, 37) * factor + first, (_rotate(first, 25) + last) * factor, factor)


def _of_17_to_32(words: Words, starts: Places, sizes: Places) -> Words:
    factor = _factor(sizes)
    a, b = words[starts] * _K1, words[starts + 8]
    c, d = words[starts + sizes - 8] * factor, words[starts + sizes - 16] * _K2
    return _hash_pair(_rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, factor)


def _of_33_to_64(words: Words, starts: Places, sizes: Places) -> Words:
    factor, ends = _factor(sizes), starts + sizes
    a, b = words[starts] * _K2, words[starts + 8]
    c, d = words[ends - 8] * factor, words[ends - 16] * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _hash_pair(y, a + _rotate(b + _K2, 18) + c, factor)
    e, f = words[starts + 16] * factor, words[starts + 24]
    g, h = (y + words[ends - 32]) * factor, (z + words[ends - 24]) * factor
    return _hash_pair(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, factor)


def _of_long(words: Words, starts: Places, sizes: Places) -> Words:
    """Seven words of state, mixed with every 64 bytes, at last with the last 64, which may overlap those before."""
    seed = np.full(sizes.size, 81, np.uint64)
    y = seed * _K1 + _constant(113)
    z = _shift_mix(y * _K2 + _constant(113)) * _K2
    zero = np.zeros_like(seed)
    state = np.stack([seed * _K2 + words[starts], y, z, zero, zero, zero, zero])
    _by_blocks(
        state,
        (sizes - 1) >> 6,
        lambda part, members, block: _mix(part, words, starts[members] + 64 * block, _K1, _constant(1)),
    )
    x, y, z, v0, v1, w0, w1 = state
    factor = _K1 + ((z & _constant(0xFF)) << _constant(1))
    w0 = w0 + ((sizes - 1).astype(np.uint64) & _constant(63))
    v0 = v0 + w0
    last = [x, y, z, v0, v1, w0 + v0, w1]
    x, y, z, v0, v1, w0, w1 = _mix(last, words, starts + sizes - 64, factor, _constant(9))
    low = _hash_pair(v0, w0, factor) + _shift_mix(y) * _K0 + z
    return _hash_pair(low, _hash_pair(v1, w1, factor) + x, factor)


def _mix(state: Iterable[Words], words: Words, at: Places, factor: Any, weight: Words) -> list[Words]:
    """The state after the 64 bytes at these places."""
    x, y, z, v0, v1, w0, w1 = state
    x = _rotate(x + y + v0 + words[at + 8], 37) * factor ^ w1 * weight
    y = _rotate(y + v1 + words[at + 48], 42) * factor + v0 * weight + words[at + 40]
    z = _rotate(z + w0, 33) * factor
    v0, v1 = _mix_half(words, at, v1 * factor, x + w0)
    w0, w1 = _mix_half(words, at + 32, z + w1, y + words[at + 16])
    return [z, y, x, v0, v1, w0, w1]


def _mix_half(words: Words, at: Places, a: Words, b: Words) -> tuple[Words, Words]:
    """Farmhash's WeakHashLen32WithSeeds of the 32 bytes at these places."""
    a = a + words[at]
    last = words[at + 24]
    b = _rotate(b + a + last, 21)
    total = a + words[at + 8] + words[at + 16]
    return total + last, b + _rotate(total, 44) + a


_KERNELS = (_of_none, _of_1_to_3, _of_4_to_7, _of_8_to_16, _of_17_to_32, _of_33_to_64, _of_long)
_KIND_OF = np.repeat(np.arange(7), [1, 3, 4, 9, 16, 32, 1])  # by length, up to 65 for all that are longer


def _by_blocks(state: Words, counts: Places, step: Callable[[Words, Places, int], Any]) -> None:
    """Do a step for every block of each text: the first blocks of all, then the second of those that have one..."""
    members, block = np.flatnonzero(counts), 0
    while members.size:
        state[:, members] = step(state[:, members], members, block)
        block += 1
        members = members[counts[members] > block]


def fingerprint_cat64(first: Words, second: Words) -> Words:
    """The fingerprint of two fingerprints; the order counts.

    Source
    ------
    tsl::FingerprintCat64, platform/fingerprint.h
    """
    factor = _constant(0xC6A4A7935BD1E995)
    mixed = (first ^ factor ^ _shift_mix(second * factor) * factor) * factor
    return _shift_mix(_shift_mix(mixed) * factor)


# -- the older and the keyed one -------------------------------------------------------------------------------


def _tail(packed: Packed) -> Words:
    """What is left of each text behind its last whole word, as one word."""
    bits = (packed.sizes.astype(np.uint64) & _constant(7)) << _constant(3)
    tail: Words = packed.words[packed.starts + (packed.sizes & -8)] & (_constant(1) << bits) - _constant(1)
    return tail


def hash64(texts: np.ndarray[Any, Any]) -> Words:
    """The hash of StringToHashBucket: MurmurHash64A with a seed of TensorFlow's.

    Source
    ------
    tsl::Hash64, platform/hash.cc; MurmurHash64A by Austin Appleby
    """
    return _of_each(_murmur_hash, texts)


def _murmur_hash(packed: Packed) -> Words:
    factor = _constant(0xC6A4A7935BD1E995)
    state = (_constant(0xDECAFCAFFE) ^ packed.sizes.astype(np.uint64) * factor)[None]

    def step(part: Words, members: Places, block: int) -> Words:
        word = _shift_mix(packed.words[packed.starts[members] + 8 * block] * factor) * factor
        return (part ^ word) * factor

    _by_blocks(state, packed.sizes >> 3, step)
    mixed = np.where(packed.sizes & 7, (state[0] ^ _tail(packed)) * factor, state[0])
    return _shift_mix(_shift_mix(mixed) * factor)


def sip_hash(texts: np.ndarray[Any, Any], key: Sequence[int]) -> Words:
    """SipHash-2-4 of each text under a key of two words: who does not know the key cannot make texts collide.

    Source
    ------
    tsl::StrongKeyedHash; Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012
    """
    return _of_each(partial(_sip_hash, key), texts)


def _sip_hash(key: Sequence[int], packed: Packed) -> Words:
    masks = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
    begin = [mask ^ word for mask, word in zip(masks, (*key, *key), strict=True)]
    state = np.repeat(np.array(begin, np.uint64)[:, None], packed.sizes.size, axis=1)

    def step(part: Words, members: Places, block: int) -> list[Words]:
        return _absorb(part, packed.words[packed.starts[members] + 8 * block])

    _by_blocks(state, packed.sizes >> 3, step)
    v0, v1, v2, v3 = _absorb(state, _tail(packed) | packed.sizes.astype(np.uint64) << _constant(56))
    v2 = v2 ^ _constant(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


def _absorb(state: Iterable[Words], word: Words) -> list[Words]:
    v0, v1, v2, v3 = state
    v0, v1, v2, v3 = _sip_round(*_sip_round(v0, v1, v2, v3 ^ word))
    return [v0 ^ word, v1, v2, v3]


def _sip_round(v0: Words, v1: Words, v2: Words, v3: Words) -> list[Words]:
    v0, v2 = v0 + v1, v2 + v3
    v1, v3 = _rotate(v1, 64 - 13) ^ v0, _rotate(v3, 64 - 16) ^ v2
    v0, v2 = _rotate(v0, 32) + v3, v2 + v1
    v3, v1 = _rotate(v3, 64 - 21) ^ v0, _rotate(v1, 64 - 17) ^ v2
    return [v0, v1, _rotate(v2, 32), v3]
