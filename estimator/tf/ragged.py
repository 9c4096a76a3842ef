"""Ragged tensors: tf.ragged."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.ragged.gathering": "boolean_mask",
        "estimator.functions.ragged.joining": "stack",
        "estimator.functions.ragged.making": (
            "constant constant_value placeholder range row_splits_to_segment_ids segment_ids_to_row_splits "
            "stack_dynamic_partitions"
        ),
        "estimator.functions.ragged.mapping": "map_flat_values",
        "estimator.graph.ragged": "RaggedTensorValue",
    },
)
