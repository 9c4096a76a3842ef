"""Event files: one for each process and directory, each record complete on its own.

A record is handed to the system in one write as soon as it is added, so a killed process leaves
every event that it added, and at worst a cut-off last record, where readers stop. A file is named
once, ``events.out.tfevents.<seconds>.<host>``, created exclusively (another process that starts in
the same second gets a suffix) and never written over.

All writers of a directory in one process share its file. When the last is closed, so is the file;
the next one appends to it, if it is still there and is what was left. If the directory was deleted
in between, or while the file was open, a new file is begun and no later event is lost. Nothing is
ever appended to a file that ends in half a record.

Source
------
tensorflow/core/util/events_writer.cc (names, first record), TFRecord framing in
:mod:`estimator.formats.records`
"""

from __future__ import annotations

import contextlib
import os
import platform
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from estimator.core import log
from estimator.core.errors import AlreadyExistsError
from estimator.core.files import explained
from estimator.formats import messages
from estimator.formats.records import frame
from estimator.model_dir.storage import make_directory, retried

FILE_VERSION = "brain.Event:2"

_CREATE = os.O_CREAT | os.O_EXCL
_APPEND = (
    os.O_WRONLY
    | os.O_APPEND
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO that somebody has put there is an error, not a wait for ever
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)

_lock = threading.RLock()
_files: dict[str, _File] = {}


class _File:
    """The events file of this process in one directory.

    Attributes
    ----------
    path : str
        Empty before the first record.
    users : int
        How many open writers share it.
    graph : int or None
        A hash of the graph it shows.
    made_of : (weak reference, int) or None
        The Graph that it shows, and its version then; None for what came as bytes alone.
    """

    def __init__(self, directory: str, suffix: str, prefix: str) -> None:
        self.directory = directory
        self.suffix = suffix
        self.prefix = prefix
        self.path = ""
        self.users = 0
        self.graph: int | None = None
        self.made_of: tuple[weakref.ref[Any], int] | None = None
        self._descriptor: int | None = None
        self._identity: tuple[int, int] | None = None  # device and inode
        self._size = 0
        self._process = os.getpid()

    def write(self, data: bytes, now: float) -> None:
        """Append an event as one record of the file."""
        record = frame(data)
        with explained(
            f"cannot write events into {self.directory!r}", self.directory, size_bytes=len(record)
        ):
            if not self._is_writable():
                self._create(now)
            self._append(record)

    def _is_writable(self) -> bool:
        """Whether the file is open or could be opened again, and is what this process left."""
        if not self.path or self._process != os.getpid():
            return False
        try:
            if self._descriptor is None:
                self._descriptor = retried(os.open, self.path, _APPEND)
            open_file, named = os.fstat(self._descriptor), os.stat(self.path, follow_symlinks=False)
        except OSError:
            return False
        same = (open_file.st_dev, open_file.st_ino) == (named.st_dev, named.st_ino) == self._identity
        return same and named.st_size == self._size

    def _create(self, now: float) -> None:
        if self.path and self._process == os.getpid():
            log.info("%s is gone or was changed; events go on in a new file.", self.path)
        self.release()
        make_directory(self.directory)
        name = f"{self.prefix}.out.tfevents.{int(now):010d}.{platform.node()}{self.suffix}"
        self.path = os.path.join(self.directory, name)
        for number in range(1, 10_000):
            try:
                self._descriptor = retried(os.open, self.path, _CREATE | _APPEND, 0o666)
                break
            except FileExistsError:
                self.path = os.path.join(self.directory, f"{name}.{number}")
        else:
            raise AlreadyExistsError(f"{self.directory!r} has no free name left like {name!r}: clear it up.")
        found = os.fstat(self._descriptor)
        self._identity, self._size = (found.st_dev, found.st_ino), 0
        self._process, self.graph, self.made_of = os.getpid(), None, None
        self._append(frame(messages.Event(wall_time=now, file_version=FILE_VERSION).SerializeToString()))

    def _append(self, record: bytes) -> None:
        assert self._descriptor is not None
        rest = memoryview(record)
        try:
            while rest:
                rest = rest[retried(os.write, self._descriptor, rest) :]
        except OSError as error:
            error.filename = self.path  # the call knows the descriptor only
            with contextlib.suppress(OSError):
                # If this fails too, the size tells that the file is torn.
                retried(os.truncate, self.path, self._size)
            raise
        self._size += len(record)

    def release(self) -> None:
        """Close the file; a later record opens it again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None and self._process == os.getpid():
            with contextlib.suppress(OSError):  # not every file system can
                retried(os.fsync, descriptor)
            os.close(descriptor)


class EventsWriter:
    """Adds events to the events file of a directory.

    Parameters
    ----------
    directory : str or path
        Made with the first event.
    suffix : str
        Ends the file's name.
    prefix : str
        Begins it.
    clock : callable
        Gives the seconds since 1970.

    Raises
    ------
    OpError
        From :meth:`write`, if the disk is full or the directory cannot be written, as for every other
        file: see :func:`estimator.core.files.explained`.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        suffix: str = "",
        clock: Callable[[], float] = time.time,
        prefix: str = "events",
    ) -> None:
        self._key = "\0".join((os.path.abspath(directory), suffix, prefix))
        self._clock = clock
        with _lock:
            self._file = _files.setdefault(self._key, _File(os.fspath(directory), suffix, prefix))
            self._file.users += 1
        self._closed = False

    @property
    def path(self) -> str:
        """The file's name; empty before the first event."""
        return self._file.path

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` has been called."""
        return self._closed

    def write(self, event: Any) -> None:  # an Event
        """Add an event; its wall time is now unless it has one."""
        now = self._clock()
        if not event.wall_time:
            event.wall_time = now
        with _lock:
            self._file.write(event.SerializeToString(), now)

    def write_graph(self, graph_def: bytes, graph: Any = None) -> None:
        """Add the graph, unless it is what the file shows already; `graph` is the Graph that the bytes are made of."""
        digest = hash(graph_def)
        with _lock:
            if self._file.graph != digest or not os.path.exists(self._file.path):
                self.write(messages.Event(graph_def=graph_def))
            self._file.graph = digest
            self._file.made_of = None if graph is None else (weakref.ref(graph), graph.version)

    def shows(self, graph: Any) -> bool:
        """Whether the file is there and shows this very Graph, whoever wrote it: to make bytes of it takes long."""
        with _lock:
            if self._file.made_of is None or not os.path.exists(self._file.path):
                return False
            shown, version = self._file.made_of
            return bool(version == graph.version and shown() is graph)

    def close(self) -> None:
        """Leave the file; it is closed when its last writer leaves."""
        with _lock:
            if not self._closed:
                self._closed = True
                self._file.users -= 1
                if self._file.users == 0:
                    self._file.release()
