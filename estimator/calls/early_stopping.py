"""Early stopping: a training ends when its evaluations say that it is no use going on.

What the evaluations gave is read from the events files that they leave, whoever made them: train_and_evaluate, a
process of its own, InMemoryEvaluatorHook. These files are all the memory there is. So a training that was killed stops
where it would have stopped, the hook may be added to a training that has begun without it, and nothing of it is in
checkpoints (TensorFlow's variable ``signal_early_stopping/STOP`` is not needed, and not minded).

:class:`EarlyStoppingHook` is ours, with `min_delta` and `restore_best`; the functions are TensorFlow's.

Source
------
tf.estimator.experimental.make_early_stopping_hook, stop_if_*_hook, TF 2.15 early_stopping.py
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from estimator.calls.evaluator import Trains
from estimator.calls.keep_best import best_start
from estimator.core import log
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.graph.keys import GraphKeys
from estimator.summaries.evaluation import read_evaluations
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    global_step_variable,
)
from estimator.training.triggers import NOW, Due, Moment, SecondOrStepTimer, at_multiples, next_multiple

Metrics = Mapping[int, Mapping[str, float]]
Improves = Callable[[float, float], bool]  # (value, best so far)


class EvaluationEvents:
    """The evaluations in the events files of a folder.

    Parameters
    ----------
    folder : str
        It need not be there yet.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._seen: list[tuple[str, int]] | None = None
        self._metrics: dict[int, dict[str, float]] = {}

    def read(self) -> Metrics:
        """Step to metrics, by step; of two evaluations of a step the later one counts."""
        files = self._files()
        if files != self._seen:
            self._metrics = {}
            for step, metrics in read_evaluations(path for path, _ in files):
                self._metrics.setdefault(step, {}).update(metrics)
            self._metrics = dict(sorted(self._metrics.items()))
            self._seen = files
        return self._metrics

    def values_of(self, metric: str) -> Iterable[tuple[int, float]]:
        """The values of a metric, by step.

        Raises
        ------
        KeyError
            If there are evaluations, and none gives the metric; the message names the nearest.
        """
        by_step = self.read()
        found = [(step, metrics[metric]) for step, metrics in by_step.items() if metric in metrics]
        if by_step and not found:
            known = sorted({name for metrics in by_step.values() for name in metrics})
            raise KeyError(
                f"the evaluations in {self._folder!r} have no metric {metric!r}.{did_you_mean(metric, known)} "
                f"They have: {', '.join(known)}."
            )
        return found

    def _files(self) -> list[tuple[str, int]]:
        """The events files and their sizes: they only grow."""
        try:
            with os.scandir(self._folder) as entries:
                return sorted((e.path, e.stat().st_size) for e in entries if ".tfevents." in e.name)
        except FileNotFoundError:
            return []


