"""TFRecord files, written and read outside of a graph.

::

    with TFRecordWriter("train.tfrecord", TFRecordOptions("GZIP")) as writer:
        writer.write(example.SerializeToString())
    for record in tf_record_iterator("train.tfrecord", TFRecordOptions("GZIP")):
        example = tf.train.Example.FromString(record)
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from estimator.core.errors import FailedPreconditionError
from estimator.core.files import explained, local_path, open_regular
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.formats.compression import TFRecordOptions, decompressed
from estimator.formats.records import frame, read_records
from estimator.model_dir.storage import open_stream


@near_keywords
class TFRecordWriter:
    """Writes records to a file, one after the other.

    Parameters
    ----------
    path : str or path
        A file of that name is replaced.
    options : TFRecordOptions or str, optional
        How the file is compressed; ``"GZIP"`` and ``"ZLIB"`` say it, too.

    Raises
    ------
    NotFoundError, PermissionDeniedError, ResourceExhaustedError
        If the file cannot be written.
    ValueError
        If there is no such compression.

    Source
    ------
    tf.io.TFRecordWriter, TF 1.15 tf_record.py
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        chosen = options if isinstance(options, TFRecordOptions) else TFRecordOptions(options)
        self._path = local_path(path)
        self._compressor = chosen.compressor()
        self._file = open_stream(self._path)

    def write(self, record: Any) -> None:
        """Put a record behind the others.

        Parameters
        ----------
        record : bytes, or str, of which the UTF-8 form is written

        Raises
        ------
        TypeError
            If it is neither.
        FailedPreconditionError
            If the file is closed.
        """
        framed = frame(record if type(record) is bytes else _as_bytes(record))
        self._demand_open()
        self._put(framed if self._compressor is None else self._compressor.compress(framed))

    def flush(self) -> None:
        """Hand what was written to the system, so that others can read it."""
        self._demand_open()
        if self._compressor is not None:
            self._put(self._compressor.flush(zlib.Z_SYNC_FLUSH))
        self._hand_over()

    def _hand_over(self) -> None:
        with explained(f"cannot write {self._path!r}", os.path.dirname(self._path)):
            self._file.flush()

    def close(self) -> None:
        """Write what is left, and close the file; nothing if it is closed."""
        if self._file.closed:
            return
        try:
            if self._compressor is not None:
                self._put(self._compressor.flush())
            self._hand_over()
        finally:
            self._file.close()

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError:
            with explained(f"cannot write {self._path!r}", os.path.dirname(self._path)):
                raise

    def _demand_open(self) -> None:
        if self._file.closed:
            raise FailedPreconditionError(f"Writer is closed: nothing more can be written to {self._path!r}.")

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _as_bytes(record: Any) -> bytes:
    if isinstance(record, str):
        return record.encode()
    if not isinstance(record, (bytes, bytearray, memoryview)):
        raise TypeError(
            f"a record is bytes, given: {record!r} ({type(record).__name__}); a message gives them by "
            "SerializeToString()."
        )
    return bytes(record)


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a file.

    Parameters
    ----------
    path : str or path
    options : TFRecordOptions or str, optional
        How the file is compressed.

    Raises
    ------
    NotFoundError, PermissionDeniedError
        If the file cannot be read, when the first record is asked for.
    DataLossError
        Where it is damaged or cut off; the message says at which byte the record begins.
    ValueError
        If there is no such compression.

    Source
    ------
    tf.io.tf_record_iterator, TF 1.15 tf_record.py
    """
    compression = TFRecordOptions.get_compression_type_string(options)
    return _records(path, compression)


def _records(path: Any, compression: str) -> Iterator[bytes]:
    with decompressed(io.BufferedReader(open_regular(path)), compression) as file:
        yield from read_records(file, strict=True)


near_keywords_of_functions(__name__)
