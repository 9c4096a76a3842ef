"""Feature columns: tf.feature_column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.columns.column import make_parse_example_spec
from estimator.columns.input_layer import input_layer
from estimator.columns.numeric import numeric_column
from estimator.core.facade import fixed_names

__all__ = ["input_layer", "make_parse_example_spec", "numeric_column"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "bucketized_column categorical_column_with_hash_bucket categorical_column_with_identity "
            "categorical_column_with_vocabulary_file categorical_column_with_vocabulary_list "
            "crossed_column embedding_column indicator_column linear_model shared_embedding_columns "
            "weighted_categorical_column"
        ),
    )
