"""The curves in events files: of each run its numbers by tag, without what a later session made again.

Files of TensorFlow 1 and 2 and of tensorboardX alike: a number is a ``simple_value``, or a tensor without dimensions
that is the scalars plugin's or nobody's.

A training that was taken back has one curve, as in TensorBoard: behind a SessionLog START what was written of its step
and later ones is gone, and a point at the step of another one, or at an earlier one, ends the curve before it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from estimator.core.errors import EstimatorError, NotFoundError
from estimator.formats.tensors import array_from_proto
from estimator.summaries.directory import events_of
from estimator.summaries.events import events_files
from estimator.summaries.reader import is_start

_PLUGIN = "scalars"
_MOST_LEVELS = 6  # of folders below the one that is given


class Curve(NamedTuple):
    """The points of one tag in one run.

    Attributes
    ----------
    steps : array of int64
        Rising.
    values : array of float64
        As long as `steps`; some may be NaN or infinite.
    """

    steps: np.ndarray[Any, np.dtype[np.int64]]
    values: np.ndarray[Any, np.dtype[np.float64]]


def curves_of(directory: str | os.PathLike[str]) -> dict[str, Curve]:
    """The curves in the events files of one directory, by tag."""
    points: dict[str, list[tuple[int, float]]] = {}
    plugins: dict[str, str] = {}  # TensorFlow 2 names it in the first event of a tag alone
    for event in events_of(directory):
        if is_start(event):
            for line in points.values():
                _cut(line, event.step)
        for value in event.summary.value:
            plugins.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
            number = _number(value, plugins[value.tag])
            if number is not None:
                line = points.setdefault(value.tag, [])
                _cut(line, event.step)
                line.append((event.step, number))
    return {tag: _as_curve(line) for tag, line in points.items() if line}


def _cut(line: list[tuple[int, float]], step: int) -> None:
    """Take back the points at a step and later ones."""
    while line and line[-1][0] >= step:
        line.pop()


def _number(value: Any, plugin: str) -> float | None:
    """The number that a value of a Summary is; None if it is something else."""
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if not value.HasField("tensor") or plugin not in ("", _PLUGIN) or value.tensor.tensor_shape.dim:
        return None
    try:
        array = array_from_proto(value.tensor, value.tag)
    except EstimatorError:
        return None
    return float(array) if array.ndim == 0 and array.dtype.kind in "fiub" else None


def _as_curve(line: Sequence[tuple[int, float]]) -> Curve:
    steps, values = zip(*line, strict=True)
    return Curve(np.array(steps, np.int64), np.array(values, np.float64))


def runs_below(directories: Iterable[str]) -> dict[str, str]:
    """The runs in some folders and below them: a name to the folder with its events files.

    A run is called by the folder that was given, and by the way from there: ``iris``, ``iris/eval``.

    Raises
    ------
    NotFoundError
        If one of the folders is not there, or there are no events files in it and below it.
    """
    given = list(dict.fromkeys(directories))
    names = [os.path.basename(os.path.abspath(path)) for path in given]
    if len(set(names)) < len(names):
        names = [os.path.normpath(path) for path in given]
    found = {}
    for path, name in zip(given, names, strict=True):
        if not os.path.isdir(path):
            raise NotFoundError(f"there is no directory {path!r}.")
        folders = [folder for folder in _folders(path) if events_files(folder)]
        if not folders:
            raise NotFoundError(
                f"{path!r} has no events files, in it or below it: is it a model_dir, or a directory above some?"
            )
        for folder in folders:
            below = os.path.relpath(folder, path)
            found[name if below == "." else f"{name}/{below.replace(os.sep, '/')}"] = folder
    return found


def _folders(top: str) -> list[str]:
    """The folder and those below it, in the order of their names."""
    found = []
    for path, folders, _ in os.walk(top):
        folders.sort()
        if os.path.relpath(path, top).count(os.sep) >= _MOST_LEVELS:
            folders.clear()
        found.append(path)
    return found


def by_tag(runs: Mapping[str, str]) -> dict[str, dict[str, Curve]]:
    """The curves of some runs: tag to run to curve; the loss comes first, then what more runs have, by name."""
    found: dict[str, dict[str, Curve]] = {}
    for run, folder in runs.items():
        for tag, curve in curves_of(folder).items():
            found.setdefault(tag, {})[run] = curve
    order = sorted(found, key=lambda tag: (tag != "loss", -len(found[tag]), tag))
    return {tag: found[tag] for tag in order}


def smoothed(values: np.ndarray[Any, Any], weight: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The values as TensorBoard smooths them: a moving average that does not lean towards where it began.

    Numbers that are not finite stay, and count for nothing.

    Parameters
    ----------
    weight : float
        From 0, which changes nothing, to below 1: how much of the average before stays in the next.

    Source
    ------
    TensorBoard, the Smoothing of its Scalars page

    Example
    -------
    >>> smoothed(np.array([2.0, 4.0]), 0.5).round(3).tolist()
    [2.0, 3.333]
    """
    average, counted, found = 0.0, 0, np.array(values, np.float64)
    for place, value in enumerate(found):
        if np.isfinite(value):
            average = average * weight + (1 - weight) * value
            counted += 1
            found[place] = average / (1 - weight**counted)
    return found
