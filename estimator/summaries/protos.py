"""The messages in event files, by way of tensorboardX; and small summaries made of Python values.

tensorboardX is imported when the first event is made, never with the package, and without torch: it
would import torch where that is installed, only for a type, and fail where a mere folder called
``torch`` can be imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from estimator.formats.messages import decode
from estimator.formats.tensors import array_to_proto

_DT_STRING = 7
_PLUGIN_TEXT = "text"


class Protos(NamedTuple):
    """The message classes of event files."""

    Event: Any  # classes that protobuf makes at run time
    SessionLog: Any
    Summary: Any


@cache
def protos() -> Protos:
    """The classes.

    Raises
    ------
    ImportError
        If tensorboardX cannot be imported; the message says why.
    """
    try:
        with _without_torch():
            from tensorboardX.proto.event_pb2 import Event, SessionLog
            from tensorboardX.proto.summary_pb2 import Summary
    except Exception as error:
        raise ImportError(
            f"event files need tensorboardX, which cannot be imported ({type(error).__name__}: {error}). "
            "Install it with: pip install 'tensorboardX>=2.6'."
        ) from error
    return Protos(Event, SessionLog, Summary)


@contextmanager
def _without_torch() -> Iterator[None]:
    """Imports of torch fail inside the block, unless it has been imported already."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # how Python marks a module that is not to be found
    try:
        yield
    finally:
        if sys.modules.get("torch", ...) is None:
            del sys.modules["torch"]


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
    return decode(protos().Summary, summary, "a summary")


def scalars(values: Mapping[str, Any]) -> Any:  # a Summary
    """A Summary with a number for each tag."""
    summary = protos().Summary()
    for tag, value in values.items():
        summary.value.add(tag=tag, simple_value=float(value))
    return summary


def tensor(tag: str, value: np.ndarray[Any, Any]) -> Any:  # a Summary
    """A Summary with an array."""
    summary = protos().Summary()
    summary.value.add(tag=tag).tensor.ParseFromString(array_to_proto(value).SerializeToString())
    return summary


def text(tag: str, value: str) -> Any:  # a Summary
    """A Summary with a line of text, as a string tensor that TensorBoard shows under Text."""
    summary = protos().Summary()
    item = summary.value.add(tag=tag)
    item.metadata.plugin_data.plugin_name = _PLUGIN_TEXT
    item.tensor.dtype = _DT_STRING
    item.tensor.string_val.append(value.encode())
    return summary
