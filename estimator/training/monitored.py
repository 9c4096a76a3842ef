"""Sessions with hooks: what trains, evaluates and predicts step by step.

::

    stop = StopAtStepHook(last_step=200)
    with MonitoredTrainingSession(checkpoint_dir="models/iris", hooks=[stop]) as session:
        while not session.should_stop():
            session.run(train_op)

The block ends quietly at the end of the input; the hooks' ``end`` is called, which saves the last step. By any other
exception the hooks' ``failed`` is called instead, nothing is saved, and the exception goes on. The graph is final while
the session is open, and may be added to afterwards.

Source
------
tf.train.MonitoredSession, MonitoredTrainingSession, SingularMonitoredSession, TF 2.15 monitored_session.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from estimator.core import log
from estimator.core.errors import OutOfRangeError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.tracebacks import shortened
from estimator.distribution.collective import current
from estimator.formats import messages
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.training.coordinator import Coordinator
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook
from estimator.training.hooks.step_counter import StepCounterHook
from estimator.training.hooks.summary_saver import SummarySaverHook
from estimator.training.merged_run import MergedRun, merge_feeds, merge_options
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import (
    ChiefSessionCreator,
    LentSession,
    SessionCreator,
    WorkerSessionCreator,
    demand_others,
)
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    check_hooks,
)
from estimator.training.stretch import AtOnce, Hooks, Stretch
from estimator.variables.global_step import get_global_step

if TYPE_CHECKING:
    from estimator.training.together import Together

T = TypeVar("T")

_DEFAULT_SAVE_SECS = 600
_DEFAULT_SUMMARY_STEPS = 100
_MOST_MERGED = 8


class StepContext:
    """What ``run_step_fn`` hands to its function.

    Attributes
    ----------
    session : Session
        Without hooks.
    """

    def __init__(self, session: Session, run_with_hooks: Callable[..., Any]) -> None:
        self.session = session
        self._run_with_hooks = run_with_hooks

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        """Run fetches with all hooks, as ``MonitoredSession.run`` does."""
        return self._run_with_hooks(*args, **kwargs)

    def request_stop(self) -> None:
        """End the loop.

        Raises
        ------
        StopIteration
            Always; the session's ``with`` block takes it for the end.
        """
        raise StopIteration("step_fn has requested the iterations to stop.")


@near_keywords
class MonitoredSession:
    """A session that calls hooks.

    Parameters
    ----------
    session_creator : SessionCreator, optional
        By default one that initialises the variables.
    hooks : sequence of SessionRunHook, optional
    stop_grace_period_secs : number
        How long threads that fill queues, or that the script has registered with `coord`, have to end.
    together : Together, optional
        The loops of other processes, each of which makes every run of this one; TensorFlow has no such argument.

    Attributes
    ----------
    coord : Coordinator
        Its ``request_stop`` ends the loop before the next step.
    latest : nested structure or None
        What the last run that did not fail has given; TensorFlow has no such attribute.
    runs_at_once : int
        How many runs of :meth:`run_until_due` are made in one call where the executor can do that, and no hook wants to
        see one of them; TensorFlow has no such attribute.
    """

    StepContext = StepContext

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
        *,
        together: Together | None = None,
    ) -> None:
        self._hooks = check_hooks(hooks)
        self._called = Hooks(self._hooks)
        self._session: Session | None = None
        self._merged: list[MergedRun] = []  # those made last
        self._stretch: Stretch | None = None
        self.latest: Any = None
        self.runs_at_once = 1
        self._contexts: list[Any] = []  # context managers
        self._together = together
        self._opened_graph = None if get_default_graph().finalized else get_default_graph()
        self._grace_secs = stop_grace_period_secs
        self.coord = Coordinator()
        self._is_lent = isinstance(session_creator, LentSession)
        try:
            self._start(session_creator or ChiefSessionCreator())
        except BaseException as error:
            self._close(error)
            raise

    def _start(self, creator: SessionCreator) -> None:
        if self._together is None and not self._is_lent and current().size > 1:
            from estimator.training.together import joined  # which one process has no use for

            self._together = joined(get_default_graph(), creator)
            if self._together is not None and not self._together.meetings.is_chief:
                self._hooks = [hook for hook in self._hooks if not hook.only_chief]
                self._called = Hooks(self._hooks)
        for hook in self._hooks:
            self._call(hook, hook.begin)
        self._session = creator.create_session()
        runners = [] if self._is_lent else self._session.graph.get_collection(GraphKeys.QUEUE_RUNNERS)
        for runner in runners:
            runner.create_threads(self._session, self.coord, daemon=True, start=True)
        for hook in self._hooks:
            self._call(hook, hook.after_create_session, self._session, self.coord)
        if self._together is not None and self._together.begun(self.coord.should_stop()):
            self.coord.request_stop()

    def _call(self, hook: SessionRunHook, method: Callable[..., T], *arguments: Any) -> T:
        if self._together is None:
            return method(*arguments)
        return self._together.call(hook, method, *arguments)

    @property
    def graph(self) -> Graph | None:
        """The graph; None once the session is closed."""
        return None if self._session is None else self._session.graph

    def should_stop(self) -> bool:
        """Whether the loop is to end."""
        return self._session is None or self.coord.should_stop()

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Run once, with the hooks.

        Parameters
        ----------
        fetches : nested structure of Tensor, Operation, Variable or name
        feed_dict : mapping, optional
        options, run_metadata : RunOptions and RunMetadata, optional
            As :meth:`Session.run` has them; hooks may ask for a trace, too.

        Returns
        -------
        The results in the structure of `fetches`.

        Raises
        ------
        RuntimeError
            If the session is closed, or two feed the same tensor.
        BaseException
            What a thread that fills a queue has raised, in place of the end of that queue.
        """
        session = self._open_session()
        try:
            return self._run(session, SessionRunArgs._make((fetches, feed_dict, options)), run_metadata)
        except Exception as error:
            self._raise_in_place_of(error)
            raise

    def run_until_due(self, fetches: Any) -> Any:
        """Run with the hooks, again and again, until one of them has something to do; TensorFlow has no such method.

        That is one run where a hook wants to see each, as all do that do not say when they are due.

        Parameters
        ----------
        fetches : nested structure of Tensor, Operation, Variable or name

        Returns
        -------
        The results of the last run. If one fails, :attr:`latest` has those of the run before.

        Raises
        ------
        RuntimeError, BaseException
            As :meth:`run`.
        """
        session = self._open_session()
        try:
            return self._run(session, SessionRunArgs(fetches), None, goes_on=True)
        except Exception as error:
            self._raise_in_place_of(error)
            raise

    def _raise_in_place_of(self, error: Exception) -> None:
        """Raise what the caller is to see of an error, if that is another one; else shorten its traceback."""
        failure = self._failure_of_threads()
        if failure is not None:
            raise failure from error
        shortened(error)

    def _run(self, session: Session, given: SessionRunArgs, run_metadata: Any, goes_on: bool = False) -> Any:
        context = SessionRunContext(given, session, self._together)
        stretch = self._stretch
        if stretch is None or stretch.is_cut_short():
            should_stop, together = self.coord.should_stop, self._together
            stretch = self._stretch = Stretch(self._called, lambda: self._read_step, should_stop, together)
        asked = stretch.ask(given, context)
        merged = self._merge(session, asked)
        feeds, options = merge_feeds(asked), merge_options(asked)
        if options is not None and run_metadata is None:
            run_metadata = messages.RunMetadata()
        with session.threads if self._together is None else self._together.steps(session):
            if goes_on and stretch.is_quiet and not feeds and options is None:
                results, is_last = self._repeat(merged, stretch), True
            else:
                results = merged(feeds, options, run_metadata)
                is_last = stretch.ends_with(results, stretch.tests(merged.reader))
        self.latest = merged.part(0, results)

        def values(place: int) -> SessionRunValues:
            return SessionRunValues._make((merged.part(place, results), options, run_metadata))

        self._stretch = None if is_last else stretch
        if stretch.tell(is_last, context, values):
            self._stretch = None
        wants_stop = context.stop_requested
        if self._together is not None:
            wants_stop = self._together.hooks_called(wants_stop or self.coord.should_stop())
        if wants_stop:
            self.coord.request_stop()
        return self.latest

    @cached_property
    def _read_step(self) -> Callable[[], float] | None:
        """What gives the global step; None if the graph has none that is a variable."""
        session = self._open_session()
        handle = getattr(get_global_step(session.graph), "handle", None)
        if handle is None:
            return None
        storage = session.store.of_handle(handle)
        return lambda: storage.value.item()

    def _repeat(self, merged: MergedRun, stretch: Stretch) -> list[Any]:
        """All runs of a stretch."""
        runner = merged.prepared
        tests = stretch.tests(lambda tensor: runner.reader(merged.position_of(tensor)))
        try:
            several = AtOnce(stretch, tests, self.runs_at_once) if self.runs_at_once > 1 else None
            results: list[Any] = runner.repeat(lambda arrays: stretch.ends_with(arrays, tests), several)
        except BaseException:
            if stretch.latest is not None:
                self.latest = merged.part(0, runner.results_of(stretch.latest))
            raise
        return results

    def _merge(self, session: Session, asked: list[SessionRunArgs | None]) -> MergedRun:
        """The run for what is asked for: there are few, since most hooks want one thing mostly and another at times."""
        for merged in self._merged:
            if merged.fits(asked):
                return merged
        for args in asked:
            if args is not None and not isinstance(args, SessionRunArgs):
                raise TypeError(
                    f"before_run of a hook must return SessionRunArgs or None, returned: {args!r}."
                )
        merged = MergedRun(session, tuple(asked))
        self._merged = [merged, *self._merged[: _MOST_MERGED - 1]]
        return merged

    def run_step_fn(self, step_fn: Callable[..., T]) -> T:
        """Call ``step_fn(step_context)``, for steps of several runs.

        Raises
        ------
        TypeError
            If `step_fn` is no function.
        ValueError
            If it does not take one argument called ``step_context``.
        """
        if not hasattr(step_fn, "__code__"):
            raise TypeError(f"`step_fn` must be a function of `step_context`, given: {step_fn!r}.")
        names = step_fn.__code__.co_varnames[: step_fn.__code__.co_argcount]
        arguments = [name for name in names if name != "self"]
        if arguments != ["step_context"]:
            raise ValueError(
                "`step_fn` may either have one `step_context` argument, or `self` and `step_context` if it is a "
                f"method; given: {arguments}."
            )
        return step_fn(step_context=StepContext(self._open_session(), self.run))

    def _open_session(self) -> Session:
        if self._session is None:
            raise RuntimeError("Run called even after should_stop requested: the session is closed.")
        return self._session

    def _tf_sess(self) -> Session | None:  # the name under which scripts reach it
        return self._session

    def close(self) -> None:
        """End the loop: the hooks' ``end``, then the session is closed."""
        self._close(None)

    def __enter__(self) -> MonitoredSession:
        session = self._open_session()
        self._contexts = [session.graph.as_default(), session.as_default()]
        for context in self._contexts:
            context.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        is_end = error is None or isinstance(error, (OutOfRangeError, StopIteration))
        try:
            self._close(None if is_end else error)
        finally:
            while self._contexts:
                self._contexts.pop().__exit__(None, None, None)
        return is_end

    def _close(self, error: BaseException | None) -> None:
        """End or fail the hooks; then end the threads, and close the session."""
        session, self._session = self._session, None
        stretch, self._stretch = self._stretch, None
        failure = error or self._failure_of_threads()
        try:
            self._end_hooks(session, stretch, failure)
        except BaseException as second:
            if self._together is not None:
                self._together.meetings.tell_failure(failure or second)
            raise
        else:
            if self._together is not None:
                self._together.leave(failure)
        finally:
            self._merged = []
            self.coord.request_stop()
            try:
                if session is not None and not self._is_lent:
                    self._end_threads(session, error)
            finally:
                if session is not None and not self._is_lent:
                    session.close()
            if self._opened_graph is not None:  # it was final for this session only
                self._opened_graph.unfinalize()

    def _end_hooks(
        self, session: Session | None, stretch: Stretch | None, failure: BaseException | None
    ) -> None:
        """End or fail every hook, also after one of them raised."""
        if stretch is not None:
            stretch.leave()
        if failure is not None:
            for hook in self._hooks:
                _fail(hook, failure)
        elif session is not None:
            failures = [self._call(hook, _end, hook, session) for hook in self._hooks]
            if first := next(filter(None, failures), None):
                raise first

    def _failure_of_threads(self) -> BaseException | None:
        """What a thread has asked to stop with: such a loop has not ended normally, whatever it came to know."""
        try:
            self.coord.raise_requested_exception()
        except Exception as failure:
            return failure
        return None

    def _end_threads(self, session: Session, error: BaseException | None) -> None:
        """Wait for the threads, and close the session; if nothing else has failed, raise what one of them has."""
        session.store.close()  # nothing is filled any more, whoever waits for it is told so
        try:
            self.coord.join(stop_grace_period_secs=self._grace_secs, ignore_live_threads=True)
        except Exception as failure:
            if error is None:
                raise
            log.debug("a thread has failed, too: %s", failure)
        finally:
            session.close()


