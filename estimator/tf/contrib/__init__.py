"""What of TensorFlow 1's contrib has a counterpart here: tf.contrib."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {},
    modules=(
        "estimator.tf.contrib.framework estimator.tf.contrib.layers estimator.tf.contrib.slim "
        "estimator.tf.contrib.training"
    ),
)
