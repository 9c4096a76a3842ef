"""Transformations of datasets: tf.contrib.data."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.contrib_transformations": (
            "padded_batch_and_drop_remainder sliding_window_batch sloppy_interleave"
        ),
        "estimator.pipeline.csv_datasets": "CsvDataset",
        "estimator.pipeline.dataset": "Dataset",
        "estimator.pipeline.file_datasets": "FixedLengthRecordDataset TextLineDataset TFRecordDataset",
        "estimator.pipeline.iterator": "Iterator=GraphIterator",
        "estimator.pipeline.made_datasets": "make_batched_features_dataset make_csv_dataset",
        "estimator.pipeline.reducers": "Reducer group_by_reducer",
        "estimator.pipeline.transformations": (
            "AUTOTUNE Counter=counter RandomDataset=random_dataset batch_and_drop_remainder "
            "bucket_by_sequence_length choose_from_datasets copy_to_device dense_to_sparse_batch enumerate_dataset "
            "get_single_element group_by_window ignore_errors map_and_batch parallel_interleave parse_example_dataset "
            "prefetch_to_device rejection_resample sample_from_datasets scan shuffle_and_repeat unbatch unique"
        ),
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
