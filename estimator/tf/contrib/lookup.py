"""Lookup tables: tf.contrib.lookup."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.index_tables": (
            "HashTable index_table_from_file index_table_from_tensor index_to_string_table_from_file "
            "index_to_string_table_from_tensor"
        ),
        "estimator.functions.lookup": "FastHashSpec HasherSpec IdTableWithHashBuckets StrongHashSpec",
        "estimator.functions.mutable_tables": "MutableHashTable=mutable_hash_table",
        "estimator.functions.table_initializers": (
            "KeyValueTensorInitializer TextFileIndex TextFileInitializer"
        ),
    },
)
