"""StopAtCheckpointStepHook: ends a process when the one that saves has saved the last step."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords
from estimator.model_dir.finding import find_latest
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import Due


class StopAtCheckpointStepHook(SessionRunHook):
    """Stops when a step has been reached, and a checkpoint of it, or of a later one, is there.

    Parameters
    ----------
    model_dir : str or path
        Where another process saves.
    last_step : int
    wait_after_file_check_secs : number
        How long to wait after a look that found no such checkpoint: many processes may look at one file.
    sleep : callable
        Waits for seconds.

    Raises
    ------
    ValueError
        If `last_step` or `model_dir` is None.

    Source
    ------
    tf.estimator.experimental.make_stop_at_checkpoint_step_hook, TF 2.15 hooks.py
    """

    only_chief = True

    def __init__(
        self,
        model_dir: str | os.PathLike[str],
        last_step: int,
        wait_after_file_check_secs: float = 30,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if last_step is None:
            raise ValueError("last_step must be specified: the step at which training ends.")
        if model_dir is None:
            raise ValueError("model_dir must be specified: where the checkpoints are.")
        self._model_dir = model_dir
        self._last_step = last_step
        self._wait_secs = wait_after_file_check_secs
        self._sleep = sleep

    def begin(self) -> None:
        """Find the global step."""
        self._args = SessionRunArgs(global_step_variable())

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due:
        """From the last step on."""
        return Due(step=self._last_step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look for the checkpoint once the step is reached; stop if it is there, wait if not."""
        if run_values.results < self._last_step:
            return
        latest = find_latest(self._model_dir)
        if latest is not None and (latest.step or 0) >= self._last_step:
            run_context.request_stop()
        else:
            self._sleep(self._wait_secs)


@near_keywords
def make_stop_at_checkpoint_step_hook(
    estimator: Any, last_step: int, wait_after_file_check_secs: float = 30
) -> SessionRunHook:
    """The hook that ends a training at a step: the chief's looks at the step, the others' for a checkpoint of it.

    Parameters
    ----------
    estimator : Estimator
    last_step : int
    wait_after_file_check_secs : number
        As :class:`StopAtCheckpointStepHook` has it.

    Raises
    ------
    ValueError
        If `last_step` is None.

    Source
    ------
    tf.estimator.experimental.make_stop_at_checkpoint_step_hook, TF 2.15 hooks.py
    """
    if estimator.config.is_chief:
        return StopAtStepHook(last_step=last_step)
    return StopAtCheckpointStepHook(estimator.model_dir, last_step, wait_after_file_check_secs)
