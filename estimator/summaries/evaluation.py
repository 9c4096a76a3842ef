"""What an evaluation leaves for TensorBoard: a point for each metric, and which checkpoint it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from estimator.core import log
from estimator.graph.graph import Graph
from estimator.summaries.protos import as_summary, scalars, text
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
        Metric name to number; bytes are taken for Summaries of their own; other arrays have no point
        and are named in the log.
    checkpoint : str or None
        The prefix that was evaluated.
    graph : Graph
        Shown under Graphs.
    """
    writer = FileWriterCache.get(folder)
    writer.reopen()
    writer.add_graph(graph)
    points = {key: value for key, value in results.items() if key != "global_step" and _is_number(value)}
    writer.add_summary(scalars(points), step)
    for key, value in results.items():
        if isinstance(value, bytes):
            summary = as_summary(value)
            for index, item in enumerate(summary.value):
                item.tag = f"{key}/{index}"
            writer.add_summary(summary, step)
        elif key not in points and key != "global_step":
            log.warning("Skipping summary for %s, which is no number: %s.", key, type(value).__name__)
    if checkpoint is not None:
        writer.add_summary(text("checkpoint_path", checkpoint), step)
    writer.close()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating, np.bool_))
