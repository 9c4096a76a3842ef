"""Whether a checkpoint holds given values already, told from checksums: the data file is not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.checkpoint.resume import is_reserved
from estimator.core.errors import OpError
from estimator.formats.bundle import BundleReader
from estimator.formats.bundle_index import Entry
from estimator.formats.checksum import crc32c
from estimator.formats.slices import Extent, SlicedArray, whole
from estimator.formats.string_tensor import encode_strings

Array = np.ndarray[Any, Any]


def holds(prefix: str, tensors: Mapping[str, Array | SlicedArray]) -> bool:
    """Whether the checkpoint's variables are bit for bit these; what is not a variable's does not count."""
    wanted = {key: value for key, value in tensors.items() if not is_reserved(key)}
    try:
        with BundleReader(prefix) as reader:
            reader.hold()  # data that somebody has deleted or cut off holds nothing
    except (OpError, OSError):
        return False
    stored = {key: entry for key, entry in reader.entries.items() if not is_reserved(key)}
    return stored.keys() == wanted.keys() and all(
        _holds(stored[key], value)
        if isinstance(value, np.ndarray) and not stored[key].slices
        else _equal(reader.pieces(key), value)
        for key, value in wanted.items()
    )


def _equal(stored: Sequence[tuple[tuple[Extent, ...], Entry]], value: Array | SlicedArray) -> bool:
    slices = value.slices if isinstance(value, SlicedArray) else ((whole(value.shape), value),)
    return len(stored) == len(slices) and all(
        extents == wanted and _holds(entry, array)
        for (extents, entry), (wanted, array) in zip(stored, slices, strict=True)
    )


def _holds(entry: Entry, value: Array) -> bool:
    if entry.shape != value.shape:
        return False
    if value.dtype == object:
        data, crc = encode_strings(value, "")
        return (entry.size, entry.crc) == (len(data), crc)
    return entry.size == value.nbytes and entry.crc == crc32c(value)
