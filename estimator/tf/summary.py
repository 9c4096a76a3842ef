"""Summaries and the event files they go to: tf.summary."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.summaries.ops": "histogram merge merge_all scalar",
        "estimator.summaries.writer": "FileWriter FileWriterCache",
    },
)
