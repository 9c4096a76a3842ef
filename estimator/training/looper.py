"""A thread that does something again and again, until its coordinator stops."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_methods
from estimator.training.coordinator import Coordinator


@near_keywords_of_methods
class LooperThread(threading.Thread):
    """Calls a function, or its own :meth:`run_loop`, on a schedule; its first error stops the coordinator.

    Parameters
    ----------
    coord : Coordinator
        Its ``join`` waits for this thread, too.
    timer_interval_secs : number or None
        From one call to the next, beginning at once; None: one call right after the other.
    target : callable, optional
        What is called; by default a subclass's run_loop.
    args, kwargs : sequence and mapping, optional
        Its arguments.

    Raises
    ------
    ValueError
        If `coord` is none, or there are arguments without a target.

    Source
    ------
    tf.train.LooperThread, TF 1.15 coordinator.py
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord!r}.")
        if target is None and (args or kwargs):
            raise ValueError("'args' and 'kwargs' argument require that you also pass 'target'.")
        super().__init__(daemon=True)
        self._coord = coord
        self._secs = timer_interval_secs
        self._call, self._call_args, self._call_kwargs = target, tuple(args or ()), dict(kwargs or {})
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """A thread that has been started."""
        thread = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        thread.start()
        return thread

    def run(self) -> None:
        """The calls, until somebody asks to stop."""
        with self._coord.stop_on_exception():
            self.start_loop()
            due = time.monotonic()
            while not self._coord.wait_for_stop(max(0.0, due - time.monotonic())):
                due += self._secs or 0
                self.run_loop()
            self.stop_loop()

    def start_loop(self) -> None:
        """Called once before the first call."""

    def stop_loop(self) -> None:
        """Called once after the last call, if none has failed."""

    def run_loop(self) -> None:
        """One call; without a target a subclass says what it is."""
        if self._call is not None:
            self._call(*self._call_args, **self._call_kwargs)
