"""Layers, as functions and as classes: tf.layers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.layers.batch_normalization": "batch_normalization BatchNormalization",
        "estimator.network.layers.dense": "Dense dense",
        "estimator.network.layers.dropout": "Dropout dropout",
        "estimator.network.layers.flatten": "Flatten flatten",
        "estimator.network.layers.input_spec": "InputSpec",
        "estimator.network.layers.layer": "Layer",
    },
)