def _end(hook: SessionRunHook, session: Session) -> Exception | None:
    try:
        hook.end(session)
    except Exception as error:
        log.error("%s.end failed: %s", type(hook).__name__, error)
        return error
    return None


def _fail(hook: SessionRunHook, error: BaseException) -> None:
    try:
        hook.failed(error)
    except Exception as second:  # the first error is the one to see
        log.error("%s.failed failed: %s", type(hook).__name__, second)


@near_keywords
class SingularMonitoredSession(MonitoredSession):
    """A MonitoredSession whose plain session may be used.

    Parameters
    ----------
    hooks, scaffold, master, config, checkpoint_dir, stop_grace_period_secs,
    checkpoint_filename_with_path
        As for :class:`MonitoredSession` and :class:`ChiefSessionCreator`.
    """

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | os.PathLike[str] | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(creator, hooks, stop_grace_period_secs)

    def raw_session(self) -> Session | None:
        """The session without hooks."""
        return self._session


def MonitoredTrainingSession(
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | os.PathLike[str] | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None | Literal["default"] = "default",
    save_summaries_steps: int | None | Literal["default"] = "default",
    save_summaries_secs: float | None | Literal["default"] = "default",
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: int | None | Literal["default"] = "default",
    summary_dir: str | os.PathLike[str] | None = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A MonitoredSession that saves, summarises and counts steps.

    Parameters
    ----------
    is_chief : bool
        Whether this process saves, writes summaries, and has `chief_only_hooks`. Where several train together that is
        the one of rank 0 alone, whatever the others say; one process must be the chief.
    checkpoint_dir : str or path, optional
        Restored from, saved to; without it nothing is saved.
    save_checkpoint_secs, save_checkpoint_steps : number, optional
        By default 600 seconds; None for both: nothing is saved.
    save_summaries_steps, save_summaries_secs : number, optional
        By default 100 steps; None for both: no summaries.
    log_step_count_steps : int, optional
        How often ``global_step/sec`` is logged and written; None or 0: never.
    summary_dir : str or path, optional
        By default `checkpoint_dir`.

    Raises
    ------
    UnimplementedError
        If `is_chief` is False in a process alone.
    """
    demand_others(is_chief)
    scaffold = scaffold or Scaffold()
    summary_dir = summary_dir or checkpoint_dir
    hooks = check_hooks(hooks)
    all_hooks = check_hooks(chief_only_hooks, "chief_only_hooks")
    if not is_chief or current().rank > 0:
        worker = WorkerSessionCreator(scaffold, master, config, max_wait_secs)
        return MonitoredSession(worker, hooks, stop_grace_period_secs)
    if summary_dir:
        if log_step_count_steps and log_step_count_steps > 0:
            all_hooks.append(StepCounterHook(every_n_steps=log_step_count_steps, output_dir=summary_dir))
        summaries = _schedule(save_summaries_steps, save_summaries_secs, steps=_DEFAULT_SUMMARY_STEPS)
        if any(summaries):
            steps, secs = summaries
            all_hooks.append(SummarySaverHook(steps, secs, output_dir=summary_dir, scaffold=scaffold))
    if checkpoint_dir:
        steps, secs = _schedule(save_checkpoint_steps, save_checkpoint_secs, secs=_DEFAULT_SAVE_SECS)
        if steps or secs:
            all_hooks.append(
                CheckpointSaverHook(
                    checkpoint_dir, secs, steps, scaffold=scaffold, save_graph_def=save_graph_def
                )
            )
    creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir)
    return MonitoredSession(creator, [*all_hooks, *hooks], stop_grace_period_secs)


def _schedule(
    given_steps: int | None | Literal["default"],
    given_secs: float | None | Literal["default"],
    *,
    steps: int | None = None,
    secs: float | None = None,
) -> tuple[int | None, float | None]:
    """(steps, secs) with the defaults, if nothing is given; 0 is never."""
    if given_steps == "default" and given_secs == "default":
        return steps, secs
    chosen_steps = None if given_steps == "default" else given_steps
    chosen_secs = None if given_secs == "default" else given_secs
    return chosen_steps or None, chosen_secs or None


near_keywords_of_functions(__name__)
