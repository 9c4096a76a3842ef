"""Summaries and the event files they go to: tf.summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.summaries.ops import histogram, merge, merge_all, scalar
from estimator.summaries.writer import FileWriter, FileWriterCache

__all__ = ["FileWriter", "FileWriterCache", "histogram", "merge", "merge_all", "scalar"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later="Event Summary audio image tensor_summary text",
    )
