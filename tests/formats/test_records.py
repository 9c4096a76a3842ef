"""TFRecord framing, whole, cut off and damaged."""

from __future__ import annotations

import io

import pytest

from estimator.core.errors import DataLossError
from estimator.formats.records import frame, read_records

RECORDS = [b"", b"a", b"brain.Event:2", bytes(5000)]
FILE = b"".join(map(frame, RECORDS))


def test_a_record_is_framed_as_tensorflow_does() -> None:
    # tf.io.TFRecordWriter of TensorFlow 2.15.1 writing b"abc"
    assert frame(b"abc").hex() == "0300000000000000b099490e6162636e57f121"


def test_records_read_back() -> None:
    assert list(read_records(io.BytesIO(FILE), strict=True)) == RECORDS


def test_reading_starts_where_the_file_stands() -> None:
    file = io.BytesIO(FILE)
    file.seek(len(frame(b"")))
    assert next(read_records(file)) == b"a"


@pytest.mark.parametrize("missing", [1, 5, 4999, 5003, 5004, 5010, 5015])
def test_a_record_half_written_is_the_end(missing: int) -> None:
    assert list(read_records(io.BytesIO(FILE[:-missing]))) == RECORDS[:-1]


@pytest.mark.parametrize("missing", [1, 5004, 5015])
def test_a_record_half_written_is_an_error_if_strict(missing: int) -> None:
    with pytest.raises(DataLossError, match="record at byte 62: truncated record"):
        list(read_records(io.BytesIO(FILE[:-missing]), strict=True))


@pytest.mark.parametrize(("at", "part"), [(0, "length"), (8, "length"), (12, "data"), (15, "data")])
def test_a_flipped_bit_is_an_error(at: int, part: str) -> None:
    damaged = bytearray(frame(b"abc") + frame(b"d"))
    damaged[at] ^= 4
    with pytest.raises(DataLossError, match=f"record at byte 0: corrupted {part}"):
        list(read_records(io.BytesIO(damaged)))


def test_records_go_over_blocks_of_the_file() -> None:
    records = [bytes([size % 251]) * (size * 977 % 70_000) for size in range(40)] + [
        b"x" * 900_000,
        b"",
        b"end",
    ]
    assert list(read_records(io.BytesIO(b"".join(map(frame, records))), strict=True)) == records


@pytest.mark.parametrize("number", [0, 1, 30, 59])
def test_what_is_before_the_damage_is_read(number: int) -> None:
    frames = [frame(b"%d" % n * 10) for n in range(60)]
    offset = sum(map(len, frames[:number]))
    damaged = bytearray(b"".join(frames))
    damaged[offset + 13] ^= 1
    records = read_records(io.BytesIO(damaged), strict=True)
    assert [next(records) for _ in range(number)] == [b"%d" % n * 10 for n in range(number)]
    with pytest.raises(DataLossError, match=f"record at byte {offset}: corrupted data of"):
        next(records)


def test_a_damaged_length_asks_for_no_memory() -> None:
    damaged = bytearray(frame(b"abc"))
    damaged[6] = 255
    with pytest.raises(DataLossError, match="record at byte 0: corrupted length"):
        list(read_records(io.BytesIO(damaged), strict=True))
