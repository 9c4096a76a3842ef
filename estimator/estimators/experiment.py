"""Experiment and learn_runner of tf.contrib.learn: what tf.estimator.train_and_evaluate was before.

::

    def experiment_fn(run_config, hparams):
        estimator = tf.estimator.Estimator(model_fn, config=run_config, params=hparams)
        return Experiment(estimator, train_input_fn, eval_input_fn, train_steps=1000)

    metrics, _ = learn_runner.run(experiment_fn, run_config=RunConfig(model_dir="models/x"))

One process trains: what is there to wait for another is accepted and has no effect.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions, near_keywords_of_methods
from estimator.core.registry import did_you_mean
from estimator.estimators.estimator import Estimator
from estimator.estimators.learn.estimator import Estimator as LearnEstimator
from estimator.estimators.learn.export_strategy import ExportStrategy
from estimator.settings.run_config import RunConfig

_SCHEDULES = ("train_and_evaluate", "train", "evaluate", "local_run", "test")


@near_keywords_of_methods
class Experiment:
    """An Estimator with what it is trained and evaluated on.

    Parameters
    ----------
    estimator : Estimator
        tf.estimator's or tf.contrib.learn's.
    train_input_fn, eval_input_fn : callable
    eval_metrics : dict, optional
        More metrics, as tf.contrib.learn's evaluate takes them; tf.estimator's Estimators have eval_metric_ops.
    train_steps : int, optional
        The step at which training ends, counted from the very first; by default the end of the input ends it.
    eval_steps : int, optional
        How many batches an evaluation has; None is all.
    train_monitors, eval_hooks : list of SessionRunHook, optional
    min_eval_frequency : int, optional
        0: only the last checkpoint is evaluated. Otherwise each is when it is saved.
    local_eval_frequency : int, optional
        In its place for :meth:`local_run`.
    export_strategies : ExportStrategy or list of ExportStrategy, optional
        Called with the last evaluation.
    saving_listeners : list of CheckpointSaverListener, optional
    eval_delay_secs, continuous_eval_throttle_secs, delay_workers_by_global_step, check_interval_secs
        Accepted: there is no other process to wait for.
    train_steps_per_iteration, checkpoint_and_export
        Accepted: of continuous schedules, which there are none of.

    Raises
    ------
    ValueError
        If the estimator is none, eval_metrics are given for one of tf.estimator, or something in export_strategies is
        none.

    Source
    ------
    tf.contrib.learn.Experiment, TF 1.15 experiment.py
    """

    def __init__(
        self,
        estimator: Estimator | LearnEstimator,
        train_input_fn: Callable[..., Any],
        eval_input_fn: Callable[..., Any],
        eval_metrics: dict[Any, Any] | None = None,
        train_steps: int | None = None,
        eval_steps: int | None = 100,
        train_monitors: Sequence[Any] | None = None,
        eval_hooks: Sequence[Any] | None = None,
        local_eval_frequency: int | None = None,
        eval_delay_secs: float = 120,
        continuous_eval_throttle_secs: float = 60,
        min_eval_frequency: int | None = None,
        delay_workers_by_global_step: bool = False,
        export_strategies: ExportStrategy | Sequence[ExportStrategy] | None = None,
        train_steps_per_iteration: int | None = None,
        checkpoint_and_export: bool = False,
        saving_listeners: Sequence[Any] | None = None,
        check_interval_secs: float = 5,
    ) -> None:
        problems: list[str] = []
        if not isinstance(estimator, (Estimator, LearnEstimator)):
            problems.append(f"`estimator` must be a tf.estimator.Estimator, given: {estimator!r}")
        if eval_metrics is not None and not isinstance(estimator, LearnEstimator):
            problems.append(
                "`eval_metrics` must be `None` with `tf.estimator.Estimator`; use eval_metric_ops of its EstimatorSpec"
            )
        given = [export_strategies] if isinstance(export_strategies, ExportStrategy) else export_strategies
        self._export_strategies = list(given or ())
        problems += [
            f"`export_strategies` must be an ExportStrategy, or a list of them, given: {strategy!r}"
            for strategy in self._export_strategies
            if not isinstance(strategy, ExportStrategy)
        ]
        raise_problems("Experiment", problems)
        self._given, self._eval_metrics = estimator, eval_metrics
        self._estimator = (
            estimator if isinstance(estimator, Estimator) else estimator.with_metrics(eval_metrics)
        )
        self._train_spec = TrainSpec(train_input_fn, train_steps, train_monitors, saving_listeners)
        self._eval_spec = EvalSpec(
            eval_input_fn, eval_steps, None, eval_hooks, start_delay_secs=0, throttle_secs=0
        )
        self._min_eval_frequency = 1 if min_eval_frequency is None else min_eval_frequency
        self._local_eval_frequency = local_eval_frequency

    @property
    def estimator(self) -> Estimator | LearnEstimator:
        """The Estimator."""
        return self._given

    @property
    def eval_metrics(self) -> dict[Any, Any] | None:
        """Metrics that the Estimator does not have itself."""
        return self._eval_metrics

    @property
    def train_steps(self) -> int | None:
        """The step at which training ends."""
        return self._train_spec.max_steps

    @property
    def eval_steps(self) -> int | None:
        """How many batches an evaluation has."""
        return self._eval_spec.steps

    def extend_train_hooks(self, additional_hooks: Sequence[Any]) -> None:
        """Give the training more hooks."""
        spec = self._train_spec
        hooks = [*spec.hooks, *additional_hooks]
        self._train_spec = TrainSpec(spec.input_fn, spec.max_steps, hooks, spec.saving_listeners)

    def train(self, delay_secs: float | None = None) -> Estimator | LearnEstimator:
        """Train until `train_steps`; there is nothing to wait for."""
        spec = self._train_spec
        self._estimator.train(
            spec.input_fn, spec.hooks, max_steps=spec.max_steps, saving_listeners=spec.saving_listeners
        )
        return self._given

    def evaluate(self, delay_secs: float | None = None, name: str | None = None) -> dict[str, Any]:
        """The metrics of the newest checkpoint, written to ``eval_one_pass``; there is nothing to wait for."""
        return self._evaluate(self._eval_spec.steps, name or "one_pass")

    def _evaluate(self, steps: int | None, name: str | None) -> dict[str, Any]:
        spec = self._eval_spec
        return self._estimator.evaluate(spec.input_fn, steps, spec.hooks, name=name)

    def train_and_evaluate(self) -> tuple[dict[str, Any], list[Any]]:
        """Train, evaluating checkpoints as they are saved; the last evaluation, and what was exported then."""
        return self._run(self._min_eval_frequency)

    def local_run(self) -> tuple[dict[str, Any], list[Any]]:
        """As :meth:`train_and_evaluate`, by `local_eval_frequency`."""
        return self._run(self._local_eval_frequency)

    def _run(self, eval_frequency: int | None) -> tuple[dict[str, Any], list[Any]]:
        metrics = None
        if eval_frequency:
            metrics, _ = train_and_evaluate(self._estimator, self._train_spec, self._eval_spec)
        else:
            self.train()
        # a training that was at its end already has evaluated nothing
        result = metrics or self._evaluate(self._eval_spec.steps, None)
        return result, [self._exported(strategy, result) for strategy in self._export_strategies]

    def _exported(self, strategy: ExportStrategy, eval_result: dict[str, Any]) -> Any:
        folder = os.path.join(self._given.model_dir, "export", strategy.name)
        return strategy.export(self._given, folder, eval_result=eval_result)

    def test(self) -> tuple[dict[str, Any], list[Any]]:
        """Train one step and evaluate one batch, to see whether everything fits."""
        spec = self._train_spec
        self._estimator.train(spec.input_fn, spec.hooks, steps=1, saving_listeners=spec.saving_listeners)
        return self._evaluate(1, "one_pass"), []


def run(
    experiment_fn: Callable[..., Experiment],
    output_dir: str | None = None,
    schedule: str | None = None,
    run_config: RunConfig | None = None,
    hparams: Any = None,
) -> Any:
    """Make an Experiment and run it.

    Parameters
    ----------
    experiment_fn : callable
        From the RunConfig and hparams, by position, to an Experiment; with `output_dir` from ``output_dir=`` alone.
    output_dir : str, optional
        The model_dir; this or `run_config`.
    schedule : {"train_and_evaluate", "train", "evaluate", "local_run", "test"}, optional
        The method that is run.
    run_config : RunConfig, optional
        With a model_dir; the Estimator must be made with it.
    hparams : HParams, optional

    Returns
    -------
    What the method gives.

    Raises
    ------
    ValueError
        If both or none of output_dir and run_config are given, there is no model_dir, or no such schedule. The error
        has all problems.
    TypeError
        If experiment_fn is no function or gives no Experiment.
    RuntimeError
        If the Estimator was made for another model_dir than run_config's.

    Source
    ------
    tf.contrib.learn.learn_runner.run, TF 1.15 learn_runner.py
    """
    _check_run(output_dir, schedule, run_config, hparams)
    if not callable(experiment_fn):
        raise TypeError(f"Experiment builder {experiment_fn!r} is not callable.")
    if run_config is None:
        experiment = experiment_fn(output_dir=output_dir)
    else:
        experiment = experiment_fn(run_config, hparams)
    if not isinstance(experiment, Experiment):
        raise TypeError(
            f"Experiment builder did not return an Experiment instance, got {experiment!r} instead."
        )
    if run_config is not None and experiment.estimator.model_dir != run_config.model_dir:
        raise RuntimeError(
            f"`RunConfig` instance is expected to be used by the `Estimator` inside the `Experiment`: its model_dir is "
            f"{experiment.estimator.model_dir}, not {run_config.model_dir}. Make it with config=run_config."
        )
    return getattr(experiment, schedule or _SCHEDULES[0])()


def _check_run(output_dir: Any, schedule: Any, run_config: Any, hparams: Any) -> None:
    problems = []
    if (output_dir is None) == (run_config is None):
        problems.append("Must set value for `output_dir` or `run_config`, and not for both")
    if run_config is not None and not isinstance(run_config, RunConfig):
        problems.append(f"`run_config` must be a RunConfig, given: {run_config!r}")
    elif run_config is not None and not run_config.model_dir:
        problems.append("Must specify a model directory `model_dir` in `run_config`")
    if output_dir is not None and hparams is not None:
        problems.append("Must set `hparams` as None for `experiment_fn` with `output_dir`")
    if schedule is not None and schedule not in _SCHEDULES:
        known = f" Known: {', '.join(_SCHEDULES)}."
        problems.append(
            f"Schedule references non-existent task {schedule}.{did_you_mean(schedule, _SCHEDULES) or known}"
        )
    raise_problems("learn_runner.run", problems)


near_keywords_of_functions(__name__)
