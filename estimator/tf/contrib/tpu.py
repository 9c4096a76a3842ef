"""TPUs, of which there are none: tf.contrib.tpu."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": (
            "InputPipelineConfig RunConfig=TPURunConfig TPUConfig TPUEstimator TPUEstimatorSpec"
        ),
        "estimator.optimizers.unavailable": "CrossShardOptimizer",
    },
)
