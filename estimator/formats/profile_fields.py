"""Names and numbers of the messages that a profile of a graph is told in.

The table has the form of :mod:`estimator.formats.fields`.

Source
------
tensorflow/core/profiler/tfprof_output.proto of TensorFlow 2.15; the fields of what is told here
"""

from __future__ import annotations

MESSAGES = """
GraphNodeProto
  1 name string
  4 parameters int64
  13 float_ops int64
  10 devices string *
  23 total_definition_count int64
  8 total_parameters int64
  14 total_float_ops int64
  12 children GraphNodeProto *
MultiGraphNodeProto
  1 name string
  4 parameters int64
  5 float_ops int64
  8 total_parameters int64
  9 total_float_ops int64
  10 graph_nodes GraphNodeProto *
  11 children MultiGraphNodeProto *
"""
