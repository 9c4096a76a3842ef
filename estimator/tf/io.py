"""Descriptions of the features in a tf.Example: tf.io."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.parsing": "FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature",
    },
)
