"""Supervisor: a session for a loop that is written by hand, and threads beside it that save and summarise.

    supervisor = tf.train.Supervisor(logdir="models/iris", save_model_secs=60)
    with supervisor.managed_session() as session:
        while not supervisor.should_stop():
            session.run(train_op)

The session is restored from the latest checkpoint of the directory, or initialised. The first save and the first
summary are made at once, the others by the clock; none is made at the end, for that call ``supervisor.saver.save``.
:class:`~estimator.training.monitored.MonitoredSession` has taken its place.

Source
------
tf.train.Supervisor, TF 1.15 supervisor.py
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from estimator.checkpoint.graph_files import write_graph
from estimator.checkpoint.saver import Saver
from estimator.core import log
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.distribution.collective import current
from estimator.formats import messages
from estimator.functions.grouping import group
from estimator.functions.table_initializers import tables_initializer
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.model_dir.storage import make_directory
from estimator.runtime.session import Session
from estimator.summaries.ops import merge_all
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter
from estimator.training.coordinator import Coordinator
from estimator.training.looper import LooperThread
from estimator.training.session_creator import demand_others, exchanges
from estimator.training.session_manager import SessionManager
from estimator.variables.global_step import get_global_step, global_step
from estimator.variables.uninitialized import report_uninitialized_variables
from estimator.variables.variable import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
)


@near_keywords_of_methods
class Supervisor:
    """Makes the session of a loop, and runs threads that save and summarise beside it.

    Parameters
    ----------
    graph : Graph, optional
        By default the thread's default graph; it is finalized.
    ready_op, ready_for_local_init_op : Tensor, optional
        The names of what is not ready yet. Here and below None means none, and what is not given is taken from the
        graph's collections or made.
    is_chief : bool
        Whether this process saves and summarises; see :func:`MonitoredTrainingSession`.
    init_op, local_init_op : Operation, optional
    init_feed_dict : mapping, optional
        Fed to `init_op`.
    logdir : str or path, optional
        Restored from, saved to; without it nothing is written.
    summary_op : Tensor, optional
    saver : Saver, optional
    global_step : Tensor or Variable, optional
    save_summaries_secs, save_model_secs : number
        0: never.
    recovery_wait_secs : number
        See :class:`SessionManager`.
    stop_grace_secs : number
        How long the threads have to end.
    checkpoint_basename : str
    session_manager : SessionManager, optional
    summary_writer : FileWriter, optional
        None: no summaries are written.
    init_fn : callable, optional
        Called with the session after `init_op`.
    local_init_run_options : RunOptions, optional

    Raises
    ------
    TypeError
        If `graph`, `logdir` or `saver` is something else.
    UnimplementedError
        If `is_chief` is False in a process alone.
    """

    USE_DEFAULT: Final = 0

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Mapping[Any, Any] | None = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | os.PathLike[str] | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Session], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        problems = list(_problems(graph, logdir, saver))
        if problems:
            raise TypeError(" ".join(problems))
        demand_others(is_chief)
        is_chief = is_chief and current().rank == 0
        if not is_chief:
            logdir = summary_writer = None
        self._graph = get_default_graph() if graph is None else graph
        with self._graph.as_default():
            self.ready_op = _piece(ready_op, GraphKeys.READY_OP, report_uninitialized_variables)
            self.ready_for_local_init_op = _piece(ready_for_local_init_op, GraphKeys.READY_FOR_LOCAL_INIT_OP)
            self.init_op = _piece(init_op, GraphKeys.INIT_OP, global_variables_initializer)
            local_init_op = _piece(local_init_op, GraphKeys.LOCAL_INIT_OP, _local_init_op)
            self.saver = _piece(saver, GraphKeys.SAVERS, _saver)
            self.summary_op = _piece(summary_op, GraphKeys.SUMMARY_OP, merge_all)
            self.global_step = _piece(global_step, GraphKeys.GLOBAL_STEP, get_global_step)
            if isinstance(self.saver, Saver):
                self.saver.build()
        self.is_chief = is_chief
        self.coord = Coordinator()
        self.init_feed_dict, self._init_fn = init_feed_dict, init_fn
        self.save_summaries_secs, self.save_model_secs = save_summaries_secs, save_model_secs
        self._grace_secs = stop_grace_secs
        self._logdir = os.fspath(logdir) if logdir else None
        self.save_path = os.path.join(self._logdir, checkpoint_basename) if self._logdir else None
        if summary_writer is Supervisor.USE_DEFAULT:
            summary_writer = FileWriter(self._logdir) if self._logdir else None
        self.summary_writer = summary_writer
        self._graph_is_written = False
        self._writing = threading.Lock()  # the services take turns
        self.session_manager = session_manager or SessionManager(
            local_init_op,
            self.ready_op,
            self.ready_for_local_init_op,
            self._graph,
            recovery_wait_secs,
            local_init_run_options,
        )
        self._graph.finalize()

    # -- the session -------------------------------------------------------------------------------

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """A session with values in its variables; the threads are started unless they are not wanted.

        Raises
        ------
        RuntimeError
            If variables have no value afterwards.
        """
        self.coord.clear_stop()
        if self.summary_writer is not None:
            self.summary_writer.reopen()
        session = self.session_manager.prepare_session(
            master, self.init_op, self.saver, self._logdir, None, wait_for_checkpoint, max_wait_secs, config,
            self.init_feed_dict, self._init_fn if self.is_chief else None,
        )  # fmt: skip
        if current().size > 1 and exchanges(self._graph):
            from estimator.runtime.shared_values import own_variables, share_values  # which few need

            share_values(session.store, current(), own_variables(self._graph))
        self._write_graph()
        if start_standard_services:
            log.info("Starting standard services.")
            self.start_standard_services(session)
            log.info("Starting queue runners.")
            self.start_queue_runners(session)
        return session

    @contextlib.contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """A block with a session; when it is left the threads are stopped and the session is closed.

        Raises
        ------
        BaseException
            What the block or a thread has raised; not the end of the input.
        """
        session = None
        try:
            session = self.prepare_or_wait_for_session(
                master, config, start_standard_services=start_standard_services
            )
            with self._graph.as_default(), session.as_default():
                yield session
        except Exception as error:
            self.request_stop(error)
        finally:
            if session is not None:
                session.store.close()  # whoever waits in a queue is told so
            try:
                self.stop(close_summary_writer=close_summary_writer)
            finally:
                if session is not None:
                    session.close()

    def _write_graph(self) -> None:
        if self._logdir:
            make_directory(self._logdir)
            write_graph(self._graph.as_graph_def(add_shapes=True), self._logdir, "graph.pbtxt")
        if self.summary_writer is not None and not self._graph_is_written:
            self.summary_writer.add_graph(self._graph)
            self._graph_is_written = True

    # -- the threads -------------------------------------------------------------------------------

    def start_standard_services(self, sess: Session) -> list[LooperThread]:
        """The threads that write summaries, the speed and checkpoints; none without a `logdir`."""
        if not self._logdir:
            log.warning("Standard services need a 'logdir': nothing is saved or summarised.")
            return []
        if self.global_step is not None and self.summary_writer is not None:
            self._log_session("START", global_step(sess, self.global_step))
        services: list[tuple[float, Callable[[], None]]] = []
        if self.save_summaries_secs and self.summary_writer is not None:
            if self.summary_op is not None:
                services.append((self.save_summaries_secs, lambda: self._summarize(sess)))
            if self.global_step is not None:
                services.append((self.save_summaries_secs, _StepCounter(self, sess)))
        if self.saver is not None and self.save_model_secs:
            services.append((self.save_model_secs, lambda: self._save(sess)))
        return [self.loop(secs, self._in_turn, (service,)) for secs, service in services]

    def start_queue_runners(
        self, sess: Session, queue_runners: Sequence[Any] | None = None
    ) -> list[threading.Thread]:
        """The threads that fill the queues, by default all of the graph's."""
        if queue_runners is None:
            queue_runners = self._graph.get_collection(GraphKeys.QUEUE_RUNNERS)
        return [
            thread
            for runner in queue_runners
            for thread in runner.create_threads(sess, coord=self.coord, daemon=True, start=True)
        ]

    def loop(
        self,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """A thread that calls a function every so many seconds, or all the time, until somebody asks to stop."""
        return LooperThread.loop(self.coord, timer_interval_secs, target, args, kwargs)

    def _in_turn(self, service: Callable[[], None]) -> None:
        with self._writing:
            service()

    def _summarize(self, session: Session) -> None:
        fetches = [self.summary_op] if self.global_step is None else [self.summary_op, self.global_step]
        summary, *step = session.run(fetches)
        self.summary_writer.add_summary(summary, *map(int, step))

    def _save(self, session: Session) -> None:
        log.info("Saving checkpoint to path %s", self.save_path)
        with session.store.lock:  # no step changes a variable meanwhile
            self.saver.save(session, self.save_path, global_step=self.global_step)
            step = None if self.global_step is None else global_step(session, self.global_step)
        if step is not None and self.summary_writer is not None:
            self._log_session("CHECKPOINT", step, checkpoint_path=self.save_path)

    def _log_session(self, status: str, step: int | None = None, **fields: Any) -> None:
        log_type = messages.SessionLog
        self.summary_writer.add_session_log(log_type(status=getattr(log_type, status), **fields), step)

    def summary_computed(self, sess: Session, summary: Any, global_step: int | None = None) -> None:
        """Write a summary that the loop has computed.

        Raises
        ------
        RuntimeError
            If there is no writer.
        """
        if self.summary_writer is None:
            raise RuntimeError("Writing a summary requires a summary writer: give the Supervisor a logdir.")
        if global_step is None and self.global_step is not None:
            global_step = int(sess.run(self.global_step))
        with self._writing:
            self.summary_writer.add_summary(summary, global_step)

    # -- the end -----------------------------------------------------------------------------------

    def stop(
        self,
        threads: Sequence[threading.Thread] | None = None,
        close_summary_writer: bool = True,
        ignore_live_threads: bool = False,
    ) -> None:
        """Stop all threads and wait for them, and for those given; the session stays open.

        Raises
        ------
        BaseException
            What a thread has raised.
        """
        self.coord.request_stop()
        try:
            self.coord.join(threads, self._grace_secs, ignore_live_threads)
        finally:
            if close_summary_writer and self.summary_writer is not None:
                self._log_session("STOP")
                self.summary_writer.close()
                self._graph_is_written = False

    def request_stop(self, ex: Any = None) -> None:
        """Ask the loop and the threads to stop; see :meth:`Coordinator.request_stop`."""
        self.coord.request_stop(ex)

    def should_stop(self) -> bool:
        """Whether somebody has asked to stop."""
        return self.coord.should_stop()

    def stop_on_exception(self) -> contextlib.AbstractContextManager[None]:
        """A block whose exception becomes a request to stop."""
        return self.coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Wait until somebody asks to stop."""
        self.coord.wait_for_stop()

    Loop, PrepareSession, RequestStop, ShouldStop = (
        loop,
        prepare_or_wait_for_session,
        request_stop,
        should_stop,
    )
    StartQueueRunners, StartStandardServices = start_queue_runners, start_standard_services
    Stop, StopOnException, SummaryComputed, WaitForStop = (
        stop,
        stop_on_exception,
        summary_computed,
        wait_for_stop,
    )


class _StepCounter:
    """Writes how many steps a second were made since it was asked last."""

    def __init__(self, supervisor: Supervisor, session: Session) -> None:
        self._supervisor, self._session = supervisor, session
        self._tag = f"{supervisor.global_step.op.name}/sec"
        self._last = self._now()

    def _now(self) -> tuple[float, int]:
        return time.monotonic(), global_step(self._session, self._supervisor.global_step)

    def __call__(self) -> None:
        (before, first), (now, step) = self._last, self._now()
        self._last = now, step
        if now > before:
            rate = (step - first) / (now - before)
            self._supervisor.summary_writer.add_summary(scalars({self._tag: rate}), step)
            log.info("%s: %g", self._tag, rate)


def _piece(given: Any, key: str, make: Callable[[], Any] = lambda: None) -> Any:
    """What is given, else the first of the graph's collection, else what is made, which is put there."""
    if given is not Supervisor.USE_DEFAULT:
        return given
    graph = get_default_graph()
    found = graph.get_collection(key)
    if len(found) > 1:
        log.info("Found %d %s operations. Returning the first one.", len(found), key)
    made = found[0] if found else make()
    if made is not None and not found:
        graph.add_to_collection(key, made)
    return made


def _local_init_op() -> Any:
    return group(local_variables_initializer(), tables_initializer())


def _saver() -> Saver | None:
    return Saver() if global_variables() else None


def _problems(graph: Any, logdir: Any, saver: Any) -> Iterator[str]:
    wanted = (
        ("graph", "a tf.Graph", graph, isinstance(graph, Graph)),
        ("logdir", "a path", logdir, isinstance(logdir, (str, os.PathLike))),
        ("saver", "a tf.train.Saver", saver, saver is Supervisor.USE_DEFAULT or hasattr(saver, "restore")),
    )
    for name, kind, given, fits in wanted:
        if given is not None and not fits:
            yield f"Argument `{name}` must be {kind}, given: {given!r}."


def basic_train_loop(
    supervisor: Supervisor,
    train_step_fn: Callable[..., Any],
    args: Sequence[Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    master: str = "",
) -> None:
    """Call a function again and again, until the supervisor is to stop.

    Parameters
    ----------
    supervisor : Supervisor
        Which prepares the session.
    train_step_fn : callable
        Called with the session, and with `args` and `kwargs`.
    args, kwargs : sequence and mapping, optional
    master : str
        Empty: there is only the local process.

    Source
    ------
    tf.train.basic_train_loop, TF 1.15 basic_loops.py
    """
    with supervisor.managed_session(master) as session:
        while not supervisor.should_stop():
            train_step_fn(session, *(args or ()), **(kwargs or {}))


near_keywords_of_functions(__name__)
