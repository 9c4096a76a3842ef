"""What an evaluation leaves for TensorBoard: a point for each metric, and which checkpoint it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.core import log
from estimator.graph.graph import Graph
from estimator.summaries.protos import as_summary, scalars, tensor, text
from estimator.summaries.writer import FileWriterCache


def write_evaluation(
    folder: str | os.PathLike[str],
    results: Mapping[str, Any],
    step: int,
    checkpoint: str | None,
    graph: Graph,
) -> None:
    """Write the metrics of one evaluation at a step.

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

    Raises
    ------
    OpError
        If the file cannot be written.
    """
    writer = FileWriterCache.get(folder)
    writer.reopen()
    try:
        writer.add_graph(graph)
        for key in sorted(results.keys() - {"global_step"}):
            summary = _summary_of(key, results[key])
            if summary is not None:
                writer.add_summary(summary, step)
        if checkpoint is not None:
            writer.add_summary(text("checkpoint_path", checkpoint), step)
    finally:
        writer.close()


def _summary_of(key: str, value: Any) -> Any:
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
