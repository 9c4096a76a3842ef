"""What optimizers do with gradients: tf.contrib.opt."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.optimizers.clip_gradients": "clip_gradients_by_global_norm",
    },
)
