"""Index files that somebody made to do harm: a clear error, and no memory for what they claim."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from estimator.core.errors import DataLossError, OpError
from estimator.formats import messages
from estimator.formats.bundle import BundleReader, data_path
from estimator.formats.bundle_index import header_bytes
from estimator.formats.checksum import crc32c, mask
from estimator.formats.table import TableWriter, varint
from tests.formats.test_bundle_index import bundle, entry

GIGABYTE = 1 << 30
MAGIC = bytes.fromhex("57fb808b247547db")  # of every table file


def footer(*handles: int) -> bytes:
    """A table's footer: metaindex offset and size, index offset and size, 40 bytes in all, and the magic number."""
    return b"".join(map(varint, handles)).ljust(40, b"\0") + MAGIC


def block(contents: bytes, kind: int) -> bytes:
    body = contents + bytes([kind])
    return body + mask(crc32c(body)).to_bytes(4, "little")


ENTRIES = {
    "negative dimension": {"shape": (-1, 4)},
    "dimensions that overflow": {"shape": (1 << 62, 1 << 62)},
    "300 dimensions": {"shape": (1,) * 300},
    "type 0": {"dtype": 0},
    "type 2147483647": {"dtype": (1 << 31) - 1},
    "a petabyte": {"shape": (1 << 50,), "size": 1 << 52},
    "strings without end": {"dtype": 7, "shape": (1 << 50,), "size": 1 << 52},
    "more strings than bytes": {"dtype": 7, "shape": (1 << 40,), "size": 16},
    "an extent outside the file": {"offset": 1 << 50},
    "an extent that ends outside the file": {"offset": 1},
    "an extent that overflows": {"offset": (1 << 63) - 1},
    "a negative extent": {"offset": -8},
    "a shard that is not there": {"shard_id": 5},
}
FILES: dict[str, bytes] = {
    "an index block beyond the end": footer(0, 0, 1 << 40, 8),
    "an index block of a petabyte": footer(0, 0, 0, 1 << 50),
    "a handle that overflows": footer(0, 0, (1 << 64) - 1, (1 << 64) - 1),
    "a handle without end": b"\xff" * 40 + MAGIC,
    "a snappy block": block(b"\x00\x00\x00\x00\x01\x00\x00\x00", 1) + footer(0, 0, 0, 8),
    "a block that ends inside a number": block(b"\x00\xff\xff\x00\x00\x00\x00\x01\x00\x00\x00", 0)
    + footer(0, 0, 0, 11),
    "a block of four billion restarts": block(b"\xff\xff\xff\xff", 0) + footer(0, 0, 0, 4),
    "keys longer than the block": block(b"\x00\xff\xff\xff\x7f\x01ab\x00\x00\x00\x00\x01\x00\x00\x00", 0)
    + footer(0, 0, 0, 16),
}


def peak_bytes(deed: Callable[[], object]) -> int:
    """How much memory was in use at most, beyond what was before."""
    tracemalloc.start()
    try:
        deed()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refuse(folder: Path, open_and_read: Callable[[], object]) -> None:
    """`open_and_read` raises an error that names the file, and takes no memory to speak of."""

    def deed() -> None:
        with pytest.raises(OpError, match=str(folder)):
            open_and_read()

    assert peak_bytes(deed) < 8 << 20


@pytest.mark.parametrize("claim", ENTRIES)
def test_an_entry_that_lies_is_refused(tmp_path: Path, claim: str) -> None:
    messages.get("BundleEntryProto")  # its class is made once, and is no part of the measure

    def open_and_read() -> None:
        with bundle(tmp_path, a=entry(**ENTRIES[claim])) as reader:
            reader.get("a")

    refuse(tmp_path, open_and_read)


@pytest.mark.parametrize("claim", FILES)
def test_a_table_that_lies_is_refused(tmp_path: Path, claim: str) -> None:
    (tmp_path / "ckpt.index").write_bytes(FILES[claim])
    Path(data_path(str(tmp_path / "ckpt"))).write_bytes(b"")
    refuse(tmp_path, lambda: BundleReader(tmp_path / "ckpt"))


def test_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    refuse(tmp_path, lambda: bundle(tmp_path, a=entry(), b=entry(offset=8)))


def test_an_entry_that_ends_inside_a_number_is_refused(tmp_path: Path) -> None:
    table = TableWriter()
    table.add(b"", header_bytes())
    table.add(b"a", b"\x08\x01\x28\xff\xff")
    (tmp_path / "ckpt.index").write_bytes(table.finish())
    refuse(tmp_path, lambda: BundleReader(tmp_path / "ckpt"))


def test_tensors_beyond_four_gigabytes_are_read_and_damage_there_is_noticed(tmp_path: Path) -> None:
    values = np.arange(4, dtype=np.float32)
    offset = 5 * GIGABYTE + 3
    far = entry(offset=offset, crc32c=mask(crc32c(values)))
    with bundle(tmp_path, a=far):
        pass
    path = data_path(str(tmp_path / "ckpt"))
    with open(path, "wb") as file:  # a hole, which takes no room on disk
        file.seek(offset)
        file.write(values.tobytes())
    assert os.stat(path).st_size == offset + 16
    with BundleReader(tmp_path / "ckpt") as reader:
        assert peak_bytes(lambda: reader.get("a")) < 1 << 20
        assert reader.get("a").tolist() == [0, 1, 2, 3]
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(b"\x01")
    with (
        BundleReader(tmp_path / "ckpt") as reader,
        pytest.raises(DataLossError, match="Checksum does not match"),
    ):
        reader.get("a")
