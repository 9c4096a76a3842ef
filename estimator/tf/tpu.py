"""What is TensorFlow's for TPUs, and not available: tf.tpu."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.optimizers.unavailable": "CrossShardOptimizer",
    },
)
