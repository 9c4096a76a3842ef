"""What may still change in TensorFlow's datasets: tf.data.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.csv_datasets": "CsvDataset",
        "estimator.pipeline.made_datasets": "make_batched_features_dataset make_csv_dataset",
        "estimator.pipeline.options": (
            "AutoShardPolicy AutotuneAlgorithm AutotuneOptions DistributeOptions ExternalStatePolicy "
            "OptimizationOptions SHARD_HINT ThreadingOptions"
        ),
        "estimator.pipeline.iterator": "get_next_as_optional",
        "estimator.pipeline.optional": "Optional",
        "estimator.pipeline.record_writer": "TFRecordWriter=DatasetWriter",
        "estimator.pipeline.reducers": "Reducer group_by_reducer",
        "estimator.pipeline.specs": "DatasetStructure=DatasetSpec Structure=Spec",
        "estimator.pipeline.transformations": (
            "AUTOTUNE Counter=counter INFINITE_CARDINALITY RaggedTensorStructure=ragged_tensor_structure "
            "RandomDataset=random_dataset SparseTensorStructure=sparse_tensor_structure "
            "TensorStructure=tensor_structure UNKNOWN_CARDINALITY assert_cardinality "
            "bucket_by_sequence_length cardinality choose_from_datasets copy_to_device dense_to_ragged_batch "
            "dense_to_sparse_batch enumerate_dataset from_list get_single_element get_structure "
            "group_by_window ignore_errors map_and_batch map_and_batch_with_legacy_function "
            "pad_to_cardinality parallel_interleave parse_example_dataset prefetch_to_device "
            "rejection_resample sample_from_datasets scan shuffle_and_repeat take_while unbatch unique"
        ),
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
