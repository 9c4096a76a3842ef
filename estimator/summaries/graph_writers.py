"""Summaries that the graph itself writes: tf.contrib.summary. Nobody takes them from a run and adds them to a file.

::

    writer = tf.contrib.summary.create_file_writer(logdir)
    with writer.as_default(), tf.contrib.summary.always_record_summaries():
        tf.contrib.summary.scalar("loss", loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.contrib.summary.initialize(graph=sess.graph, session=sess)
        sess.run([train_op, tf.contrib.summary.all_summary_ops()])

A summary that is made while no writer is the default, or before somebody has said that summaries are recorded, is an
operation that does nothing. As :func:`tf.py_func`, what writes is not in the files of a graph.

Source
------
TF 1.15 summary_ops_v2.py
"""

from __future__ import annotations

import abc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.formats import messages
from estimator.functions.arguments import tensor_of
from estimator.functions.control_flow.cond import cond
from estimator.functions.grouping import no_op
from estimator.functions.logic import equal
from estimator.functions.math import cast, mod
from estimator.functions.py_func import py_func
from estimator.functions.scoping import get_default_session
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.summaries import ops
from estimator.summaries.events import EventsWriter
from estimator.summaries.protos import as_summary
from estimator.variables.global_step import get_or_create_global_step

_SUMMARIES, _INITIALIZERS = "_SUMMARY_V2", "_SUMMARY_WRITER_V2"  # collections


class _Context(threading.local):
    """What this thread writes, and where."""

    writer: SummaryWriter | None = None
    recording: Any = None  # bool, a Tensor, a function of either, or None: nobody has said


_context = _Context()


class SummaryWriter(abc.ABC):
    """Where summaries go that are made while it is the default.

    Source
    ------
    tf.contrib.summary.SummaryWriter
    """

    @abc.abstractmethod
    def write(self, event: Any) -> None:
        """Add an Event."""

    def set_as_default(self) -> None:
        """Let the summaries go here that this thread makes from now on."""
        _context.writer = self

    @contextmanager
    def as_default(self) -> Iterator[SummaryWriter]:
        """Let the summaries go here that are made inside the block."""
        before, _context.writer = _context.writer, self
        try:
            yield self
        finally:
            _context.writer = before

    def init(self) -> Operation:
        """An operation for old scripts: a writer is ready when it is made."""
        return no_op("create_file_writer")

    def flush(self) -> Operation:
        """An operation for old scripts: events are in the file as soon as they are written."""
        return no_op("flush")

    def close(self) -> Operation:
        """An operation that puts the file on the disk."""
        return no_op("close")


class FileSummaryWriter(SummaryWriter):
    """Writes into a directory's events file; see :func:`create_file_writer`."""

    def __init__(self, logdir: str, suffix: str) -> None:
        self._events = EventsWriter(logdir, suffix)

    def write(self, event: Any) -> None:
        """Add an Event."""
        self._events.write(event)

    def close(self) -> Operation:
        """An operation that puts the file on the disk; a later summary opens it again."""
        made: Operation = py_func(self._events.close, [], [], name="close")
        return made


class NoopSummaryWriter(SummaryWriter):
    """Writes nothing, and leaves the default as it is."""

    def write(self, event: Any) -> None:
        """Nothing is written."""

    def set_as_default(self) -> None:
        """The default stays."""

    @contextmanager
    def as_default(self) -> Iterator[SummaryWriter]:
        """The default stays."""
        yield self


def create_file_writer(
    logdir: str | os.PathLike[str] | None,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: str | None = None,
    name: str | None = None,
) -> SummaryWriter:
    """What writes summaries into a directory.

    Parameters
    ----------
    logdir : str or path, optional
        Made with the first summary. None gives a writer that writes nothing.
    max_queue, flush_millis : optional
        Accepted for old scripts: nothing is queued.
    filename_suffix : str
        Ends the file's name; by default ``.v2``.
    name : str, optional
        Accepted for old scripts.
    """
    if logdir is None:
        return NoopSummaryWriter()
    writer = FileSummaryWriter(os.fspath(logdir), ".v2" if filename_suffix is None else filename_suffix)
    get_default_graph().add_to_collection(_INITIALIZERS, writer.init())
    return writer


def summary_writer_initializer_op() -> list[Operation]:
    """What initialises the writers of the graph."""
    return get_default_graph().get_collection(_INITIALIZERS)


def initialize(graph: Any = None, session: Any = None) -> None:
    """Make the default writer ready, and write a graph with it.

    Parameters
    ----------
    graph : Graph or GraphDef, optional
        Shown in TensorBoard's Graphs tab.
    session : Session, optional
        By default the default session.

    Raises
    ------
    RuntimeError
        If no writer is the default.
    ValueError
        If there is no session.
    """
    if _context.writer is None:
        raise RuntimeError(
            "No default tf.contrib.summary.SummaryWriter found: make one, and call this inside "
            "`with tf.contrib.summary.create_file_writer(logdir).as_default():`."
        )
    session = session or get_default_session()
    if session is None:
        raise ValueError("session must be passed if no default session exists.")
    session.run(summary_writer_initializer_op())
    if graph is not None:
        message = graph.as_graph_def(add_shapes=True) if isinstance(graph, Graph) else graph
        _context.writer.write(messages.Event(graph_def=message.SerializeToString()))


