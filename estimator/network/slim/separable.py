"""Separable convolutions: each channel over space by itself, then all channels of a place; as in tf.contrib.layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.functions.arguments import tensor_of
from estimator.functions.depthwise import depthwise_conv2d
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.separable_convolution import SeparableConv2D
from estimator.network.layers.windows import Sizes, count, window_sizes, word
from estimator.network.slim.formats import is_channels_first, known_size, of_layers
from estimator.network.slim.fully_connected import XAVIER, ZEROS
from estimator.network.slim.named_outputs import OutputsCollections
from estimator.network.slim.weights import Asked, VariablesCollections
from estimator.variables.model_variables import ScopeLike
from estimator.variables.scopes import variable_scope


@add_arg_scope
def separable_convolution2d(
    inputs: TensorLike,
    num_outputs: int | None,
    kernel_size: Sizes,
    depth_multiplier: int = 1,
    stride: Sizes = 1,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    rate: Sizes = 1,
    activation_fn: Callable[..., Any] | None = nn.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: Mapping[str, Any] | None = None,
    weights_initializer: Any = XAVIER,
    pointwise_initializer: Any = None,
    weights_regularizer: Callable[[Any], Any] | None = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    scope: ScopeLike = None,
) -> Tensor:
    """A convolution of each channel, then one of all channels at each place; then biases and activation.

    Arguments that are not here are those of :func:`~estimator.network.slim.convolution.convolution`; the scope is by
    default the first free form of ``SeparableConv2d``.

    Parameters
    ----------
    num_outputs : int, optional
        The number of channels of the output; with None the second convolution is left out.
    depth_multiplier : int
        How many channels the first convolution makes of each.
    pointwise_initializer : callable, optional
        Of the weights of the second convolution; by default `weights_initializer`.

    Shape
    -----
    inputs [batch, height, width, channels] -> [batch, places, places, num_outputs];
    depthwise_weights [kernel_size..., channels, depth_multiplier],
    pointwise_weights [1, 1, channels · depth_multiplier, num_outputs], biases [num_outputs]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If an argument is none of these, or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.separable_convolution2d, TF 1.15 layers.py
    """
    name = "separable_convolution2d"
    asked = Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip
    channels_first = is_channels_first(name, data_format, 2)
    if num_outputs is not None:

        def layer(_: Tensor, **common: Any) -> SeparableConv2D:
            return SeparableConv2D(
                num_outputs, kernel_size, stride, padding, of_layers(channels_first), rate, depth_multiplier,
                depthwise_initializer=weights_initializer, depthwise_regularizer=weights_regularizer,
                pointwise_initializer=pointwise_initializer or weights_initializer,
                pointwise_regularizer=weights_regularizer, **common,
            )  # fmt: skip

        return asked.of_layer("SeparableConv2d", inputs, layer)
    sizes, strides, rates = (
        window_sizes(name, argument, value, 2)
        for argument, value in (("kernel_size", kernel_size), ("stride", stride), ("rate", rate))
    )
    padding = word(name, "padding", padding, ("same", "valid")).upper()
    layout = "NCHW" if channels_first else "NHWC"
    with variable_scope(scope, "SeparableConv2d", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        channels = known_size(name, x, 1 if channels_first else 3)
        shape = [*sizes, channels, count(name, "depth_multiplier", depth_multiplier)]
        kernel = asked.variable("depthwise_weights", shape, x.dtype, weights_initializer, weights_regularizer)
        steps = [1, 1, *strides] if channels_first else [1, *strides, 1]
        outputs = depthwise_conv2d(x, kernel, steps, padding, rates, data_format=layout)
        if asked.has_biases:
            biases = asked.variable(
                "biases", [channels * shape[-1]], x.dtype, biases_initializer, biases_regularizer
            )
            outputs = nn.bias_add(outputs, biases, layout)
        return asked.finished(outputs, opened.name)


near_keywords_of_functions(__name__)

separable_conv2d = separable_convolution2d
