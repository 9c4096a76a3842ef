"""Functions that read and write sound.

Source: tf.audio, TF 1.15 gen_audio_ops.py.
"""

from __future__ import annotations

from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


@near_keywords
class DecodeWav(NamedTuple):
    """Sound, and how many samples a second has."""

    audio: Tensor
    sample_rate: Tensor


def decode_wav(
    contents: TensorLike, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None
) -> DecodeWav:
    """The sound of a WAV file with samples of 16 bits.

    Parameters
    ----------
    contents : scalar string Tensor
        The bytes of the file.
    desired_channels : int
        How many channels there should be: the last one is repeated, or others are left out. -1: as many as there are.
    desired_samples : int
        How many samples there should be: filled up with 0, or cut off. -1: as many as there are.
    name : str, optional

    Returns
    -------
    audio : Tensor, float32
        In [-1, 1).
    sample_rate : Tensor, int32

    Shape
    -----
    contents [] -> audio [samples, channels], sample_rate []

    Raises
    ------
    ValueError
        If a number is below -1.
    InvalidArgumentError
        In the run, if it is no such file.
    """
    return DecodeWav(
        *b.DecodeWav(contents, desired_channels=desired_channels, desired_samples=desired_samples, name=name)
    )


def encode_wav(audio: TensorLike, sample_rate: TensorLike, name: str | None = None) -> Tensor:
    """A WAV file of samples.

    Parameters
    ----------
    audio : Tensor, float32
        In [-1, 1); what is louder becomes the loudest.
    sample_rate : scalar Tensor, int32
        How many samples a second has.
    name : str, optional

    Shape
    -----
    audio [samples, channels], sample_rate [] -> []

    Raises
    ------
    InvalidArgumentError
        In the run, if there is no channel, or no sample a second.
    """
    made: Tensor = b.EncodeWav(audio, sample_rate, name=name)
    return made


near_keywords_of_functions(__name__)
