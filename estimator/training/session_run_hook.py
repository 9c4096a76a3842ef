"""The hook interface: code that runs before, between and after the steps of a session.

A session with hooks (:mod:`estimator.training.monitored`) calls, in the order of its list of
hooks::

    begin()                                 the graph may still be added to
    after_create_session(session, coord)    variables have their values
    loop:
        before_run(run_context)             may ask for more fetches and feeds
        ... one session.run for all ...
        after_run(run_context, run_values)  gets what it asked for
    end(session)                            only if the loop ended without an exception
    failed(error)                           instead, if it did not

A hook that wants the same values at each step returns the same :class:`SessionRunArgs` object each
time: then the fetches are merged once and not at every step. A hook that has something to do now and then says
when, by ``next_due``, and is not called between (:mod:`estimator.training.stretch`); TensorFlow calls every hook at
every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.graph.graph import get_default_graph
from estimator.training.triggers import Due
from estimator.variables.global_step import get_global_step


@near_keywords
class SessionRunArgs(NamedTuple):
    """What a hook wants of the next run.

    Attributes
    ----------
    fetches : nested structure of Tensor, Operation, Variable or name; or None
        What to fetch; the results come back in the same structure.
    feed_dict : mapping or None
        Values to feed.
    options : RunOptions or None
        ``RunOptions(trace_level=RunOptions.FULL_TRACE)`` has the run's operations timed.
    """

    fetches: Any  # any nested structure
    feed_dict: Mapping[Any, Any] | None = None
    options: Any = None  # a RunOptions message


@near_keywords
class SessionRunValues(NamedTuple):
    """What a hook gets of a run: ``results`` in the structure of the fetches it asked for, or None."""

    results: Any  # the structure of the fetches
    options: Any = None  # as in SessionRunArgs
    run_metadata: Any = None  # a RunMetadata message, if anybody gave options


class SessionRunContext:
    """One run, as hooks see it.

    Attributes
    ----------
    original_args : SessionRunArgs
        What the caller of ``run`` asked for.
    session : Session
        The session without hooks; running it runs no hook.
    together : Together or None
        What other processes that make the same runs have told of this one; TensorFlow has no such attribute.
    """

    __slots__ = ("_stop_requested", "original_args", "session", "together")

    def __init__(self, original_args: SessionRunArgs, session: Any, together: Any = None) -> None:
        self.original_args = original_args
        self.session = session
        self.together = together
        self._stop_requested = False

    @property
    def stop_requested(self) -> bool:
        """Whether a hook asked to stop after this run."""
        return self._stop_requested

    def request_stop(self) -> None:
        """Let this run be the last; the other hooks still see it."""
        self._stop_requested = True


class SessionRunHook:
    """The interface; every method does nothing unless it is overridden.

    Attributes
    ----------
    only_chief : bool
        Whether it has nothing to do in other processes of a training than the chief, since it writes files or decides
        for all; TensorFlow has no such attribute.
    """

    only_chief: bool = False

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        near_keywords(cls)

    def begin(self) -> None:
        """Add what is needed to the default graph, which is not yet finalized."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """The variables have their values; ``coord.request_stop()`` ends the loop before the first step."""

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """What to fetch and feed in addition, or None."""
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look at the results; ``run_context.request_stop()`` ends the loop."""

    def next_due(self) -> Due | None:
        """When it has something to do next, asked before a run; None: at each run, as long as the loop lasts.

        Until then it rests: ``before_run`` is called before the next run alone, what it returns goes for the others as
        well, and ``after_run`` after the last alone. A class that overrides one of these two and not this is called at
        each run. TensorFlow has no such call.
        """
        return None

    def skipped(self, runs: int) -> None:
        """So many runs were made of which ``after_run`` was not told, before that of which it is next, or the end."""

    def end(self, session: Any) -> None:
        """The loop has ended without an exception; the session is still open."""

    def failed(self, error: BaseException) -> None:
        """The loop ended by `error`, which will be raised after this; let go of what the hook holds.

        TensorFlow has no such call.
        """


def check_hooks(hooks: Sequence[Any] | None, argument: str = "hooks") -> list[SessionRunHook]:
    """A list of the hooks that were given as `argument`.

    Raises
    ------
    TypeError
        If it is not a list, or one is not a :class:`SessionRunHook`.
    """
    if hooks is not None and (isinstance(hooks, str) or not isinstance(hooks, Iterable)):
        advice = f"; put it into a list: {argument}=[...]" if isinstance(hooks, SessionRunHook) else ""
        if isinstance(hooks, int):
            advice = "; how many steps to train is steps=... or max_steps=..."
        raise TypeError(f"{argument} must be a list of SessionRunHook, given: {hooks!r}{advice}.")
    found = list(hooks or ())
    for hook in found:
        if not isinstance(hook, SessionRunHook):
            hint = "; pass an instance, not the class" if isinstance(hook, type) else ""
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook!r}{hint}.")
    return found


def global_step_variable() -> Any:
    """The variable that counts the steps of the default graph; fetched, it gives the step after the run.

    Raises
    ------
    RuntimeError
        If there is none.
    """
    step = get_global_step(get_default_graph())
    if step is None:
        raise RuntimeError(
            "the graph has no global step, which this hook counts by: call tf.train.get_or_create_global_step() "
            "and pass it to optimizer.minimize(loss, global_step=...)."
        )
    return step
