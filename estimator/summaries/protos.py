"""Summaries for event files: made of Python values, or of what a run or another library gives for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.formats import messages
from estimator.formats.tensors import array_to_proto

_DT_STRING = 7
_PLUGIN_TEXT = "text"


def as_summary(summary: Any) -> Any:  # a message of any pool, or its bytes
    """The Summary that bytes or another protobuf class's message hold.

    Raises
    ------
    TypeError
        If it is neither.
    DataLossError
        If the bytes are not a Summary.
    """
    if isinstance(summary, np.ndarray) and summary.ndim == 0:
        summary = summary.item()
    if not isinstance(summary, bytes):
        if not hasattr(summary, "SerializeToString"):
            raise TypeError(
                "a summary must be serialised bytes, as session.run(tf.summary.scalar(...)) gives, "
                f"or a Summary; given: {summary!r}."
            )
        summary = summary.SerializeToString()
    return messages.decode(messages.Summary, summary, "a summary")


def scalars(values: Mapping[str, Any]) -> Any:  # a Summary
    """A Summary with a number for each tag."""
    summary = messages.Summary()
    for tag, value in values.items():
        summary.value.add(tag=tag, simple_value=float(value))
    return summary


def tensor(tag: str, value: np.ndarray[Any, Any]) -> Any:  # a Summary
    """A Summary with an array."""
    summary = messages.Summary()
    summary.value.add(tag=tag).tensor.CopyFrom(array_to_proto(value))
    return summary


def text(tag: str, value: str) -> Any:  # a Summary
    """A Summary with a line of text, as a string tensor that TensorBoard shows under Text."""
    summary = messages.Summary()
    item = summary.value.add(tag=tag)
    item.metadata.plugin_data.plugin_name = _PLUGIN_TEXT
    item.tensor.dtype = _DT_STRING
    item.tensor.string_val.append(value.encode())
    return summary
