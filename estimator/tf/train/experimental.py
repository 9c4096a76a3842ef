"""Training with numbers of half the size, which is not available: tf.train.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.unavailable": (
            "DynamicLossScale enable_mixed_precision_graph_rewrite FixedLossScale "
            "MixedPrecisionLossScaleOptimizer"
        ),
    },
)
