"""Summaries and the event files they go to: tf.summary."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.formats.messages": "Event SessionLog Summary SummaryDescription TaggedRunMetadata",
        "estimator.summaries.graph_writers": "all_v2_summary_ops=all_summary_ops initialize",
        "estimator.summaries.ops": "audio histogram image merge merge_all scalar tensor_summary text",
        "estimator.summaries.tensorboardx": "tensorboardx_writer",
        "estimator.summaries.writer": "FileWriter FileWriterCache",
    },
)
