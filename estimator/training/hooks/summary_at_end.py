"""SummaryAtEndHook: the summaries after the last run of an evaluation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from estimator.summaries.ops import merge_all
from estimator.summaries.writer import FileWriterCache
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.global_step import get_or_create_global_step


class SummaryAtEndHook(SessionRunHook):
    """Writes summaries once, at the end.

    Parameters
    ----------
    log_dir : path, optional
        Where they are written, unless there is a writer.
    summary_writer : FileWriter, optional
    summary_op : Tensor, optional
        By default all summaries of the graph.
    feed_dict : mapping, optional
        What it is fed.

    Raises
    ------
    ValueError
        If there is neither `log_dir` nor `summary_writer`.

    Source
    ------
    tf.contrib.training.SummaryAtEndHook, TF 1.15 evaluation.py
    """

    only_chief = True

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        summary_writer: Any = None,
        summary_op: Any = None,
        feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        if log_dir is None and summary_writer is None:
            raise ValueError("SummaryAtEndHook: give log_dir or summary_writer.")
        self._log_dir = log_dir
        self._writer = summary_writer
        self._summary_op = summary_op
        self._feed_dict = feed_dict

    def begin(self) -> None:
        """Merge the summaries that there are."""
        if self._summary_op is None:
            self._summary_op = merge_all()  # None if there are no summaries
        self._global_step = get_or_create_global_step()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Open the events file."""
        if self._writer is None and self._log_dir is not None:
            self._writer = FileWriterCache.get(self._log_dir)

    def end(self, session: Any) -> None:
        """Write them, at the global step."""
        if self._summary_op is not None:
            step = int(session.run(self._global_step))
            self._writer.add_summary(session.run(self._summary_op, self._feed_dict), step)
        self._writer.flush()
