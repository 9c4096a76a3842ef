"""What may still change in TensorFlow's datasets: tf.data.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.csv_datasets": "CsvDataset",
        "estimator.pipeline.made_datasets": "make_batched_features_dataset make_csv_dataset",
        "estimator.pipeline.options": (
            "AutoShardPolicy AutotuneOptions DistributeOptions OptimizationOptions ThreadingOptions"
        ),
        "estimator.pipeline.transformations": (
            "AUTOTUNE Counter=counter INFINITE_CARDINALITY RandomDataset=random_dataset UNKNOWN_CARDINALITY "
            "assert_cardinality bucket_by_sequence_length cardinality choose_from_datasets copy_to_device "
            "dense_to_ragged_batch enumerate_dataset get_single_element group_by_window ignore_errors map_and_batch "
            "map_and_batch_with_legacy_function parallel_interleave prefetch_to_device sample_from_datasets scan "
            "shuffle_and_repeat take_while unbatch unique"
        ),
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
