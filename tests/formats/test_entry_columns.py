"""Entries read and written together, against protobuf's own reading and writing of each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.formats import messages
from estimator.formats.bundle_index import Entry, entry_bytes, head_bytes
from estimator.formats.entry_columns import read_columns, write_columns

BORDERS = [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, (1 << 35) - 1, 1 << 35, (1 << 62) - 1]


def message(**fields: Any) -> bytes:
    built = messages.BundleEntryProto(**{"dtype": 1, "offset": 4, "size": 8, "crc32c": 5} | fields)
    built.shape.dim.add(size=300)
    return messages.to_bytes(built)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_entries_are_written_as_protobuf_does(count: int) -> None:
    numbers = BORDERS[:count]
    entries = [
        Entry(1, (2, size), 0, offset, size, size & 0xFFFFFFFF)
        for offset, size in zip(numbers, reversed(numbers), strict=True)
    ]
    columns = np.array([(entry.offset, entry.size, entry.crc) for entry in entries], np.int64).reshape(-1, 3)
    written = write_columns([head_bytes(1, entry.shape) for entry in entries], *columns.T)
    assert written == [entry_bytes(entry, entry.crc) for entry in entries]


def test_every_field_is_read(rng: np.random.Generator) -> None:
    fields = rng.choice(BORDERS, (50, 4)).tolist()
    values = [
        message(shard_id=shard & 0x7FFFFFFF, offset=offset, size=size, crc32c=crc % (1 << 32) or 1)
        for shard, offset, size, crc in fields
    ]
    found = read_columns(values)
    assert found.numbers.tolist() == list(range(50))
    columns = (found.shards, found.offsets, found.sizes, found.masked_crcs)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        (shard & 0x7FFFFFFF, offset, size, crc % (1 << 32) or 1) for shard, offset, size, crc in fields
    ]
    assert {messages.parse("BundleEntryProto", head, "").shape.dim[0].size for head in found.heads} == {300}


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x08",
        b"\x08\x01\x12",
        b"\x08\x01\x12\x7f",
        message(crc32c=0),
        message(offset=-1),
        message(size=1 << 62),
        message() + b"\x00",
        message()[:-1],
        message(slices=[messages.TensorSliceProto()]),
        message(dtype=300),
        b"\x12\x00" + message(),
        message().replace(b"\x20\x04", b"\x20" + b"\x84" * 9 + b"\x28\x08\x35"),
    ],
)
def test_another_form_is_left_to_protobuf_and_its_neighbours_are_not(value: bytes) -> None:
    assert read_columns([message(), value, message()]).numbers.tolist() == [0, 2]
    assert read_columns([value]).numbers.tolist() == []
