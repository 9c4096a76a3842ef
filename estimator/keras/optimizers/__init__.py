"""Optimizers, by name: keras.optimizers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.optimizers.adagrad": "Adadelta Adagrad Ftrl",
        "estimator.keras.optimizers.adam": "Adam AdamW Adamax",
        "estimator.keras.optimizers.by_name": "deserialize get serialize",
        "estimator.keras.optimizers.nadam": "Nadam",
        "estimator.keras.optimizers.optimizer": "Optimizer",
        "estimator.keras.optimizers.rmsprop": "RMSprop",
        "estimator.keras.optimizers.sgd": "SGD",
    },
    modules="estimator.keras.optimizers.legacy estimator.keras.optimizers.schedules",
)
