"""The flag by which hooks, threads and the loop agree to stop."""

from __future__ import annotations

import threading


class Coordinator:
    """Whether the loop should stop; may be set from any thread.

    Source
    ------
    tf.train.Coordinator, TF 2.15 coordinator.py: the part that a training without queue runners
    uses
    """

    def __init__(self) -> None:
        self._stop = threading.Event()

    def request_stop(self) -> None:
        """Ask the loop to stop before its next step."""
        self._stop.set()

    def clear_stop(self) -> None:
        """Take the request back."""
        self._stop.clear()

    def should_stop(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._stop.is_set()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Wait until somebody asks to stop; False if the seconds are over first."""
        return self._stop.wait(timeout)
