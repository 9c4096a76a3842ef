"""Functions between layers, by name: keras.activations."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.math": "exponential=exp tanh",
        "estimator.functions.nn": "selu softplus softsign",
        "estimator.keras.activations.by_name": "deserialize get serialize",
        "estimator.keras.activations.functions": "elu gelu relu sigmoid softmax swish",
        "estimator.network.layers.by_name": "hard_sigmoid linear mish",
    },
)
