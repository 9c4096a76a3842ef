"""Transformations of datasets: tf.contrib.data."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.pipeline.transformations": (
            "AUTOTUNE batch_and_drop_remainder enumerate_dataset map_and_batch shuffle_and_repeat"
        ),
        "estimator.training.hooks.checkpoint_input_pipeline": "CheckpointInputPipelineHook",
    },
)
