"""What tests of queues share: a run in another thread, and a look at who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Elsewhere:
    """A function that runs in another thread.

    Attributes
    ----------
    result : object
        What it gave, or the exception it raised.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self.result: Any = None
        self._function = function
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._function()
        except Exception as error:
            self.result = error

    def joined(self) -> Any:
        """The result, when it is there; fails if it never comes."""
        self._thread.join(10)
        assert not self._thread.is_alive(), "the other thread never ends"
        return self.result


def until(holds: Callable[[], Any]) -> None:
    """Go on when something holds that another thread brings about; fails if it never does."""
    for _ in range(10_000):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it never holds")


def waits_in(session: Any, queue: Any) -> Callable[[], int]:
    """How many runs stand in the lines of a queue of a session."""
    found = session.store.resource(queue.queue_ref.op)
    return lambda: len(found._givers) + len(found._takers)
