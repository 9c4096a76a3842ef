"""Threads that fill queues while a session is open.

Whoever makes a queue to read its input from (:mod:`estimator.pipeline.producers`) lists a QueueRunner in the graph's
collection ``queue_runners``; a session with hooks starts them all, as ``start_queue_runners`` does for a plain one.
Each operation that gives to the queue is run again and again by a thread of its own. The last one that comes to the
end of its input closes the queue, so that those who take come to the end, too. An error goes to the coordinator. When
that stops, or the session is closed, whoever waits is cancelled; no thread outlives either.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any

from estimator.core import errors, log
from estimator.core.errors import CancelledError, OpError, OutOfRangeError
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.formats import messages
from estimator.graph.defaults import default_sessions
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation


@near_keywords_of_methods
class QueueRunner:
    """Operations that fill a queue, each to be run by a thread of its own.

    Parameters
    ----------
    queue : QueueBase
    enqueue_ops : sequence of Operation
        The same one may be given several times, for as many threads.
    close_op : Operation, optional
        Run when all of them have come to an end; by default the queue is closed.
    cancel_op : Operation, optional
        Run when the coordinator stops; by default the queue is closed and what waits is cancelled.
    queue_closed_exception_types : tuple of exception types, optional
        What ends a thread without being an error; by default OutOfRangeError, the end of data.
    queue_runner_def : QueueRunnerDef, optional
        Instead of all others: what a file says of one, whose operations are in the default graph.
    import_scope : str, optional
        Put before the names in it.

    Raises
    ------
    ValueError
        If queue or operations are missing, or both ways are mixed.
    TypeError
        If the exception types are none.

    Source
    ------
    tf.train.QueueRunner, TF 1.15 queue_runner_impl.py
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Sequence[Operation] | None = None,
        close_op: Operation | None = None,
        cancel_op: Operation | None = None,
        queue_closed_exception_types: tuple[type[BaseException], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._running: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._exceptions: list[BaseException] = []
        if queue_runner_def is not None:
            if queue is not None or enqueue_ops is not None:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            self._take(queue_runner_def, import_scope)
            return
        if queue is None or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        closing = (OutOfRangeError,) if queue_closed_exception_types is None else queue_closed_exception_types
        if not (
            isinstance(closing, tuple)
            and closing
            and all(isinstance(kind, type) and issubclass(kind, OpError) for kind in closing)
        ):
            raise TypeError(
                "queue_closed_exception_types, when provided, must be a tuple of tf.errors types, but saw: "
                f"{queue_closed_exception_types!r}."
            )
        self._queue = queue
        self._queue_name: str = queue.queue_ref.op.name
        self._enqueue_ops = list(enqueue_ops)
        self._close_op = queue.close() if close_op is None else close_op
        self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
        self._closing = closing

    def _take(self, definition: Any, import_scope: str | None) -> None:
        graph, scope = get_default_graph(), f"{import_scope}/" if import_scope else ""

        def operation(name: str) -> Operation:
            return graph.get_operation_by_name(scope + name)

        self._queue = None
        self._queue_name = operation(definition.queue_name).name
        self._enqueue_ops = [operation(name) for name in definition.enqueue_op_name]
        self._close_op = operation(definition.close_op_name)
        self._cancel_op = operation(definition.cancel_op_name)
        codes = list(definition.queue_closed_exception_types) or [OutOfRangeError.code]
        self._closing = tuple(_error_of(code) for code in codes)

    @property
    def queue(self) -> Any:
        """The queue; None for one that comes from a file."""
        return self._queue

    @property
    def enqueue_ops(self) -> list[Operation]:
        """What the threads run, one each."""
        return self._enqueue_ops

    @property
    def close_op(self) -> Operation:
        """What is run when all threads have come to an end."""
        return self._close_op

    @property
    def cancel_op(self) -> Operation:
        """What is run when the coordinator stops."""
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[BaseException], ...]:
        """What ends a thread without being an error."""
        return self._closing

    @property
    def name(self) -> str:
        """The name of the queue's operation."""
        return self._queue_name

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """What threads without a coordinator have raised."""
        return self._exceptions

    def create_threads(
        self, sess: Any, coord: Any = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """Threads that fill the queue in a session; none if there are some of this runner already.

        Parameters
        ----------
        sess : Session
        coord : Coordinator, optional
            Gets their errors, ends them, and is joined with them.
        daemon : bool
            Whether the program may end while they run.
        start : bool
            Whether they are started.
        """
        with self._lock:
            if self._running.get(sess, 0) > 0:
                return []
            self._running[sess] = len(self._enqueue_ops)
        threads = [
            threading.Thread(
                target=self._run, args=(sess, op, coord), name=f"QueueRunnerThread-{self.name}-{op.name}"
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            threads.append(
                threading.Thread(
                    target=self._cancel_on_stop,
                    args=(sess, coord),
                    name=f"QueueRunnerThread-{self.name}-close_on_stop",
                )
            )
        for thread in threads:
            thread.daemon = daemon
            if coord is not None:
                coord.register_thread(thread)
            if start:
                thread.start()
        return threads

    def _run(self, sess: Any, enqueue_op: Operation, coord: Any) -> None:
        """The body of a thread."""
        try:
            while coord is None or not coord.should_stop():
                sess.run(enqueue_op)
        except self._closing:
            self._ended(sess, is_end=True)
        except Exception as error:
            self._ended(sess)
            if not (sess.is_closed or isinstance(error, CancelledError) and _has_stopped(coord)):
                self._failed(error, coord)
        else:
            self._ended(sess)

    def _ended(self, sess: Any, is_end: bool = False) -> None:
        """A thread has ended; the last one that comes to the end of its input closes the queue."""
        with self._lock:
            left = self._running[sess] = self._running.get(sess, 1) - 1
        if is_end and left == 0:
            _run_unless_closed(sess, self._close_op)

    def _failed(self, error: Exception, coord: Any) -> None:
        if coord is not None:
            coord.request_stop(error)
            return
        log.error(
            "a thread that fills the queue %r has failed: %s: %s", self.name, type(error).__name__, error
        )
        with self._lock:
            self._exceptions.append(error)

    def _cancel_on_stop(self, sess: Any, coord: Any) -> None:
        """The body of the thread that waits for the coordinator to stop."""
        coord.wait_for_stop()
        _run_unless_closed(sess, self._cancel_op)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """What a file says of it, a QueueRunnerDef; None if `export_scope` is given and its queue is not in there."""
        scope = f"{export_scope}/" if export_scope else ""
        if not self.name.startswith(scope):
            return None
        return messages.QueueRunnerDef(
            queue_name=self.name.removeprefix(scope),
            enqueue_op_name=[op.name.removeprefix(scope) for op in self._enqueue_ops],
            close_op_name=self._close_op.name.removeprefix(scope),
            cancel_op_name=self._cancel_op.name.removeprefix(scope),
            queue_closed_exception_types=[kind.code for kind in self._closing],  # type: ignore[attr-defined]
        )

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        """The runner that a QueueRunnerDef tells of."""
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


def _has_stopped(coord: Any) -> bool:
    return coord is not None and bool(coord.should_stop())


def _run_unless_closed(sess: Any, op: Operation) -> None:
    """Close a queue; somebody may have done so, or closed the session, just before."""
    try:
        sess.run(op)
    except Exception as error:
        log.debug("%s was not needed any more: %s", op.name, error)


def _error_of(code: int) -> type[OpError]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OpError)]
    return next((kind for kind in kinds if kind is not OpError and kind.code == code), OutOfRangeError)


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """List a QueueRunner in the graph, so that :func:`start_queue_runners` and sessions with hooks start it.

    Source
    ------
    tf.train.add_queue_runner, TF 1.15
    """
    get_default_graph().add_to_collection(collection, qr)


def start_queue_runners(
    sess: Any = None,
    coord: Any = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """Start the threads of all QueueRunners in the graph of a session.

    Parameters
    ----------
    sess : Session, optional
        By default the default session. A session with hooks starts them by itself.
    coord : Coordinator, optional
        Gets their errors, and ends them.
    daemon : bool
        Whether the program may end while they run.
    start : bool
        Whether the threads are started, or only made.
    collection : str

    Returns
    -------
    list of Thread
        For ``coord.join``; empty, and a warning, if there is no QueueRunner.

    Raises
    ------
    ValueError
        If no session is given and there is no default session.
    TypeError
        If `sess` is no session.

    Source
    ------
    tf.train.start_queue_runners, TF 1.15
    """
    if sess is None:
        if not default_sessions():
            raise ValueError(
                "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` or pass "
                "an explicit session to tf.train.start_queue_runners(sess=sess)"
            )
        sess = default_sessions()[-1]
    plain = getattr(sess, "_tf_sess", lambda: sess)()  # a session with hooks has started its own
    if plain is not sess:
        return []
    if not hasattr(sess, "graph") or not hasattr(sess, "run"):
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {type(sess)}")
    runners = sess.graph.get_collection(collection)
    if not runners:
        log.warning(
            "start_queue_runners: the graph has no queue runners, so that nothing is started; tf.data needs none."
        )
    return [thread for qr in runners for thread in qr.create_threads(sess, coord, daemon=daemon, start=start)]


near_keywords_of_functions(__name__)
