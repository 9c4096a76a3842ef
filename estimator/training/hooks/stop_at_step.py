"""StopAtStepHook: the number of steps of a training."""

from __future__ import annotations

from typing import Any

from estimator.core import log
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Due


class StopAtStepHook(SessionRunHook):
    """Stops after a number of steps, or at a step.

    Parameters
    ----------
    num_steps : int, optional
        Counted from where the session starts.
    last_step : int, optional
        Absolute. A session that starts there or later makes no step.

    Raises
    ------
    ValueError
        Unless exactly one is given.

    Source
    ------
    tf.train.StopAtStepHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified.")
        if num_steps is not None and last_step is not None:
            raise ValueError(
                f"Only one of num_steps or last_step can be specified, given: {num_steps} and {last_step}."
            )
        self._num_steps = num_steps
        self._last_step = last_step

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs(self._step)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Count from the session's step."""
        step = int(session.run(self._step))
        if self._num_steps is not None:
            self._last_step = step + self._num_steps
        elif step >= self._stop_at() and coord is not None:
            log.info(
                "global step %d has reached last_step %d already: no step is made.", step, self._last_step
            )
            coord.request_stop()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due:
        """At the last step."""
        return Due(step=self._stop_at())

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Stop when the step is reached."""
        if run_values.results >= self._stop_at():
            run_context.request_stop()

    def _stop_at(self) -> int:
        assert self._last_step is not None  # set by the constructor or by after_create_session
        return self._last_step
