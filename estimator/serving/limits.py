"""What a server takes upon itself, and the gate that every request goes through.

So many requests run at once, so many wait for them, and whoever comes then is told to come again. Which protocol they
speak does not matter: all go through one :class:`Gate`.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any

from estimator.core.errors import (
    DeadlineExceededError,
    ResourceExhaustedError,
    UnavailableError,
    raise_problems,
)
from estimator.core.frozen import frozen
from estimator.core.shown import shown_bytes

MOST_SECS = 1_000_000.0  # gRPC counts milliseconds in 32 bits
_MOST = {
    "workers": 10_000,  # each request that runs or waits has a thread
    "queue": 10_000,
    "max_message_bytes": (1 << 31) - 1,  # what a message of protobuf can have
    **dict.fromkeys(("wait_secs", "idle_secs", "grace_secs"), MOST_SECS),
}
_COUNTS = ("workers", "queue", "max_message_bytes", "max_rows")  # the others are seconds
_LOOK_SECS = 0.05  # how often a request that waits asks whether anybody still wants its answer


class NotAtOnceError(Exception):
    """It cannot be done without waiting: of somebody who must not wait, and comes again as one who may."""


@frozen
class Limits:
    """How much a server does at once.

    Parameters
    ----------
    workers : int, optional
        Requests that run at once; default: as many as there are processors.
    queue : int
        Requests that may wait for them.
    wait_secs : float
        How long one waits at most.
    max_message_bytes : int
        Of a request's body or message, after decompression.
    max_rows : int
        Examples or rows of one request.
    idle_secs : float
        How long a connection may be silent within a request, or open without one.
    grace_secs : float
        How long requests in flight may still take when the server stops.

    Raises
    ------
    ValueError
        If one of them is no number, not positive (`queue` may be 0), or more than a server can keep; all at once.
    """

    workers: int | None = None
    queue: int = 64
    wait_secs: float = 10.0
    max_message_bytes: int = 32 << 20
    max_rows: int = 10_000
    idle_secs: float = 30.0
    grace_secs: float = 5.0

    def __post_init__(self) -> None:
        raise_problems(
            "Limits", [said for name, value in vars(self).items() for said in _problems_of(name, value)]
        )

    @property
    def running(self) -> int:
        """How many requests run at once."""
        return self.workers or os.cpu_count() or 1

    def too_large(self, size_bytes: int | None = None) -> str:
        """What somebody is told whose message has that many bytes, or more than it may."""
        given = "more" if size_bytes is None else shown_bytes(size_bytes)
        return f"a request may have {shown_bytes(self.max_message_bytes)}, this one has {given}."


def _problems_of(name: str, value: Any) -> Iterator[str]:
    """A sentence, if a limit cannot have that value."""
    if value is None and name == "workers":
        return
    wanted: tuple[type, str] = (Integral, "a whole number") if name in _COUNTS else (Real, "a number")
    least = "at least 0" if name == "queue" else "greater than 0"
    is_number = isinstance(value, wanted[0]) and not isinstance(value, bool)
    if not is_number:
        yield f"{name} must be {wanted[1]}, given: {value!r}."
    elif not (value > 0 or (value == 0 and name == "queue")):
        yield f"{name} must be {least}, given: {value!r}."
    elif value > _MOST.get(name, math.inf):
        yield f"{name} can be {_MOST[name]:,} at most, given: {value!r}."


class Gate:
    """Lets so many requests run at once, and so many wait.

    Parameters
    ----------
    limits : Limits
    clock : callable
        Seconds, for how long one waits.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._most = limits.running
        self._clock = clock
        self._changed = threading.Condition()
        self._is_closed = False
        self.running = 0
        self.waiting = 0

    @contextmanager
    def admitted(self, is_wanted: Callable[[], bool] | None = None, at_once: bool = False) -> Iterator[None]:
        """A block that runs when there is room for it.

        Parameters
        ----------
        is_wanted : callable, optional
            Says whether somebody still waits for the answer.
        at_once : bool
            Whether to raise rather than wait.

        Raises
        ------
        NotAtOnceError
            If it must not wait, and would have to.
        ResourceExhaustedError
            If too many wait already.
        UnavailableError
            If the server is stopping, or it took too long.
        DeadlineExceededError
            If nobody wants the answer any more.
        """
        with self._changed:
            self._enter(is_wanted, at_once)
            self.running += 1
        try:
            yield
        finally:
            with self._changed:
                self.running -= 1
                self._changed.notify()

    def _enter(self, is_wanted: Callable[[], bool] | None, at_once: bool) -> None:
        if self._is_closed:
            raise UnavailableError("the server is stopping.")
        if self.running < self._most and not self.waiting:
            return
        if at_once:
            raise NotAtOnceError
        if self.waiting >= self._limits.queue:
            raise ResourceExhaustedError(
                f"{self.running} requests are running and {self.waiting} are waiting, which is the most this server "
                "takes; try again later."
            )
        self.waiting += 1
        try:
            self._wait(is_wanted)
        finally:
            self.waiting -= 1

    def _wait(self, is_wanted: Callable[[], bool] | None) -> None:
        until = self._clock() + self._limits.wait_secs
        while self.running >= self._most:
            if is_wanted is not None and not is_wanted():
                raise DeadlineExceededError("nobody waits for the answer any more.")
            if self._clock() >= until:
                raise UnavailableError(
                    f"the request has waited {self._limits.wait_secs} s for its turn; try again later."
                )
            self._changed.wait(_LOOK_SECS)

    def close(self) -> None:
        """Let nobody in any more but those who wait already."""
        with self._changed:
            self._is_closed = True
