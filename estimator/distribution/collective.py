"""What processes that train together can do together, whichever library carries it.

All of them make the same calls in the same order; a process that makes another one keeps the rest waiting. Process 0 is
the chief: what it broadcasts the others take over, and it alone writes files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from estimator.distribution.status import Status

Array = np.ndarray[Any, Any]


class Collective(Protocol):
    """The processes of one training, as one of them sees them.

    Buffers are C-contiguous arrays of numbers, of one type and, where nothing else is said, of one size in all
    processes.
    """

    @property
    def rank(self) -> int:
        """The number of this process; 0 is the chief."""

    @property
    def size(self) -> int:
        """How many processes there are."""

    @property
    def status(self) -> Status:
        """What this process knows of the others."""

    def all_sum(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by their sums over all processes: the same bits in all of them."""

    def all_gather(self, rows: Array) -> Array:
        """The rows of all processes, one after another by rank; they may have given different numbers of rows."""

    def broadcast(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by those of the chief's."""

    def barrier(self) -> None:
        """Wait until all processes are here."""

    def abort(self, code: int = 1) -> None:
        """End all processes at once, without a word from the others."""


class Alone:
    """One process, which is all of them."""

    rank = 0
    size = 1

    @cached_property
    def status(self) -> Status:
        """What it knows of others: nothing."""
        from estimator.distribution.status import Status  # which one process has no use for

        return Status()

    def all_sum(self, buffer: Array) -> None:
        """The sum of one is it."""

    def all_gather(self, rows: Array) -> Array:
        """The rows themselves."""
        return rows

    def broadcast(self, buffer: Array) -> None:
        """The chief's are there already."""

    def barrier(self) -> None:
        """All are here."""

    def abort(self, code: int = 1) -> None:
        """End this process.

        Raises
        ------
        SystemExit
            Always.
        """
        raise SystemExit(code)


ALONE = Alone()
_in_use: list[Collective] = []
_started: list[Collective] = []  # what this process was started with, once it was asked for


def current() -> Collective:
    """The processes that this one trains with: those of the innermost block :func:`used`, else those that it was
    started with, which it finds out when it is first asked; itself alone if there are none.

    Raises
    ------
    UsageError
        If it was started with others that it cannot find.
    """
    if _in_use:
        return _in_use[-1]
    if not _started:
        from estimator.distribution.launch import started  # only now: the environment may be changed before

        _started.append(started() or ALONE)
    return _started[0]


def begin_with(collective: Collective) -> None:
    """Let :func:`current` give that one from now on: this process has found the others in a way of its own."""
    _started[:] = [collective]


@contextmanager
def used(collective: Collective) -> Iterator[Collective]:
    """A block in which :func:`current` gives that one."""
    _in_use.append(collective)
    try:
        yield collective
    finally:
        _in_use.remove(collective)
