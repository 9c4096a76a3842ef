"""The optimizers of Keras before 2.11, and of TensorFlow 1's tf.keras: keras.optimizers.legacy."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.optimizers.legacy.optimizer": "Optimizer",
        "estimator.keras.optimizers.legacy.updates": "Adadelta Adagrad Adam Adamax Ftrl Nadam RMSprop SGD",
    },
)
