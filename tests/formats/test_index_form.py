"""Indexes read one after the other, against those that are read alone."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from estimator.core.errors import DataLossError
from estimator.formats import index_form
from estimator.formats.bundle import BundleWriter
from estimator.formats.bundle_index import Entry
from estimator.formats.checksum import crc32c, mask
from estimator.formats.index_form import IndexForm, read_index
from estimator.formats.table import FOOTER_SIZE

LONG = "/kernel" * 130  # three hundred of them are more than a block holds


@pytest.fixture(autouse=True)
def nothing_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_form, "_last", None)


def index_of(start: float, **more: np.ndarray) -> bytes:
    writer = BundleWriter(io.BytesIO())
    writer.add_slice("cut", (2, 3), ((0, 1), (0, 3)), np.full((1, 3), start))
    writer.add_slice("cut", (2, 3), ((1, 1), (0, 3)), np.full((1, 3), start + 1))
    kernels = {f"{number:05d}{LONG}": np.full(1 + number % 7, start) for number in range(300)}
    writer.add_all((kernels | more).items(), {})
    return writer.finish()


def alone(data: bytes) -> dict[bytes, Entry]:
    return IndexForm(data, "index").entries


def test_an_index_with_other_checksums_has_the_same_form_and_its_own_entries() -> None:
    first, second = index_of(1.0), index_of(2.0)
    form, _ = read_index(first, "first")
    again, entries = read_index(second, "second")
    assert again is form
    assert entries == alone(second)
    assert list(entries) == list(alone(second))
    assert entries != alone(first) == form.entries


@pytest.mark.parametrize("more", ["extra", f"00007{LONG}"])
def test_one_of_other_tensors_has_another_form(more: str) -> None:
    first, second = index_of(1.0), index_of(1.0, **{more: np.zeros((1, 1), np.float32)})
    form, _ = read_index(first, "first")
    again, entries = read_index(second, "second")
    assert again is not form
    assert entries == alone(second)


def changes(data: bytes) -> Iterator[tuple[str, int]]:
    """A place in each part of an index that is not a tensor's checksum."""
    yield "a key", data.index(b"00000/kernel") + 3
    yield "the second block", data.rindex(b"/kernel") - 700
    yield "the index block", len(data) - FOOTER_SIZE - 6
    yield "the magic number", len(data) - 1


@pytest.mark.parametrize("number", range(4))
def test_damage_is_told_as_if_nothing_had_been_read_before(number: int) -> None:
    data = index_of(1.0)
    read_index(data, "index")
    _, place = list(changes(data))[number]
    damaged = bytearray(data)
    damaged[place] ^= 0x40
    with pytest.raises(DataLossError) as alone_error:
        alone(bytes(damaged))
    with pytest.raises(DataLossError) as error:
        read_index(bytes(damaged), "index")
    assert str(error.value) == str(alone_error.value)


def test_every_checksum_that_is_damaged_is_noticed_by_its_block(rng: np.random.Generator) -> None:
    data = index_of(1.0)
    form, entries = read_index(data, "index")
    for key in rng.choice(np.array(list(entries), object), 5):
        stored = struct.pack("<I", mask(entries[key].crc))
        damaged = data.replace(stored, struct.pack("<I", mask(entries[key].crc) ^ 1))
        assert damaged != data
        assert form.entries_in(damaged) is None


def test_what_tensorflow_wrote_is_read_again(tf_files: Path) -> None:
    for path in sorted(tf_files.glob("bundle_*/ckpt.index")):
        try:
            expected = alone(path.read_bytes())
        except DataLossError:
            continue
        form, _ = read_index(path.read_bytes(), str(path))
        again, entries = read_index(path.read_bytes(), str(path))
        assert (again is form, entries) == (True, expected)


def test_a_large_index_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    data = index_of(1.0)
    monkeypatch.setattr(index_form, "_MOST_BYTES", len(data) - 1)
    assert read_index(data, "index")[0] is not read_index(data, "index")[0]


def test_what_ends_last_in_a_file_is_known_with_its_name() -> None:
    writer = BundleWriter(io.BytesIO())
    writer.add("a", np.zeros(3))
    writer.add_slice("b", (2,), ((0, 1),), np.zeros(1))
    writer.add_slice("b", (2,), ((1, 1),), np.ones(1))
    form = IndexForm(writer.finish(), "index")
    ((shown, entry),) = form.last_pieces
    assert (shown, entry.offset) == ("b, slice 1,1", 32)
    assert (form.is_plain, form.nbytes, form.names) == (False, 40, ["a", "b"])
    assert entry.crc == crc32c(np.ones(1))
