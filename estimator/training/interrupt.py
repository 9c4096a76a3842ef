"""Signals that end a training without losing its work: the step is finished, then the model is saved.

The first SIGINT (Ctrl-C) or SIGTERM only sets a flag, which :class:`StopOnSignalHook` looks at
after each step: the loop then ends as it would at its last step, checkpoint included, and leaving
the block raises what the signal means, KeyboardInterrupt (exit code 130) or SystemExit(143). A
second signal does that at once; what was committed to the disk before is not touched by it.

Python delivers signals to the main thread only; in another thread the block changes nothing. The
handlers that were there are back afterwards.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from estimator.core import log
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_EXIT_CODE_BASE = 128  # a shell's exit code for death by signal n is 128 + n


class Interruption:
    """A block in which the first signal waits for the step to end.

    Attributes
    ----------
    signal_number : int or None
        The signal that came.

    Raises
    ------
    KeyboardInterrupt, SystemExit
        When the block is left, or at a second signal.

    Example
    -------
    >>> with Interruption() as interruption:
    ...     interruption.signal_number is None
    True
    """

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self._previous: dict[int, Any] = {}  # whatever signal.signal returned

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if (
                    signal.getsignal(number) is not signal.SIG_IGN
                ):  # as under nohup: who ignores it goes on ignoring it
                    self._previous[number] = signal.signal(number, self._receive)
        return self

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self.signal_number is not None:
            raise _meaning(number)
        self.signal_number = number

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._previous.clear()
        if error is None and self.signal_number is not None:
            raise _meaning(self.signal_number)


def _meaning(number: int) -> BaseException:
    """What the signal would have raised or done."""
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(_EXIT_CODE_BASE + number)


class StopOnSignalHook(SessionRunHook):
    """Ends the loop after the step in which a signal came.

    Parameters
    ----------
    interruption : Interruption
    """

    def __init__(self, interruption: Interruption) -> None:
        self._interruption = interruption

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Make no step at all, if the signal came while the session was made."""
        if self._interruption.signal_number is not None:
            coord.request_stop()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look whether a signal came."""
        if self._interruption.signal_number is not None:
            name = signal.Signals(self._interruption.signal_number).name
            log.info("%s: the step is done and will be saved; another signal stops at once.", name)
            run_context.request_stop()
