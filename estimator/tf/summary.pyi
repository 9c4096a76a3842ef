"""Written by `make stub` from the table in summary.py; do not edit."""

from estimator.summaries.ops import histogram as histogram
from estimator.summaries.ops import merge as merge
from estimator.summaries.ops import merge_all as merge_all
from estimator.summaries.ops import scalar as scalar
from estimator.summaries.writer import FileWriter as FileWriter
from estimator.summaries.writer import FileWriterCache as FileWriterCache
