"""Written by `make stub` from the table in graph_util.py; do not edit."""

from estimator.checkpoint.freezing import convert_variables_to_constants as convert_variables_to_constants
from estimator.checkpoint.freezing import extract_sub_graph as extract_sub_graph
from estimator.checkpoint.freezing import remove_training_nodes as remove_training_nodes
from estimator.checkpoint.graph_files import import_graph_def as import_graph_def
