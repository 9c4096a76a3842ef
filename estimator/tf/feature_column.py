"""Feature columns and the layer they feed: tf.feature_column."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.columns.bucketized": "bucketized_column",
        "estimator.columns.crossed": "crossed_column",
        "estimator.columns.embedding": "embedding_column",
        "estimator.columns.hashed": "categorical_column_with_hash_bucket",
        "estimator.columns.identity": "categorical_column_with_identity",
        "estimator.columns.indicator": "indicator_column",
        "estimator.columns.input_layer": "input_layer",
        "estimator.columns.linear_model": "linear_model",
        "estimator.columns.numeric": "numeric_column",
        "estimator.columns.parse_spec": "make_parse_example_spec",
        "estimator.columns.sequence": (
            "sequence_categorical_column_with_hash_bucket sequence_categorical_column_with_identity "
            "sequence_categorical_column_with_vocabulary_file "
            "sequence_categorical_column_with_vocabulary_list"
        ),
        "estimator.columns.sequence_input_layer": "sequence_input_layer",
        "estimator.columns.sequence_numeric": "sequence_numeric_column",
        "estimator.columns.shared_embedding": "shared_embedding_columns",
        "estimator.columns.vocabulary_file": "categorical_column_with_vocabulary_file",
        "estimator.columns.vocabulary_list": "categorical_column_with_vocabulary_list",
        "estimator.columns.weighted": "weighted_categorical_column",
    },
)
