"""tf.summary.FileWriter: events for TensorBoard, written when they are added.

Source
------
tf.summary.FileWriter, FileWriterCache, TF 2.15 writer.py (compat.v1): names and behaviour of the
methods
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from estimator.core import log
from estimator.core.files import local_path
from estimator.core.keywords import near_keywords_of_methods
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.summaries.events import EventsWriter
from estimator.summaries.protos import as_summary


@near_keywords_of_methods
class FileWriter:
    """Writes summaries, graphs and session logs into a directory's events file.

    Parameters
    ----------
    logdir : str or path
        Made if it is not there.
    graph : Graph, optional
        Written at once.
    max_queue, flush_secs : optional
        Accepted for old scripts: nothing is queued.
    graph_def : message, optional
        Instead of `graph`.
    filename_suffix : str, optional
        Ends the file's name.
    session : Session, optional
        Accepted for old scripts.

    Raises
    ------
    TypeError
        If `logdir` is not a path.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as logdir, FileWriter(logdir) as writer:
    ...     writer.add_session_log(messages.SessionLog(status=messages.SessionLog.START), 1)
    ...     [name[:20] for name in os.listdir(logdir)]
    ['events.out.tfevents.']
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        graph: Graph | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        if not isinstance(logdir, (str, os.PathLike)):
            raise TypeError(f"FileWriter: logdir is the path of a directory, given: {logdir!r}.")
        self._logdir = local_path(logdir)
        self._suffix = filename_suffix or ""
        self._writer = EventsWriter(self._logdir, self._suffix)
        self._has_warned = False
        self._run_tags: set[str] = set()
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)

    def get_logdir(self) -> str:
        """The directory that was given, as text."""
        return self._logdir

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Add a Summary, or its bytes as a run gave them, at a step."""
        self.add_event(messages.Event(summary=as_summary(summary)), global_step)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Add a SessionLog: that a session started at this step, or saved a checkpoint."""
        event = messages.Event()
        event.session_log.MergeFromString(session_log.SerializeToString())  # a message of any pool
        self.add_event(event, global_step)

    def add_graph(self, graph: Graph | None, global_step: Any = None, graph_def: Any = None) -> None:
        """Add the graph for TensorBoard's Graphs tab; one that the file shows already is not added again."""
        if not self._is_open() or (graph is not None and self._writer.shows(graph)):
            return
        message = graph_def if graph is None else graph.as_graph_def(add_shapes=True)
        self._writer.write_graph(message.SerializeToString(deterministic=True), graph)

    def add_meta_graph(self, meta_graph_def: Any, global_step: Any = None) -> None:
        """Add a MetaGraphDef, or its bytes, as an event."""
        data = (
            meta_graph_def
            if isinstance(meta_graph_def, bytes)
            else meta_graph_def.SerializeToString(deterministic=True)
        )
        self.add_event(messages.Event(meta_graph_def=data), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Add the RunMetadata of a traced run under a tag of its own.

        Raises
        ------
        ValueError
            If this writer has written something under the tag before.
        """
        if tag in self._run_tags:
            raise ValueError(
                f"the tag {tag!r} was used for an earlier run: give each run its own, such as 'step_100'."
            )
        self._run_tags.add(tag)
        event = messages.Event()
        event.tagged_run_metadata.tag = tag
        event.tagged_run_metadata.run_metadata = run_metadata.SerializeToString(deterministic=True)
        self.add_event(event, global_step)

    def begin_session(self, step: int, *, takes_back: bool) -> None:
        """Say that a session starts, see :meth:`EventsWriter.begin_session`; TensorFlow has no such method."""
        if self._is_open():
            self._writer.begin_session(step, takes_back=takes_back)

    def add_hparams(self, params: Mapping[str, Any]) -> None:
        """Tell the hyperparameters of the run, unless the file tells the same; TensorFlow has no such method.

        Of values that are no numbers, booleans or texts see :func:`estimator.summaries.hparams.plain_values`.
        """
        from estimator.summaries.hparams import plain_values, start_of_run, values_in

        if self._is_open():
            summary = start_of_run(plain_values(params))
            self._writer.write_hparams(summary, hash(values_in(summary)))

    @property
    def last_step(self) -> int | None:
        """The largest step at which its file has summaries; TensorFlow has no such property."""
        return self._writer.last_step

    def add_event(self, event: Any, global_step: Any = None) -> None:
        """Add an Event; after :meth:`close` it is dropped with a warning, as in TensorFlow."""
        if global_step is not None:
            event.step = int(global_step)
        if self._is_open():
            self._writer.write(event)

    def _is_open(self) -> bool:
        if self._writer.closed and not self._has_warned:
            self._has_warned = True
            log.warning(
                "the FileWriter of %s is closed: its events are dropped until reopen() is called.",
                self._logdir,
            )
        return not self._writer.closed

    def flush(self) -> None:
        """Nothing: events are in the file as soon as they are added."""

    def close(self) -> None:
        """Put the file on the disk and close it."""
        self._writer.close()

    def reopen(self) -> None:
        """Go on after :meth:`close`, in the same file."""
        if self._writer.closed:
            self._writer = EventsWriter(self._logdir, self._suffix)
            self._has_warned = False

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class FileWriterCache:
    """One FileWriter for each directory, for code that has none handed to it."""

    _lock = threading.RLock()
    _writers: dict[str, FileWriter] = {}

    @staticmethod
    def get(logdir: str | os.PathLike[str]) -> FileWriter:
        """The directory's writer, open."""
        key = os.path.abspath(logdir)
        with FileWriterCache._lock:
            writer = FileWriterCache._writers.get(key)
            if writer is None:
                writer = FileWriterCache._writers[key] = FileWriter(logdir)
            writer.reopen()
            return writer

    @staticmethod
    def clear() -> None:
        """Close all writers and forget them."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._writers.values():
                writer.close()
            FileWriterCache._writers.clear()
