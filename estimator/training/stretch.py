"""A stretch: runs in a row of which most hooks need to see neither the beginning nor the end.

A hook that can say when it has something to do again (:meth:`SessionRunHook.next_due`) rests until then. Its
``before_run`` is called before the first run of a stretch, its ``after_run`` after the last, and before that it is told
how many runs it has missed. The other hooks, any of a script's own, are called at each run.

A stretch ends before the run in which the first hook is due, as far as steps and runs tell that beforehand, so that the
hook can say what it wants of that run. What only the run tells, such as a time, a signal, a loss that is no number, or
a request to stop, ends it with that very run. So every hook acts at the run at which it would have acted without rests.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.training.triggers import Clock, Due

if TYPE_CHECKING:
    from estimator.training.together import Together

Read: TypeAlias = Callable[[Any], Any]  # takes a value out of what a run gives
Test: TypeAlias = tuple[Read, Callable[[Any], bool]]  # with what says of the value whether it ends a stretch


class Hooks:
    """The hooks of a session, by what they are called for.

    Attributes
    ----------
    asking : list of (int, SessionRunHook)
        Those that have a ``before_run``, with the places of what they ask for: 0 is the caller's.
    watching : list of (int, SessionRunHook)
        Those that have an ``after_run``, with the same places, or -1.
    may_rest : list of SessionRunHook
        Those whose ``next_due`` counts.
    """

    def __init__(self, hooks: Sequence[SessionRunHook]) -> None:
        self.asking = list(enumerate((hook for hook in hooks if _overrides(hook, "before_run")), 1))
        places = {id(hook): place for place, hook in self.asking}
        self.watching = [(places.get(id(hook), -1), hook) for hook in hooks if _overrides(hook, "after_run")]
        called = [id(hook) for _, hook in (*self.asking, *self.watching)]
        self.may_rest = [hook for hook in hooks if id(hook) in called and _speaks_for_itself(hook)]


class Stretch:
    """One stretch, planned by what the hooks say before it.

    Parameters
    ----------
    hooks : Hooks
    find_step : callable
        Gives what reads the global step, or None if the graph has none: then no hook rests that counts by it. It is
        not looked for where none does.
    should_stop : callable
        Whether the loop is to end.
    together : Together, optional
        What other processes are told of each run.

    Attributes
    ----------
    runs : int
        How many have been made.
    latest : sequence or None
        What the last of them gave.
    is_quiet : bool
        Whether all hooks rest.
    """

    def __init__(
        self,
        hooks: Hooks,
        find_step: Callable[[], Callable[[], float] | None],
        should_stop: Callable[[], bool],
        together: Together | None = None,
    ) -> None:
        self._hooks = hooks
        self._together = together
        self._find_step = find_step
        self._step: Callable[[], float] | None = None
        self._last_run = self._last_step = math.inf
        self._deadlines: dict[Clock, float] = {}
        self._events = [should_stop]
        self._values: list[tuple[Any, Callable[[Any], bool]]] = []
        resting = {id(hook): hook for hook in hooks.may_rest if self._goes_by(_due(hook))}
        self._resting = resting
        self._asking = [(place, hook) for place, hook in hooks.asking if id(hook) not in resting]
        self._turns = list(itertools.dropwhile(lambda turn: id(turn[1]) in resting, hooks.watching))
        self._asked: list[SessionRunArgs | None] = []
        self.runs = 0
        self.latest: Sequence[Any] | None = None
        self.is_quiet = not (self._asking or self._turns)

    def _goes_by(self, due: Due | None) -> bool:
        """Whether a hook that is due then may rest; if so, the stretch ends in time for it."""
        if due is None:
            return False
        if due.step < math.inf:
            self._step = self._step or self._find_step()
            if self._step is None:
                return False
            self._last_step = min(self._last_step, due.step - 1)
        self._last_run = min(self._last_run, due.runs - 1)
        if due.seconds < math.inf:
            self._deadlines[due.clock] = min(due.seconds, self._deadlines.get(due.clock, math.inf))
        if due.event is not None:
            self._events.append(due.event)
        if due.value is not None:
            self._values.append(due.value)
        return True

    def is_cut_short(self) -> bool:
        """Whether a hook that rests is due all of a sudden, before the next run; then there is nothing more to it."""
        if not (self.runs and self._ends_now()):
            return False
        self.leave()
        return True

    def leave(self) -> None:
        """Tell the hooks that rest of the runs that were made: there are no more."""
        _count_as_skipped(self._resting.values(), self.runs)

    def ask(self, given: SessionRunArgs, context: SessionRunContext) -> list[SessionRunArgs | None]:
        """What the caller and the hooks want of the next run: what those that rest have said before the first."""
        if not self._asked:
            self._asked = [given, *(hook.before_run(context) for _, hook in self._hooks.asking)]
            return self._asked
        asked = [given, *self._asked[1:]]  # another list: threads may run at once
        for place, hook in self._asking:
            asked[place] = hook.before_run(context)
        return asked

    def tests(self, reader: Callable[[Any], Read]) -> list[Test]:
        """The looks at values that the hooks want, with what `reader` gives for their tensors."""
        return [(reader(tensor), test) for tensor, test in self._values]

    def ends_with(self, results: Sequence[Any], tests: Sequence[Test]) -> bool:
        """Count a run that gave these results; whether it is the last of the stretch."""
        is_last = self.stops_with(results, tests) or self.is_over()
        if self._together is None:
            return is_last
        is_not_a_number = any(test is math.isnan and test(read(results)) for read, test in tests)
        return self._together.step_made(is_last, not self.is_quiet, is_not_a_number)

    def stops_with(self, results: Sequence[Any], tests: Sequence[Test]) -> bool:
        """Count a run that gave these results; whether a look at them makes it the last of the stretch."""
        self.runs += 1
        self.latest = results
        for read, test in tests:
            if test(read(results)):
                return True
        return False

    def is_over(self) -> bool:
        """Whether the last run was the last of the stretch, whatever it gave."""
        if self.runs >= self._last_run or (self._step is not None and self._step() >= self._last_step):
            return True
        return self._ends_now()

    def runs_left(self, growth: float | None) -> float:
        """How many runs there are at most, if each lets the global step grow by so much; 0 if that is not known."""
        left = self._last_run - self.runs
        if self._step is None or self._last_step == math.inf:
            return left
        if growth is None:
            return 0
        return min(left, math.ceil((self._last_step - self._step()) / growth)) if growth > 0 else left

    def step(self) -> float | None:
        """The global step, if the stretch goes by it."""
        return None if self._step is None else self._step()

    def _ends_now(self) -> bool:
        for event in self._events:
            if event():
                return True
        for clock, seconds in self._deadlines.items():
            if clock() >= seconds:
                return True
        return False

    def tell(
        self, is_last: bool, context: SessionRunContext, values: Callable[[int], SessionRunValues]
    ) -> bool:
        """Call ``after_run`` of the hooks, with the values for their places; of those that rest after the last run.

        Returns
        -------
        bool
            Whether it was the last, which what a hook does may make it: it may take time, or raise a signal. For the
            hooks before it that comes too late, as it would if nobody rested.
        """
        unheard = dict(self._resting)
        has_looked = True
        for place, hook in self._hooks.watching if is_last else self._turns:
            if id(hook) in unheard:
                is_last, has_looked = is_last or (not has_looked and self._ends_now()), True
                if not is_last:
                    continue
                _count_as_skipped([unheard.pop(id(hook))], self.runs - 1)
            else:
                has_looked = False
            if self._together is None:
                hook.after_run(context, values(place))
            else:
                self._together.call(hook, hook.after_run, context, values(place))
        if is_last:
            _count_as_skipped(unheard.values(), self.runs)
        return is_last


class AtOnce:
    """Runs of a stretch that are made several at once; see :class:`estimator.runtime.runner.Several`.

    How much a run lets the global step grow is told by the first, which is made alone.

    Parameters
    ----------
    stretch : Stretch
    tests : sequence of Test
    count : int
    """

    def __init__(self, stretch: Stretch, tests: Sequence[Test], count: int) -> None:
        self.count = count
        self._stretch = stretch
        self._tests = tests
        self._first = stretch.step()

    def left(self) -> float:
        """How many runs may come before somebody wants to see one."""
        runs, now = self._stretch.runs, self._stretch.step()
        growth = None if self._first is None or now is None or not runs else (now - self._first) / runs
        return self._stretch.runs_left(growth)

    def stops_at(self, arrays: Sequence[Any]) -> bool:
        """Count a run that has given these; whether they make it the last."""
        return self._stretch.stops_with(arrays, self._tests)

    def is_over(self) -> bool:
        """Whether anything else makes the runs so far the last."""
        return self._stretch.is_over()


def _due(hook: SessionRunHook) -> Due | None:
    due = hook.next_due()
    if due is not None and not isinstance(due, Due):
        raise TypeError(
            f"{type(hook).__name__}.next_due must return a Due, such as Due(step=100), or None for each run; it has "
            f"returned {due!r}."
        )
    return due


def _count_as_skipped(hooks: Iterable[SessionRunHook], runs: int) -> None:
    if runs > 0:
        for hook in hooks:
            hook.skipped(runs)


def _overrides(hook: SessionRunHook, method: str) -> bool:
    """Whether calling this method of the hook does anything: most hooks need few of them, and steps are short.

    A mock has its methods neither in its class nor in its attributes.
    """
    inherited = getattr(type(hook), method, None) is getattr(SessionRunHook, method)
    return method in vars(hook) or not inherited


def _speaks_for_itself(hook: SessionRunHook) -> bool:
    """Whether ``next_due`` goes for what the hook does: not where a class below has another before_run or after_run."""
    if not vars(hook).keys().isdisjoint(("before_run", "after_run")):
        return False
    ranks = [_rank(type(hook), method) for method in ("next_due", "before_run", "after_run")]
    return ranks[0] == min(ranks) < len(type(hook).__mro__)


def _rank(kind: type, method: str) -> int:
    """How many classes stand before the one that a method is from; all of them if there is none."""
    return next((rank for rank, base in enumerate(kind.__mro__) if method in vars(base)), len(kind.__mro__))
