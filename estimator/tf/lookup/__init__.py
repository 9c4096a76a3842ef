"""Lookup tables: tf.lookup."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.lookup": "StaticHashTable StaticVocabularyTable",
        "estimator.functions.table_initializers": (
            "KeyValueTensorInitializer TextFileIndex TextFileInitializer"
        ),
    },
    modules="estimator.tf.lookup.experimental",
)
