"""Datasets of what is in files: lines of text, TFRecords, pieces of one size.

::

    dataset = TextLineDataset(["train.csv", "more.csv"]).skip(1).map(parse_line).shuffle(1000).batch(32)
    dataset = TFRecordDataset(Dataset.list_files("train-*.tfrecord"), num_parallel_reads=4).batch(128).map(parse)

The files are opened when their turn comes, so what is wrong with one is an error of the step that needs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import string
from estimator.core.errors import InvalidArgumentError
from estimator.core.keywords import near_keywords
from estimator.formats.compression import GZIP, NONE, ZLIB
from estimator.pipeline import deferred
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.element import as_array
from estimator.pipeline.files import (
    TEXT,
    FileFormat,
    FilesNode,
    Lines,
    Pieces,
    Records,
    plain_names,
    text_vector,
)
from estimator.pipeline.sources import slices
from estimator.pipeline.specs import TensorSpec
from estimator.pipeline.stage import Node

AUTOTUNE = -1


@near_keywords
class TextLineDataset(Dataset):
    """The lines of text files, one a scalar text, without what ends them.

    Every CR is left out, also inside of a line; a byte order mark stays.

    Parameters
    ----------
    filenames : str, path, string tensor, or Dataset of scalar texts
        One name or several; the files follow one another.
    compression_type : str, optional
        ``"GZIP"``, ``"ZLIB"``, or ``""`` and None: the files are not compressed.
    buffer_size : int, optional
        How many bytes of a file are read at a time; by default, or for 0, 256 KiB.
    num_parallel_reads : int, optional
        As many files are open, and give a line each in turn; by default one.
    name : str, optional
        Accepted.

    Raises
    ------
    TypeError
        If names are no texts.
    InvalidArgumentError
        If another argument is none of these values.
    NotFoundError, PermissionDeniedError, DataLossError
        When run, if a file is missing, cannot be read, or is not compressed as was said.

    Source
    ------
    tf.data.TextLineDataset, TF 1.15 and 2.15 readers.py
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        def make(compression: Any, buffer: Any) -> FileFormat:
            return FileFormat("lines", Lines, (), as_compression(compression), as_buffer(buffer))

        super().__init__(_files(filenames, num_parallel_reads, make, compression_type, buffer_size))


@near_keywords
class TFRecordDataset(Dataset):
    """The records of TFRecord files, one a scalar text.

    Parameters
    ----------
    filenames, compression_type, buffer_size, num_parallel_reads, name
        As of :class:`TextLineDataset`.

    Raises
    ------
    TypeError, InvalidArgumentError, NotFoundError, PermissionDeniedError
        As of :class:`TextLineDataset`.
    DataLossError
        When run, where a file is damaged or cut off; the message says at which byte the record begins.

    Source
    ------
    tf.data.TFRecordDataset, TF 1.15 and 2.15 readers.py
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        def make(compression: Any, buffer: Any) -> FileFormat:
            return FileFormat("records", Records, (), as_compression(compression), as_buffer(buffer))

        super().__init__(_files(filenames, num_parallel_reads, make, compression_type, buffer_size))


@near_keywords
class FixedLengthRecordDataset(Dataset):
    """Pieces of one size of binary files, one a scalar text.

    Parameters
    ----------
    filenames, compression_type, buffer_size, num_parallel_reads, name
        As of :class:`TextLineDataset`.
    record_bytes : int
        The size of a piece.
    header_bytes, footer_bytes : int, optional
        How much of a file is left out at its beginning and its end; nothing by default.

    Raises
    ------
    TypeError, NotFoundError, PermissionDeniedError
        As of :class:`TextLineDataset`.
    InvalidArgumentError
        If an argument is out of its range; when run, if the pieces do not fill a file.
    DataLossError
        When run, if they do not fill a compressed file.

    Source
    ------
    tf.data.FixedLengthRecordDataset, TF 1.15 and 2.15 readers.py
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        def make(size: Any, header: Any, footer: Any, compression: Any, buffer: Any) -> FileFormat:
            sizes = (
                _number(size, "record_bytes", 1),
                _number(0 if header is None else header, "header_bytes", 0),
                _number(0 if footer is None else footer, "footer_bytes", 0),
            )
            return FileFormat("pieces", Pieces, sizes, as_compression(compression), as_buffer(buffer))

        values = (record_bytes, header_bytes, footer_bytes, compression_type, buffer_size)
        super().__init__(_files(filenames, num_parallel_reads, make, *values))


def _files(filenames: Any, parallel: Any, make_format: Callable[..., FileFormat], *values: Any) -> Node:
    """The step that reads the files; all but a dataset of names may be tensors."""
    if isinstance(filenames, Dataset):
        names = _checked(filenames)

        def make(parallel: Any, *values: Any) -> Node:
            return FilesNode(names, make_format(*values), _slots(parallel))

        return deferred.when_known("files", make, (parallel, *values), TEXT, (names,))

    def make_all(filenames: Any, parallel: Any, *values: Any) -> Node:
        return FilesNode(slices(text_vector(filenames, "filenames")), make_format(*values), _slots(parallel))

    return deferred.when_known("files", make_all, (plain_names(filenames), parallel, *values), TEXT)


def _checked(filenames: Dataset) -> Node:
    spec = filenames.element_spec
    if not isinstance(spec, TensorSpec) or spec.dtype is not string or spec.dims not in ((), None):
        raise TypeError(
            "The `filenames` argument must contain `tf.string` elements of shape [] (i.e. scalars). Got a dataset of "
            f"the elements {spec}."
        )
    return filenames._node


def _slots(parallel: Any) -> int:
    """How many files are read in turn; TensorFlow reads one if it is to choose."""
    number = 1 if parallel is None else _number(parallel, "num_parallel_reads", AUTOTUNE)
    if number == 0:
        raise InvalidArgumentError("`num_parallel_reads` must be > 0, or AUTOTUNE, given: 0.")
    return max(number, 1)


def as_buffer(size: Any) -> int:
    """The size of a buffer; 0 if it is not said."""
    return 0 if size is None else _number(size, "buffer_size", 0)


def _number(value: Any, name: str, least: int) -> int:
    array = as_array(value, name)
    if array.ndim or array.dtype.kind not in "iu" or array < least:
        raise InvalidArgumentError(f"`{name}` must be a whole number >= {least}, given: {value!r}.")
    return int(array)


def as_compression(kind: Any) -> str:
    """How files are compressed.

    Raises
    ------
    InvalidArgumentError
        If there is no such compression.
    """
    text = os.fsdecode(as_array(kind or NONE, "compression_type").item())
    if text not in (NONE, GZIP, ZLIB):
        raise InvalidArgumentError(
            f'Unsupported compression_type: {text!r}; there are "GZIP", "ZLIB" and "".'
        )
    return text
