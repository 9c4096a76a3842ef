"""Readers: what takes names of files from a queue, and gives their records one after the other.

A reader is in one file at a time; when that is read, the next name is taken, for which the run may have to wait.

Source
------
TF 2.15 core/framework/reader_base.cc, and core/kernels/*_reader_op.cc
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, TypeAlias

from estimator.core.errors import InvalidArgumentError
from estimator.core.files import explained, open_regular
from estimator.formats.compression import decompressed
from estimator.formats.lines import text_lines
from estimator.formats.records import framed_size, read_records
from estimator.runtime.queues import Queue

Record: TypeAlias = tuple[bytes, bytes]  # key and value
Open: TypeAlias = "Callable[[bytes], Iterator[Record]]"  # the records of a piece of work, by its name


class Reader:
    """A reader of a session.

    Parameters
    ----------
    name : str
        In the session.
    kind : str
        What it is, with its settings, for comparison and for messages.
    open : callable

    Attributes
    ----------
    produced, completed : int
        How many records it has given, and how many files it has read to their ends.
    """

    def __init__(self, name: str, kind: str, open: Open) -> None:
        self.name = name
        self.kind = kind
        self.produced = 0
        self.completed = 0
        self._open = open
        self._records: Iterator[Record] | None = None
        self._lock = threading.Lock()

    def read(self, queue: Queue) -> Record:
        """The next record.

        Raises
        ------
        OutOfRangeError
            If all is read and the queue is closed.
        OpError
            If a file cannot be read.
        """
        with self._lock:
            return self._read(queue)

    def read_up_to(self, queue: Queue, count: int) -> list[Record]:
        """The next records, at most so many and of one file.

        Raises
        ------
        OutOfRangeError, OpError
            As :meth:`read`.
        InvalidArgumentError
            If `count` is not above 0.
        """
        if count <= 0:
            raise InvalidArgumentError(f"num_records must be > 0, given: {count}.")
        with self._lock:
            found = [self._read(queue)]
            assert self._records is not None  # the file that the first one is of
            found += islice(self._records, count - 1)
            self.produced += len(found) - 1
            if len(found) < count:
                self._finish()
            return found

    def _read(self, queue: Queue) -> Record:
        while True:
            if self._records is None:
                self._records = self._open(_work(queue))
            record = next(self._records, None)
            if record is not None:
                self.produced += 1
                return record
            self._finish()

    def _finish(self) -> None:
        self._records = None
        self.completed += 1

    def reset(self) -> None:
        """Leave the file, and count from 0."""
        with self._lock:
            self._records = None
            self.produced = self.completed = 0

    def give_up(self) -> None:
        """Whoever waits, waits for the queue."""


def _work(queue: Queue) -> bytes:
    components = queue.dequeue()
    if len(components) != 1 or components[0].shape != () or components[0].dtype != object:
        raise InvalidArgumentError(
            f"a reader takes names of files, one scalar text each; the queue {queue.name!r} is {queue.kind}."
        )
    name: bytes = components[0].item()
    return name


def opener(op_type: str, attrs: Mapping[str, Any]) -> Open:
    """How a reader of that op type, with or without its V2, opens a file."""
    return _OPENERS[op_type](attrs)


def _file(name: bytes, compression: str = "") -> BinaryIO:
    return decompressed(io.BufferedReader(open_regular(os.fsdecode(name))), compression)


def _lines(attrs: Mapping[str, Any]) -> Open:
    def open_lines(name: bytes) -> Iterator[Record]:
        with _file(name) as file:
            lines = enumerate(text_lines(file), 1)
            for number, line in islice(lines, attrs["skip_header_lines"], None):
                yield b"%b:%d" % (name, number), line

    return open_lines


def _records(attrs: Mapping[str, Any]) -> Open:
    def open_records(name: bytes) -> Iterator[Record]:
        offset = 0
        with _file(name, attrs["compression_type"]) as file:
            for record in read_records(file, strict=True):
                yield b"%b:%d" % (name, offset), record
                offset += framed_size([record])

    return open_records


def _whole(attrs: Mapping[str, Any]) -> Open:
    def open_whole(name: bytes) -> Iterator[Record]:
        path = os.fsdecode(name)
        with open_regular(path) as file, explained(f"cannot read {path!r}", os.path.dirname(path)):
            yield name, file.readall()

    return open_whole


def _fixed(attrs: Mapping[str, Any]) -> Open:
    size, hop = attrs["record_bytes"], attrs["hop_bytes"] or attrs["record_bytes"]

    def open_fixed(name: bytes) -> Iterator[Record]:
        with _file(name, attrs["encoding"]) as file:
            data = file.read()
        end = len(data) - attrs["footer_bytes"] - size
        for number, start in enumerate(range(attrs["header_bytes"], end + 1, hop)):
            yield b"%b:%d" % (name, number), data[start : start + size]

    return open_fixed


def _identity(attrs: Mapping[str, Any]) -> Open:
    return lambda name: iter([(name, name)])


_OPENERS: dict[str, Callable[[Mapping[str, Any]], Open]] = {
    "TextLineReaderV2": _lines,
    "TFRecordReaderV2": _records,
    "WholeFileReaderV2": _whole,
    "FixedLengthRecordReaderV2": _fixed,
    "IdentityReaderV2": _identity,
}
