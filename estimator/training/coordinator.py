"""The flag by which hooks, threads and the loop agree to stop, and the place where they meet at the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

from estimator.core import log
from estimator.core.errors import OutOfRangeError
from estimator.core.flag import Flag
from estimator.core.keywords import near_keywords

_ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


@near_keywords
class Coordinator:
    """Whether the loop should stop; may be set from any thread.

    Parameters
    ----------
    clean_stop_exception_types : tuple of exception types, optional
        Exceptions that end a thread without being an error; by default OutOfRangeError, the end of data.

    Example
    -------
    >>> coordinator = Coordinator()
    >>> def work():
    ...     while not coordinator.should_stop():
    ...         coordinator.request_stop()
    >>> thread = threading.Thread(target=work)
    >>> thread.start()
    >>> coordinator.join([thread])
    >>> coordinator.joined
    True

    Source
    ------
    tf.train.Coordinator, TF 2.15 coordinator.py
    """

    def __init__(self, clean_stop_exception_types: tuple[type[BaseException], ...] | None = None) -> None:
        self._clean = (OutOfRangeError,) if clean_stop_exception_types is None else clean_stop_exception_types
        self._lock = threading.RLock()  # a script's handler of signals may ask while the main thread does
        self._stop = Flag()
        self._error: BaseException | None = None
        self._threads: set[threading.Thread] = set()
        self._joined = False

    def request_stop(self, ex: BaseException | _ExcInfo | None = None) -> None:
        """Ask the loop to stop before its next step.

        Parameters
        ----------
        ex : exception or sys.exc_info(), optional
            Why. The first one that is not a clean stop is raised by :meth:`join`; after the join it is raised here.

        Raises
        ------
        BaseException
            `ex`, if everybody has been joined by now: nobody else would hear of it.
        """
        error = ex[1] if isinstance(ex, tuple) else ex
        with self._lock:
            if error is not None and self._joined:
                raise error
            if error is not None and not self._stop.is_set():
                if isinstance(error, self._clean):
                    log.info("a thread has ended cleanly: %s: %s", type(error).__name__, error)
                else:
                    log.info("a thread has failed: %s: %s", type(error).__name__, error)
                    self._error = error
            self._stop.set()

    def clear_stop(self) -> None:
        """Take the request back, and the error that came with it."""
        with self._lock:
            self._joined = False
            self._error = None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._stop.is_set()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Wait until somebody asks to stop; False if the seconds are over first."""
        return self._stop.wait(timeout)

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A block whose exception becomes a request to stop, for the body of a thread."""
        try:
            yield
        except BaseException:
            self.request_stop(sys.exc_info())

    def register_thread(self, thread: threading.Thread) -> None:
        """Let :meth:`join` wait for this thread too."""
        with self._lock:
            self._threads.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Wait for the threads: until one asks to stop, and then as long as the grace period for the others.

        Parameters
        ----------
        threads : threads, optional
            Beside those that are registered.
        stop_grace_period_secs : float
            Seconds from the request to stop on.
        ignore_live_threads : bool
            Whether threads that run on are only logged.

        Raises
        ------
        BaseException
            What a thread gave :meth:`request_stop`.
        RuntimeError
            If a thread still runs when the time is over.
        TypeError
            If something given is not a thread.
        """
        given = list(threads or ())
        others = [thread for thread in given if not hasattr(thread, "is_alive")]
        if others:
            raise TypeError(
                f"Coordinator.join: threads must be a list of threading.Thread, given: {others!r}."
            )
        with self._lock:
            waited_for = self._threads | set(given)
        while any(thread.is_alive() for thread in waited_for) and not self.wait_for_stop(0.1):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waited_for:
            thread.join(max(0.0, end - time.monotonic()))
        with self._lock:
            self._joined = True
            self._threads.clear()
            error = self._error
        if error is not None:
            raise error
        alive = " ".join(sorted(thread.name for thread in waited_for if thread.is_alive()))
        if alive and not ignore_live_threads:
            raise RuntimeError(
                f"Coordinator stopped with threads still running: {alive}. They had {stop_grace_period_secs:g} s "
                "since they were asked to stop; a thread should look at coord.should_stop() in its loop."
            )
        if alive:
            log.info("Coordinator stopped with threads still running: %s", alive)

    @property
    def joined(self) -> bool:
        """Whether :meth:`join` has ended."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raise what a thread gave :meth:`request_stop`, if one did.

        Raises
        ------
        BaseException
            The error of a thread.
        """
        with self._lock:
            if self._error is not None:
                raise self._error
