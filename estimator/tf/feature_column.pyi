"""Written by `make stub` from the table in feature_column.py; do not edit."""

from estimator.columns.bucketized import bucketized_column as bucketized_column
from estimator.columns.crossed import crossed_column as crossed_column
from estimator.columns.hashed import categorical_column_with_hash_bucket as categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity as categorical_column_with_identity
from estimator.columns.indicator import indicator_column as indicator_column
from estimator.columns.input_layer import input_layer as input_layer
from estimator.columns.numeric import numeric_column as numeric_column
from estimator.columns.parse_spec import make_parse_example_spec as make_parse_example_spec
from estimator.columns.weighted import weighted_categorical_column as weighted_categorical_column
