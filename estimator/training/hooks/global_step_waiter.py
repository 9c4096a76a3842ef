"""GlobalStepWaiterHook: a start that waits for others."""

from __future__ import annotations

import time
from collections.abc import Callable

from estimator.core import log
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, global_step_variable
from estimator.training.triggers import NOW, Due

_POLL_SECS = 0.5
_REPORT_STEPS = 1000


class GlobalStepWaiterHook(SessionRunHook):
    """Delays the first run until the global step, moved by somebody else, has reached a number.

    Parameters
    ----------
    wait_until_step : int
    sleep : callable
        Waits so many seconds.

    Source
    ------
    tf.train.GlobalStepWaiterHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(self, wait_until_step: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._wait_until_step = wait_until_step
        self._sleep = sleep
        self._is_waiting = True

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()

    def next_due(self) -> Due:
        """Before the first run, and never again."""
        return NOW if self._is_waiting else Due()

    def before_run(self, run_context: SessionRunContext) -> None:
        """Wait until the global step is there; not where all processes make the same steps, since nobody else would."""
        if getattr(run_context, "together", None) is not None:
            self._is_waiting = False
        logged: int | None = None
        while self._is_waiting:
            step = int(run_context.session.run(self._step))
            if step >= self._wait_until_step:
                self._is_waiting = False
                return
            if logged is None or step - logged > _REPORT_STEPS:
                log.info("waiting for global step %d before training; it is %d.", self._wait_until_step, step)
                logged = step
            self._sleep(_POLL_SECS)
