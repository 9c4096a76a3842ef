"""What train_and_evaluate is to do: the training's part, and an evaluation's part.

Both are tuples, as TensorFlow's are, and are checked when they are made.

Source
------
tf.estimator.TrainSpec, tf.estimator.EvalSpec, TF 2.15 training.py
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from estimator.calls.checks import count_problems, name_problems
from estimator.calls.exporters import Exporter
from estimator.calls.user_functions import check_input_fn
from estimator.core.counts import whole_number
from estimator.core.errors import Gathered, raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.named_tuple import NamedTuple
from estimator.training.hooks.checkpoint_saver import CheckpointSaverListener, check_listeners
from estimator.training.session_run_hook import SessionRunHook, check_hooks


class _TrainFields(NamedTuple):
    input_fn: Callable[..., Any]
    max_steps: int | None
    hooks: tuple[SessionRunHook, ...]
    saving_listeners: tuple[CheckpointSaverListener, ...]


@near_keywords
class TrainSpec(_TrainFields):
    """How train_and_evaluate trains.

    Parameters
    ----------
    input_fn : callable
        As for :meth:`Estimator.train`.
    max_steps : int, optional
        The step at which training ends, counted from the very first; by default the end of the input ends it.
    hooks : sequence of SessionRunHook, optional
    saving_listeners : sequence of CheckpointSaverListener, optional
        Called around each save, before the evaluations.

    Raises
    ------
    ValueError, TypeError
        If `max_steps` is not a number above 0, or another argument is of a wrong type; everything that is wrong, in
        one error.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        max_steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        saving_listeners: Sequence[CheckpointSaverListener] | None = None,
    ) -> TrainSpec:
        """Check the arguments."""
        problems = Gathered("TrainSpec")
        problems.result_of(check_input_fn, input_fn)
        problems.result_of(raise_problems, "TrainSpec", count_problems("max_steps", max_steps))
        found = problems.result_of(check_hooks, hooks)
        listeners = problems.result_of(check_listeners, saving_listeners)
        problems.raise_all()
        return super().__new__(cls, input_fn, whole_number(max_steps), tuple(found), tuple(listeners))


class _EvalFields(NamedTuple):
    input_fn: Callable[..., Any]
    steps: int | None
    name: str | None
    hooks: tuple[SessionRunHook, ...]
    exporters: tuple[Exporter, ...]
    start_delay_secs: float
    throttle_secs: float
    every_n_steps: int | None


@near_keywords
class EvalSpec(_EvalFields):
    """How train_and_evaluate evaluates, and what it exports.

    Parameters
    ----------
    input_fn : callable
        As for :meth:`Estimator.evaluate`.
    steps : int, optional
        How many batches; None: to the end of the input.
    name : str, optional
        The summaries go to ``eval_<name>`` instead of ``eval``.
    hooks : sequence of SessionRunHook, optional
    exporters : Exporter or iterable of Exporter, optional
        Called after each evaluation.
    start_delay_secs : number
        How long an evaluator, a process of its own, waits before it begins.
    throttle_secs : number
        An evaluation begins so many seconds after the one before, at the earliest; those of checkpoints between are
        left out, but for the last one.
    every_n_steps : int, optional
        Ours: at each multiple of so many steps a checkpoint is saved and evaluated, whatever `throttle_secs` says.

    Raises
    ------
    ValueError, TypeError
        If a number is out of its range, two exporters have one name, or an argument is of a wrong type; everything
        that is wrong, in one error.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        steps: int | None = 100,
        name: str | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        exporters: Exporter | Iterable[Exporter] | None = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
        every_n_steps: int | None = None,
    ) -> EvalSpec:
        """Check the arguments."""
        problems = Gathered("EvalSpec")
        problems.result_of(check_input_fn, input_fn)
        problems.result_of(_check_name, name)
        found = problems.result_of(check_hooks, hooks)
        exporters_found = problems.result_of(_check_exporters, exporters)
        numbers_given = [
            *count_problems("steps", steps),
            *_seconds_problems("start_delay_secs", start_delay_secs),
            *_seconds_problems("throttle_secs", throttle_secs),
            *count_problems("every_n_steps", every_n_steps),
        ]
        problems.result_of(raise_problems, "EvalSpec", numbers_given)
        problems.raise_all()
        return super().__new__(
            cls, input_fn, whole_number(steps), name, tuple(found), exporters_found, start_delay_secs, throttle_secs,
            whole_number(every_n_steps),
        )  # fmt: skip


def _check_name(name: Any) -> None:
    if name is not None and not isinstance(name, str):
        raise TypeError(f"`name` must be string, given: {name!r}.")
    raise_problems("EvalSpec", name_problems(name))


def _check_exporters(exporters: Any) -> tuple[Exporter, ...]:
    given = [exporters] if isinstance(exporters, Exporter) else exporters or ()
    if not isinstance(given, Iterable) or isinstance(given, str):
        found = None
    else:
        found = tuple(given)
    if found is None or not all(isinstance(exporter, Exporter) for exporter in found):
        raise TypeError(
            f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found {exporters!r}."
        )
    raise_problems("EvalSpec", _name_clashes(found))
    return found


def _name_clashes(exporters: Sequence[Exporter]) -> list[str]:
    """What is wrong with the names of exporters, which become folders."""
    names = [exporter.name for exporter in exporters]
    listed = f"All exporter names: {names}."
    if not all(names):
        return [f"An Exporter cannot have a name that is `None` or empty. {listed}"]
    problems = []
    for name in names:
        if not isinstance(name, str):
            problems.append(f"An Exporter must have a string name. Given: {type(name)}.")
        elif {"\\", "\0"} & set(name) or name.startswith("/") or ".." in name.split("/"):
            problems.append(f"the name of an Exporter is a folder in model_dir/export, given: {name!r}.")
    if any(names.count(name) > 1 for name in names):
        problems.append(f"`exporters` must have unique names. Such a name cannot be `None`. {listed}")
    return problems


def _seconds_problems(name: str, value: Any) -> list[str]:
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or math.isnan(value):
        return [f"{name} must be a number of seconds, given: {value!r}."]
    return [] if float(value) >= 0 else [f"Must specify {name} >= 0, given: {value}"]
