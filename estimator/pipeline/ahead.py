"""Elements that a thread makes before they are wanted.

A :class:`Maker` is a thread that makes the next element of its data each time it is asked for one, and ends with the
data or when it is dismissed. What is raised meanwhile is handed over in the place of the element.

A stage that has such a thread is a :class:`Worker`; who knows them all (:class:`Workers`) lets them rest. Waiting for
an element ends, too (:meth:`Maker.next`): when a signal asks a training to stop, and with the time of a run.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Protocol
from weakref import WeakValueDictionary

from estimator.core.errors import CancelledError, DeadlineExceededError
from estimator.core.named_tuple import NamedTuple
from estimator.pipeline.element import Element
from estimator.runtime.hurry import GIVE_UP, end_of_waiting

_LOOK_SECS = 0.1  # how often one who waits looks for a signal


class Worker(Protocol):
    """A stage that works while nobody reads from it."""

    @property
    def is_working(self) -> bool:
        """Whether it does."""

    def rest(self) -> None:
        """Work no more until somebody reads from it."""

    def forked(self) -> None:
        """This is another process, in which it has no thread."""


class Workers:
    """The workers that somebody holds; threads may add others meanwhile."""

    def __init__(self) -> None:
        self._workers: WeakValueDictionary[int, Worker] = WeakValueDictionary()

    def add(self, worker: Worker) -> None:
        """One more; it rests before the process ends, and is told if it is in another one."""
        for workers in (self, _ALL):
            workers._workers[id(worker)] = worker

    def __iter__(self) -> Iterator[Worker]:
        found = [reference() for reference in self._workers.valuerefs()]
        return iter([worker for worker in found if worker is not None])

    def rest(self) -> None:
        """Let all of them rest: also those that another wakes once more, for the element that it is making."""
        while working := [worker for worker in self if worker.is_working]:
            for worker in working:
                worker.rest()


class Made(NamedTuple):
    """What came of one element; nothing at the end of the data."""

    element: Element | None = None
    error: BaseException | None = None

    @property
    def is_end(self) -> bool:
        """Whether there was no further element."""
        return self.element is None and self.error is None


class Maker:
    """A thread that makes elements, as many as it is asked for, in order.

    Parameters
    ----------
    make : callable
        Gives the next element, None at the end.
    made : SimpleQueue
        Where they go.
    """

    def __init__(self, make: Callable[[], Element | None], made: SimpleQueue[Made]) -> None:
        self._make = make
        self._made = made
        self._asked: SimpleQueue[None] = (
            SimpleQueue()
        )  # may be filled while garbage is collected: it has no lock
        self._is_dismissed = False
        self._thread = threading.Thread(target=self._run, name="prefetch", daemon=True)
        self._thread.start()

    def ask(self, count: int = 1) -> None:
        """Let it make so many more."""
        for _ in range(count):
            self._asked.put(None)

    def dismiss(self) -> None:
        """Let it make no more than what it has begun."""
        self._is_dismissed = True
        self._asked.put(None)

    def next(self) -> Made | None:
        """The next that it has made, which is waited for; None if it was dismissed before.

        Raises
        ------
        CancelledError
            If a signal asks a training to stop while the main thread waits.
        DeadlineExceededError
            If it takes longer than the run may wait.
        """
        is_main = threading.current_thread() is threading.main_thread()
        while self._thread.is_alive() or not self._made.empty():
            left = end_of_waiting() - time.monotonic()
            with suppress(Empty):
                return self._made.get(timeout=max(0.0, min(left, _LOOK_SECS)))
            if left <= _LOOK_SECS:
                raise DeadlineExceededError(
                    "an element of a dataset was waited for as long as the run may (timeout_in_ms)."
                )
            if is_main and GIVE_UP.is_set():
                raise CancelledError(
                    "the wait for an element of a dataset was cancelled: a signal asks to stop."
                )
        return None

    def has_ended(self, within_secs: float | None = None) -> bool:
        """Whether the thread ends in that time; without one it is waited for."""
        if self._thread is not threading.current_thread():
            self._thread.join(within_secs)
        return not self._thread.is_alive()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            self._asked.get()
            if self._is_dismissed:
                return
            made = self._attempt()
            is_over = made.is_end
            self._made.put(made)
            del made  # or one element more stays in memory than was asked for

    def _attempt(self) -> Made:
        try:
            return Made(self._make())
        except BaseException as error:  # whoever takes the element raises it
            return Made(error=error)


_ALL = Workers()


def _forked() -> None:
    for worker in _ALL:
        worker.forked()


atexit.register(_ALL.rest)  # a thread that computes while the interpreter is taken down may crash it
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
