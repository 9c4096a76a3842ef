"""train_and_evaluate: one training that is evaluated, and exported, as it goes on.

In one process it is a single call of train, so that the input is never begun again: a listener of the saves evaluates
the checkpoint that has just been written, if it is time, and the last one in any case. TF_CONFIG may give the process
one part of this instead (:mod:`estimator.calls.roles`).

Source
------
tf.estimator.train_and_evaluate, TF 2.15 training.py
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from estimator.calls.evaluator import SpecEvaluator, Trains
from estimator.calls.roles import run_chief, run_evaluator, run_local, run_worker
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.core.errors import UnimplementedError, UsageError, raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.tracebacks import with_short_traceback
from estimator.settings.cluster import CHIEF, EVALUATOR, MASTER, PS, WORKER

_ROLES = {None: run_local, MASTER: run_local, CHIEF: run_chief, WORKER: run_worker, EVALUATOR: run_evaluator}


@with_short_traceback
@near_keywords
def train_and_evaluate(
    estimator: Any,
    train_spec: TrainSpec,
    eval_spec: EvalSpec | Sequence[EvalSpec],
) -> tuple[Any, Any]:
    """Train, evaluating checkpoints as they are saved, and the last one.

    Parameters
    ----------
    estimator : Estimator
    train_spec : TrainSpec
    eval_spec : EvalSpec or sequence of EvalSpec
        Several need names of their own; one may be without.

    Returns
    -------
    metrics : dict or None
        Of the last evaluation; None if this process made none: the training had reached `max_steps` before, or
        an evaluator is a process of its own.
    exports : list or None
        What the exporters gave then. For a sequence of EvalSpecs both are dicts, by the name of the spec.

    Raises
    ------
    TypeError
        If an argument is of another class.
    ValueError
        If names of EvalSpecs or exporters clash, if checkpoints are switched off, or as :meth:`Estimator.train` and
        :meth:`Estimator.evaluate`.
    UnimplementedError
        If TF_CONFIG makes this process a parameter server.
    RuntimeError
        If the training saves nothing that could be evaluated.

    Source
    ------
    tf.estimator.train_and_evaluate, TF 2.15, which takes one EvalSpec
    """
    specs = _checked(estimator, train_spec, eval_spec)
    ranking = specs[0] if all(spec.name for spec in specs) else None  # what has no name ranks by itself
    evaluators = [SpecEvaluator(estimator, spec, train_spec.max_steps, spec is ranking) for spec in specs]
    role = _role_of(estimator)
    if estimator.config.num_worker_replicas > 1:
        from estimator.settings.processes import join_cluster  # which one process has no use for

        join_cluster(estimator.config)
    _ROLES[role](estimator, train_spec, evaluators)
    if isinstance(eval_spec, EvalSpec):
        return evaluators[0].metrics, evaluators[0].exports
    names = [spec.name for spec in specs]
    return (
        {name: evaluator.metrics for name, evaluator in zip(names, evaluators, strict=True)},
        {name: evaluator.exports for name, evaluator in zip(names, evaluators, strict=True)},
    )


def _role_of(estimator: Trains) -> str | None:
    """The part of this process; None if it is alone.

    Raises
    ------
    UnimplementedError
        If it is a parameter server.
    ValueError
        If it is a second evaluator.
    """
    config = estimator.config
    if not config.cluster_spec and config.task_type != EVALUATOR:
        return None
    if config.evaluates_itself and config.task_type != EVALUATOR:
        return MASTER if config.is_chief else WORKER
    if config.task_type == PS:
        raise UnimplementedError(
            "this process is a parameter server (ps) by TF_CONFIG, and there are none here: variables live in the "
            "process that trains. Leave ps out of the cluster and start the chief and the evaluator."
        )
    if config.task_type == EVALUATOR and config.task_id > 0:
        raise ValueError(
            "For distributed training, there can only be one `evaluator` task (with task id 0). "
            f"Given task id {config.task_id}."
        )
    return config.task_type


def _checked(estimator: Any, train_spec: Any, eval_spec: Any) -> Sequence[EvalSpec]:
    """The EvalSpecs.

    Raises
    ------
    TypeError
        If an argument is of another class.
    ValueError
        If names clash.
    """
    is_listed = isinstance(eval_spec, Iterable) and not isinstance(eval_spec, (EvalSpec, str))
    specs = list(eval_spec) if is_listed else [eval_spec]
    problems = []
    if not specs or not all(isinstance(spec, EvalSpec) for spec in specs):
        problems.append(
            "`eval_spec` must have type `tf.estimator.EvalSpec`, or be a list of them. "
            f"Got: {type(eval_spec) if not is_listed else eval_spec}"
        )
    if not isinstance(estimator, Trains):
        problems.append(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    if not isinstance(train_spec, TrainSpec):
        problems.append(f"`train_spec` must have type `tf.estimator.TrainSpec`. Got: {type(train_spec)}")
    if problems:
        raise TypeError(str(UsageError("train_and_evaluate", problems)))
    raise_problems("train_and_evaluate", _clashes(specs))
    return specs


def _clashes(specs: Sequence[EvalSpec]) -> list[str]:
    """Names that two EvalSpecs, or exporters of two, have in common: they are names of folders."""
    names = [spec.name or None for spec in specs]
    exporters = [exporter.name for spec in specs for exporter in spec.exporters]
    problems = []
    if len(set(names)) < len(names):
        problems.append(f"several EvalSpecs need names of their own, EvalSpec(name=...); given: {names}.")
    if len(set(exporters)) < len(exporters):
        problems.append(f"exporters of several EvalSpecs need names of their own; given: {exporters}.")
    return problems
