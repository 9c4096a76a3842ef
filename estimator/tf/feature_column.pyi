"""Written by `make stub` from the table in feature_column.py; do not edit."""

from estimator.columns.column import make_parse_example_spec as make_parse_example_spec
from estimator.columns.input_layer import input_layer as input_layer
from estimator.columns.numeric import numeric_column as numeric_column
