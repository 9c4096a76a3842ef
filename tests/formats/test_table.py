"""Sorted string tables against files of TensorFlow, and damaged ones."""

from __future__ import annotations

import logging
import struct
from pathlib import Path

import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats.checksum import crc32c, mask
from estimator.formats.table import TableWriter, read_table, read_varint, varint

# What TensorFlow's SaveV2 writes for a=2.0, b=1.0, c=3.0, one float32 each, given in the order b, a, c.
WORKED_EXAMPLE = bytes.fromhex(
    "000006 08011a020801 000111 61 080112041202080120042804 3510fd784f 00010f 62 08011204120208012804"
    "3581a5da2b 000111 63 080112041202080120082804 35efd682c3 0000000001000000 00 026a6c46"
    "0000000001000000 00 c0f2a1b0 000102 64 004e 0000000001000000 00 c7f7f60a 5308600e"
    + "00" * 36
    + "57fb808b247547db"
)
TABLES = [
    "bundle_types/ckpt",
    "bundle_many/ckpt",
    "bundle_shards/ckpt",
    "bundle_partitioned/model.ckpt-7",
    "bundle_object_based/ckpt-1",
    "bundle_corrupted/good/ckpt",
    "dnn_iris_adagrad_default/model_dir/model.ckpt-200",
]


def write(entries: list[tuple[bytes, bytes]], **options: int) -> bytes:
    writer = TableWriter(**options)
    for key, value in entries:
        writer.add(key, value)
    return writer.finish()


def entries_of(data: bytes, source: str) -> list[tuple[bytes, bytes]]:
    return read_table(data, source).entries


def raw_table(*blocks: bytes, kind: int = 0) -> bytes:
    """A table of such data blocks with right checksums, whatever is in them."""
    file, index = b"", b""
    for block in blocks:
        handle = varint(len(file)) + varint(len(block))
        index += varint(0) + varint(1) + varint(len(handle)) + b"k" + handle
        file += block + bytes([kind]) + struct.pack("<I", mask(crc32c(block + bytes([kind]))))
    handles = b""
    for block in (struct.pack("<II", 0, 1), index + struct.pack("<II", 0, 1)):
        handles += varint(len(file)) + varint(len(block))
        file += block + b"\0" + struct.pack("<I", mask(crc32c(block + b"\0")))
    return file + handles.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def test_the_worked_example_is_written_byte_for_byte() -> None:
    assert len(WORKED_EXAMPLE) == 163
    assert write(entries_of(WORKED_EXAMPLE, "example")) == WORKED_EXAMPLE


@pytest.mark.parametrize("prefix", TABLES)
def test_rewriting_what_tensorflow_wrote_gives_the_same_bytes(tf_files: Path, prefix: str) -> None:
    data = (tf_files / f"{prefix}.index").read_bytes()
    assert write(entries_of(data, prefix)) == data


def test_an_empty_table_has_an_empty_index_and_reads_back() -> None:
    data = write([])
    assert data.count(struct.pack("<II", 0, 1)) == 2  # the metaindex and the index block
    assert entries_of(data, "empty") == []


@pytest.mark.parametrize("block_size", [1, 64, 512])
def test_blocks_of_any_size_are_read(block_size: int) -> None:
    entries = [(b"key%04d" % i, b"v" * (i % 50)) for i in range(300)]
    assert entries_of(write(entries, block_size=block_size), "small blocks") == entries


def test_an_entry_of_two_blocks_size_gets_a_block_of_its_own() -> None:
    entries = [(b"a", b"1"), (b"b", bytes(1 << 20)), (b"c", b"2")]
    data = write(entries)
    assert entries_of(data, "large") == entries
    assert data[: 3 + 2 + 8] == bytes([0, 1, 1]) + b"a1" + struct.pack("<II", 0, 1)


def test_keys_must_increase_when_written() -> None:
    writer = TableWriter()
    writer.add(b"b", b"")
    with pytest.raises(InvalidArgumentError, match=r"b'a' comes after b'b'"):
        writer.add(b"a", b"")


