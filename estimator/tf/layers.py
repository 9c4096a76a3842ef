"""Layers, as functions and as classes: tf.layers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.layers.batch_normalization": "batch_normalization BatchNormalization",
        "estimator.network.layers.convolution": "Conv1D Conv2D Conv3D conv1d conv2d conv3d",
        "estimator.network.layers.convolution_transpose": (
            "Conv2DTranspose Conv3DTranspose conv2d_transpose conv3d_transpose"
        ),
        "estimator.network.layers.dense": "Dense dense",
        "estimator.network.layers.dropout": "Dropout dropout",
        "estimator.network.layers.flatten": "Flatten flatten",
        "estimator.network.layers.input_spec": "InputSpec",
        "estimator.network.layers.layer": "Layer",
        "estimator.network.layers.pooling": (
            "AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D "
            "average_pooling1d average_pooling2d average_pooling3d max_pooling1d max_pooling2d max_pooling3d"
        ),
        "estimator.network.layers.separable_convolution": (
            "SeparableConv1D SeparableConv2D separable_conv1d separable_conv2d"
        ),
    },
)
