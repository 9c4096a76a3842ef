"""Examples of ops/sound.py; the files are those of TensorFlow 2.15."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, f32


def text(word: bytes) -> Any:
    """A string."""
    result = np.empty((), object)
    result[()] = word
    return result


STEREO = (
    b"RIFF4\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0@\x1f\0\0\0}\0\0\x04\0\x10\0data\x10\0\0\0"
    b"\0@\0\xe0\xff\x7f\0\x80\x01\0\0\0\xff\x7f\0\x80"
)
LOUDEST = 32767 / 32768
SAMPLES = f32([[0.5, -0.25], [LOUDEST, -1], [1 / 32768, 0], [LOUDEST, -1]])

EXAMPLES = [
    Example("DecodeWav", [text(STEREO)], lambda x: (SAMPLES, np.int32(8000))),
    Example(
        "DecodeWav",
        [text(STEREO[:36] + b"LIST\x03\0\0\0abc" + STEREO[36:])],
        lambda x: (np.vstack([SAMPLES[:, [0, 1, 1]], np.zeros((2, 3), np.float32)]), np.int32(8000)),
        attrs={"desired_channels": 3, "desired_samples": 6},
        note="more than there is",
    ),
    Example(
        "DecodeWav",
        [text(STEREO)],
        lambda x: (SAMPLES[:2, :1], np.int32(8000)),
        attrs={"desired_channels": 1, "desired_samples": 2},
        note="less than there is",
    ),
    Example(
        "EncodeWav",
        [f32([[0.5, -0.25], [1.5, -1.0], [3e-5, -1.5e-5], [0.99999, -2]]), np.int32(8000)],
        lambda *_: text(STEREO),
    ),
]
