"""StepCounterHook: how many steps a second, and whether they are counted."""

from __future__ import annotations

import os
import time
from typing import Any

from estimator.core import log
from estimator.summaries.protos import scalars
from estimator.training.hooks.own_writer import OwnWriter
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Clock, Due, SecondOrStepTimer

_TAG = "global_step/sec"
_PATIENCE = (
    100  # runs that may leave the global step where it was: gradients may be accumulated over that many
)


class StepCounterHook(SessionRunHook):
    """Logs ``global_step/sec`` and writes it as a summary; warns when the global step stands still for 100 runs.

    Parameters
    ----------
    every_n_steps : int
    every_n_secs : float, optional
        Instead of `every_n_steps`, which must then be None.
    output_dir : str or path, optional
        Where the summary goes.
    summary_writer : FileWriter, optional
        Instead of `output_dir`.
    joins_next : bool
        Whether another hook logs at the same steps, so that both facts may share a line where lines are dear.
    clock : callable
        Gives seconds.

    Raises
    ------
    ValueError
        If both or none of `every_n_steps` and `every_n_secs` are given.

    Source
    ------
    tf.train.StepCounterHook, TF 2.15 basic_session_run_hooks.py
    """

    only_chief = True

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | os.PathLike[str] | None = None,
        summary_writer: Any = None,
        *,
        joins_next: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        if (every_n_steps is None) == (every_n_secs is None):
            raise ValueError("exactly one of every_n_steps and every_n_secs should be provided.")
        self._timer = SecondOrStepTimer(every_n_secs, every_n_steps, clock=clock)
        self._events = OwnWriter(summary_writer, output_dir)
        self._joins_next = joins_next

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs(self._step)
        self._timer.reset()
        self._idle_runs = self._skipped_runs = 0
        self._last_seen: int | None = None
        self._events.reopen()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Remember where the session starts."""
        self._last_seen = int(session.run(self._step))

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due | None:
        """When the schedule says, or when the step may have stood still for long."""
        due, left = self._timer.next_due(), _PATIENCE - self._idle_runs
        return due._replace(runs=min(due.runs, left)) if due is not None and left > 0 else due

    def skipped(self, runs: int) -> None:
        """They count, if the step stands where it stood before."""
        self._skipped_runs = runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Log and write if it is due."""
        step = run_values.results
        self._watch(int(step))
        if self._timer.should_trigger_for_step(step):
            elapsed_secs, elapsed_steps = self._timer.update_last_triggered_step(step)
            if elapsed_secs and elapsed_steps is not None:
                self._log_and_record(elapsed_steps, elapsed_secs, int(step))

    def end(self, session: Any) -> None:
        """Close the events file, if it is the hook's own."""
        self._events.close()

    def failed(self, error: BaseException) -> None:
        """Close the events file, if it is the hook's own."""
        self._events.close()

    @property
    def _summary_writer(self) -> Any:
        return self._events.writer

    def _log_and_record(  # TensorFlow's name and parameters, as `_summary_writer` is: scripts override it
        self, elapsed_steps: int, elapsed_time: float, global_step: int
    ) -> None:
        steps_per_sec = elapsed_steps / elapsed_time
        log.info("%s: %g", _TAG, steps_per_sec, extra={"joins_next": self._joins_next})
        if self._summary_writer is not None:
            self._summary_writer.add_summary(scalars({_TAG: steps_per_sec}), global_step)

    def _watch(self, step: int) -> None:
        """Warn once each time the step stands still for long."""
        skipped, self._skipped_runs = self._skipped_runs, 0
        if step != self._last_seen:
            self._last_seen, self._idle_runs = step, 0
            return
        self._idle_runs += 1 + skipped
        if self._idle_runs == _PATIENCE:
            log.warning(
                "It seems that the global step has not been increased: it is %d since %d runs. Steps, checkpoints "
                "and max_steps are counted by it: pass tf.train.get_global_step() to Optimizer.minimize or "
                "apply_gradients. If gradients are accumulated over that many runs, all is well.",
                step, _PATIENCE,
            )  # fmt: skip
