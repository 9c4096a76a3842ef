"""Threads that take part in one large computation: a crew, among which its pieces are shared.

Who has cut a computation into pieces gives them to :func:`share`. The calling thread works at them itself; the others
of the crew help if they come in time, and in the end it waits for pieces alone that one of them is at. So it is no
slower for a crew whose threads do not get a processor since others want it, as happens on a busy machine.

Pieces are cut by the computation's size and never by that of the crew: what is computed is then the same, bit for bit,
with any number of threads. They should let go of Python's lock and last longer than it takes to wake a thread, which is
about a twentieth of a millisecond.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, RLock, Thread
from typing import Any

import numpy as np

Piece = Callable[[], object]


class _Job:
    """The pieces of one computation, and a door for each helper: it is shut while the helper is inside."""

    def __init__(self, pieces: Sequence[Piece], helpers: int) -> None:
        self._pieces = list(pieces)
        self._left = iter(self._pieces)  # one for all threads: each piece comes out once
        self._errors: list[BaseException] = []
        self.doors = [RLock() for _ in range(helpers)]

    def work(self) -> None:
        """Take pieces until none is left, or one fails."""
        try:
            for piece in self._left:
                piece()
        except BaseException as error:  # raised by the thread that waits, which may be another
            self._errors.append(error)
            self._pieces.clear()

    def help(self, door: Any) -> None:
        """The same by a helper, unless the computation is over."""
        if door.acquire(blocking=False):
            try:
                self.work()
            finally:
                door.release()

    def end(self) -> None:
        """Let no helper in any more, and wait for those inside: what they write may then be used again.

        A signal does not cut this short.
        """
        while self.doors:
            try:
                while self.doors:
                    self.doors[-1].acquire()  # for good; once more if a signal came right behind it
                    self.doors.pop()
            except BaseException as error:
                self._errors.append(error)
        if self._errors:
            raise self._errors[0]


class Crew:
    """Threads that help; they start when they are first needed, and wait for the next computation ever after."""

    def __init__(self) -> None:
        self.size = 1  # the calling thread counts
        self._calls: SimpleQueue[tuple[_Job, Any]] = SimpleQueue()
        self._helpers = 0
        self._lock = Lock()

    def share(self, pieces: Sequence[Piece]) -> None:
        """Do all pieces; see :func:`share`."""
        helpers = min(self.size, len(pieces)) - 1
        if helpers < 1:
            for piece in pieces:
                piece()
            return
        if helpers > self._helpers:
            self._start(helpers)
        job = _Job(pieces, helpers)
        try:
            for door in tuple(job.doors):
                self._calls.put((job, door))
            job.work()
        finally:
            job.end()

    def _start(self, helpers: int) -> None:
        with self._lock:
            for number in range(self._helpers, helpers):
                Thread(target=self._help, name=f"crew {number + 1}", daemon=True).start()
                self._helpers = number + 1

    def _help(self) -> None:
        with np.errstate(
            all="ignore"
        ):  # as around every step: what is not finite is told by who looks for it
            while True:
                job, door = self._calls.get()
                job.help(door)
                del job, door  # nobody's arrays are kept until the next call


_crew = Crew()


def share(pieces: Sequence[Piece]) -> None:
    """Do all pieces of a computation, in no order, in the threads of the crew; they are done when it returns.

    Raises
    ------
    BaseException
        What a piece has raised; the pieces that nobody has begun by then are left out.
    """
    _crew.share(pieces)


def set_crew_size(size: int) -> None:
    """Let so many threads work, the calling one included: 1 is nobody else."""
    _crew.size = size


def _begin_again() -> None:
    """The child of a fork has no threads but its own."""
    global _crew
    size = _crew.size
    _crew = Crew()
    _crew.size = size


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)


def available_processors() -> int:
    """How many processors the process may keep busy: those it may run on, or what its control group grants it."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, _granted(Path("/sys/fs/cgroup"))))


def _granted(groups: Path) -> int:
    """The processors that a control group grants, as containers have it; far more than there are if it does not say."""
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join((groups / name).read_text() for name in names).split()
            if int(quota) > 0:
                return math.ceil(int(quota) / int(period))
        except (OSError, ValueError):  # there is no such file, or it says "max"
            continue
    return 1 << 16
