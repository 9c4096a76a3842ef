"""Written by `make stub` from the table in summary.py; do not edit."""

from estimator.summaries.graph_writers import SummaryWriter as SummaryWriter
from estimator.summaries.graph_writers import all_summary_ops as all_summary_ops
from estimator.summaries.graph_writers import always_record_summaries as always_record_summaries
from estimator.summaries.graph_writers import create_file_writer as create_file_writer
from estimator.summaries.graph_writers import create_file_writer as create_summary_file_writer
from estimator.summaries.graph_writers import eval_dir as eval_dir
from estimator.summaries.graph_writers import flush as flush
from estimator.summaries.graph_writers import generic as generic
from estimator.summaries.graph_writers import graph as graph
from estimator.summaries.graph_writers import histogram as histogram
from estimator.summaries.graph_writers import image as image
from estimator.summaries.graph_writers import import_event as import_event
from estimator.summaries.graph_writers import initialize as initialize
from estimator.summaries.graph_writers import never_record_summaries as never_record_summaries
from estimator.summaries.graph_writers import record_summaries_every_n_global_steps as record_summaries_every_n_global_steps
from estimator.summaries.graph_writers import scalar as scalar
from estimator.summaries.graph_writers import should_record_summaries as should_record_summaries
from estimator.summaries.graph_writers import summary_writer_initializer_op as summary_writer_initializer_op
