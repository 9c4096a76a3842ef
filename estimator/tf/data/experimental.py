"""What may still change in TensorFlow's datasets: tf.data.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.csv_datasets": "CsvDataset",
        "estimator.pipeline.made_datasets": "make_batched_features_dataset make_csv_dataset",
        "estimator.pipeline.transformations": "AUTOTUNE enumerate_dataset map_and_batch shuffle_and_repeat",
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
