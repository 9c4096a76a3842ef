"""WAV files that are none, or none that can be read; the messages begin as TensorFlow's."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.formats import wav
from tests.ops.examples_sound import SAMPLES, STEREO


def test_what_is_written_is_read() -> None:
    sound = wav.read(wav.written(SAMPLES, 44100))
    np.testing.assert_array_equal(sound.samples, SAMPLES)
    assert sound.sample_rate == 44100
    assert wav.read(wav.written(SAMPLES[:0], 8000)).samples.shape == (0, 2)


def test_numbers_are_rounded_to_the_nearest_sample_and_none_is_too_loud() -> None:
    given = np.array([[0.5, -0.5, 1.49, -1.5, 1.5, 40000.0, -40000.0, np.inf]], np.float32) / 32768
    found = wav.read(wav.written(given, 8000)).samples * 32768
    assert found.tolist() == [[1, -1, 1, -2, 2, 32767, -32768, 32767]]


def test_other_chunks_are_passed_over_and_a_format_may_be_longer() -> None:
    longer = STEREO[:16] + b"\x12\0\0\0" + STEREO[20:36] + b"\0\0" + b"LIST\x04\0\0\0abcd" + STEREO[36:]
    np.testing.assert_array_equal(wav.read(longer).samples, SAMPLES)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Data too short when trying to read its head: 0 bytes"),
        (STEREO[:30], "Data too short when trying to read 16 bytes of the chunk b'fmt ': 10"),
        (STEREO[:-3], "Data too short when trying to read 16 bytes of the chunk b'data': 13"),
        (
            b"RIFFxxxxWAVX" + STEREO[12:],
            "Header mismatch: Expected RIFF and WAVE but found b'RIFF' and b'WAVX'",
        ),
        (STEREO[:34] + b"\x08\0" + STEREO[36:], "Can only read 16-bit WAV files, but received 8"),
        (STEREO[:20] + b"\x03\0" + STEREO[22:], r"Bad audio format for WAV: Expected 1 \(PCM\), but got 3"),
        (STEREO[:22] + b"\0\0" + STEREO[24:], "WAV data has no channels"),
        (STEREO[:16] + b"\x04\0\0\0" + STEREO[20:24] + STEREO[36:], "Bad size for the fmt chunk: 4 bytes"),
        (STEREO[:36], "No data chunk found in WAV"),
        (STEREO[:12] + STEREO[36:], "No fmt chunk found in WAV"),
        (STEREO + b"data\x04\0\0\0\x01\0\x02\0", "More than one data chunk found in WAV"),
    ],
)
def test_what_is_no_such_file_says_why(data: bytes, message: str) -> None:
    with pytest.raises(
        InvalidArgumentError, match=f"{message}; a WAV file with samples of 16 bits is wanted"
    ):
        wav.read(data)


def test_what_no_file_can_have_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="audio must have a channel.*given: 0"):
        wav.written(np.zeros((3, 0), np.float32), 8000)
    with pytest.raises(InvalidArgumentError, match="sample_rate must be above 0, given: 0"):
        wav.written(SAMPLES, 0)
