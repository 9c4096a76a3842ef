"""StopAfterNEvalsHook: the number of runs of an evaluation that evaluate_once makes."""

from __future__ import annotations

from typing import Any

from estimator.core import log
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

_LINES = 10  # of progress in a long evaluation


class StopAfterNEvalsHook(SessionRunHook):
    """Ends the loop of :func:`~estimator.training.evaluation.evaluate_once` after a number of runs.

    Parameters
    ----------
    num_evals : int, optional
        By default the loop ends with the input.
    log_progress : bool
        Whether the log says how far it is.

    Source
    ------
    tf.contrib.training.StopAfterNEvalsHook, TF 1.15 evaluation.py
    """

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        self._num_evals = num_evals
        self._log_progress = log_progress
        self._every = 1 if num_evals is None else max(1, num_evals // _LINES)
        self._evals_completed: Any = None

    def _set_evals_completed_tensor(self, updated_eval_step: Any) -> None:
        """What counts the runs; the loop tells it, under TensorFlow's name for packages with loops of their own."""
        self._evals_completed = updated_eval_step

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Fetch the number of runs."""
        return SessionRunArgs({"evals_completed": self._evals_completed})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Stop once there are enough."""
        completed = int(run_values.results["evals_completed"])
        if self._log_progress and completed % self._every == 0:
            log.info("Evaluation [%d%s]", completed, "" if self._num_evals is None else f"/{self._num_evals}")
        if self._num_evals is not None and completed >= self._num_evals:
            run_context.request_stop()
