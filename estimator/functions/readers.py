"""Readers under TensorFlow's names: they take names of files from a queue, and give one record in each run.

::

    files = tf.train.string_input_producer(["a.csv", "b.csv"])
    key, line = TextLineReader(skip_header_lines=1).read(files)
"""

from __future__ import annotations

from typing import Any

from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords, near_keywords_of_methods
from estimator.core.named_tuple import NamedTuple
from estimator.formats.compression import TFRecordOptions
from estimator.functions.queue_base import QueueBase
from estimator.graph import build as b
from estimator.graph.tensor import Operation, Tensor


class KeyAndValue(NamedTuple):
    """One record, a scalar text with its key."""

    key: Tensor
    value: Tensor


class KeysAndValues(NamedTuple):
    """Several records, texts with their keys."""

    keys: Tensor
    values: Tensor


@near_keywords_of_methods
class ReaderBase:
    """What readers can do.

    Parameters
    ----------
    reader_ref : Tensor
        The handle.
    supports_serialize : bool
        Accepted for old scripts: the state of a reader is not written here.

    Source
    ------
    tf.ReaderBase, TF 1.15 io_ops.py
    """

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref

    @property
    def reader_ref(self) -> Tensor:
        """The handle."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether its state can be written: it cannot."""
        return False

    def serialize_state(self, name: str | None = None) -> Tensor:
        """Not here: where a reader stands is not written.

        Raises
        ------
        UnimplementedError
            Always; it says what to use instead.
        """
        raise UnimplementedError(
            "a reader's state is not written here: a tf.data.Dataset in input_fn goes on where a checkpoint stood."
        )

    def restore_state(self, state: Any, name: str | None = None) -> Operation:
        """Not here; see :meth:`serialize_state`.

        Raises
        ------
        UnimplementedError
            Always.
        """
        raise UnimplementedError(
            "a reader's state is not restored here: a tf.data.Dataset in input_fn goes on where a checkpoint stood."
        )

    def read(self, queue: Any, name: str | None = None) -> KeyAndValue:
        """The next record.

        Parameters
        ----------
        queue : QueueBase, or its handle
            Of names of files; the next one is taken when the last file is read.
        name : str, optional

        Raises
        ------
        OutOfRangeError
            In the run, if all is read and the queue is closed.
        NotFoundError, DataLossError, PermissionDeniedError
            In the run, if a file cannot be read.
        """
        return KeyAndValue(*b.ReaderReadV2(self._reader_ref, _handle_of(queue), name=name))

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> KeysAndValues:
        """The next records, at most `num_records` and of one file.

        Parameters
        ----------
        queue : QueueBase, or its handle
        num_records : int64 scalar
        name : str, optional

        Raises
        ------
        OutOfRangeError, NotFoundError, DataLossError, PermissionDeniedError
            As :meth:`read`.
        """
        return KeysAndValues(*b.ReaderReadUpToV2(self._reader_ref, _handle_of(queue), num_records, name=name))

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records it has given, an int64 scalar."""
        return b.ReaderNumRecordsProducedV2(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """How many files it has read to their ends, an int64 scalar."""
        return b.ReaderNumWorkUnitsCompletedV2(self._reader_ref, name=name)

    def reset(self, name: str | None = None) -> Operation:
        """An operation that leaves the file, and counts from 0."""
        operation: Operation = b.ReaderResetV2(self._reader_ref, name=name)
        return operation


def _handle_of(queue: Any) -> Tensor:
    handle: Tensor = queue.queue_ref if isinstance(queue, QueueBase) else queue
    return handle


@near_keywords
class TextLineReader(ReaderBase):
    """Gives the lines of files, each with ``name:number`` as its key.

    Parameters
    ----------
    skip_header_lines : int, optional
        How many lines at the beginning of each file are left out.
    name : str, optional

    Source
    ------
    tf.TextLineReader, TF 1.15
    """

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(b.TextLineReaderV2(skip_header_lines=skip_header_lines or 0, name=name))


@near_keywords
class WholeFileReader(ReaderBase):
    """Gives files as they are, each with its name as its key.

    Source
    ------
    tf.WholeFileReader, TF 1.15
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(b.WholeFileReaderV2(name=name))


@near_keywords
class IdentityReader(ReaderBase):
    """Gives the very texts that it takes from the queue, as key and value.

    Source
    ------
    tf.IdentityReader, TF 1.15
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(b.IdentityReaderV2(name=name))


@near_keywords
class FixedLengthRecordReader(ReaderBase):
    """Gives pieces of one size out of files, each with ``name:number`` as its key.

    Parameters
    ----------
    record_bytes : int
        The size.
    header_bytes, footer_bytes : int, optional
        How much is left out at the beginning and at the end of each file.
    hop_bytes : int, optional
        From one beginning to the next; by default the size.
    name : str, optional
    encoding : str, optional
        ``"ZLIB"`` or ``"GZIP"`` of files that are compressed.

    Raises
    ------
    ValueError
        If the size is not above 0, or one of the others is below.

    Source
    ------
    tf.FixedLengthRecordReader, TF 1.15
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        super().__init__(
            b.FixedLengthRecordReaderV2(
                record_bytes=record_bytes,
                header_bytes=header_bytes or 0,
                footer_bytes=footer_bytes or 0,
                hop_bytes=hop_bytes or 0,
                encoding=encoding or "",
                name=name,
            )
        )


@near_keywords
class TFRecordReader(ReaderBase):
    """Gives the records of TFRecord files, each with ``name:offset`` as its key.

    Parameters
    ----------
    name : str, optional
    options : TFRecordOptions, optional
        How the files are compressed.

    Source
    ------
    tf.TFRecordReader, TF 1.15
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        super().__init__(
            b.TFRecordReaderV2(
                compression_type=TFRecordOptions.get_compression_type_string(options), name=name
            )
        )
