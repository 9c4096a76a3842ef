"""A loop of training in one of several processes: what its steps and hooks decide is decided for all.

After each run all meet and tell whether the loss is no number, a signal came, or somebody's hooks are to be called; if
so, and only then, they meet again after the hooks, to tell whether one of them has asked to stop. So all processes make
the same steps, and end behind the same one.

That an input has ended the first exchange of a step tells. Where a step has none, or the loop is a script's own, which
may leave it between two steps, all meet before each run, too.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from estimator.core.errors import OutOfRangeError
from estimator.distribution.agreement import Meetings, Place
from estimator.distribution.collective import ALONE, current, used
from estimator.runtime.shared_values import own_variables, share_values
from estimator.training.session_creator import exchanges

if TYPE_CHECKING:
    from estimator.distribution.collective import Collective
    from estimator.graph.graph import Graph
    from estimator.runtime.session import Session
    from estimator.training.session_creator import SessionCreator
    from estimator.training.session_run_hook import SessionRunHook

T = TypeVar("T")

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Together:
    """What one process tells the others of its loop, and hears of theirs.

    Parameters
    ----------
    collective : Collective
    leaves_together : bool
        Whether the loop is one that no process leaves of itself, but by an exception: one of the package's own.

    Attributes
    ----------
    meetings : Meetings
    not_a_number : list of int
        The ranks whose loss was no number in the last step.
    hooks_follow : bool
        Whether all meet once more, when the hooks that somebody calls after this step were called.
    signal : callable
        The number of the signal that this process got, or None.
    has_closed : bool
        Whether the loop has ended without a failure.
    hear : callable
        Is told the number of a signal that another one got.
    """

    def __init__(self, collective: Collective, leaves_together: bool = False) -> None:
        self.meetings = Meetings(collective)
        self.not_a_number: list[int] = []
        self.hooks_follow = False
        self.input_may_end = True
        self._leaves_together = leaves_together
        self.has_closed = False
        self._stops = False
        self.signal: Callable[[], int | None] = lambda: None
        self.hear: Callable[[int], None] = lambda number: None

    def settle(self, may_end: bool) -> None:
        """Whether the input of any of them may end: all ask before their first step."""
        (count,) = self.meetings.meet(Place.VALUES, may_end)
        self.input_may_end = count > 0

    def before_step(self, error: BaseException | None, exchanges: bool) -> None:
        """The input of the next run is there, or an error in its place: tell the others.

        Parameters
        ----------
        error : BaseException or None
        exchanges : bool
            Whether they wait for each other in the run itself, where they learn of the end of an input, too.

        Raises
        ------
        OutOfRangeError
            If the input of another has ended, or its loop.
        Parted
            If another has failed.
        """
        meetings = self.meetings
        has_ended = isinstance(error, OutOfRangeError)
        if not (self._leaves_together and (exchanges or not self.input_may_end)):
            if meetings.is_over or not (error is None or has_ended):
                return  # another error is told when it has left the loop
            self._tell_input(error)
        meetings.is_summing = exchanges and not has_ended

    def _tell_input(self, error: BaseException | None) -> None:
        told = self.meetings.meet_or_end(Place.INPUT, *self._signals(), error is not None)
        if self.meetings.is_over:
            self._hear(told)
            raise _told(OutOfRangeError("another process has ended its loop."))
        if told[-1] > 0:
            ranks = self.meetings.ranks_of(error is not None)
            if error is None:
                raise _told(OutOfRangeError(f"the input has ended in rank {', '.join(map(str, ranks))}."))
            _told(error)

    def step_made(self, is_last: bool, calls_hooks: bool, is_not_a_number: bool) -> bool:
        """Whether the stretch of this process ends with the run that was made.

        Parameters
        ----------
        is_last : bool
            Whether it does by what the process knows itself.
        calls_hooks : bool
            Whether hooks are called after the run anyway.
        is_not_a_number : bool
            Whether its loss is.
        """
        meetings = self.meetings
        meetings.is_summing = False
        if meetings.is_over:
            return is_last
        told = meetings.meet(Place.STEP, *self._signals(), is_last or calls_hooks, is_not_a_number)
        has_signal = self._hear(told)
        self.not_a_number = meetings.ranks_of(is_not_a_number) if told[-1] else []
        is_last = is_last or bool(self.not_a_number) or has_signal
        self.hooks_follow = any(told)
        if self.hooks_follow and not (is_last or calls_hooks):
            return self.hooks_called(False)
        return is_last

    def hooks_called(self, wants_stop: bool) -> bool:
        """Whether the loops end here, after the hooks of a step were called; all meet if anybody has called one."""
        follow, self.hooks_follow = self.hooks_follow, False
        if follow and not self.meetings.is_over:
            told = self.meetings.meet(Place.HOOKS, *self._signals(), wants_stop)
            self._hear(told)
            self._stops = told[-1] > 0
        return self._stops

    def call(self, hook: SessionRunHook, method: Callable[..., T], *arguments: Any) -> T:
        """What a method of a hook gives; one that only the chief has is alone with what it calls, an evaluation say."""
        with used(ALONE) if hook.only_chief else nullcontext():
            return method(*arguments)

    def begun(self, wants_stop: bool) -> bool:
        """Whether the loops end before the first run, by a hook of any of them or a signal."""
        self.hooks_follow = True
        return self.hooks_called(wants_stop)

    @contextmanager
    def steps(self, session: Session) -> Iterator[None]:
        """A block in which all runs of a session are steps that all make."""
        session.store.before_step = self.before_step
        try:
            with session.threads:
                yield
        except OutOfRangeError:  # all have ended, and nobody waits
            self.meetings.is_summing = False
            raise
        finally:
            session.store.before_step = None

    def leave(self, failure: BaseException | None) -> None:
        """The loop of this process has ended, and what its hooks do at the end is done: wait for the others."""
        if failure is not None:
            self.meetings.tell_failure(failure)
        else:
            if not self.meetings.is_over:
                self._hear(self.meetings.meet_or_end(Place.CLOSED, *self._signals()))
            self.has_closed = True

    def _signals(self) -> list[bool]:
        own = self.signal()
        return [own == number for number in _SIGNALS]

    def _hear(self, told: Sequence[int]) -> bool:
        """Whether any of them has got a signal."""
        for number, count in zip(_SIGNALS, told, strict=False):
            if count:
                if self.signal() is None:
                    self.hear(number)
                return True
        return False


def joined(graph: Graph, creator: SessionCreator) -> Together | None:
    """What the loop of a script's own tells the other processes, if a step of its graph exchanges something with them.

    The creator of its session then gives the chief's values to all.
    """
    if not exchanges(graph) or not getattr(creator, "saves", True):  # an evaluation has steps of its own
        return None
    together = Together(current())

    def share(session: Session) -> None:
        together.settle(True)
        share_values(session.store, together.meetings.collective, own_variables(graph))

    join = getattr(creator, "join", None)  # a script's own creator does what it does
    if join is not None:
        join(share, takes_over=not together.meetings.is_chief)
    return together


def _told(error: BaseException) -> BaseException:
    """The error, of which all processes know."""
    error.is_told = True  # type: ignore[attr-defined]  # what tells others of the end of an input looks for it
    return error
