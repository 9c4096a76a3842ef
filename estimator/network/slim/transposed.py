"""Transposed convolutions, which make space larger, in the form of tf.contrib.layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.convolution_transpose import (
    Conv2DTranspose,
    Conv3DTranspose,
    TransposedConvolution,
)
from estimator.network.layers.windows import Sizes
from estimator.network.slim.formats import is_channels_first, of_layers
from estimator.network.slim.fully_connected import XAVIER, ZEROS
from estimator.network.slim.named_outputs import OutputsCollections
from estimator.network.slim.weights import Asked, VariablesCollections
from estimator.variables.model_variables import ScopeLike


@add_arg_scope
def convolution2d_transpose(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: Sizes,
    stride: Sizes = 1,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    activation_fn: Callable[..., Any] | None = nn.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: Mapping[str, Any] | None = None,
    weights_initializer: Any = XAVIER,
    weights_regularizer: Callable[[Any], Any] | None = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    scope: ScopeLike = None,
) -> Tensor:
    """Images made larger by the gradient of a convolution by its input; then biases and activation.

    The arguments are those of :func:`~estimator.network.slim.convolution.convolution`; the scope is by default the
    first free form of ``Conv2d_transpose``.

    Shape
    -----
    inputs [batch, height, width, channels] -> [batch, larger, larger, num_outputs];
    weights [kernel_size..., num_outputs, channels], biases [num_outputs]. With "SAME" a size becomes size · stride,
    with "VALID" max(kernel_size - stride, 0) more.

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If an argument is none of these, or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.convolution2d_transpose, TF 1.15 layers.py
    """
    layer = _maker(
        Conv2DTranspose, num_outputs, kernel_size, stride, padding, data_format,
        weights_initializer, weights_regularizer,
    )  # fmt: skip
    return Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    ).of_layer("Conv2d_transpose", inputs, layer)  # fmt: skip


@add_arg_scope
def convolution3d_transpose(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: Sizes,
    stride: Sizes = 1,
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    activation_fn: Callable[..., Any] | None = nn.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: Mapping[str, Any] | None = None,
    weights_initializer: Any = XAVIER,
    weights_regularizer: Callable[[Any], Any] | None = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    scope: ScopeLike = None,
) -> Tensor:
    """As :func:`convolution2d_transpose`, of volumes; the scope is by default a form of ``Conv3d_transpose``.

    Source
    ------
    tf.contrib.layers.convolution3d_transpose, TF 1.15 layers.py
    """
    layer = _maker(
        Conv3DTranspose, num_outputs, kernel_size, stride, padding, data_format,
        weights_initializer, weights_regularizer,
    )  # fmt: skip
    return Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    ).of_layer("Conv3d_transpose", inputs, layer)  # fmt: skip


def _maker(
    kind: type[TransposedConvolution],
    num_outputs: int,
    kernel_size: Sizes,
    stride: Sizes,
    padding: str,
    data_format: str | None,
    weights_initializer: Any,
    weights_regularizer: Any,
) -> Callable[..., TransposedConvolution]:
    channels_first = is_channels_first(kind.__name__, data_format, kind.rank)

    def layer(_: Tensor, **common: Any) -> TransposedConvolution:
        return kind(
            num_outputs, kernel_size, stride, padding, of_layers(channels_first),
            kernel_initializer=weights_initializer, kernel_regularizer=weights_regularizer, **common,
        )  # fmt: skip

    return layer


near_keywords_of_functions(__name__)

conv2d_transpose = convolution2d_transpose
conv3d_transpose = convolution3d_transpose
