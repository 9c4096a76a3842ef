"""Evaluating checkpoints by an EvalSpec: when one is due, what becomes of it, and doing so during a training."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from estimator.calls.keep_best import rank_checkpoint
from estimator.calls.specs import EvalSpec
from estimator.core import log
from estimator.distribution.collective import ALONE, used
from estimator.graph.keys import GraphKeys
from estimator.runtime.hurry import HURRY
from estimator.settings.run_config import RunConfig
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import Clock, Due, Moment, at_multiples, every_secs, next_multiple


@runtime_checkable
class Trains(Protocol):
    """What train_and_evaluate asks of an Estimator, which is built above it."""

    @property
    def model_dir(self) -> str: ...

    @property
    def config(self) -> RunConfig: ...

    def train(self, input_fn: Any, hooks: Any, steps: Any, max_steps: Any, saving_listeners: Any) -> Any: ...

    def evaluate(self, input_fn: Any, steps: Any, hooks: Any, checkpoint_path: Any, name: Any) -> Any: ...

    def eval_dir(self, name: Any) -> str: ...

    def latest_checkpoint(self) -> str | None: ...


class SpecEvaluator:
    """Evaluates checkpoints by one EvalSpec and hands them to its exporters.

    Parameters
    ----------
    estimator : Estimator
    spec : EvalSpec
    max_steps : int or None
        The step from which on an export is the final one.
    ranks : bool
        Whether checkpoints are ranked by this evaluation although it has a name.
    clock : callable
        Gives seconds.

    Attributes
    ----------
    checkpoint : str or None
        The prefix that was evaluated last.
    metrics, exports : dict and list, or None
        What the last evaluation gave.
    """

    def __init__(
        self,
        estimator: Trains,
        spec: EvalSpec,
        max_steps: int | None,
        ranks: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        self.spec = spec
        self.checkpoint: str | None = None
        self.metrics: Mapping[str, Any] | None = None
        self.exports: list[Any] | None = None
        self._estimator = estimator
        self._max_steps = max_steps
        self._ranks = ranks
        self._clock = clock
        self._is_due = (
            at_multiples(spec.every_n_steps) if spec.every_n_steps else every_secs(spec.throttle_secs)
        )
        self._last: Moment | None = None

    def is_due(self, step: int) -> bool:
        """Whether a checkpoint of this step is to be evaluated now."""
        now = Moment(step, self._clock())
        if self._last is None and self.spec.every_n_steps:
            self._last = Moment(max(0, step - 1), now.seconds)  # where the training begins: steps may jump
        return self._is_due(now, self._last)

    def next_step(self) -> float | None:
        """The step at which it is due next, if that goes by steps and is known; else None."""
        every, last = self.spec.every_n_steps, self._last
        return next_multiple(last.step, every) if every and last is not None else None

    def evaluate(self, step: int, checkpoint: str) -> None:
        """Evaluate a checkpoint and call the exporters; where several processes train, this one does so alone.

        Raises
        ------
        SignalCame
            If the training that this is a part of has got a signal; then there is no result.
        """
        self._last = Moment(step, self._clock())
        with used(ALONE):
            self._evaluate_and_export(checkpoint)

    def _evaluate_and_export(self, checkpoint: str) -> None:
        spec = self.spec
        metrics = self._estimator.evaluate(
            input_fn=spec.input_fn,
            steps=spec.steps,
            hooks=[*spec.hooks, _StopForSignal()],
            checkpoint_path=checkpoint,
            name=spec.name,
        )
        if self._ranks:
            rank_checkpoint(self._estimator.config, self._estimator.model_dir, checkpoint, metrics)
        is_final = self._max_steps is not None and metrics[GraphKeys.GLOBAL_STEP] >= self._max_steps
        folder = os.path.join(self._estimator.model_dir, "export")
        self.exports = [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(folder, exporter.name),
                checkpoint_path=checkpoint,
                eval_result=metrics,
                is_the_final_export=bool(is_final),
            )
            for exporter in spec.exporters
        ]
        self.metrics, self.checkpoint = metrics, checkpoint


class EvaluatingListener(CheckpointSaverListener):
    """Evaluates checkpoints when they have been saved, while the training waits.

    Parameters
    ----------
    estimator : Estimator
    evaluators : sequence of SpecEvaluator
    skips_start : bool
        Whether the first save is that of the start of the training, which is not evaluated.
    """

    def __init__(self, estimator: Trains, evaluators: Sequence[SpecEvaluator], skips_start: bool) -> None:
        self._estimator = estimator
        self._evaluators = evaluators
        self._skips_start = skips_start
        self._is_start = True
        self._due: list[SpecEvaluator] = []

    def begin(self) -> None:
        """The next save is the first."""
        self._is_start = True

    def wants_save(self, global_step_value: int) -> bool:
        """Whether an evaluation is due that comes every so many steps."""
        by_steps = (evaluator for evaluator in self._evaluators if evaluator.spec.every_n_steps)
        return any(evaluator.is_due(global_step_value) for evaluator in by_steps)

    def next_wish(self) -> float | None:
        """The first step at which such an evaluation is due."""
        steps = [evaluator.next_step() for evaluator in self._evaluators if evaluator.spec.every_n_steps]
        known = [step for step in steps if step is not None]
        return min(known, default=math.inf) if len(known) == len(steps) else None

    def awaits_save(self, global_step_value: int) -> bool:
        """Whether an evaluation of this step is due."""
        is_start, self._is_start = self._is_start and self._skips_start, False
        self._due = []
        for evaluator in self._evaluators:
            is_by_time = not evaluator.spec.every_n_steps
            if is_start and is_by_time:
                continue
            if evaluator.is_due(global_step_value):
                self._due.append(evaluator)
            elif is_by_time:
                log.info(
                    "Skip the current checkpoint eval due to throttle secs (%s secs).",
                    evaluator.spec.throttle_secs,
                )
        return bool(self._due)

    def after_save(self, session: Any, global_step_value: int) -> None:
        """Evaluate what is due."""
        self._evaluate(self._due, global_step_value)

    def end(self, session: Any, global_step_value: int) -> None:
        """Evaluate the last checkpoint, by whom it has not been."""
        self.evaluate_latest(global_step_value)

    def evaluate_latest(self, step: int) -> None:
        """Evaluate the latest checkpoint, which is of this step, by whom it has not been."""
        self._evaluate(self._evaluators, step)

    def _evaluate(self, evaluators: Sequence[SpecEvaluator], step: int) -> None:
        """Evaluate the latest checkpoint, unless a signal wants the training to end: it will see to that itself."""
        if not evaluators or HURRY.is_set():
            return
        checkpoint = self._estimator.latest_checkpoint()
        if checkpoint is None:
            raise RuntimeError(
                "There was no new checkpoint after the training. Eval status: missing checkpoint in "
                f"{self._estimator.model_dir!r}, where nothing has been saved."
            )
        try:
            for evaluator in evaluators:
                if evaluator.checkpoint != checkpoint:
                    evaluator.evaluate(step, str(checkpoint))
        except SignalCame:
            log.info("a signal came: the evaluation of step %d is given up.", step)


class SignalCame(Exception):
    """An evaluation is given up, so that the training around it can save and end."""


class _StopForSignal(SessionRunHook):
    """Ends an evaluation within a training for which a signal came."""

    def next_due(self) -> Due:
        """When it comes."""
        return Due(event=HURRY.is_set)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look whether it came."""
        if HURRY.is_set():
            raise SignalCame
