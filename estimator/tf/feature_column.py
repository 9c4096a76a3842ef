"""Feature columns and the layer they feed: tf.feature_column."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.columns.column": "make_parse_example_spec",
        "estimator.columns.input_layer": "input_layer",
        "estimator.columns.numeric": "numeric_column",
    },
)
