"""Keras' names over the layers, the loop and the checkpoints of the Estimator: ``estimator.keras``, ``tf.keras``.

Each namespace is a package whose ``__init__`` is a table of its names; ``estimator/tf/keras`` takes them from here.
A new name is one word in its table.
"""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.input_layer": "Input",
        "estimator.keras.model": "Model",
        "estimator.keras.sequential": "Sequential",
    },
    modules=(
        "estimator.keras.activations estimator.keras.backend estimator.keras.callbacks "
        "estimator.keras.constraints estimator.keras.datasets estimator.keras.estimator "
        "estimator.keras.initializers estimator.keras.layers estimator.keras.losses "
        "estimator.keras.metrics estimator.keras.models estimator.keras.optimizers "
        "estimator.keras.preprocessing estimator.keras.regularizers estimator.keras.saving "
        "estimator.keras.utils"
    ),
)
