"""What an index may not claim, each with right checksums."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats import messages
from estimator.formats.bundle import BundleReader, data_path
from estimator.formats.bundle_index import header_bytes
from estimator.formats.checksum import crc32c, mask
from estimator.formats.slices import slice_key
from estimator.formats.table import TableWriter

DATA = np.arange(4, dtype=">f4").tobytes()


def entry(shape: tuple[int, ...] = (4,), **fields: Any) -> Any:
    values = {"dtype": 1, "size": 16, "crc32c": mask(crc32c(DATA))} | fields
    message = messages.BundleEntryProto(**values)
    message.shape.SetInParent()
    for size in shape:
        message.shape.dim.add(size=size)
    return message


def bundle(folder: Path, *, header: bytes | None = None, **entries: Any) -> BundleReader:
    table = TableWriter()
    table.add(b"", header_bytes() if header is None else header)
    for name, message in sorted(entries.items()):
        table.add(name.encode(), messages.to_bytes(message))
    (folder / "ckpt.index").write_bytes(table.finish())
    Path(data_path(str(folder / "ckpt"))).write_bytes(DATA)
    return BundleReader(folder / "ckpt")


def test_the_header_is_tensorflows() -> None:
    assert header_bytes().hex() == "08011a020801"


def test_big_endian_bundles_are_swapped(tmp_path: Path) -> None:
    header = messages.BundleHeaderProto(num_shards=1, endianness=messages.BundleHeaderProto.BIG)
    with bundle(tmp_path, header=messages.to_bytes(header), a=entry()) as reader:
        assert reader.get("a").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ({"shape": (-1, 4)}, "expected at most 254 sizes >= 0"),
        ({"shape": (1,) * 255}, "255 dimensions"),
        ({"shape": (1 << 62, 1 << 62)}, "more than 2.63 elements"),
        ({"shape": (0, 1 << 62, 1 << 62), "size": 0}, "more than 2.63 elements"),
        ({"shape": (1 << 40,)}, "Invalid size in bundle entry: 16 bytes stored"),
        ({"shape": ()}, r"shape \[\] of float32 has 4"),
        ({"dtype": 0}, "0 is not an element type"),
        ({"dtype": 101}, "101 is not an element type"),
        ({"dtype": 99}, "99 is not an element type"),
        ({"shard_id": 1}, "shard 1, expected 0...0"),
        ({"shard_id": -1}, "shard -1"),
        ({"offset": -8}, "16 bytes at offset -8"),
        ({"size": -16}, "-16 bytes at offset 0"),
        ({"offset": (1 << 63) - 1}, "bytes at offset 9223372036854775807"),
    ],
)
def test_impossible_entries_are_refused_when_opened(tmp_path: Path, message: dict, advice: str) -> None:
    with pytest.raises(DataLossError, match=f"entry 'a'.*{advice}"):
        bundle(tmp_path, a=entry(**message))


@pytest.mark.parametrize("offset", [1, 1 << 50])
def test_tensors_outside_their_file_are_refused_when_read(tmp_path: Path, offset: int) -> None:
    with (
        bundle(tmp_path, a=entry(offset=offset)) as reader,
        pytest.raises(DataLossError, match="the file has 16 bytes and is cut off"),
    ):
        reader.get("a")


def test_memory_is_not_taken_for_what_the_file_does_not_hold(tmp_path: Path) -> None:
    huge = entry(shape=(1 << 50,), size=1 << 52)
    with bundle(tmp_path, a=huge) as reader, pytest.raises(DataLossError, match="cut off"):
        reader.get("a")


def test_overlapping_tensors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataLossError, match="entry 'a' ends at byte 16 of shard 0, entry 'b' starts at 8"):
        bundle(tmp_path, a=entry(), b=entry(shape=(2,), size=8, offset=8))


def test_types_without_numpy_counterpart_only_fail_when_read(tmp_path: Path) -> None:
    with bundle(tmp_path, a=entry(dtype=11)) as reader:
        assert reader.names() == ["a"]
        with pytest.raises(UnimplementedError, match="DT_QINT8"):
            reader.get("a")


def test_a_newer_format_is_named(tmp_path: Path) -> None:
    header = messages.BundleHeaderProto(num_shards=1)
    header.version.min_consumer = 2
    with pytest.raises(
        InvalidArgumentError, match="Checkpoint min consumer version 2 above current version 1"
    ):
        bundle(tmp_path, header=messages.to_bytes(header))


@pytest.mark.parametrize("num_shards", [0, -1, 100_000])
def test_an_impossible_number_of_shards_is_refused(tmp_path: Path, num_shards: int) -> None:
    header = messages.to_bytes(messages.BundleHeaderProto(num_shards=num_shards))
    with pytest.raises(DataLossError, match=f"counts {num_shards} shards"):
        bundle(tmp_path, header=header)


def test_a_table_without_header_is_no_bundle(tmp_path: Path) -> None:
    table = TableWriter()
    table.add(b"a", b"")
    (tmp_path / "ckpt.index").write_bytes(table.finish())
    with pytest.raises(DataLossError, match="the first key is not the empty one"):
        BundleReader(tmp_path / "ckpt")


def whole(*extents: tuple[int, int]) -> Any:
    message = entry(shape=(8,), size=0, crc32c=0)
    for start, length in extents:
        message.slices.add().extent.add(start=start, length=length)
    return message


def test_a_missing_slice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataLossError, match=r"entry 'w': slice 0,8 is missing, expected shape \[8\]"):
        bundle(tmp_path, w=whole((0, 8)))


def test_a_slice_of_another_shape_is_named(tmp_path: Path) -> None:
    key = slice_key("w", [(0, 8)]).decode("latin-1")
    table = TableWriter()
    for name, value in ((b"", header_bytes()), (key.encode("latin-1"), entry()), (b"w", whole((0, 8)))):
        table.add(name, value if isinstance(value, bytes) else messages.to_bytes(value))
    (tmp_path / "ckpt.index").write_bytes(table.finish())
    with pytest.raises(DataLossError, match=r"slice 0,8 is of shape \[4\], dtype 1, expected shape \[8\]"):
        BundleReader(tmp_path / "ckpt")


def test_slices_that_overlap_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataLossError, match="has impossible slices: slices 0,4 and 2,4 overlap"):
        bundle(tmp_path, w=whole((0, 4), (2, 4)))
