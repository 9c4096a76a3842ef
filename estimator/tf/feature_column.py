"""Feature columns and the layer they feed: tf.feature_column."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.columns.bucketized": "bucketized_column",
        "estimator.columns.crossed": "crossed_column",
        "estimator.columns.hashed": "categorical_column_with_hash_bucket",
        "estimator.columns.identity": "categorical_column_with_identity",
        "estimator.columns.indicator": "indicator_column",
        "estimator.columns.input_layer": "input_layer",
        "estimator.columns.numeric": "numeric_column",
        "estimator.columns.parse_spec": "make_parse_example_spec",
        "estimator.columns.weighted": "weighted_categorical_column",
    },
)
