"""MetricsFileHook: the loss of a training as lines of ``metrics.jsonl``."""

from __future__ import annotations

import time
from typing import Any

from estimator.summaries.metrics_file import MetricsFile
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Clock, Due, SecondOrStepTimer


class MetricsFileHook(SessionRunHook):
    """Writes step, loss and steps a second at the first step, and every so many steps after it.

    The last step it must be told, since a hook that rests is not told the loss of a run after which the input ended.

    Parameters
    ----------
    file : MetricsFile
    loss : Tensor
    every_n_steps : int
    clock : callable
        Gives seconds; only differences count.
    """

    only_chief = True

    def __init__(
        self, file: MetricsFile, loss: Any, every_n_steps: int = 100, *, clock: Clock = time.monotonic
    ) -> None:
        self._file = file
        self._loss = loss
        self._clock = clock
        self._timer = SecondOrStepTimer(every_steps=every_n_steps, clock=clock)

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs([self._step, self._loss])
        self._timer.reset()
        self._written: int | None = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Remember where the session starts; nothing is written before the first step."""
        self._start = int(session.run(self._step))

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for step and loss."""
        return self._args

    def next_due(self) -> Due | None:
        """When the schedule says."""
        return self._timer.next_due()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Write if it is due."""
        step, loss = run_values.results
        if self._written is None:
            self._file.begin(self._start)
        if self._timer.should_trigger_for_step(step):
            self._write(int(step), loss)

    def finish(self, step: int, loss: Any) -> None:
        """Write the last step of a training that has ended, if the schedule did not."""
        if self._written is not None and step != self._written:
            self._write(step, loss)

    def _write(self, step: int, loss: Any) -> None:
        seconds, steps = self._timer.update_last_triggered_step(step)
        self._file.add_step(step, loss, steps / seconds if seconds and steps else None)
        self._written = step
