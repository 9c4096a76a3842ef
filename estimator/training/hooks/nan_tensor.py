"""NanTensorHook: a training whose loss is not a number any more is stopped."""

from __future__ import annotations

import math

from estimator.core import log
from estimator.core.errors import NanLossDuringTrainingError
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.training.triggers import Due
from estimator.variables.global_step import get_global_step


class NanTensorHook(SessionRunHook):
    """Watches a loss.

    Parameters
    ----------
    loss_tensor : Tensor
        A scalar.
    fail_on_nan_loss : bool
        Raise; if not, the training ends and what is there is saved.

    Raises
    ------
    NanLossDuringTrainingError
        From :meth:`after_run`, if the loss is NaN.

    Source
    ------
    tf.train.NanTensorHook, TF 2.15 basic_session_run_hooks.py
    """

    def __init__(self, loss_tensor: Tensor, fail_on_nan_loss: bool = True) -> None:
        self._loss = loss_tensor
        self._fail = fail_on_nan_loss

    def begin(self) -> None:
        """Find the global step, if there is one, for the message."""
        step = get_global_step(get_default_graph())
        self._args = SessionRunArgs([self._loss] if step is None else [self._loss, step])

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the loss."""
        return self._args

    def next_due(self) -> Due:
        """When the loss is NaN."""
        return Due(value=(self._loss, math.isnan))

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Stop if it is NaN.

        Raises
        ------
        NanLossDuringTrainingError
            If it is NaN and `fail_on_nan_loss`.
        """
        together = run_context.together
        elsewhere = [] if together is None else together.not_a_number
        if not (elsewhere or math.isnan(run_values.results[0])):
            return
        ranks = f" in rank {', '.join(map(str, elsewhere))}" if elsewhere else ""
        where = f" It is at step {int(run_values.results[1])}." if len(run_values.results) > 1 else ""
        if self._fail:
            log.error("Model diverged with loss = NaN.")
            raise NanLossDuringTrainingError(
                f"NaN loss during training{ranks}.{where} A smaller learning rate, clipped gradients, or a look "
                "at the input for NaN and zero in a logarithm or a division usually helps."
            )
        log.warning("Model diverged with loss = NaN%s.%s The training ends here.", ranks, where)
        run_context.request_stop()
