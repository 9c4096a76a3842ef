"""Ops that make summaries for TensorBoard: their results are serialised Summary messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.errors import InvalidArgumentError
from estimator.formats import summary
from estimator.graph import rules
from estimator.graph.op import op
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
    """The distribution of the values.

    Raises  InvalidArgumentError if one is NaN or infinite
    Source  TF op HistogramSummary, logging_ops.cc
    """
    return text_scalar(summary.histogram(_text(tag), np.asarray(values)))


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
