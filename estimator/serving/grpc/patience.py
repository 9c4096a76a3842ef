"""Patience with clients that begin a call and send nothing: each holds a thread, so after some time it is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any


class Patience:
    """Ends calls whose next message does not come within some seconds.

    Parameters
    ----------
    secs : float
    clock : callable
        Seconds.
    """

    def __init__(self, secs: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._secs = secs
        self._clock = clock
        self._since: dict[Any, float] = {}
        self._stopped = threading.Event()

    def each(self, requests: Iterator[Any], context: Any) -> Iterator[Any]:
        """The requests of a call, for each of which it is waited so long."""
        while True:
            self._since[context] = self._clock()
            try:
                request = next(requests)
            except StopIteration:
                return
            finally:
                del self._since[context]
            yield request

    def look(self) -> None:
        """End the calls that have been silent for too long."""
        late = self._clock() - self._secs
        for context, since in list(self._since.items()):
            if since < late:
                context.cancel()

    def start(self) -> None:
        """Look again and again, in a thread of its own, until :meth:`stop`."""
        threading.Thread(target=self._watch, name="patience", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(min(self._secs / 4, 1.0)):
            self.look()
