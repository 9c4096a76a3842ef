"""Entries of a bundle's index, many at once: numpy reads and writes the same field of all of them in one step.

Only tensors in one piece have the form that is understood here, and nearly all entries are theirs::

    08 type | 12 size shape | 18 shard | 20 offset | 28 size | 35 checksum       a field that is 0 is left out

What an entry may say, and what it means otherwise, is the business of :mod:`estimator.formats.bundle_index`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.formats.octets import MARGIN, TOO_LONG, Octets, octets_at, pieces_at, sizes_at

_TYPE, _SHAPE, _SHARD, _OFFSET, _SIZE, _CRC = 0x08, 0x12, 0x18, 0x20, 0x28, 0x35
_INT64_BYTES = 9  # of a number that is not negative, at most

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Columns(NamedTuple):
    """What the entries of the common form say; a field that is missing is 0.

    Attributes
    ----------
    numbers : array [n]
        Which entries they are.
    heads : list [n] of bytes
        The beginning of each, which says type and shape.
    shards, offsets, sizes, masked_crcs : array [n]
        The other fields.
    """

    numbers: Numbers
    heads: list[bytes]
    shards: Numbers
    offsets: Numbers
    sizes: Numbers
    masked_crcs: Numbers


def read_columns(values: Sequence[bytes]) -> Columns:
    """The fields of those entries that have the common form; nothing is believed of them so far."""
    octets = np.frombuffer(b"".join([*values, MARGIN]), np.uint8)
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    ends = np.cumsum(lengths)
    begins = ends - lengths
    shape_sizes = octets_at(octets, begins + 3)
    is_common = (octets_at(octets, begins) == _TYPE) & (octets_at(octets, begins + 1) < 0x80)
    is_common &= (octets_at(octets, begins + 2) == _SHAPE) & (shape_sizes < 0x80)
    at = tails = begins + 4 + shape_sizes
    numbers = []
    for tag in (_SHARD, _OFFSET, _SIZE):
        found, widths = sizes_at(octets, at + 1, _INT64_BYTES)
        is_there = octets_at(octets, at) == tag
        is_common &= ~is_there | (found < TOO_LONG)
        numbers.append(np.where(is_there, found, 0).astype(np.int64))
        at = at + np.where(is_there, widths + 1, 0)
    is_common &= (octets_at(octets, at) == _CRC) & (at + 5 == ends)
    common = np.flatnonzero(is_common)
    crcs = pieces_at(octets, at[common] + 1, 4).view("<u4")[:, 0].astype(np.int64)
    head_sizes = (tails - begins)[common].tolist()
    heads = [values[number][:size] for number, size in zip(common.tolist(), head_sizes, strict=True)]
    shards, offsets, sizes = (column[common] for column in numbers)
    return Columns(common, heads, shards, offsets, sizes, crcs)


def write_columns(
    heads: Sequence[bytes], offsets: Numbers, sizes: Numbers, masked_crcs: Numbers
) -> list[bytes]:
    """The messages of tensors of the first data file."""
    crcs = np.ascontiguousarray(masked_crcs, "<u4").view(np.uint8).reshape(-1, 4)
    has_crc = (masked_crcs != 0)[:, np.newaxis]
    columns = [_varints(_OFFSET, offsets), _varints(_SIZE, sizes)]
    columns.append((np.insert(crcs, 0, _CRC, axis=1), np.repeat(has_crc, 5, axis=1)))
    octets, is_kept = (np.hstack(parts) for parts in zip(*columns, strict=True))
    tails, ends = octets[is_kept].tobytes(), np.cumsum(is_kept.sum(1)).tolist()
    return [head + tails[begin:end] for head, begin, end in zip(heads, [0, *ends], ends, strict=False)]


def _varints(tag: int, numbers: Numbers) -> tuple[Octets, np.ndarray[Any, np.dtype[np.bool_]]]:
    """A field of many messages: so many bytes [n, width] as the longest one takes, and which of them count."""
    width = -(-int(numbers.max(initial=0)).bit_length() // 7)
    rest = numbers[:, np.newaxis] >> 7 * np.arange(width + 1)
    is_kept = np.insert(rest[:, :-1] != 0, 0, numbers != 0, axis=1)
    octets = rest[:, :-1] & 0x7F | (rest[:, 1:] != 0) << 7
    return np.insert(octets, 0, tag, axis=1).astype(np.uint8), is_kept