def test_keys_must_increase_when_read() -> None:
    block = b"\0\1\0b" + b"\0\1\0a" + struct.pack("<II", 0, 1)
    with pytest.raises(DataLossError, match=r"f, data block at byte 0: key b'a' comes after b'b'"):
        entries_of(raw_table(block), "f")


def test_every_flipped_bit_is_noticed_or_harmless() -> None:
    good = entries_of(WORKED_EXAMPLE, "good")
    harmless = []
    for bit in range(8 * len(WORKED_EXAMPLE)):
        damaged = bytearray(WORKED_EXAMPLE)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            assert entries_of(bytes(damaged), "flipped") == good
            harmless.append(bit // 8)
        except DataLossError as e:
            assert "flipped" in str(e)
    # the metaindex block, which nobody reads, its handle, and the padding of the footer; the handle's last byte
    # with its high bit set is the same number in two bytes
    assert set(harmless) <= set(range(0x53, 0x60)) | {115, 116, 118} | set(range(119, 155))


def test_every_cut_is_noticed() -> None:
    for size in range(len(WORKED_EXAMPLE)):
        with pytest.raises(DataLossError, match="cut"):
            entries_of(WORKED_EXAMPLE[:size], "cut")


def test_a_damaged_metaindex_is_a_warning(tf_files: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tf_files / "bundle_corrupted" / "index_bitflip_footer_handle" / "ckpt.index"
    with caplog.at_level(logging.WARNING, logger="estimator"):
        assert len(entries_of(path.read_bytes(), str(path))) == 5
    assert "metaindex block" in caplog.text and "so the file is used" in caplog.text


def test_snappy_is_named() -> None:
    with pytest.raises(UnimplementedError, match=r"compressed \(snappy\).*uncompressed"):
        entries_of(raw_table(struct.pack("<II", 0, 1), kind=1), "f")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (b"", "0 restart points in a block of 0 bytes"),
        (struct.pack("<I", 0), "0 restart points"),
        (struct.pack("<II", 0, 0xFFFFFFFF), "4294967295 restart points"),
        (struct.pack("<II", 9, 1), "restart point lies beyond"),
        (b"\1\0\0" + struct.pack("<II", 0, 1), r"wants 1 bytes of the key before \(0 bytes\)"),
        (b"\0\x7f\0" + struct.pack("<II", 0, 1), "127 . 0 bytes of the block"),
        (b"\xff" * 12 + struct.pack("<II", 0, 1), "no number of at most 64 bits at byte 0"),
    ],
)
def test_impossible_blocks_with_right_checksums_are_refused(block: bytes, message: str) -> None:
    with pytest.raises(DataLossError, match=message):
        entries_of(raw_table(block), "f")


def test_blocks_may_not_overlap() -> None:
    block = struct.pack("<II", 0, 1)
    index = b"".join(b"\0\1\2" + key + b"\0\x08" for key in (b"a", b"b")) + struct.pack("<II", 0, 1)
    file = block + b"\0" + struct.pack("<I", mask(crc32c(block + b"\0")))
    where = len(file)
    file += index + b"\0" + struct.pack("<I", mask(crc32c(index + b"\0")))
    file += (b"\0\x08" + varint(where) + varint(len(index))).ljust(40, b"\0") + WORKED_EXAMPLE[-8:]
    with pytest.raises(DataLossError, match="overlaps the block before it"):
        entries_of(file, "f")


def test_shared_prefixes_cannot_blow_up_the_keys() -> None:
    first = b"\0" + varint(9000) + b"\0" + b"k" * 9000
    more = b"".join(varint(9000 + i) + b"\1\0" + b"k" for i in range(3000))
    with pytest.raises(DataLossError, match="keys grow to more than 64 times the file"):
        entries_of(raw_table(first + more + struct.pack("<II", 0, 1)), "f")


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, (1 << 64) - 1])
def test_varints_read_back(number: int) -> None:
    data = varint(number)
    assert read_varint(data, 0, len(data), "here") == (number, len(data))


def test_a_varint_of_more_than_64_bits_is_refused() -> None:
    with pytest.raises(DataLossError, match="here: no number of at most 64 bits"):
        read_varint(varint(1 << 64), 0, 99, "here")
