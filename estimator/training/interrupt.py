"""Signals that end a training without losing its work: the step is finished, then the model is saved.

The first SIGINT (Ctrl-C), SIGTERM or SIGHUP only sets a flag, which :class:`StopOnSignalHook` looks at after each
step: the loop then ends as it would at its last step, checkpoint included, and leaving the block raises what the
signal means, KeyboardInterrupt (exit code 130) or SystemExit(143, 129). A second signal does that at once; what was
committed to the disk before is not touched by it.

A script that has a handler of its own for the signal keeps it: the step is finished and saved, then the handler is
called and decides. If it returns, the training goes on, as it would if nobody had been in between.

The step does not wait for a plan that is being made, nor, where the training is to end, for a queue
(:mod:`estimator.runtime.hurry`).

Python delivers signals to the main thread only; in another thread the block changes nothing. The handlers that were
there are back afterwards.
"""

from __future__ import annotations

import inspect
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from estimator.core import log
from estimator.runtime.hurry import GIVE_UP, HURRY
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import Due

_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # no SIGHUP on Windows
)
_EXIT_CODE_BASE = 128  # a shell's exit code for death by signal n is 128 + n


class Interruption:
    """A block in which the first signal waits for the step to end.

    Attributes
    ----------
    signal_number : int or None
        The signal that came and has not been answered yet.
    at_second : callable or None
        Called when a second signal comes that the script has no handler for: nobody waits any longer.
    before_answer : callable
        Called before a handler of the script's is, when all is saved.

    Raises
    ------
    KeyboardInterrupt, SystemExit
        When the block is left, or at a second signal; whatever a handler of the script's own raises.

    Example
    -------
    >>> with Interruption() as interruption:
    ...     interruption.signal_number is None
    True
    """

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self.at_second: Callable[[], None] | None = None
        self._previous: dict[int, Any] = {}  # whatever signal.signal returned
        self._is_hearsay = False
        self.before_answer: Callable[[], Any] = lambda: None

    def hear(self, number: int) -> None:
        """The signal has come to another process of the training; one that comes to this one, too, is the first."""
        self.signal_number, self._is_hearsay = number, True

    def has_come(self) -> bool:
        """Whether there is a signal to answer."""
        return self.signal_number is not None

    @property
    def is_the_scripts(self) -> bool:
        """Whether the script has a handler of its own for the signal that came."""
        return self.signal_number is not None and _is_own(self._previous.get(self.signal_number))

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:  # under nohup it goes on being ignored
                    self._previous[number] = signal.signal(number, self._receive)
        return self

    def _receive(self, number: int, frame: FrameType | None) -> None:
        is_second = self.signal_number is not None and not self._is_hearsay
        self._is_hearsay = False
        self.signal_number = number
        HURRY.set()
        if not self.is_the_scripts:
            GIVE_UP.set()
        if is_second:
            if self.at_second is not None and not self.is_the_scripts:
                self.at_second()
            self.answer()

    def answer(self) -> None:
        """Do what the signal that came would have done: call the script's handler, or raise.

        Raises
        ------
        KeyboardInterrupt, SystemExit
            If the script has no handler; else whatever that raises.
        """
        number, self.signal_number = self.signal_number, None
        if number is None:
            return
        _take_time()
        handler: Any = self._previous.get(number)
        if not _is_own(handler):
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(_EXIT_CODE_BASE + number)
        handler(number, inspect.currentframe())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if error is None:
            self.answer()
        elif self.signal_number is not None:
            _take_time()
        self._previous.clear()


def _take_time() -> None:
    """The matter is settled: what comes next may plan and wait."""
    HURRY.clear()
    GIVE_UP.clear()


def _is_own(handler: Any) -> bool:
    """Whether a script has installed it; Python's own for SIGINT only raises KeyboardInterrupt."""
    return (
        callable(handler)
        and handler is not signal.default_int_handler
        and not isinstance(handler, signal.Handlers)
    )


class StopOnSignalHook(SessionRunHook):
    """Ends the loop after the step in which a signal came, or lets the script's own handler decide.

    Parameters
    ----------
    interruption : Interruption
    save : callable, optional
        Called with the session before the script's handler is.
    """

    def __init__(self, interruption: Interruption, save: Callable[[Any], None] | None = None) -> None:
        self._interruption = interruption
        self._save = save

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Make no step at all, if the signal came while the session was made."""
        if self._interruption.is_the_scripts:
            self._interruption.answer()
        elif self._interruption.signal_number is not None:
            coord.request_stop()

    def next_due(self) -> Due:
        """When a signal comes."""
        return Due(event=self._interruption.has_come)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look whether a signal came."""
        number = self._interruption.signal_number
        if number is None:
            return
        name = signal.Signals(number).name
        if not self._interruption.is_the_scripts:
            log.info("%s: the step is done and will be saved; another signal stops at once.", name)
            run_context.request_stop()
            return
        log.info("%s: the step is done; it is saved, then the script's own handler is called.", name)
        if self._save is not None:
            self._save(run_context.session)
        self._interruption.before_answer()
        self._interruption.answer()
