"""Many tensors at once, beside each of them read alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import DataLossError, NotFoundError, UnimplementedError
from estimator.formats import messages
from estimator.formats.bundle import BundleReader, BundleWriter, data_path
from estimator.formats.bundle_data import DataFiles
from tests.formats.test_bundle_index import bundle, entry
from tests.formats.test_table import TABLES


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what is read from data files."""
    sizes: list[int] = []
    original = DataFiles.read

    def counted(self: DataFiles, name: str, entry: Any, target: Any, start: int = 0) -> None:
        sizes.append(len(target))
        original(self, name, entry, target, start)

    monkeypatch.setattr(DataFiles, "read", counted)
    return sizes


def saved(folder: Path, **values: Any) -> str:
    prefix = str(folder / "ckpt")
    with open(data_path(prefix), "wb") as file:
        writer = BundleWriter(file)
        for name, value in values.items():
            writer.add(name, np.asarray(value))
    Path(f"{prefix}.index").write_bytes(writer.finish())
    return prefix


@pytest.mark.parametrize("prefix", [*TABLES, "bundle_corrupted/good/ckpt"])
def test_all_at_once_are_what_each_is_alone(tf_files: Path, prefix: str) -> None:
    with BundleReader(tf_files / prefix) as reader:
        names = reader.names()[::-1]
        found = reader.get_all(names)
        assert list(found) == names
        for name, value in found.items():
            alone = reader.get(name)
            assert (value.dtype, value.shape) == (alone.dtype, alone.shape)
            assert repr(value.tolist()) == repr(alone.tolist())  # NaN, too
            assert not value.flags.writeable


def test_tensors_of_the_other_byte_order_are_among_them(tmp_path: Path) -> None:
    header = messages.BundleHeaderProto(num_shards=1, endianness=messages.BundleHeaderProto.BIG)
    with bundle(tmp_path, header=messages.to_bytes(header), a=entry()) as reader:
        assert reader.get_all(["a"])["a"].tolist() == [0, 1, 2, 3]


def test_small_neighbours_are_read_in_one_go(tmp_path: Path, reads: list[int]) -> None:
    values = {f"v{number:03}": np.full(100, number, np.float32) for number in range(200)}
    with BundleReader(saved(tmp_path, a=np.uint8(1), **values)) as reader:
        found = reader.get_all(reader.names())
        assert reads == [200 * 400 + 1]
        assert all(found[name].tolist() == value.tolist() for name, value in values.items())


def test_what_is_not_asked_for_is_not_read(tmp_path: Path, reads: list[int]) -> None:
    values = {f"v{number:03}": np.zeros(100, np.float32) for number in range(20)}
    with BundleReader(saved(tmp_path, **values)) as reader:
        reader.get_all(["v000", "v010", "v011"])
    assert reads == [400, 800]


def test_more_than_a_block_is_read_in_several_goes_and_a_large_tensor_alone(
    tmp_path: Path, reads: list[int]
) -> None:
    values = {f"v{number:03}": np.zeros(10_000, np.float32) for number in range(30)}
    with BundleReader(saved(tmp_path, large=np.zeros(20_000, np.float32), **values)) as reader:
        reader.get_all(reader.names())
    assert reads == [26 * 40_000, 4 * 40_000, 80_000]


def test_damage_is_named_with_its_tensor(tmp_path: Path) -> None:
    prefix = saved(tmp_path, **{f"v{number}": np.zeros(100, np.float32) for number in range(9)})
    with open(data_path(prefix), "r+b") as file:
        file.seek(4 * 400 + 7)
        file.write(b"\1")
    with BundleReader(prefix) as reader:
        assert sorted(reader.get_all(["v3", "v5"])) == ["v3", "v5"]
        with pytest.raises(DataLossError, match=r"tensor 'v4' \(400 bytes at offset 1600\): Checksum"):
            reader.get_all(reader.names())


def test_a_file_that_is_cut_off_or_gone_is_an_error(tmp_path: Path) -> None:
    prefix = saved(tmp_path, a=np.zeros(100), b=np.zeros(100))
    Path(data_path(prefix)).write_bytes(bytes(900))
    with BundleReader(prefix) as reader, pytest.raises(DataLossError, match="has 900 bytes and is cut off"):
        reader.get_all(["a", "b"])
    Path(data_path(prefix)).unlink()
    with BundleReader(prefix) as reader, pytest.raises(NotFoundError, match="copy all files"):
        reader.get_all(["a", "b"])


def test_what_numpy_has_no_type_for_is_named(tmp_path: Path) -> None:
    with bundle(tmp_path, a=entry(dtype=11, offset=16, size=4), b=entry()) as reader:
        assert reader.get_all(["b"])["b"].shape == (4,)
        for names in (["a"], ["a", "b"]):
            with pytest.raises(UnimplementedError, match="tensors of DT_QINT8 cannot be read"):
                reader.get_all(names)
