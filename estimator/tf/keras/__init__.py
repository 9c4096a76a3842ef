"""``tf.keras``: the names of ``estimator.keras``."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"estimator.keras": "Input Model Sequential"},
    modules=(
        "estimator.tf.keras.activations estimator.tf.keras.backend estimator.tf.keras.callbacks "
        "estimator.tf.keras.constraints estimator.tf.keras.datasets estimator.tf.keras.estimator "
        "estimator.tf.keras.initializers estimator.tf.keras.layers estimator.tf.keras.losses "
        "estimator.tf.keras.metrics estimator.tf.keras.models estimator.tf.keras.optimizers "
        "estimator.tf.keras.preprocessing estimator.tf.keras.regularizers "
        "estimator.tf.keras.saving estimator.tf.keras.utils"
    ),
)
