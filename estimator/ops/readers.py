"""Ops of readers: a reader's handle is a :class:`estimator.runtime.readers.Reader` of the session at run time."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._texts import text_scalar

_NAMED = {"container": "", "shared_name": ""}


def _reader(name: str, attrs: dict[str, Any], shape: Any = rules.scalar) -> Any:
    return op(
        name,
        "-> reader_handle: resource",
        attrs=attrs,
        shape=shape,
        effect="read",
        host=True,
        differentiable=False,
    )


@_reader("TextLineReaderV2", {"skip_header_lines": 0, **_NAMED})
def text_line_reader_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a reader that gives the lines of files, but for the first of each that are to be skipped.

    Source  TF op TextLineReaderV2, io_ops.cc
    """
    return run.shared()


@_reader("TFRecordReaderV2", {**_NAMED, "compression_type": ""})
def tf_record_reader_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a reader that gives the records of TFRecord files.

    Source  TF op TFRecordReaderV2, io_ops.cc
    """
    return run.shared()


@_reader("WholeFileReaderV2", _NAMED)
def whole_file_reader_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a reader that gives files as they are.

    Source  TF op WholeFileReaderV2, io_ops.cc
    """
    return run.shared()


def _fixed(s: ShapeScope) -> Dims:
    for name in ("header_bytes", "record_bytes", "footer_bytes", "hop_bytes"):
        if s.attrs[name] < (name == "record_bytes"):
            least = "> 0" if name == "record_bytes" else ">= 0"
            raise ValueError(f"{name} must be {least}, given: {s.attrs[name]}.")
    return ()


@_reader(
    "FixedLengthRecordReaderV2",
    {"header_bytes": 0, "record_bytes": int, "footer_bytes": 0, "hop_bytes": 0, **_NAMED, "encoding": ""},
    _fixed,
)
def fixed_length_record_reader_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a reader that gives pieces of one size, every `hop_bytes`, between a header and a footer.

    Source  TF op FixedLengthRecordReaderV2, io_ops.cc
    """
    return run.shared()


@_reader("IdentityReaderV2", _NAMED)
def identity_reader_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a reader that gives the very texts that it takes from the queue.

    Source  TF op IdentityReaderV2, io_ops.cc
    """
    return run.shared()


def _of_reader(name: str, signature: str, shape: Any, **traits: Any) -> Any:
    return op(
        name,
        f"reader_handle: resource{signature}",
        shape=shape,
        host=True,
        differentiable=False,
        **{"effect": "outside", "waits": True, **traits},
    )


def _queue(handle: Any) -> Any:
    """The queue: a handle that was chosen among several is an array of one."""
    return handle.item() if isinstance(handle, np.ndarray) else handle


@_of_reader("ReaderReadV2", ", queue_handle: resource -> key: string, value: string", lambda s: [(), ()])
def reader_read_v2(xp: Any, reader_handle: Any, queue_handle: Any) -> Any:
    """The next record of a reader; the key says which it is of which file.

    Raises  OutOfRangeError if all is read and the queue of files is closed
    Source  TF op ReaderReadV2, io_ops.cc
    """
    return [text_scalar(text) for text in reader_handle.read(_queue(queue_handle))]


def _some(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, num_records=2)
    return [(None,), (None,)]


@_of_reader(
    "ReaderReadUpToV2",
    ", queue_handle: resource, num_records: int64 -> keys: string, values: string",
    _some,
)
def reader_read_up_to_v2(xp: Any, reader_handle: Any, queue_handle: Any, num_records: Any) -> Any:
    """The next records of a reader, at most so many and of one file.

    Raises  OutOfRangeError if all is read and the queue of files is closed
    Source  TF op ReaderReadUpToV2, io_ops.cc
    """
    found = reader_handle.read_up_to(_queue(queue_handle), int(num_records))
    return [xp.fromiter(texts, object, len(found)) for texts in zip(*found, strict=True)]


@_of_reader(
    "ReaderNumRecordsProducedV2", " -> records_produced: int64", rules.scalar, effect="read", waits=False
)
def reader_num_records_produced_v2(xp: Any, reader_handle: Any) -> Any:
    """How many records a reader has given.

    Source  TF op ReaderNumRecordsProducedV2, io_ops.cc
    """
    return xp.array(reader_handle.produced, xp.int64)


@_of_reader(
    "ReaderNumWorkUnitsCompletedV2", " -> units_completed: int64", rules.scalar, effect="read", waits=False
)
def reader_num_work_units_completed_v2(xp: Any, reader_handle: Any) -> Any:
    """How many files a reader has read to their ends.

    Source  TF op ReaderNumWorkUnitsCompletedV2, io_ops.cc
    """
    return xp.array(reader_handle.completed, xp.int64)


@_of_reader("ReaderResetV2", "", rules.no_output)
def reader_reset_v2(xp: Any, reader_handle: Any) -> None:
    """Let a reader leave its file and count from 0.

    Source  TF op ReaderResetV2, io_ops.cc
    """
    reader_handle.reset()
