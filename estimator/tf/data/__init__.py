"""Datasets and their iterators: tf.data."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.dataset": (
            "Dataset get_output_classes=output_classes get_output_shapes=output_shapes "
            "get_output_types=output_types make_initializable_iterator make_one_shot_iterator"
        ),
        "estimator.pipeline.file_datasets": "FixedLengthRecordDataset TFRecordDataset TextLineDataset",
        "estimator.pipeline.options": "Options ThreadingOptions",
        "estimator.pipeline.specs": "DatasetSpec",
        "estimator.pipeline.transformations": "AUTOTUNE INFINITE_CARDINALITY UNKNOWN_CARDINALITY",
        "estimator.pipeline.iterator": "Iterator=GraphIterator",
    },
    modules="estimator.tf.data.experimental",
)
