"""Tensor bundles against files of TensorFlow: values, bytes, and what is refused."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import dtypes
from estimator.core.errors import (
    AlreadyExistsError,
    DataLossError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
)
from estimator.formats.bundle import BundleReader, BundleWriter, data_path
from estimator.formats.slices import SlicedArray

Expected = Callable[[str], dict[str, Any]]
BUNDLES = [
    ("bundle_types", "ckpt"),
    ("bundle_shards", "ckpt"),
    ("bundle_partitioned", "model.ckpt-7"),
    ("bundle_object_based", "ckpt-1"),
]


def save(tensors: dict[str, Any], prefix: Path) -> Path:
    with open(data_path(str(prefix)), "wb") as file:
        writer = BundleWriter(file)
        for name, value in tensors.items():
            writer.add(name, value)
        prefix.with_name(prefix.name + ".index").write_bytes(writer.finish())
    return prefix


@pytest.mark.parametrize(("folder", "prefix"), BUNDLES)
def test_values_are_those_tensorflow_saved(
    tf_files: Path, expected: Expected, folder: str, prefix: str
) -> None:
    values = expected(folder)
    with BundleReader(tf_files / folder / prefix) as reader:
        assert reader.names() == sorted(values)
        for name, value in values.items():
            assert reader.shape(name) == value.shape
            np.testing.assert_array_equal(reader.get(name), value)
            assert reader.get(name).dtype == value.dtype
        reader.verify()


def test_element_types_are_those_tensorflow_saved(tf_files: Path) -> None:
    described = json.loads((tf_files / "bundle_types" / "expected.json").read_text())["tensors"]
    with BundleReader(tf_files / "bundle_types" / "ckpt") as reader:
        assert {name: reader.dtype(name).name for name in reader.names()} == {
            name: tensor["dtype"] for name, tensor in described.items()
        }


def test_thousands_of_tensors_in_two_blocks(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_many" / "ckpt") as reader:
        names = reader.names()
        assert len(names) == 6000
        for name in names[::60]:  # the rule stands in expected.json: each holds the number that ends its name
            assert reader.get(name).tolist() == [int(name.rpartition("_")[2])]


@pytest.mark.parametrize(("folder", "prefix"), [("bundle_types", "ckpt"), ("bundle_object_based", "ckpt-1")])
def test_both_files_are_written_byte_for_byte(tf_files: Path, folder: str, prefix: str) -> None:
    path, data = str(tf_files / folder / prefix), io.BytesIO()
    writer = BundleWriter(data)
    with BundleReader(path) as reader:
        entries = reader.entries
        for name in sorted(entries, key=lambda name: (entries[name].offset, entries[name].size)):
            writer.add(name, reader.get(name), reader.dtype(name))
    assert writer.finish() == Path(f"{path}.index").read_bytes()
    assert data.getvalue() == Path(data_path(path)).read_bytes()


def test_slices_are_written_byte_for_byte(tf_files: Path, expected: Expected) -> None:
    path, data, values = str(tf_files / "bundle_partitioned" / "model.ckpt-7"), io.BytesIO(), None
    values = expected("bundle_partitioned")
    writer = BundleWriter(data)
    with BundleReader(path) as reader:
        entries = reader.entries
        for name in sorted(values):
            for extents in entries[name].slices:
                index = tuple(slice(start, start + size) for start, size in extents)
                writer.add_slice(name, values[name].shape, extents, values[name][index])
            if not entries[name].slices:
                writer.add(name, values[name])
    assert data.getvalue() == Path(data_path(path)).read_bytes()
    assert writer.finish() == Path(f"{path}.index").read_bytes()


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ("data_bitflip_first_byte", r"tensor 'a' \(256 bytes at offset 0\): Checksum does not match"),
        ("data_bitflip_string_bytes", r"tensor 's' \(21 bytes at offset 256\): Checksum does not match"),
        ("data_bitflip_string_len", "the length checksum does not match"),
        ("data_empty", "Read less bytes than requested: the file has 0 bytes"),
        ("data_truncated_half", "Read less bytes than requested: the file has 138 bytes"),
        ("index_bad_magic", r"not an sstable \(bad magic number\)"),
        ("index_bitflip_block_crc", "block checksum mismatch"),
        ("index_bitflip_data_block", "data block at byte 0: block checksum mismatch"),
        ("index_bitflip_footer_index_handle", "block checksum mismatch"),
        ("index_empty", "file is too short to be an sstable: 0 bytes"),
        ("index_missing", "Failed to find any matching files for"),
        ("index_truncated_footer", "not an sstable"),
        ("shard_missing", "data-00001-of-00002; No such file or directory"),
    ],
)
def test_damage_is_named_with_its_file(tf_files: Path, variant: str, message: str) -> None:
    prefix = tf_files / "bundle_corrupted" / variant / "ckpt"
    with pytest.raises(OpError, match=message) as caught, BundleReader(prefix) as reader:
        reader.verify()
    assert str(prefix) in str(caught.value)
    missing = variant in ("index_missing", "shard_missing")
    assert type(caught.value) is (NotFoundError if missing else DataLossError)


def test_a_checkpoint_of_the_first_format_is_named_as_one(tmp_path: Path) -> None:
    old = tmp_path / "model.ckpt-7"
    old.write_bytes(b"a table of slices, all in one file")
    with pytest.raises(NotFoundError, match=r"V1 format.*write_version=tf.train.SaverDef.V2"):
        BundleReader(old)


def test_damage_that_tensorflow_never_reads_is_a_warning(
    tf_files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="estimator"):
        prefix = tf_files / "bundle_corrupted" / "index_bitflip_footer_handle" / "ckpt"
        with BundleReader(prefix) as reader:
            reader.verify()
    assert "metaindex" in caplog.text


def test_the_undamaged_control_loads(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_corrupted" / "good" / "ckpt") as reader:
        reader.verify()


def test_tensors_beside_the_damage_are_still_readable(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_corrupted" / "shard_missing" / "ckpt") as reader:
        assert reader.get("a").shape == (64,)


def test_a_missing_key_is_answered_with_near_names(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_types" / "ckpt") as reader:
        assert not reader.has("global_stp")
        with pytest.raises(NotFoundError, match="Key global_stp not found in checkpoint .* 'global_step'"):
            reader.get("global_stp")


def test_a_file_given_for_a_prefix_is_recognised(tf_files: Path) -> None:
    with pytest.raises(NotFoundError, match=r"Give the prefix of the files, for example '.*ckpt'\."):
        BundleReader(tf_files / "bundle_types" / "ckpt.index")


def test_of_several_the_prefix_of_the_file_that_was_given_is_the_example(tmp_path: Path) -> None:
    for step in (1, 20, 200):
        (tmp_path / f"m-{step}.index").touch()
    for part in ("index", "meta", "data-00000-of-00001"):
        with pytest.raises(NotFoundError, match=r"for example '.*m-20'\."):
            BundleReader(tmp_path / f"m-20.{part}")


def test_the_directory_of_a_saved_model_is_answered_with_where_its_values_are(tmp_path: Path) -> None:
    (tmp_path / "variables").mkdir()
    (tmp_path / "variables" / "variables.index").touch()
    with pytest.raises(NotFoundError, match=r"a SavedModel, whose values are '.*/variables/variables'"):
        BundleReader(tmp_path)


def test_a_wrong_prefix_is_answered_with_the_bundles_there(tf_files: Path) -> None:
    with pytest.raises(NotFoundError, match=r"Checkpoints in '.*bundle_types': 'ckpt'\."):
        BundleReader(tf_files / "bundle_types" / "chkpt")


def test_get_fills_the_array_given(tf_files: Path, expected: Expected) -> None:
    with BundleReader(tf_files / "bundle_types" / "ckpt") as reader:
        for name in ("f32", "str2d"):
            out = np.zeros(reader.shape(name), reader.dtype(name).np)
            assert reader.get(name, out) is out
            np.testing.assert_array_equal(out, expected("bundle_types")[name])
        strided = np.zeros((3, 8), np.float32)[:, ::2]
        reader.get("f32", strided)
        np.testing.assert_array_equal(strided, expected("bundle_types")["f32"])


def test_an_array_that_does_not_fit_is_refused(tf_files: Path) -> None:
    with (
        BundleReader(tf_files / "bundle_types" / "ckpt") as reader,
        pytest.raises(
            InvalidArgumentError, match=r"'f32' of .* is float32 \[3, 4\], `out` is float32 \[4, 3\]"
        ),
    ):
        reader.get("f32", np.zeros((4, 3), np.float32))


def test_arrays_belong_to_the_caller(tf_files: Path) -> None:
    with BundleReader(tf_files / "bundle_types" / "ckpt") as reader:
        first = reader.get("f32")
        first[:] = 7
        assert not np.array_equal(reader.get("f32"), first)


def test_every_layout_of_an_array_is_saved_by_value(tmp_path: Path, rng: np.random.Generator) -> None:
    array = rng.normal(size=(4, 6)).astype(np.float32)
    tensors = {"t": array.T, "strided": array[::2, ::3], "big": array.astype(">f4"), "scalar": np.int64(3)}
    with BundleReader(save(tensors, tmp_path / "ckpt")) as reader:
        for name, value in tensors.items():
            np.testing.assert_array_equal(reader.get(name), value)
        assert reader.dtype("big") is dtypes.float32


def test_scalar_bytes_keep_their_trailing_zeros(tmp_path: Path) -> None:
    with BundleReader(save({"state": b"abc\0\0"}, tmp_path / "ckpt")) as reader:
        assert reader.get("state").item() == b"abc\0\0"


def test_tensors_larger_than_a_chunk_are_written_whole(tmp_path: Path, rng: np.random.Generator) -> None:
    value = rng.integers(0, 255, (3 << 20) + 5, np.uint8)
    with BundleReader(save({"large": value}, tmp_path / "ckpt")) as reader:
        np.testing.assert_array_equal(reader.get("large"), value)
        reader.verify()


def test_a_file_that_takes_less_than_all_gets_the_rest() -> None:
    class Slow(io.BytesIO):
        short = 0

        def write(self, data: Any) -> int:
            self.short += len(data) > 3
            return super().write(bytes(data[:3]))

    slow, fast = Slow(), io.BytesIO()
    indexes = []
    for file in (slow, fast):
        writer = BundleWriter(file)
        writer.add("a", np.arange(10.0))
        indexes.append(writer.finish())
    assert slow.short > 0
    assert slow.getvalue() == fast.getvalue() and indexes[0] == indexes[1]


def test_tensors_added_together_are_written_as_one_by_one(rng: np.random.Generator) -> None:
    tensors: dict[str, Any] = {f"v{number:04}": rng.random((number % 7, 50)) for number in range(3000)}
    tensors |= {
        "big": np.arange(40_000.0),
        "swapped": np.arange(5, dtype=">i4"),
        "strided": np.arange(20.0).reshape(4, 5).T,
        "bits": np.arange(3, dtype=np.uint16),
        "text": np.array([b"a", b"bc"], object),
        "cut": SlicedArray((4,), ((((0, 1),), np.zeros(1)), (((1, 3),), np.ones(3)))),
        "whole": SlicedArray((2,), ((((0, 2),), np.ones(2)),)),
    }
    types, files, indexes = {"bits": dtypes.bfloat16}, [io.BytesIO(), io.BytesIO()], []
    together, one_by_one = map(BundleWriter, files)
    together.add_all(tensors.items(), types)
    for name, value in tensors.items():
        one_by_one.add(name, value, types.get(name))
    for writer in (together, one_by_one):
        indexes.append(writer.finish())
    assert files[0].getvalue() == files[1].getvalue() and indexes[0] == indexes[1]
    assert together.size == len(files[0].getvalue())


def test_names_and_types_are_checked_of_tensors_added_together() -> None:
    writer = BundleWriter(io.BytesIO())
    with pytest.raises(AlreadyExistsError, match="'a' is added twice"):
        writer.add_all([("a", np.zeros(2)), ("a", np.zeros(2))], {})
    with pytest.raises(InvalidArgumentError, match="'b': an array of float64 cannot be stored as int32"):
        writer.add_all([("b", np.zeros(2))], {"b": dtypes.int32})


def test_a_name_is_added_once() -> None:
    writer = BundleWriter(io.BytesIO())
    writer.add("a", np.zeros(2))
    with pytest.raises(AlreadyExistsError, match="'a' is added twice"):
        writer.add("a", np.zeros(2))


@pytest.mark.parametrize("name", ["", "\0a"])
def test_names_that_collide_with_the_format_are_refused(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot name a tensor"):
        BundleWriter(io.BytesIO()).add(name, np.zeros(1))


def test_a_dtype_that_the_array_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="'a': an array of float64 cannot be stored as float32"):
        BundleWriter(io.BytesIO()).add("a", np.zeros(1), dtypes.float32)


def test_slices_that_do_not_cover_the_variable_are_refused() -> None:
    writer = BundleWriter(io.BytesIO())
    writer.add_slice("a", (4, 2), [(0, 2), None], np.zeros((2, 2)))
    with pytest.raises(InvalidArgumentError, match=r"'a' of shape \[4, 2\] is not covered exactly once"):
        writer.finish()


def test_the_writer_tells_how_many_bytes_it_has_written() -> None:
    writer = BundleWriter(io.BytesIO())
    writer.add("a", np.zeros((2, 3), np.int32))
    writer.add_slice("b", (4,), [(0, 4)], np.zeros(4, np.float32))
    assert writer.size == 40
