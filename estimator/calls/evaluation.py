"""One call of ``Estimator.evaluate``: run the metrics' updates over the data, then fetch their values."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.calls.keep_best import check_metric, rank_checkpoint
from estimator.calls.opening import BuiltModel, Checkpoint, Model, find_start, open_work
from estimator.core import log, nest
from estimator.core.errors import OpError
from estimator.core.shown import shown
from estimator.distribution.collective import current
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.keys import EVALUATION_SUMMARIES, GraphKeys
from estimator.model_dir.path import check_model_dir
from estimator.models.spec import LOSS_METRIC_KEY, ModeKeys
from estimator.network.metrics.averages import mean
from estimator.runtime.blas import blas_threads, wanted_threads
from estimator.settings.run_config import RunConfig
from estimator.summaries.evaluation import write_evaluation
from estimator.training.hooks.progress import BatchProgressHook
from estimator.training.monitored import MonitoredSession
from estimator.training.scaffold import Scaffold
from estimator.training.session_creator import ChiefSessionCreator
from estimator.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from estimator.training.triggers import Due

if TYPE_CHECKING:
    from estimator.calls.split_evaluation import Split

_SHOWN_STEPS = 20  # below that many steps each is logged, else each tenth


def evaluate(
    model: Model,
    input_fn: Callable[..., Any],
    steps: int | None,
    hooks: Sequence[SessionRunHook],
    checkpoint: Checkpoint,
    name: str | None,
) -> dict[str, Any]:
    """The metrics of a model on the data of `input_fn`.

    See :meth:`estimator.estimators.estimator.Estimator.evaluate`.
    """
    check_model_dir(model.model_dir)
    start = find_start(model, checkpoint, "evaluate")
    work = open_work(model, input_fn, ModeKeys.EVAL, start, hooks, Evaluation)
    with work, work.built.graph.as_default():
        work.made.check(work.built, steps, name)
        return work.made.run(work.built, steps, name, hooks, work.session_creator())


class Evaluation:
    """The metrics of a model, added to its graph, which is the default one; they may be run again and again.

    Parameters
    ----------
    built : BuiltModel

    Raises
    ------
    ValueError
        If a metric has a name that is taken.
    """

    def __init__(self, built: BuiltModel) -> None:
        pairs = _checked_metrics(built.spec.eval_metric_ops)
        pairs["loss"] = mean(built.spec.loss, name="loss")
        self._update = _group(built.graph, nest.flatten([pair[1] for pair in pairs.values()]))
        self._values: dict[str, Any] = {key: pair[0] for key, pair in sorted(pairs.items())}
        _initialise_metrics(built.spec.scaffold)
        self._summaries = built.graph.get_collection(EVALUATION_SUMMARIES)
        self._values["global_step"] = built.graph.get_collection(GraphKeys.GLOBAL_STEP)[0]

    def check(self, built: BuiltModel, steps: int | None, name: str | None) -> None:
        """Say what is wrong with so many steps of this model's evaluation of that name, before it begins.

        Raises
        ------
        ValueError
            If the metric by which checkpoints are ranked is missing.
        """
        if not name:
            check_metric(built.model.config, self._values)
        if steps is None and built.never_ends(self._update):
            log.warning(
                "evaluate does not end by itself: its input repeats without end, or no metric depends on it. "
                "Pass steps=, or leave out repeat()."
            )

    def run(
        self,
        built: BuiltModel,
        steps: int | None,
        name: str | None,
        hooks: Sequence[SessionRunHook],
        creator: ChiefSessionCreator,
    ) -> dict[str, Any]:
        """The metrics, with the values that the creator gives the variables; reported where evaluations are.

        The arguments are those of :func:`evaluate`, with a model that it has built.
        """
        model, split = built.model, None
        began = time.time()
        if current().size > 1:
            from estimator.calls.split_evaluation import split_of  # which one process has no use for

            split = split_of(built, self._update, self._values, hooks)
            steps = steps if split is None else split.steps(steps)
        final, batches = _FinalValues(self._values, self._summaries, split), _StopAfter(steps)
        self._loop(model.config, steps, creator, [*hooks, batches, *built.spec.evaluation_hooks, final])
        if not (batches.done if split is None else split.total(batches.done)):
            log.warning(
                "evaluate has read no batch: its metrics are those of no example, and no summary is written. Is the "
                "input empty, or used up? Look at filter, take, skip and drop_remainder, and at iterators made outside "
                "of input_fn."
            )
            return final.results
        if current().rank > 0:  # one reports for all
            _warn_of_nan(final.results, creator.restored)
            return final.results
        _report(model, name, final, creator.restored, built.graph, began)
        if creator.restored is not None and not name:
            rank_checkpoint(model.config, model.model_dir, creator.restored, final.results)
        return final.results

    def _loop(
        self,
        config: RunConfig,
        steps: int | None,
        creator: ChiefSessionCreator,
        hooks: list[SessionRunHook],
    ) -> None:
        """Run the updates to the end."""
        if config.progress is not False and current().rank == 0:
            hooks.append(BatchProgressHook("evaluate", steps, always=config.progress is True))
        log.info("Starting evaluation at %s", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        begin = time.monotonic()
        threads = wanted_threads(config.session_config)
        with blas_threads(threads), MonitoredSession(creator, hooks) as session:
            while steps != 0 and not session.should_stop():
                session.run_until_due(self._update)
        log.info("Inference Time : %.5fs", time.monotonic() - begin)
        log.info("Finished evaluation at %s", datetime.now(UTC).strftime("%Y-%m-%d-%H:%M:%S"))


def _report(
    model: Model,
    name: str | None,
    final: _FinalValues,
    checkpoint: str | None,
    graph: Graph,
    began: float,
) -> None:
    """Log the metrics and write what TensorBoard shows of them.

    Where that cannot be written there is a warning and no error: the metrics are what the work was for.
    """
    results = final.results
    _warn_of_nan(results, checkpoint)
    told = {key: value for key, value in sorted(results.items()) if not isinstance(value, bytes)}
    facts = ", ".join(f"{key} = {' '.join(shown(value).split())}" for key, value in told.items())
    folder, step = folder_of(model, name), int(results["global_step"])
    log.info("Saving dict for global step %d: %s", step, facts)
    if model.config.metrics_jsonl:
        from estimator.summaries.metrics_file import MetricsFile  # which few ask for

        MetricsFile(model.model_dir).add_evaluation(step, os.path.basename(folder), results)
    try:
        write_evaluation(folder, results, step, checkpoint, graph, began, final.summaries)
    except OpError as error:
        log.warning("the metrics have no summary in %s, which cannot be written: %s", folder, error)
        return
    if checkpoint is not None:
        log.info("Saving 'checkpoint_path' summary for global step %d: %s", step, checkpoint)


def _warn_of_nan(results: Mapping[str, Any], checkpoint: str | None) -> None:
    found = [
        key for key, value in sorted(results.items()) if isinstance(value, np.floating) and np.isnan(value)
    ]
    if found:
        log.warning(
            "evaluate gives NaN for %s: the features or labels of a batch are NaN, or the weights of %s are.",
            ", ".join(found), checkpoint or "the model",
        )  # fmt: skip


def folder_of(model: Model, name: str | None) -> str:
    """Where the summaries of an evaluation of this name go."""
    return os.path.join(model.model_dir, f"eval_{name}" if name else "eval")


def _checked_metrics(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics of the model.

    Raises
    ------
    ValueError
        If one has a name that is taken.
    """
    taken = [name for name in (LOSS_METRIC_KEY, GraphKeys.GLOBAL_STEP) if name in metrics]
    if taken:
        raise ValueError(
            f"Metric with name {taken[0]!r} is not allowed, because evaluate gives one of that name itself. "
            "Rename it in eval_metric_ops."
        )
    return dict(metrics)


