"""TFRecord files, written and read outside of a graph."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.core.errors import DataLossError, FailedPreconditionError, NotFoundError
from estimator.formats.compression import decompressed

Options = tf.python_io.TFRecordOptions
Kinds = tf.python_io.TFRecordCompressionType
RECORDS = [b"", b"one", bytes(100_000), b"two"]
# what TensorFlow 2.15.1 wrote for b"one", with "", "ZLIB" and "GZIP"


@pytest.mark.parametrize(
    "options", [None, "", "GZIP", "ZLIB", Options(Kinds.GZIP), Options("ZLIB", compression_level=1)]
)
def test_records_come_back(options: Any, tmp_path: Path) -> None:
    path = tmp_path / "r"
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for record in RECORDS:
            writer.write(record)
    assert list(tf.python_io.tf_record_iterator(path, options)) == RECORDS
    assert path.read_bytes()[:2] == {"GZIP": b"\x1f\x8b", "ZLIB": b"\x78\x9c"}.get(
        Options.get_compression_type_string(options), bytes(2)
    ) or isinstance(options, Options)


@pytest.mark.parametrize("options", [None, "ZLIB"])
def test_what_is_flushed_can_be_read(options: Any, tmp_path: Path) -> None:
    with tf.io.TFRecordWriter(str(tmp_path / "r"), options) as writer:
        writer.write("text")
        writer.flush()
        assert next(tf.io.tf_record_iterator(str(tmp_path / "r"), options)) == b"text"


def test_a_closed_writer_takes_nothing(tmp_path: Path) -> None:
    writer = tf.python_io.TFRecordWriter(tmp_path / "r")
    with pytest.raises(TypeError, match=r"a record is bytes, given: 1 \(int\).*SerializeToString"):
        writer.write(1)
    writer.close()
    writer.close()
    for call in (lambda: writer.write(b""), writer.flush):
        with pytest.raises(FailedPreconditionError, match="Writer is closed"):
            call()


@pytest.mark.parametrize("options", [None, "GZIP", "ZLIB"])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damage_is_an_error(options: Any, damage: str, tmp_path: Path) -> None:
    path = tmp_path / "r"
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for n in range(40):
            writer.write(b"%d" % n * 9)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[-5:]
    else:
        data[len(data) // 2] ^= 255
    path.write_bytes(data)
    with pytest.raises(DataLossError, match=str(path)):
        list(tf.python_io.tf_record_iterator(path, options))


def test_another_compression_than_the_files_is_an_error(tmp_path: Path) -> None:
    for written, said in (("GZIP", None), ("GZIP", "ZLIB"), (None, "GZIP")):
        with tf.python_io.TFRecordWriter(tmp_path / "r", written) as writer:
            writer.write(b"x" * 100)
        with pytest.raises(DataLossError, match="compressed in another way|not (GZIP|ZLIB) data"):
            list(tf.python_io.tf_record_iterator(tmp_path / "r", said))


def test_files_that_are_not_there_or_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        next(tf.python_io.tf_record_iterator(tmp_path / "none"))
    with pytest.raises(NotFoundError, match="cannot write"):
        tf.python_io.TFRecordWriter(tmp_path / "none" / "r")


def test_a_compression_has_several_spellings() -> None:
    spellings = [None, "", "GZIP", Kinds.ZLIB, Options(Kinds.GZIP), Options(None), Kinds.NONE]
    names = [Options.get_compression_type_string(given) for given in spellings]
    assert names == ["", "", "GZIP", "ZLIB", "GZIP", "", ""]
    for bad in ("X", 7):
        with pytest.raises(ValueError, match="Not a valid compression_type"):
            Options(bad)


def test_gzip_files_may_have_several_parts_and_be_empty() -> None:
    gzipped = [zlib.compressobj(wbits=31) for _ in range(2)]
    data = b"".join(
        part.compress(text) + part.flush() for part, text in zip(gzipped, (b"ab", b"cd"), strict=True)
    )
    assert decompressed(io.BytesIO(data), "GZIP").read() == b"abcd"
    assert decompressed(io.BytesIO(), "GZIP").read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told() -> None:
    writer = tf.python_io.TFRecordWriter("/dev/full")
    with pytest.raises(tf.errors.ResourceExhaustedError, match="cannot write '/dev/full': ENOSPC"):
        writer.write(b"x" * 100_000)
    writer.close()
