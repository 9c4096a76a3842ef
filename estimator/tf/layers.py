"""Layers: tf.layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.network.layers.batch_normalization import BatchNormalization, batch_normalization
from estimator.network.layers.dense import Dense, dense
from estimator.network.layers.dropout import Dropout, dropout
from estimator.network.layers.flatten import Flatten, flatten
from estimator.network.layers.layer import Layer

__all__ = [
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "batch_normalization",
    "dense",
    "dropout",
    "flatten",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "AveragePooling1D AveragePooling2D Conv1D Conv2D Conv2DTranspose "
            "MaxPooling1D MaxPooling2D average_pooling1d average_pooling2d conv1d "
            "conv2d conv2d_transpose max_pooling1d max_pooling2d separable_conv2d"
        ),
    )
