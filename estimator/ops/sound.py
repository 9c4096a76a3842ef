"""Ops that read and write sound."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.formats import wav
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._texts import text_scalar


def _sound(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, contents=0)
    sizes = (s.attrs["desired_samples"], s.attrs["desired_channels"])
    for name, size in zip(("desired_samples", "desired_channels"), sizes, strict=True):
        if size < -1:
            raise ValueError(f"{name} must be -1, for all there are, or a number, given: {size}.")
    return [tuple(None if size < 0 else size for size in sizes), ()]


@op(
    "DecodeWav",
    "contents: string -> audio: float32, sample_rate: int32",
    attrs={"desired_channels": -1, "desired_samples": -1},
    shape=_sound,
    host=True,
    differentiable=False,
)
def decode_wav(xp: Any, contents: Any, desired_channels: int, desired_samples: int) -> Any:
    """The samples of a WAV file, in [-1, 1), and how many a second has.

    Of more channels than there are the last one is there again; samples that are missing are 0.

    Shape   contents [] -> audio [samples, channels], sample_rate []
    Raises  InvalidArgumentError if it is no such file
    Source  TF op DecodeWav, decode_wav_op.cc
    """
    sound = wav.read(np.asarray(contents, object).item())
    moments, channels = sound.samples.shape
    wanted = channels if desired_channels < 0 else desired_channels
    audio = sound.samples[:, np.minimum(np.arange(wanted), channels - 1)]
    count = moments if desired_samples < 0 else desired_samples
    result = np.zeros((count, wanted), np.float32)
    result[: min(count, moments)] = audio[:count]
    return result, np.asarray(sound.sample_rate, np.int32)


def _file(s: ShapeScope) -> Dims:
    rules.with_rank(s.shapes[0], 2, "audio")
    rules.check_scalars(s, sample_rate=1)
    return ()


@op(
    "EncodeWav",
    "audio: float32, sample_rate: int32 -> contents: string",
    shape=_file,
    host=True,
    differentiable=False,
)
def encode_wav(xp: Any, audio: Any, sample_rate: Any) -> Any:
    """A WAV file of samples.

    Shape   audio [samples, channels], sample_rate [] -> []
    Raises  InvalidArgumentError if there is no channel, or no sample a second
    Source  TF op EncodeWav, encode_wav_op.cc
    """
    samples = np.asarray(audio)
    if samples.ndim != 2:
        raise InvalidArgumentError(
            f"audio must be 2-dimensional, [samples, channels], given: {samples.shape}."
        )
    return text_scalar(wav.written(samples, int(sample_rate)))
