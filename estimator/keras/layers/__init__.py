"""Layers: keras.layers."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.keras.input_layer": "Input InputLayer",
        "estimator.keras.layer": "Layer",
        "estimator.keras.layers.activation": (
            "Activation ActivityRegularization ELU Identity LeakyReLU Masking PReLU ReLU Softmax "
            "ThresholdedReLU"
        ),
        "estimator.keras.layers.any_cell": "AbstractRNNCell StackedRNNCells",
        "estimator.keras.layers.by_name": "deserialize serialize",
        "estimator.keras.layers.columns": "DenseFeatures",
        "estimator.keras.layers.convolutional": (
            "Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose Convolution1D=Conv1D "
            "Convolution2D=Conv2D Convolution2DTranspose=Conv2DTranspose Convolution3D=Conv3D "
            "Convolution3DTranspose=Conv3DTranspose DepthwiseConv2D SeparableConv1D SeparableConv2D "
            "SeparableConvolution1D=SeparableConv1D SeparableConvolution2D=SeparableConv2D"
        ),
        "estimator.keras.layers.dense": "Dense",
        "estimator.keras.layers.embedding": "Embedding",
        "estimator.keras.layers.function": "Lambda",
        "estimator.keras.layers.merging": (
            "Add Average Concatenate Dot Maximum Minimum Multiply Subtract add average concatenate dot "
            "maximum minimum multiply subtract"
        ),
        "estimator.keras.layers.noise": (
            "AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D "
            "SpatialDropout3D"
        ),
        "estimator.keras.layers.normalization": "BatchNormalization LayerNormalization Rescaling UnitNormalization",
        "estimator.keras.layers.pooling": (
            "AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D=AveragePooling1D "
            "AvgPool2D=AveragePooling2D AvgPool3D=AveragePooling3D GlobalAveragePooling1D "
            "GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D=GlobalAveragePooling1D "
            "GlobalAvgPool2D=GlobalAveragePooling2D GlobalAvgPool3D=GlobalAveragePooling3D "
            "GlobalMaxPool1D=GlobalMaxPooling1D GlobalMaxPool2D=GlobalMaxPooling2D "
            "GlobalMaxPool3D=GlobalMaxPooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D "
            "MaxPool1D=MaxPooling1D MaxPool2D=MaxPooling2D MaxPool3D=MaxPooling3D MaxPooling1D "
            "MaxPooling2D MaxPooling3D"
        ),
        "estimator.keras.layers.recurrent": "GRU LSTM RNN SimpleRNN",
        "estimator.keras.layers.recurrent_cells": "GRUCell LSTMCell SimpleRNNCell",
        "estimator.keras.layers.reshaping": (
            "Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D "
            "UpSampling2D UpSampling3D "
            "ZeroPadding1D ZeroPadding2D ZeroPadding3D"
        ),
        "estimator.keras.layers.wrappers": "Bidirectional TimeDistributed Wrapper",
        "estimator.network.layers.input_spec": "InputSpec",
    },
)
