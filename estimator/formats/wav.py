"""Sound in WAV files: 16 bits a sample, uncompressed.

A file is ``RIFF <size> WAVE`` and chunks, each a name of four bytes, a size and as many bytes: ``fmt `` says how many
channels and samples a second there are, ``data`` has the samples, those of one moment side by side; others are passed
over. Numbers begin with their lowest byte.

Source
------
TF 2.15 core/lib/wav/wav_io.cc
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple

_HEAD = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM, _BITS, _BYTES = 1, 16, 2
_LOUDEST = 32768  # what a sample of 16 bits is divided by


class Sound(NamedTuple):
    """Sound.

    Attributes
    ----------
    samples : array of float32, shape [moments, channels]
        In [-1, 1).
    sample_rate : int
        Moments a second.
    """

    samples: np.ndarray[Any, Any]
    sample_rate: int


def read(data: bytes) -> Sound:
    """The sound of a file's bytes.

    Raises
    ------
    InvalidArgumentError
        If they are no such file.
    """
    if len(data) < _HEAD.size:
        raise _damaged(f"Data too short when trying to read its head: {len(data)} bytes")
    riff, _, wave = _HEAD.unpack_from(data)
    if (riff, wave) != (b"RIFF", b"WAVE"):
        raise _damaged(f"Header mismatch: Expected RIFF and WAVE but found {riff!r} and {wave!r}")
    layout: tuple[int, int] | None = None
    samples: bytes | None = None
    place = _HEAD.size
    while place + _CHUNK.size <= len(data):
        name, size = _CHUNK.unpack_from(data, place)
        body = data[place + _CHUNK.size : place + _CHUNK.size + size]
        place += _CHUNK.size + size
        if name in (b"fmt ", b"data") and len(body) < size:
            raise _damaged(
                f"Data too short when trying to read {size} bytes of the chunk {name!r}: {len(body)}"
            )
        if name == b"fmt ":
            layout = _layout(body)
        elif name == b"data":
            if samples is not None:
                raise _damaged("More than one data chunk found in WAV")
            samples = body
    if layout is None or samples is None:
        raise _damaged(f"No {'fmt' if layout is None else 'data'} chunk found in WAV")
    channels, rate = layout
    moments = len(samples) // (_BYTES * channels)
    numbers = np.frombuffer(samples, "<i2", moments * channels).reshape(moments, channels)
    return Sound(numbers.astype(np.float32) / np.float32(_LOUDEST), rate)


def _layout(body: bytes) -> tuple[int, int]:
    """How many channels and moments a second there are."""
    if len(body) < _FORMAT.size:
        raise _damaged(f"Bad size for the fmt chunk: {len(body)} bytes")
    kind, channels, rate, _, _, bits = _FORMAT.unpack_from(body)
    if kind != _PCM:
        raise _damaged(f"Bad audio format for WAV: Expected 1 (PCM), but got {kind}")
    if bits != _BITS:
        raise _damaged(f"Can only read 16-bit WAV files, but received {bits}")
    if not channels:
        raise _damaged("WAV data has no channels")
    return channels, rate


def written(samples: np.ndarray[Any, Any], sample_rate: int) -> bytes:
    """The file of a sound; what is louder than a sample can say becomes the loudest.

    Parameters
    ----------
    samples : array of floats, shape [moments, channels]
    sample_rate : int

    Raises
    ------
    InvalidArgumentError
        If there is no channel, or a number is none that such a file can have.
    """
    channels = samples.shape[1]
    if not 0 < channels < 2**16:
        raise InvalidArgumentError(f"audio must have a channel, and fewer than 65536, given: {channels}.")
    if not 0 < sample_rate < 2**32 // (channels * _BYTES):
        raise InvalidArgumentError(f"sample_rate must be above 0, given: {sample_rate}.")
    louder = samples * np.float32(_LOUDEST)
    rounded = np.trunc(louder + np.copysign(np.float32(0.5), louder))
    body = np.clip(np.nan_to_num(rounded), -_LOUDEST, _LOUDEST - 1).astype("<i2").tobytes()
    size = channels * _BYTES
    layout = _FORMAT.pack(_PCM, channels, sample_rate, sample_rate * size, size, _BITS)
    chunks = _CHUNK.pack(b"fmt ", len(layout)) + layout + _CHUNK.pack(b"data", len(body)) + body
    return _HEAD.pack(b"RIFF", len(chunks) + 4, b"WAVE") + chunks


def _damaged(what: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"{what}; a WAV file with samples of 16 bits is wanted.")
