"""Summaries that the graph itself writes: tf.contrib.summary."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.summaries.graph_writers": (
            "all_summary_ops always_record_summaries create_file_writer "
            "create_summary_file_writer=create_file_writer eval_dir flush generic graph histogram image import_event "
            "initialize never_record_summaries record_summaries_every_n_global_steps scalar should_record_summaries "
            "summary_writer_initializer_op SummaryWriter"
        ),
    },
)