def all_summary_ops() -> list[Tensor]:
    """The summaries of the graph that write themselves, to be run with the training step."""
    return get_default_graph().get_collection(_SUMMARIES)


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> Operation:
    """An operation for old scripts: events are in the file as soon as they are written."""
    return no_op(name or "flush")


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Record the summaries that are made inside the block when a condition holds.

    Parameters
    ----------
    condition : bool, scalar Tensor of bool, or a function that gives one
    """
    before, _context.recording = _context.recording, condition
    try:
        yield
    finally:
        _context.recording = before


def always_record_summaries() -> Any:
    """Record the summaries that are made inside the block."""
    return record_if(True)


def never_record_summaries() -> Any:
    """Do not record the summaries that are made inside the block."""
    return record_if(False)


def record_summaries_every_n_global_steps(n: int, global_step: Any = None) -> Any:
    """Record the summaries that are made inside the block at the steps that `n` divides.

    Parameters
    ----------
    n : int
    global_step : Tensor or Variable, optional
        By default the graph's.
    """
    step = get_or_create_global_step() if global_step is None else global_step
    return record_if(equal(mod(step, n), 0))


def should_record_summaries() -> Tensor:
    """Whether a summary that is made here would be recorded: a scalar of bool."""
    return tensor_of(_is_recorded())


def _is_recorded() -> Any:
    condition = _context.recording
    found = condition() if callable(condition) else condition
    return False if found is None else found


def scalar(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """A summary of one number.

    Parameters
    ----------
    name : str
        The tag, below the current name scope.
    tensor : Tensor
        A real scalar.
    family : str, optional
        Put before the tag: the tab of TensorBoard.
    step : Tensor or Variable, optional
        By default the global step.

    Returns
    -------
    Tensor of bool, or Operation
        What writes; it is among :func:`all_summary_ops`. An operation that does nothing if no writer is the default.
    """
    return _recorded(lambda: ops.scalar(name, tensor, [], family), step)


def histogram(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """A summary of the distribution of many numbers; parameters as for :func:`scalar`."""
    return _recorded(lambda: ops.histogram(name, tensor, [], family), step)


def image(
    name: str,
    tensor: Any,
    bad_color: Any = None,
    max_images: int = 3,
    family: str | None = None,
    step: Any = None,
) -> Any:
    """A summary of the first images of a batch; further parameters as for :func:`scalar`.

    Parameters
    ----------
    tensor : Tensor of uint8, float16, float32 or float64
    bad_color : optional
        None: pixels with a NaN or an infinite number are red.
    max_images : int
        How many images are shown.

    Shape
    -----
    tensor [batch, height, width, channels]

    Raises
    ------
    ValueError
        If `bad_color` is given, or max_images is below 1.
    """
    if bad_color is not None:
        raise ValueError(f"bad_color must be None, which is red, given: {bad_color!r}.")
    return _recorded(lambda: ops.image(name, tensor, max_images, [], family), step)


def generic(name: str, tensor: Any, metadata: Any = None, family: str | None = None, step: Any = None) -> Any:
    """A summary of a whole tensor, for plugins of TensorBoard; further parameters as for :func:`scalar`.

    Parameters
    ----------
    tensor : Tensor
    metadata : SummaryMetadata or bytes, optional
        Names the plugin that shows it.
    """
    message = metadata
    if isinstance(metadata, bytes):
        message = messages.SummaryMetadata.FromString(metadata)
    return _recorded(
        lambda: ops.tensor_summary(name, tensor, None, [], summary_metadata=message, family=family), step
    )


def graph(param: Tensor, step: Any = None, name: str | None = None) -> Any:
    """An operation that writes a graph: of all that are written, TensorBoard shows the last.

    Parameters
    ----------
    param : scalar Tensor of string
        A serialised GraphDef.
    step : optional
        Accepted for old scripts: a graph is of no step.
    name : str, optional

    Raises
    ------
    TypeError
        If it is no tensor; :func:`initialize` takes a Graph.
    """
    if not isinstance(param, Tensor):
        raise TypeError(
            f"graph() needs a tf.Tensor, given: {type(param).__name__}. initialize(graph=...) takes a Graph."
        )
    return _write(lambda data: messages.Event(graph_def=data), [param], name or "graph")


def import_event(tensor: Any, name: str | None = None) -> Any:
    """An operation that writes an Event as it is.

    Parameters
    ----------
    tensor : scalar Tensor of string
        A serialised Event.
    name : str, optional
    """
    return _write(lambda data: messages.Event.FromString(data), [tensor], name or "import_event")


def eval_dir(model_dir: str, name: str | None = None) -> str:
    """Where the summaries of an evaluation go: ``eval`` below the directory, or ``eval_name``."""
    return os.path.join(model_dir, f"eval_{name}" if name else "eval")


def _recorded(make: Callable[[], Tensor], step: Any) -> Any:
    """What writes the summary that `make` makes, where summaries are recorded."""
    if _context.writer is None:
        return no_op()
    outer = get_default_graph().get_name_scope()
    of_step = cast(get_or_create_global_step() if step is None else step, int64)

    def record() -> Tensor:
        with get_default_graph().name_scope(f"{outer}/" if outer else None):
            summary = make()
        with get_default_graph().control_dependencies([_write(_summary_event, [summary, of_step], "write")]):
            return b.Identity(True)

    condition = _is_recorded()
    if isinstance(condition, bool):
        made = record() if condition else tensor_of(False)
    else:
        made = cond(condition, record, lambda: tensor_of(False))
    get_default_graph().add_to_collection(_SUMMARIES, made)
    return made


def _summary_event(data: bytes, step: Any) -> Any:
    return messages.Event(summary=as_summary(data), step=int(step))


def _write(event_of: Callable[..., Any], inputs: list[Any], name: str) -> Any:
    """An operation that gives the default writer the event which is made of the inputs' values."""
    writer = _context.writer
    if writer is None:
        return no_op(name)
    return py_func(lambda *values: writer.write(event_of(*values)), inputs, [], name=name)


near_keywords_of_functions(__name__)