def _initialise_metrics(scaffold: Scaffold) -> None:
    """Let a local_init_op of the model's own know of the local variables that came after it."""
    if scaffold.local_init_op is not None:
        scaffold.local_init_op = group(scaffold.local_init_op, Scaffold.default_local_init_op())


def _group(graph: Graph, updates: Sequence[Any]) -> Any:
    with graph.control_dependencies(updates):
        return b.NoOp(name="eval_op")


class _StopAfter(SessionRunHook):
    """Stops after a number of batches, and logs the progress."""

    def __init__(self, steps: int | None) -> None:
        self._steps = steps
        self._every = 1 if steps is None or steps < _SHOWN_STEPS else steps // 10
        self.done = 0

    def next_due(self) -> Due | None:
        """When there is something to log, or the last batch comes."""
        if self._steps is None:
            return Due()
        if self._every == 1:
            return None
        return Due(runs=min(self._every - self.done % self._every, self._steps - self.done))

    def skipped(self, runs: int) -> None:
        """They count."""
        self.done += runs

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Count the batch, log each tenth, and stop at the last."""
        self.done += 1
        if self._steps is None:
            return
        if self.done % self._every == 0:
            log.info("Evaluation [%d/%d]", self.done, self._steps)
        if self.done >= self._steps:
            run_context.request_stop()


class _FinalValues(SessionRunHook):
    """Fetches the values at the end, and the summaries beside them; those of all processes that share the batches."""

    def __init__(
        self, values: Mapping[str, Any], summaries: Sequence[Any], split: Split | None = None
    ) -> None:
        self._fetches = [dict(values), list(summaries)]
        self._split = split
        self.results: dict[str, Any] = {}
        self.summaries: list[bytes] = []

    def after_create_session(self, session: Any, coord: Any) -> None:
        """The metrics have their first values."""
        if self._split is not None:
            self._split.begin(session)

    def end(self, session: Any) -> None:
        """Fetch what the metrics have come to."""
        if self._split is not None:
            self._split.merge(session)
        self.results, self.summaries = session.run(self._fetches)
