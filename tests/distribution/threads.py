"""Processes made of threads: a Collective for tests that need several ranks and no MPI.

Each thread is a rank, with graphs and sessions of its own; all have the same module, so that :func:`current` asks one
object, which looks at the thread that asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.distribution.collective import used
from estimator.distribution.status import Status

_PATIENCE = 20.0  # seconds


class ThreadRanks:
    """So many ranks, as the thread that asks sees them.

    Attributes
    ----------
    sums : int
        How many sums the first of them has taken part in.
    codes : list of int
        With which they were aborted.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.sums = 0
        self.codes: list[int] = []
        self._own = threading.local()
        self._statuses = [Status() for _ in range(size)]
        self._barrier = threading.Barrier(size, timeout=_PATIENCE)
        self._given: list[Any] = [None] * size

    @property
    def rank(self) -> int:
        """That of this thread; 0 for one that is none of them."""
        return getattr(self._own, "rank", 0)

    @property
    def status(self) -> Status:
        """That of this thread's rank."""
        return self._statuses[self.rank]

    def all_sum(self, buffer: Any) -> None:
        """The sum in the order of the ranks."""
        self.sums += self.rank == 0
        parts = self._exchanged(buffer)
        assert len({(part.shape, part.dtype) for part in parts}) == 1, "ranks give different arrays"
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        buffer[...] = total

    def all_gather(self, rows: Any) -> Any:
        """All rows in the order of the ranks."""
        return np.concatenate(self._exchanged(rows))

    def broadcast(self, buffer: Any) -> None:
        """What the first one has."""
        buffer[...] = self._exchanged(buffer)[0]

    def barrier(self) -> None:
        """Wait for all."""
        self._barrier.wait()

    def abort(self, code: int = 1) -> None:
        """Let nobody wait any more."""
        self.codes.append(code)
        self._barrier.abort()

    def _exchanged(self, own: Any) -> list[Any]:
        self._given[self.rank] = np.array(own)
        self._barrier.wait()
        found = list(self._given)
        self._barrier.wait()  # nobody gives the next before all have taken this
        return found

    def run(self, rank: int, function: Callable[[], Any], ends_all: bool = True) -> Any:
        """What a function gives as that rank; if it fails, nobody waits for it."""
        self._own.rank = rank
        try:
            return function()
        except BaseException:
            if ends_all:
                self._barrier.abort()
            raise


def in_threads(
    size: int, function: Callable[[int], Any], ranks: ThreadRanks | None = None, *, gives_errors: bool = False
) -> list[Any]:
    """What a function of the rank gives in each of so many ranks; the first error that is no sequel of another's.

    With `gives_errors` what one of them raises is what it gives, and does not end the others.
    """
    found: list[Any] = [None] * size
    ranks = ranks or ThreadRanks(size)

    def work(rank: int) -> None:
        try:
            found[rank] = ranks.run(rank, lambda: function(rank), not gives_errors)
        except BaseException as error:
            found[rank] = error

    with used(ranks):
        threads = [threading.Thread(target=work, args=(rank,), daemon=True) for rank in range(size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(3 * _PATIENCE)
    errors = [each for each in found if isinstance(each, BaseException)]
    own = [error for error in errors if not isinstance(error, threading.BrokenBarrierError)]
    for error in () if gives_errors else own or errors:
        raise error
    return found