class EarlyStoppingHook(SessionRunHook):
    """Ends a training whose evaluations have not become better for so many steps.

    The decision depends on the evaluations up to the current step and on nothing else, so that an interrupted training
    ends where it would have ended.

    Parameters
    ----------
    estimator : Estimator
    metric : str
        A metric of the evaluations.
    mode : str
        ``"min"`` or ``"max"``: which value is the best.
    patience : int
        The training ends at an evaluation that many steps after the best one.
    min_delta : float
        What is better by no more than this is not better. NaN never is.
    min_steps : int
        Evaluations of earlier steps do not count.
    eval_name : str, optional
        The name of the evaluations: ``evaluate(name=...)``, ``EvalSpec(name=...)``.
    restore_best : bool
        Whether the best checkpoint becomes the latest one when the training is ended by this hook: its variables and
        its global step. It needs ``RunConfig(keep_best=(metric, mode, 1))``, by which the best one is still there.
    run_every_steps : int
        How often to look, at multiples of it. Raise it where a look at a folder takes long.

    Raises
    ------
    ValueError
        If an argument is not valid; the message lists all that is wrong.
    KeyError
        While training, if there are evaluations without the metric.
    """

    only_chief = True

    def __init__(
        self,
        estimator: Any,
        metric: str,
        mode: str,
        patience: int,
        *,
        min_delta: float = 0.0,
        min_steps: int = 0,
        eval_name: str | None = None,
        restore_best: bool = False,
        run_every_steps: int = 1,
    ) -> None:
        _check_estimator(estimator)
        problems = [
            f"{name} must be a number >= {least}, given: {value!r}."
            for name, value, least in (
                ("patience", patience, 1),
                ("min_delta", min_delta, 0),
                ("min_steps", min_steps, 0),
                ("run_every_steps", run_every_steps, 1),
            )
            if not _is_number_from(value, least)
        ]
        if mode not in ("min", "max"):
            problems.append(f"mode must be 'min' or 'max', given: {mode!r}.")
        keep_best = estimator.config.keep_best
        if restore_best and (keep_best is None or tuple(keep_best[:2]) != (metric, mode)):
            problems.append(
                f"restore_best needs RunConfig(keep_best=({metric!r}, {mode!r}, 1)), so that the best checkpoint is "
                f"still there; given: keep_best={keep_best!r}."
            )
        raise_problems("EarlyStoppingHook", problems)
        self._model_dir = estimator.model_dir
        self._metric = metric
        self._events = EvaluationEvents(estimator.eval_dir(eval_name))
        self._patience = patience
        self._min_steps = min_steps
        self._improves = _better_by(min_delta, mode)
        self._restore_best = restore_best
        self._every_steps = run_every_steps
        self._is_due = at_multiples(run_every_steps)

    def begin(self) -> None:
        """Find the global step."""
        self._step = global_step_variable()
        self._args = SessionRunArgs(self._step)
        self._last: Moment | None = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Make no step where the evaluations say already that it is no use: the training was killed just then."""
        if self._ends(session, int(session.run(self._step))):
            coord.request_stop()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due | None:
        """At the next multiple."""
        if self._every_steps == 1:
            return None
        return NOW if self._last is None else Due(step=next_multiple(self._last.step, self._every_steps))

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Look at the evaluations if it is time, and end the training if they have not become better."""
        now = Moment(int(run_values.results), 0.0)
        if self._is_due(now, self._last):
            self._last = now
            if self._ends(run_context.session, now.step):
                run_context.request_stop()

    def _ends(self, session: Any, now: int) -> bool:
        """Whether it is no use; then the best checkpoint is restored, if that is wanted."""
        counted = [
            (step, value)
            for step, value in self._events.values_of(self._metric)
            if self._min_steps <= step <= now  # later ones are from before an older checkpoint was restored
        ]
        waited = _without_improvement(counted, self._improves, self._patience)
        if waited is None:
            return False
        log.info("early stopping at step %d: %s %s.", now, self._metric, waited)
        if self._restore_best:
            best_start(self._model_dir).use(lambda prefix: self._restore(session, prefix))
        return True

    def _restore(self, session: Any, best: str) -> None:
        """Give the variables and the global step what the best checkpoint has; the end of the training saves it."""
        session.graph.get_collection(GraphKeys.SAVERS)[0].restore(session, best)
        log.info("the best checkpoint, %s, is restored.", best)


