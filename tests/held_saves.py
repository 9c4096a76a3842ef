"""Saves in threads that stop before they write anything, until somebody waits for them: so tests need no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from estimator.model_dir.background import BackgroundSave
from estimator.model_dir.storage import LocalFileOps


class HeldSaves:
    """Holds every save in a thread up, from when this is made.

    Attributes
    ----------
    waited : int
        How often somebody waited for one that had not ended.
    fault : callable or None
        Called, once a save is let go, before each of its writes.
    when_waited : callable or None
        Called once, by whoever waits first, before the save is let go.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waited = 0
        self.fault: Callable[[], None] | None = None
        self.when_waited: Callable[[], None] | None = None
        self._open: dict[threading.Thread, threading.Event] = {}
        self._holds = True
        self._seen: set[threading.Thread] = set()
        self._reached = threading.Semaphore(0)
        monkeypatch.setattr(BackgroundSave, "wait", self._opening(BackgroundSave.wait))
        monkeypatch.setattr(LocalFileOps, "write", self._holding(LocalFileOps.write))

    @property
    def begun(self) -> int:
        """How many saves have come to write something."""
        return len(self._seen)

    def _opening(self, wait: Callable[[BackgroundSave], None]) -> Callable[[BackgroundSave], None]:
        def opening(save: BackgroundSave) -> None:
            if save._thread is not threading.current_thread() and not save.is_done:
                self.waited += 1
                call, self.when_waited = self.when_waited, None
                if call is not None:
                    call()
                self._gate(save._thread).set()
            wait(save)

        return opening

    def _holding(
        self, write: Callable[[LocalFileOps, int, memoryview], int]
    ) -> Callable[[LocalFileOps, int, memoryview], int]:
        def holding(ops: LocalFileOps, descriptor: int, data: memoryview) -> int:
            thread = threading.current_thread()
            if thread.name == "estimator-save":
                if thread not in self._seen:
                    self._seen.add(thread)
                    self._reached.release()
                    if self._holds:
                        assert self._gate(thread).wait(10)
                if self.fault is not None:
                    self.fault()
            return write(ops, descriptor, data)

        return holding

    def _gate(self, thread: threading.Thread) -> threading.Event:
        return self._open.setdefault(thread, threading.Event())

    def reach_writes(self, count: int) -> None:
        """Return when so many more saves have come to write something."""
        for _ in range(count):
            assert self._reached.acquire(timeout=10)

    def let_go(self) -> None:
        """Let all that are there go on, and return when they have ended."""
        for thread, gate in list(self._open.items()):
            gate.set()
            thread.join(10)

    def hold_none(self) -> None:
        """Let all that come go on at once."""
        self._holds = False
