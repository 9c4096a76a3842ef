"""Ops that make summaries for TensorBoard: their results are serialised Summary messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float32
from estimator.core.errors import InvalidArgumentError
from estimator.formats import summary
from estimator.graph import rules
from estimator.graph.op import AttrDef, op
from estimator.ops._texts import text_scalar


def _text(tag: Any) -> str:
    value = np.asarray(tag, object).item()
    return value.decode() if isinstance(value, bytes) else str(value)


@op(
    "ScalarSummary",
    "tags: string, values: T -> summary: string",
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def scalar_summary(xp: Any, tags: Any, values: Any) -> Any:
    """A number under each tag.

    Shape   tags and values alike
    Raises  InvalidArgumentError if the shapes of tags and values differ
    Source  TF op ScalarSummary, logging_ops.cc
    """
    tags, values = np.asarray(tags, object), np.asarray(values)
    if tags.shape != values.shape:
        shown = f" (tag {_text(tags)!r})" if tags.ndim == 0 else ""
        raise InvalidArgumentError(
            f"tags and values are not the same shape: {list(tags.shape)} != {list(values.shape)}{shown}; "
            "a scalar summary shows one number: reduce the value first, or use tf.summary.histogram."
        )
    if tags.ndim == 0:
        return text_scalar(summary.scalar(_text(tags), float(values)))
    pairs = zip(tags.ravel(), values.ravel(), strict=True)
    return text_scalar(summary.merge([summary.scalar(_text(tag), float(value)) for tag, value in pairs]))


@op(
    "HistogramSummary",
    "tag: string, values: T -> summary: string",
    attrs={"T": float32},
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def histogram_summary(xp: Any, tag: Any, values: Any) -> Any:
    """The distribution of the values that are finite; ``tag/not_finite`` counts the others, if there are some.

    Source  TF op HistogramSummary, logging_ops.cc
    """
    return text_scalar(summary.histogram(_text(tag), np.asarray(values)))


@op(
    "ImageSummary",
    "tag: string, tensor: T -> summary: string",
    attrs={
        "max_images": 3,
        "T": float32,
        "bad_color": AttrDef("bad_color", "tensor", np.array([255, 0, 0, 255], np.uint8), required=False),
    },
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def image_summary(xp: Any, tag: Any, tensor: Any, max_images: int, bad_color: Any) -> Any:
    """The first images of a batch, as PNG files.

    Shape   tensor [batch, height, width, channels]
    Raises  InvalidArgumentError if it is no batch of images of 1, 3 or 4 channels
    Source  TF op ImageSummary, logging_ops.cc
    """
    return text_scalar(summary.images(_text(tag), np.asarray(tensor), max_images, bad_color))


@op(
    "AudioSummaryV2",
    "tag: string, tensor: float32, sample_rate: float32 -> summary: string",
    attrs={"max_outputs": 3},
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def audio_summary(xp: Any, tag: Any, tensor: Any, sample_rate: Any, max_outputs: int) -> Any:
    """The first sounds of a batch, as WAV files.

    Shape   tensor [batch, frames, channels] or [batch, frames], sample_rate []
    Raises  InvalidArgumentError if it is no batch of sounds, or there is no frame a second
    Source  TF op AudioSummaryV2, logging_ops.cc
    """
    rate = float(np.asarray(sample_rate).item())
    return text_scalar(summary.sounds(_text(tag), np.asarray(tensor), rate, max_outputs))


@op(
    "TensorSummaryV2",
    "tag: string, tensor: T, serialized_summary_metadata: string -> summary: string",
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def tensor_summary(xp: Any, tag: Any, tensor: Any, serialized_summary_metadata: Any, T: DType) -> Any:
    """A whole tensor, and what says which plugin of TensorBoard shows it.

    Source  TF op TensorSummaryV2, logging_ops.cc
    """
    metadata = np.asarray(serialized_summary_metadata, object).item()
    return text_scalar(summary.tensor(_text(tag), np.asarray(tensor), T, metadata))


@op(
    "MergeSummary",
    "inputs: N * string -> summary: string",
    shape=rules.scalar,
    host=True,
    differentiable=False,
)
def merge_summary(xp: Any, inputs: Any) -> Any:
    """All values of the inputs in one summary.

    Raises  InvalidArgumentError if a tag occurs twice
    Source  TF op MergeSummary, logging_ops.cc
    """
    return text_scalar(
        summary.merge([data for texts in inputs for data in np.asarray(texts, object).ravel()])
    )
