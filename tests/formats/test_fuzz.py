"""Valid files with bytes changed and checksums made right again: they load, or an error of ours says why not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator.core.errors import OpError
from estimator.formats import messages
from estimator.formats.bundle import BundleReader, data_path
from estimator.formats.checksum import crc32c, mask
from estimator.formats.table import TableWriter, read_table

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=4)


def changed(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    result = bytearray(data)
    for at, byte in changes:
        if result:
            result[at % len(result)] = byte
    return bytes(result)


def with_right_checksum(table: bytes, changes: list[tuple[int, int]], start: int, size: int) -> bytes:
    """The table with one block changed and its checksum repaired."""
    block = changed(table[start : start + size], changes) + b"\0"
    return table[:start] + block + struct.pack("<I", mask(crc32c(block))) + table[start + size + 5 :]


@FEW
@given(CHANGES)
def test_changed_data_blocks(tf_files: Path, changes: list[tuple[int, int]]) -> None:
    table = (tf_files / "bundle_types" / "ckpt.index").read_bytes()
    size = (
        table.index(bytes.fromhex("000000000100000000c0f2a1b0")) - 5
    )  # the metaindex follows the only data block
    damaged = with_right_checksum(table, changes, 0, size)
    last = {at % size: byte for at, byte in changes}  # of two changes at one place the later counts
    assert damaged != table or all(table[at] == byte for at, byte in last.items())
    try:
        read_table(damaged, "fuzzed")
    except OpError as e:
        assert "fuzzed" in str(e)


@FEW
@given(st.binary(max_size=200))
def test_arbitrary_bytes_as_a_table(data: bytes) -> None:
    with pytest.raises(OpError, match="fuzzed"):
        read_table(data, "fuzzed")


@FEW
@given(st.integers(0, 40), CHANGES)
def test_changed_entries(tf_files: Path, tmp_path: Path, which: int, changes: list[tuple[int, int]]) -> None:
    for folder, prefix in (("bundle_types", "ckpt"), ("bundle_partitioned", "model.ckpt-7")):
        source = tf_files / folder / prefix
        entries = read_table(source.with_name(f"{prefix}.index").read_bytes(), "good").entries
        which %= len(entries)
        table = TableWriter()
        for number, (key, value) in enumerate(entries):
            table.add(key, changed(value, changes) if number == which else value)
        (tmp_path / "ckpt.index").write_bytes(table.finish())
        Path(data_path(str(tmp_path / "ckpt"))).write_bytes(Path(data_path(str(source))).read_bytes())
        try:
            with BundleReader(tmp_path / "ckpt") as reader:
                for name in reader.names():
                    reader.get(name)
        except OpError as e:
            assert str(e)


@FEW
@given(st.sampled_from(["GraphDef", "TensorProto", "BundleEntryProto"]), st.binary(max_size=100))
def test_arbitrary_bytes_as_a_message(name: str, data: bytes) -> None:
    try:
        messages.parse(name, data, "fuzzed")
    except OpError as e:
        assert "fuzzed" in str(e)
