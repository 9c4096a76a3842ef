"""What a handler of signals may set, whatever the thread that it interrupts was doing.

``threading.Event`` has a lock. A handler runs in the main thread, between any two of its steps: if that thread holds
the lock, since it is about to wait, to set or to clear, the handler waits for it for ever. A :class:`Flag` has none:
who waits has a door of its own.
"""

from __future__ import annotations

import threading
from contextlib import suppress


class Flag:
    """Whether something was asked for. Threads, and handlers of signals, may ask, take it back, and wait."""

    def __init__(self) -> None:
        self._is_set = False
        self._doors = list[threading.Lock]()  # of those who wait; append and remove are whole

    def is_set(self) -> bool:
        """Whether it was asked for."""
        return self._is_set

    def set(self) -> None:
        """Ask for it."""
        self._is_set = True
        for door in tuple(self._doors):
            with suppress(RuntimeError):  # it is open already
                door.release()

    def clear(self) -> None:
        """Take it back."""
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is asked for; False if the seconds are over first."""
        door = threading.Lock()
        door.acquire()
        self._doors.append(door)
        try:  # who asks from here on finds the door
            return self._is_set or door.acquire(timeout=-1 if timeout is None else max(0.0, timeout))
        finally:
            self._doors.remove(door)
