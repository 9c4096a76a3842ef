"""The experiment of a model_dir that was trained before: what its metadata.yaml tells, or the model of its recipe."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from estimator.calls.record import FILE, read_entries
from estimator.columns.column import FeatureColumn
from estimator.columns.numeric import NumericColumn
from estimator.core.arguments import arguments_of
from estimator.core.errors import NotFoundError
from estimator.estimators.estimator import Estimator
from estimator.estimators.recipe import estimator_of_model_dir
from estimator.experiments.changes import changed
from estimator.experiments.experiment import Experiment
from estimator.experiments.imports import Imports
from estimator.experiments.model import ModelPart
from estimator.experiments.needs import needs_of
from estimator.experiments.problems import Problems
from estimator.experiments.reading import Reading
from estimator.model_dir.path import as_model_dir
from estimator.models.heads.head import Head
from estimator.settings.given import Given, given_value

_WEIGHT = "weight_column"


def recorded_experiment(model_dir: str) -> dict[str, Any] | None:
    """The experiment by which a model_dir was last trained, as plain values; None if it was trained otherwise.

    Raises
    ------
    OpError, ValueError
        As :func:`estimator.calls.record.read_entries`.
    """
    entries = read_entries(model_dir)
    found = entries[-1].get("experiment") if entries else None
    return found if isinstance(found, dict) else None


def experiment_of_model_dir(
    model_dir: str | os.PathLike[str],
    changes: Mapping[str, Any] | None = None,
    allow_import: Sequence[str] = (),
) -> Experiment:
    """The experiment of a model_dir: the one that it was trained by, or, of a ready-made model, the model alone.

    Parameters
    ----------
    model_dir : str or path
    changes : mapping of str to object, optional
        As of :meth:`Experiment.read`: to a model alone they add the data.
    allow_import : sequence of str
        As of :meth:`Experiment.read`.

    Raises
    ------
    NotFoundError
        If the model_dir tells neither.
    UsageError, OpError, ValueError
        As :meth:`Experiment.read`.
    """
    directory = as_model_dir(model_dir)
    imports = Imports(allow_import)
    if not os.path.isdir(directory):
        raise NotFoundError(f"there is no model_dir {directory!r}.")
    recorded = recorded_experiment(directory)
    name = os.path.join(directory, FILE) if recorded is not None else directory
    problems = Problems(name)
    given = given_value({**(recorded or {}), "model_dir": directory}, name)
    model = None if recorded is not None else _model_part(estimator_of_model_dir(directory), name)
    return Experiment(Reading(changed(given, changes or {}, problems), name, imports, problems, model))


def _model_part(estimator: Estimator, name: str) -> ModelPart:
    """A ready-made model as the part of an experiment that makes it."""
    model = estimator._model
    arguments = dict(model.arguments or {})
    columns = tuple(_found(FeatureColumn, list(arguments.values())))
    kind = str(model.canned)
    needs = needs_of(kind, columns, list(_weights(arguments)), _plain(arguments))
    own = {key: value for key, value in arguments.items() if key not in ("model_dir", "config")}
    make = functools.partial(type(estimator), **own)
    nowhere = Given({}, name)
    return ModelPart(kind, make, {}, columns, needs, nowhere, nowhere, {"estimator": {kind: {}}})


def _found(kind: type, value: Any) -> Iterator[Any]:
    """What of a kind lies in nested tuples and lists."""
    if isinstance(value, kind):
        yield value
    elif type(value) in (tuple, list):
        for item in value:
            yield from _found(kind, item)


def _weights(arguments: Mapping[str, Any]) -> Iterator[str | NumericColumn]:
    """The columns of weights of a model and of its heads."""
    if arguments.get(_WEIGHT) is not None:
        yield arguments[_WEIGHT]
    for value in arguments.values():
        for head in _found(Head, value):
            yield from _weights(_of_head(head))


def _of_head(head: Head) -> dict[str, Any]:
    return dict(arguments_of(head) or {})


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as an experiment has them, as far as what the labels are depends on them."""
    return {name: _plain_value(value) for name, value in arguments.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Head):
        return {type(value).__name__: _plain(_of_head(value))}
    if type(value) in (tuple, list):
        return [_plain_value(item) for item in value]
    return value
