"""What an evaluation leaves for TensorBoard: a point for each metric, and which checkpoint it was; and reading it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import OpError
from estimator.formats import messages
from estimator.graph.graph import Graph
from estimator.model_dir.finding import find_latest
from estimator.summaries.events import events_files
from estimator.summaries.protos import as_summary, scalars, tensor, text
from estimator.summaries.reader import is_start, summary_iterator
from estimator.summaries.writer import FileWriter, FileWriterCache


def write_evaluation(
    folder: str | os.PathLike[str],
    results: Mapping[str, Any],
    step: int,
    checkpoint: str | None,
    graph: Graph,
    began: float | None = None,
    summaries: Sequence[bytes] = (),
) -> None:
    """Write the metrics of one evaluation at a step.

    If the folder has evaluations of this step or later ones, the curve is begun anew at this step: a SessionLog START
    takes them back, and what is still so is written again behind it. Evaluations of later steps than the latest
    checkpoint's are those of a training that was taken back.

    Parameters
    ----------
    folder : path
        ``model_dir/eval`` or ``model_dir/eval_<name>``.
    results : mapping
        Metric name to number, which becomes a point; to an array, which becomes a tensor that no plugin of TensorBoard
        shows by itself; or to the bytes of a Summary. Anything else is named in the log.
    checkpoint : str or None
        The prefix that was evaluated.
    graph : Graph
        Shown under Graphs.
    began : float, optional
        When the evaluation began, in seconds since 1970: what hooks of it have written since then stays.
    summaries : sequence of bytes
        What else it shows: serialised Summary messages.

    Raises
    ------
    OpError
        If the file cannot be written.
    """
    writer = FileWriterCache.get(folder)
    writer.reopen()
    try:
        again = _begun_anew(writer, folder, step, began)
        writer.add_graph(graph)
        writer.add_summary(_summary_of(results), step)
        for summary in summaries:
            writer.add_summary(summary, step)
        if checkpoint is not None:
            writer.add_summary(text("checkpoint_path", checkpoint), step)
        for event in again:
            writer.add_event(event)
    finally:
        writer.close()


def _begun_anew(
    writer: FileWriter, folder: str | os.PathLike[str], step: int, began: float | None
) -> list[Any]:
    """Take back what was written of this step and later ones; the events of later steps that are still so."""
    last = writer.last_step
    if not events_files(folder) or (last is not None and last < step):
        return []
    from estimator.summaries.directory import (
        summaries_from,
    )  # most evaluations are of a later step than the last

    found = summaries_from(folder, step)
    if all(_is_of_hooks(event, step, began) for event in found):
        return []
    latest = find_latest(os.path.dirname(os.path.abspath(folder)), deep=False)
    newest = step if latest is None or latest.step is None else latest.step
    writer.begin_session(step, takes_back=True)
    for event in found:
        if _is_of_hooks(event, step, began):
            writer.add_event(event)
    return [event for event in found if step < event.step <= newest]


def _is_of_hooks(event: Any, step: int, began: float | None) -> bool:
    """Whether a hook of this evaluation has written it."""
    return event.step == step and began is not None and event.wall_time >= began


def _summary_of(results: Mapping[str, Any]) -> Any:
    """One Summary of all metrics: a reader gets those of an evaluation together, or none of them."""
    summary = messages.Summary()
    for key in sorted(results.keys() - {"global_step"}):
        part = _part_of(key, results[key])
        if part is not None:
            summary.MergeFrom(part)
    return summary


def _part_of(key: str, value: Any) -> Any:
    """The Summary of one metric; None, with a warning, if it has none."""
    if isinstance(value, (int, float, np.integer, np.floating, np.bool_)):
        return scalars({key: value})
    if isinstance(value, np.ndarray):
        return tensor(key, value)
    try:
        summary = as_summary(value)
    except (TypeError, ValueError):  # a text is not the bytes of tf.summary.image(...)
        log.warning(
            "Skipping summary for %s, which is not a number, an array or a Summary: %.80r.", key, value
        )
        return None
    for index, item in enumerate(summary.value):
        item.tag = f"{key}/{index}"
    return summary


def read_evaluations(paths: Iterable[str]) -> list[tuple[int, dict[str, float]]]:
    """The step and the metrics that are numbers, of each evaluation in these events files that still counts.

    What a later session has taken back is left out. What is cut off ends its file, and so does what is damaged, with a
    warning.

    Source
    ------
    What tf.estimator.BestExporter takes for an evaluation, TF 2.15: the simple values of an event. There those of a
    training that was taken back count, too.
    """
    found: list[tuple[int, dict[str, float]]] = []
    for path in paths:
        try:
            for event in summary_iterator(path):
                if is_start(event):
                    found = [(step, metrics) for step, metrics in found if step < event.step]
                values = [item for item in event.summary.value if item.HasField("simple_value")]
                if values:
                    found.append((event.step, {item.tag: item.simple_value for item in values}))
        except OpError as error:
            log.warning("the evaluations in %s are not all known: %s", path, error)
    return found
