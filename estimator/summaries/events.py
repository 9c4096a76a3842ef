"""Event files: one for each process and directory, each record complete on its own.

A record is handed to the system in one write as soon as it is added, so a killed process leaves
every event that it added, and at worst a cut-off last record, where readers stop. A file is named
once, ``events.out.tfevents.<seconds>.<host>``, created exclusively (another process that starts in
the same second gets a suffix) and never written over.

All writers of a directory in one process share its file. When the last is closed, so is the file;
the next one appends to it, if it is still there and is what was left. If the directory was deleted
in between, or while the file was open, a new file is begun and no later event is lost. Nothing is
ever appended to a file that ends in half a record.

A process that goes on where an earlier one has stopped appends to its file, too (:mod:`estimator.summaries.left`): a
SessionLog START says from which step on what stands before it is no longer so, and some readers heed it only within
its file.

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
from collections.abc import Callable, Iterator
from typing import Any

from estimator.core import log
from estimator.core.errors import AlreadyExistsError, OpError
from estimator.core.files import explained
from estimator.formats import messages
from estimator.formats.records import frame
from estimator.model_dir.storage import LOCAL, make_directory, retried

FILE_VERSION = "brain.Event:2"
MARK = "tfevents"  # how TensorBoard knows events files by their names
_KINDS = {
    "simple_value": "scalar",
    "histo": "histogram",
    "image": "image",
    "audio": "sound",
    "tensor": "tensor",
}

_lock = threading.RLock()
_lenient: set[str] = set()  # directories of which events may be lost
_files: dict[str, _File] = {}


def _source(suffix: str) -> str:
    """What the first record says of who writes a file whose name ends in this suffix."""
    return f"estimator.summaries.events{suffix}"


def events_files(directory: str | os.PathLike[str]) -> list[str]:
    """The paths of the events files of a directory, in the order in which TensorBoard reads them; [] without one."""
    try:
        names = sorted(name for name in os.listdir(directory) if MARK in name)
    except OSError:
        return []
    return [os.path.join(directory, name) for name in names]


@contextlib.contextmanager
def events_may_be_lost(directory: str | os.PathLike[str], may_be: bool = True) -> Iterator[None]:
    """A block in which events that the system refuses to write into the directory are a warning and no error."""
    key = os.path.abspath(directory)
    if may_be:
        _lenient.add(key)
    try:
        yield
    finally:
        _lenient.discard(key)


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
    hparams : int or None
        A hash of the hyperparameters that it tells.
    session_start : int or None
        The step of a SessionLog START, if no summary stands behind it.
    kinds : dict
        Of what this process has written: a tag to the kind of its first value.
    last_step : int or None
        The largest step of its summaries, those of earlier processes included; None before the first.
    """

    def __init__(self, directory: str, suffix: str, prefix: str) -> None:
        self.directory = directory
        self.suffix = suffix
        self.prefix = prefix
        self.path = ""
        self.users = 0
        self.graph: int | None = None
        self.made_of: tuple[weakref.ref[Any], int] | None = None
        self.hparams: int | None = None
        self.session_start: int | None = None
        self.last_step: int | None = None
        self.kinds: dict[str, str] = {}
        self._descriptor: int | None = None
        self._identity: tuple[int, int] | None = None  # device and inode
        self._size = 0
        self._process = os.getpid()
        self._loses = False

    def write(self, data: bytes, now: float) -> None:
        """Append an event as one record of the file."""
        try:
            self._write(data, now)
        except OpError as error:
            self._lose(error)
        else:
            self._loses = False

    def _lose(self, error: OpError) -> None:
        """Warn of an event that was refused, once until one is not; raise it where none may be lost."""
        if os.path.abspath(self.directory) not in _lenient:
            raise error
        if not self._loses:
            self._loses = True
            log.warning("%s Events are lost until that works again.", error.message)

    def _write(self, data: bytes, now: float) -> None:
        record = frame(data)
        with explained(
            f"cannot write events into {self.directory!r}", self.directory, size_bytes=len(record)
        ):
            if not self.path:
                self.look_back()
            if not self._is_writable():
                self._create(now)
            self._append(record)

    def look_back(self) -> None:
        """Take over what an earlier process has left, if this one has no file yet."""
        found = [] if self.path else events_files(self.directory)
        if not found:
            return
        from estimator.summaries.left import (
            file_to_go_on_with,
        )  # a first training has nothing to look back to

        left = file_to_go_on_with(found[-1], f"{self.prefix}.out.{MARK}.", _source(self.suffix))
        if left is None:
            return
        self.path, self._identity, self._size = left.path, left.identity, left.size
        self._process, self.last_step = os.getpid(), left.last_step
        self.graph, self.hparams = left.graph, left.hparams

    def _is_writable(self) -> bool:
        """Whether the file is open or could be opened again, and is what this process left."""
        if not self.path or self._process != os.getpid():
            return False
        try:
            if self._descriptor is None:
                self._descriptor = retried(LOCAL.extend, self.path)
            open_file, named = os.fstat(self._descriptor), os.stat(self.path, follow_symlinks=False)
        except OSError:
            return False
        same = (open_file.st_dev, open_file.st_ino) == (named.st_dev, named.st_ino) == self._identity
        return same and named.st_size == self._size

    def _create(self, now: float) -> None:
        if not os.path.exists(self.path):
            self.last_step = None
        if self.path and self._process == os.getpid():
            log.info("%s is gone or was changed; events go on in a new file.", self.path)
        self.release()
        make_directory(self.directory)
        name = f"{self.prefix}.out.{MARK}.{int(now):010d}.{platform.node()}{self.suffix}"
        self.path = os.path.join(self.directory, name)
        for number in range(1, 10_000):
            try:
                self._descriptor = retried(LOCAL.create, self.path)
                break
            except FileExistsError:
                self.path = os.path.join(self.directory, f"{name}.{number}")
        else:
            raise AlreadyExistsError(f"{self.directory!r} has no free name left like {name!r}: clear it up.")
        found = os.fstat(self._descriptor)
        self._identity, self._size = (found.st_dev, found.st_ino), 0
        self._process = os.getpid()
        self.graph = self.made_of = self.hparams = self.session_start = None
        begin = messages.Event(wall_time=now, file_version=FILE_VERSION)
        begin.source_metadata.writer = _source(self.suffix)
        self._append(frame(begin.SerializeToString()))

    def _append(self, record: bytes) -> None:
        assert self._descriptor is not None
        rest = memoryview(record)
        try:
            while rest:
                rest = rest[retried(LOCAL.write, self._descriptor, rest) :]
        except OSError as error:
            error.filename = self.path  # the call knows the descriptor only
            with contextlib.suppress(OSError):
                # If this fails too, the size tells that the file is torn.
                retried(LOCAL.truncate, self.path, self._size)
            raise
        self._size += len(record)

    def note_kinds(self, summary: Any) -> None:
        """Warn of a tag whose values are of two kinds: TensorBoard shows those of the first alone."""
        for value in summary.value:
            kind = value.WhichOneof("value") or "metadata"
            if self.kinds.setdefault(value.tag, kind) != kind:
                log.warning(
                    "the tag %s in %s was a %s before and is a %s now: TensorBoard shows one kind of a tag, the first. "
                    "Give one of them another name.",
                    value.tag, self.directory, _KINDS.get(self.kinds[value.tag]), _KINDS.get(kind),
                )  # fmt: skip
                self.kinds[value.tag] = kind

    def release(self) -> None:
        """Close the file; a later record opens it again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None or self._process != os.getpid():
            return
        with contextlib.suppress(OSError):  # not every file system can
            retried(LOCAL.fsync, descriptor)
        try:
            with (
                explained(f"cannot write events into {self.directory!r}", self.directory),
                contextlib.suppress(InterruptedError),  # the descriptor is closed all the same
            ):
                LOCAL.close(descriptor)
        except OpError as error:
            self._lose(error)


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
        """Add an event; its wall time is now unless it has one.

        A START that says nothing new is left out: a session has several parts that may each write one.
        """
        now = self._clock()
        if not event.wall_time:
            event.wall_time = now
        is_start = event.HasField("session_log") and event.session_log.status == messages.SessionLog.START
        with _lock:
            if is_start and self._file.session_start == event.step and os.path.exists(self._file.path):
                return
            self._file.write(event.SerializeToString(), now)
            if is_start:
                self._file.session_start = event.step
            elif event.HasField("summary"):
                self._file.session_start = None
                self._file.note_kinds(event.summary)
                self._file.last_step = max(event.step, self._file.last_step or event.step)

    def begin_session(self, step: int, *, takes_back: bool) -> None:
        """Say that a session starts whose first step is this one.

        Parameters
        ----------
        takes_back : bool
            Whether there may be events of that step or later ones: they are no longer so. TensorBoard's own server
            takes the first START of a directory for the very beginning and heeds only what follows, hence two.
        """
        log_type = messages.SessionLog
        with _lock:
            if takes_back and not (self._file.session_start == step and os.path.exists(self._file.path)):
                self.write(messages.Event(step=step + 1, session_log=log_type(status=log_type.START)))
            self.write(messages.Event(step=step, session_log=log_type(status=log_type.START)))

    @property
    def last_step(self) -> int | None:
        """The largest step at which the file has summaries, those of the process that began it included."""
        with _lock:
            self._file.look_back()
            return self._file.last_step

    def write_graph(self, graph_def: bytes, graph: Any = None) -> None:
        """Add the graph, unless it is what the file shows already; `graph` is the Graph that the bytes are made of."""
        digest = hash(graph_def)
        with _lock:
            self._file.look_back()
            if self._file.graph != digest or not os.path.exists(self._file.path):
                self.write(messages.Event(graph_def=graph_def))
            self._file.graph = digest
            self._file.made_of = None if graph is None else (weakref.ref(graph), graph.version)

    def write_hparams(self, summary: Any, digest: int) -> None:
        """Add a Summary that tells hyperparameters of this hash, unless the file tells the same already."""
        with _lock:
            self._file.look_back()
            if self._file.hparams != digest or not os.path.exists(self._file.path):
                self._file.write(
                    messages.Event(summary=summary, wall_time=self._clock()).SerializeToString(),
                    self._clock(),
                )
            self._file.hparams = digest

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
