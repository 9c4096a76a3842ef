"""Transformations of datasets: tf.contrib.data."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.transformations": (
            "AUTOTUNE Counter=counter RandomDataset=random_dataset batch_and_drop_remainder "
            "bucket_by_sequence_length choose_from_datasets copy_to_device enumerate_dataset get_single_element "
            "group_by_window ignore_errors map_and_batch parallel_interleave prefetch_to_device sample_from_datasets "
            "scan shuffle_and_repeat unbatch unique"
        ),
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