def _is_number_from(value: Any, least: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= least


def _better_by(delta: float, mode: str) -> Improves:
    if mode == "min":
        return lambda value, best: value < best - delta
    return lambda value, best: value > best + delta


def _without_improvement(
    values: Iterable[tuple[int, float]], improves: Improves, most_steps: int
) -> str | None:
    """What has not become better for so many steps, in words; None if it has."""
    best_step, best = 0, math.nan
    for place, (step, value) in enumerate(values):
        if place == 0 or (math.isnan(best) and not math.isnan(value)) or improves(value, best):
            best_step, best = step, value
        if step - best_step >= most_steps:
            return f"was {best:g} at step {best_step} and has not become better up to step {step}"
    return None


class _StopOnPredicateHook(SessionRunHook):
    """Asks a function, every so many steps or seconds, whether to stop."""

    only_chief = True

    def __init__(
        self, should_stop_fn: Callable[[], bool], run_every_secs: float | None, run_every_steps: int | None
    ) -> None:
        self._should_stop_fn = should_stop_fn
        self._timer = SecondOrStepTimer(run_every_secs, run_every_steps)

    def begin(self) -> None:
        """Find the global step."""
        self._args = SessionRunArgs(global_step_variable())
        self._timer.reset()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the step."""
        return self._args

    def next_due(self) -> Due | None:
        """When the schedule says."""
        return self._timer.next_due()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Ask the function if it is time."""
        step = int(run_values.results)
        if self._timer.should_trigger_for_step(step):
            self._timer.update_last_triggered_step(step)
            if self._should_stop_fn():
                log.info("Requesting early stopping at global step %d", step)
                run_context.request_stop()


@near_keywords
def make_early_stopping_hook(
    estimator: Any,
    should_stop_fn: Callable[[], bool],
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook that ends a training when a function says so.

    Parameters
    ----------
    estimator : Estimator
    should_stop_fn : callable
        Without arguments; true ends the training.
    run_every_secs, run_every_steps : number or None
        How often it is asked; one of the two, the other is None.

    Raises
    ------
    TypeError
        If `estimator` is no Estimator, or `should_stop_fn` cannot be called.
    ValueError
        If `run_every_secs` and `run_every_steps` are both given, or neither is.

    Source
    ------
    tf.estimator.experimental.make_early_stopping_hook, TF 2.15
    """
    _check_estimator(estimator)
    if not callable(should_stop_fn):
        raise TypeError(f"`should_stop_fn` must be callable, given: {should_stop_fn!r}.")
    if (run_every_secs is None) == (run_every_steps is None):
        raise ValueError(
            "Only one of `run_every_secs` and `run_every_steps` must be set, given: "
            f"{run_every_secs} and {run_every_steps}. For steps pass run_every_secs=None, which is 60 by default."
        )
    return _StopOnPredicateHook(should_stop_fn, run_every_secs, run_every_steps)


def _check_estimator(estimator: Any) -> None:
    if not isinstance(estimator, Trains):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")


@near_keywords
def stop_if_higher_hook(
    estimator: Any,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook that ends a training when a metric was above a threshold.

    Parameters
    ----------
    estimator : Estimator
    metric_name : str
        A metric of the evaluations.
    threshold : float
    eval_dir : str, optional
        Where the events files of the evaluations are; default: those without a name.
    min_steps : int
        Evaluations of earlier steps do not count.
    run_every_secs, run_every_steps : number or None
        How often to look; one of the two, the other is None.

    Raises
    ------
    TypeError, ValueError
        As :func:`make_early_stopping_hook`.
    KeyError
        While training, if there are evaluations and none gives the metric.

    Source
    ------
    tf.estimator.experimental.stop_if_higher_hook, TF 2.15
    """
    crossed = _crossed(estimator, metric_name, threshold, eval_dir, min_steps, operator.gt, "above")
    return make_early_stopping_hook(estimator, crossed, run_every_secs, run_every_steps)


@near_keywords
def stop_if_lower_hook(
    estimator: Any,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook that ends a training when a metric was below a threshold.

    Parameters and errors as :func:`stop_if_higher_hook` has them.

    Source
    ------
    tf.estimator.experimental.stop_if_lower_hook, TF 2.15
    """
    crossed = _crossed(estimator, metric_name, threshold, eval_dir, min_steps, operator.lt, "below")
    return make_early_stopping_hook(estimator, crossed, run_every_secs, run_every_steps)


@near_keywords
def stop_if_no_increase_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_increase: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook that ends a training when a metric has not increased over so many steps.

    Parameters
    ----------
    max_steps_without_increase : int
        From the evaluation with the highest value so far to the one that ends the training.
    estimator, metric_name, eval_dir, min_steps, run_every_secs, run_every_steps
        As :func:`stop_if_higher_hook` has them, and its errors.

    Source
    ------
    tf.estimator.experimental.stop_if_no_increase_hook, TF 2.15
    """
    stuck = _stuck(estimator, metric_name, max_steps_without_increase, eval_dir, min_steps, operator.gt)
    return make_early_stopping_hook(estimator, stuck, run_every_secs, run_every_steps)


@near_keywords
def stop_if_no_decrease_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_decrease: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook that ends a training when a metric has not decreased over so many steps.

    Parameters
    ----------
    max_steps_without_decrease : int
        From the evaluation with the lowest value so far to the one that ends the training.
    estimator, metric_name, eval_dir, min_steps, run_every_secs, run_every_steps
        As :func:`stop_if_higher_hook` has them, and its errors.

    Source
    ------
    tf.estimator.experimental.stop_if_no_decrease_hook, TF 2.15
    """
    stuck = _stuck(estimator, metric_name, max_steps_without_decrease, eval_dir, min_steps, operator.lt)
    return make_early_stopping_hook(estimator, stuck, run_every_secs, run_every_steps)


def _events_of(estimator: Any, eval_dir: str | os.PathLike[str] | None) -> EvaluationEvents:
    _check_estimator(estimator)
    return EvaluationEvents(os.fspath(eval_dir or estimator.eval_dir(None)))


def _crossed(
    estimator: Any,
    metric: str,
    threshold: float,
    eval_dir: str | None,
    min_steps: int,
    is_beyond: Callable[[float, float], bool],
    side: str,
) -> Callable[[], bool]:
    """Whether an evaluation gave a value beyond the threshold."""
    events = _events_of(estimator, eval_dir)

    def should_stop() -> bool:
        for step, value in events.values_of(metric):
            if step >= min_steps and is_beyond(value, threshold):
                log.info("%s was %g at step %d, %s the threshold %g.", metric, value, step, side, threshold)
                return True
        return False

    return should_stop


def _stuck(
    estimator: Any,
    metric: str,
    most_steps: int,
    eval_dir: str | None,
    min_steps: int,
    improves: Improves,
) -> Callable[[], bool]:
    """Whether the evaluations have not become better over so many steps."""
    events = _events_of(estimator, eval_dir)

    def should_stop() -> bool:
        counted = [(step, value) for step, value in events.values_of(metric) if step >= min_steps]
        waited = _without_improvement(counted, improves, most_steps)
        if waited is not None:
            log.info("%s %s.", metric, waited)
        return waited is not None

    return should_stop
