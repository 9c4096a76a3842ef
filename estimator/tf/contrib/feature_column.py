"""Columns of sequences: tf.contrib.feature_column."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.columns.sequence": (
            "sequence_categorical_column_with_hash_bucket sequence_categorical_column_with_identity "
            "sequence_categorical_column_with_vocabulary_file "
            "sequence_categorical_column_with_vocabulary_list"
        ),
        "estimator.columns.sequence_input_layer": "sequence_input_layer",
        "estimator.columns.sequence_numeric": "sequence_numeric_column",
    },
)
