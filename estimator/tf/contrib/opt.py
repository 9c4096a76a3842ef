"""More optimizers, and what they do with gradients: tf.contrib.opt."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.optimizers.clip_gradients": "clip_gradients_by_global_norm",
        "estimator.optimizers.lazy_adam": "LazyAdamOptimizer",
        "estimator.optimizers.moving_average_optimizer": "MovingAverageOptimizer",
        "estimator.optimizers.nadam": "NadamOptimizer",
        "estimator.optimizers.weight_decay": (
            "AdamWOptimizer DecoupledWeightDecayExtension extend_with_decoupled_weight_decay MomentumWOptimizer"
        ),
    },
)
