"""Written by `make stub` from the table in summary.py; do not edit."""

from estimator.formats.messages import Event as Event
from estimator.formats.messages import SessionLog as SessionLog
from estimator.formats.messages import Summary as Summary
from estimator.formats.messages import SummaryDescription as SummaryDescription
from estimator.formats.messages import TaggedRunMetadata as TaggedRunMetadata
from estimator.summaries.graph_writers import all_summary_ops as all_v2_summary_ops
from estimator.summaries.graph_writers import initialize as initialize
from estimator.summaries.ops import audio as audio
from estimator.summaries.ops import histogram as histogram
from estimator.summaries.ops import image as image
from estimator.summaries.ops import merge as merge
from estimator.summaries.ops import merge_all as merge_all
from estimator.summaries.ops import scalar as scalar
from estimator.summaries.ops import tensor_summary as tensor_summary
from estimator.summaries.ops import text as text
from estimator.summaries.tensorboardx import tensorboardx_writer as tensorboardx_writer
from estimator.summaries.writer import FileWriter as FileWriter
from estimator.summaries.writer import FileWriterCache as FileWriterCache
