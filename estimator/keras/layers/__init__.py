"""Layers: keras.layers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.layer": "Layer",
        "estimator.keras.layers.by_name": "deserialize serialize",
        "estimator.keras.layers.dense": "Dense",
        "estimator.network.layers.input_spec": "InputSpec",
    },
)
