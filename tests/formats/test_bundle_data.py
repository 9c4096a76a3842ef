"""Data files of any size: far offsets, mapped memory, files that close by themselves."""

from __future__ import annotations

import gc
import io
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.formats import bundle_writer
from estimator.formats.bundle import BundleReader, BundleWriter, Entry, data_path
from estimator.formats.bundle_index import entry_bytes, header_bytes, parse_index
from estimator.formats.checksum import crc32c, mask
from estimator.formats.table import TableWriter, read_table

FAR = 5 << 30  # beyond what 32 bits can say
VALUE = np.arange(12, dtype=np.float32).reshape(4, 3)


def index_of(entry: Entry) -> bytes:
    table = TableWriter()
    table.add(b"", header_bytes())
    table.add(b"w", entry_bytes(entry, mask(entry.crc)))
    return table.finish()


@pytest.fixture
def far(tmp_path: Path) -> str:
    """A bundle whose only tensor lies behind 5 GiB that the file system does not store."""
    prefix = str(tmp_path / "far")
    with open(data_path(prefix), "wb") as file:
        file.seek(FAR)
        file.write(VALUE.tobytes())
    entry = Entry(dtypes.float32.as_datatype_enum, VALUE.shape, 0, FAR, VALUE.nbytes, crc32c(VALUE))
    Path(f"{prefix}.index").write_bytes(index_of(entry))
    return prefix


@pytest.fixture
def near(tmp_path: Path) -> str:
    """A bundle with a tensor that begins at byte 3: not where float32 is aligned."""
    prefix = str(tmp_path / "near")
    with open(data_path(prefix), "wb") as file:
        writer = BundleWriter(file)
        writer.add("a", np.arange(3, dtype=np.uint8))
        writer.add("text", np.array([b"x"], object))
        writer.add_slice("cut", (2,), [(0, 1)], np.zeros(1))
        writer.add_slice("cut", (2,), [(1, 1)], np.zeros(1))
        writer.add("empty", np.zeros((0, 4), np.float32))
        writer.add("w", VALUE)
    Path(f"{prefix}.index").write_bytes(writer.finish())
    return prefix


def test_tensors_beyond_4_gib_are_read(far: str) -> None:
    with BundleReader(far) as reader:
        assert reader.entries["w"].offset == FAR
        np.testing.assert_array_equal(reader.get("w"), VALUE)
        np.testing.assert_array_equal(reader.view("w"), VALUE)
        np.testing.assert_array_equal(reader.get_slice("w", [(1, 2), None]), VALUE[1:3])
        reader.verify()


def test_a_file_cut_off_before_a_far_tensor_is_an_error(far: str) -> None:
    os.truncate(data_path(far), FAR + 4)
    with BundleReader(far) as reader:
        for read in (reader.get, reader.view):
            with pytest.raises(DataLossError, match=rf"the file has {FAR + 4} bytes and is cut off"):
                read("w")


def test_offsets_beyond_4_gib_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counter:
        taken = 0

        def write(self, data: Any) -> int:
            self.taken += len(data)
            return len(data)

    monkeypatch.setattr(bundle_writer, "extend", lambda crc, data: 0)  # so that no byte is touched
    sink = Counter()
    writer = BundleWriter(sink)
    large = (4 << 30) + 8
    writer.add("large", np.zeros(large, np.uint8))  # never touched either: the system gives it no memory
    writer.add("w", VALUE)
    _, entries, _ = parse_index(read_table(writer.finish(), "index").entries, "index")
    assert sink.taken == writer.size == large + VALUE.nbytes
    assert (entries[b"large"].size, entries[b"w"].offset) == (large, large)


def test_a_view_is_the_value_without_a_copy(near: str) -> None:
    with BundleReader(near) as reader:
        value = reader.view("w")
        np.testing.assert_array_equal(value, VALUE)
        assert value.dtype == np.float32 and not value.flags.owndata
        assert reader.view("empty").shape == (0, 4)
    with pytest.raises(ValueError, match="read-only"):
        value[0] = 1


def test_a_view_outlives_its_reader_and_its_file(near: str) -> None:
    reader = BundleReader(near)
    value = reader.view("w")
    reader.close()
    os.remove(data_path(near))
    np.testing.assert_array_equal(value, VALUE)


def test_a_view_of_a_damaged_tensor_is_not_handed_out(near: str) -> None:
    path = Path(data_path(near))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with BundleReader(near) as reader:
        reader.view("a")
        with pytest.raises(DataLossError, match="Checksum does not match"):
            reader.view("w")


@pytest.mark.parametrize(("name", "why"), [("text", "of strings"), ("cut", "in slices")])
def test_what_is_no_array_in_the_file_cannot_be_viewed(near: str, name: str, why: str) -> None:
    with (
        BundleReader(near) as reader,
        pytest.raises(InvalidArgumentError, match=rf"{why} .* use get\('{name}'\)"),
    ):
        reader.view(name)


def test_the_other_byte_order_cannot_be_viewed(tmp_path: Path) -> None:
    stored = VALUE.astype(">f4")
    entry = Entry(dtypes.float32.as_datatype_enum, VALUE.shape, 0, 0, VALUE.nbytes, crc32c(stored))
    table = TableWriter()
    table.add(b"", header_bytes() + b"\x10\x01")  # field 2, endianness: BIG
    table.add(b"w", entry_bytes(entry, mask(entry.crc)))
    Path(data_path(str(tmp_path / "big"))).write_bytes(stored.tobytes())
    (tmp_path / "big.index").write_bytes(table.finish())
    with BundleReader(tmp_path / "big") as reader:
        np.testing.assert_array_equal(reader.get("w"), VALUE)
        np.testing.assert_array_equal(reader.get_slice("w", [(1, 2), (0, 1)]), VALUE[1:3, :1])
        with pytest.raises(InvalidArgumentError, match=r"big-endian order .* use get"):
            reader.view("w")


def test_files_close_when_the_reader_goes(near: str) -> None:
    reader = BundleReader(near)
    reader.get("w")
    (file,) = reader._data._files.values()
    gone = weakref.ref(reader)
    del reader
    gc.collect()
    assert gone() is None and file.closed


def test_a_closed_reader_opens_its_files_again(near: str) -> None:
    reader = BundleReader(near)
    reader.get("w")
    reader.close()
    np.testing.assert_array_equal(reader.get("w"), VALUE)
    reader.close()


def test_nothing_is_held_that_an_entry_only_claims(tmp_path: Path) -> None:
    entry = Entry(dtypes.float32.as_datatype_enum, (1 << 40,), 0, 0, 4 << 40, 0)
    (tmp_path / "c.index").write_bytes(index_of(entry))
    Path(data_path(str(tmp_path / "c"))).write_bytes(bytes(8))
    with BundleReader(tmp_path / "c") as reader:
        for read in (reader.get, reader.view, lambda name: reader.get_slice(name, [(0, 1 << 39)])):
            with pytest.raises(DataLossError, match="cut off"):
                read("w")


def test_the_writer_takes_a_file_in_memory_too() -> None:
    data = io.BytesIO()
    writer = BundleWriter(data)
    writer.add("w", VALUE)
    assert data.getvalue() == VALUE.tobytes()
