"""Restored arrays are read once, while the files stay as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from estimator.checkpoint.read_cache import ReadCache
from estimator.core import errors
from estimator.formats.bundle import BundleReader
from estimator.formats.slices import SlicedArray
from estimator.model_dir.series import CheckpointSeries


class CountingReader(BundleReader):
    """Counts the tensors that it reads from the data file."""

    reads = 0

    def get_all(self, names: Iterable[str]) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
        wanted = list(names)
        self.reads += len(wanted)
        return super().get_all(wanted)


def saved(directory: Path, value: float, step: int = 1) -> str:
    tensors = {"v": np.full(100, value, np.float32), "w": np.array([b"text"], object)}
    return CheckpointSeries(directory).save(f"model.ckpt-{step}", tensors)


def reads(cache: ReadCache, prefix: str, *keys: str) -> int:
    with CountingReader(prefix) as reader:
        cache.read(reader, keys or ("v", "w"))
        return reader.reads


def test_an_unchanged_checkpoint_is_read_once(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    assert [reads(cache, prefix), reads(cache, prefix)] == [2, 0]


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    assert [reads(cache, prefix, "v"), reads(cache, prefix, "v", "w"), reads(cache, prefix)] == [1, 1, 0]


def test_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    with BundleReader(saved(tmp_path, 1.0)) as reader:
        value = ReadCache().read(reader, ["v"])["v"]
    with pytest.raises(ValueError, match="read-only"):
        value[0] = 2.0


def test_a_path_spelt_otherwise_is_the_same_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    reads(cache, prefix)
    monkeypatch.chdir(tmp_path)
    assert reads(cache, "model.ckpt-1") == 0


def test_a_checkpoint_overwritten_with_the_same_name_and_size_is_read_again(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    before = os.stat(prefix + ".index")
    reads(cache, prefix)
    saved(tmp_path, 2.0)
    os.utime(prefix + ".index", ns=(before.st_atime_ns, before.st_mtime_ns))  # not even the time tells
    with CountingReader(prefix) as reader:
        assert cache.read(reader, ["v"])["v"][0] == 2.0
        assert reader.reads == 1


def test_the_contents_of_the_index_count_not_only_its_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = (("model.ckpt-1.index", 1, 1, 1),)
    monkeypatch.setattr("estimator.checkpoint.read_cache.signature", lambda *_: looks)
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    reads(cache, prefix)
    saved(tmp_path, 2.0)
    with BundleReader(prefix) as reader:
        assert cache.read(reader, ["v"])["v"][0] == 2.0


def test_a_touched_data_file_is_read_again(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    reads(cache, prefix)
    os.utime(prefix + ".data-00000-of-00001", ns=(1, 1))
    assert reads(cache, prefix) == 2


def test_a_deleted_data_file_is_missed(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    reads(cache, prefix)
    os.remove(prefix + ".data-00000-of-00001")
    with pytest.raises(errors.NotFoundError, match="data-00000-of-00001; No such file"):
        reads(cache, prefix)


def test_a_damaged_tensor_is_not_remembered(tmp_path: Path) -> None:
    cache, prefix = ReadCache(), saved(tmp_path, 1.0)
    data = Path(prefix + ".data-00000-of-00001")
    good = data.read_bytes()
    data.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        reads(cache, prefix)
    data.write_bytes(good)
    assert reads(cache, prefix) == 2


def test_the_longest_unused_leaves_when_there_are_too_many_bytes(tmp_path: Path) -> None:
    cache = ReadCache(limit_bytes=2 * 400)  # "v" has 100 floats
    prefixes = [saved(tmp_path / name, 1.0) for name in "abc"]
    reads(cache, prefixes[0], "v")
    reads(cache, prefixes[1], "v")
    reads(cache, prefixes[0], "v")
    reads(cache, prefixes[2], "v")
    assert [reads(cache, prefixes[0], "v"), reads(cache, prefixes[1], "v")] == [0, 1]


def test_of_a_directory_only_one_checkpoint_is_remembered(tmp_path: Path) -> None:
    cache = ReadCache()
    first, second = (saved(tmp_path, float(step), step) for step in (1, 2))
    assert [reads(cache, prefix) for prefix in (first, second, second, first)] == [2, 2, 0, 2]


def test_what_is_larger_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    cache, prefix = ReadCache(limit_bytes=100), saved(tmp_path, 1.0)
    assert [reads(cache, prefix), reads(cache, prefix)] == [2, 2]


def test_the_bytes_of_strings_count(tmp_path: Path) -> None:
    cache = ReadCache(limit_bytes=1000)
    prefix = CheckpointSeries(tmp_path).save("model.ckpt-1", {"w": np.array([b"x" * 2000], object)})
    assert [reads(cache, prefix, "w"), reads(cache, prefix, "w")] == [1, 1]


def test_a_tensor_of_which_slices_are_missing_is_not_kept(tmp_path: Path) -> None:
    half = SlicedArray((4,), ((((0, 2),), np.zeros(2, np.float32)),), is_partial=True)
    prefix = CheckpointSeries(tmp_path).save("m-1", {"half": half, "w": np.zeros(3)})
    with BundleReader(prefix) as reader:
        assert ReadCache().keeps(reader, ["w"])
        assert not ReadCache().keeps(reader, ["w", "half"])
