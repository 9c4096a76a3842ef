"""Convolutions over one, two or three axes of space, in the form of tf.contrib.layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import nn
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import tile
from estimator.functions.depthwise import depthwise_conv2d
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.convolution import Conv1D, Conv2D, Conv3D, Convolution
from estimator.network.layers.windows import Sizes, window_sizes, word
from estimator.network.slim.formats import is_channels_first, known_rank, known_size, of_layers
from estimator.network.slim.fully_connected import XAVIER, ZEROS
from estimator.network.slim.named_outputs import OutputsCollections
from estimator.network.slim.weights import Asked, VariablesCollections
from estimator.variables.model_variables import ScopeLike
from estimator.variables.scopes import variable_scope

_LAYERS: dict[int, type[Convolution]] = {1: Conv1D, 2: Conv2D, 3: Conv3D}


@add_arg_scope
def convolution(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: Sizes,
    stride: Sizes = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Sizes = 1,
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
    conv_dims: int | None = None,
) -> Tensor:
    """activation_fn(convolution(inputs, weights) + biases), over as many axes of space as the input has.

    Arguments that are not here are those of :func:`~estimator.network.slim.fully_connected.fully_connected`.

    Parameters
    ----------
    inputs : Tensor
        Floating point, of rank 3, 4 or 5, with a known number of channels.
    num_outputs : int
        The number of channels of the output.
    kernel_size, stride, rate : int, or one for each axis of space
        The size of the window, its steps, and the distance of the places that it takes; the latter two not together.
    padding : {"SAME", "VALID"}
    data_format : str, optional
        ``NHWC``, ``NCHW`` and their kin; by default the channels come last.
    scope : str or VariableScope, optional
        By default the first free form of ``Conv``.
    conv_dims : int, optional
        How many axes of space the input must have.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, space..., num_outputs];
    weights [kernel_size..., channels, num_outputs], biases [num_outputs]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If an argument is none of these, the rank is another, or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.convolution, TF 1.15 layers.py
    """
    asked = Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip
    channels_first = is_channels_first("convolution", data_format, 1, 2, 3)

    def layer(x: Tensor, **common: Any) -> Convolution:
        return _layer_for(x, conv_dims)(
            num_outputs, kernel_size, stride, padding, of_layers(channels_first), rate,
            kernel_initializer=weights_initializer, kernel_regularizer=weights_regularizer, **common,
        )  # fmt: skip

    return asked.of_layer("Conv", inputs, layer)


def _layer_for(x: Tensor, conv_dims: int | None) -> type[Convolution]:
    space = known_rank("convolution", x) - 2
    if space not in _LAYERS or conv_dims not in (None, space):
        wanted = "3, 4 or 5" if conv_dims is None else str(conv_dims + 2)
        raise_problems(
            "convolution",
            [
                f"Convolution expects input with rank {wanted}, got {space + 2}: {x.name} has the shape {show(x.dims)}."
            ],
        )
    return _LAYERS[space]


def _over(conv_dims: int, name: str) -> Callable[..., Tensor]:
    """The convolution over a number of axes of space, of that name, which blocks of arguments name by itself."""

    def over_axes(
        inputs: TensorLike,
        num_outputs: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: str = "SAME",
        data_format: str | None = None,
        rate: Sizes = 1,
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
        return convolution(
            inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn, normalizer_fn,
            normalizer_params, weights_initializer, weights_regularizer, biases_initializer, biases_regularizer, reuse,
            variables_collections, outputs_collections, trainable, scope, conv_dims,
        )  # fmt: skip

    over_axes.__name__ = over_axes.__qualname__ = name
    over_axes.__doc__ = (
        f"As :func:`convolution`, for inputs with {conv_dims} axes of space.\n\n"
        f"Source\n------\ntf.contrib.layers.{name}, TF 1.15 layers.py\n"
    )
    return near_keywords(add_arg_scope(over_axes))


conv1d = convolution1d = _over(1, "convolution1d")
conv2d = convolution2d = _over(2, "convolution2d")
conv3d = convolution3d = _over(3, "convolution3d")


@add_arg_scope
def convolution2d_in_plane(
    inputs: TensorLike,
    kernel_size: Sizes,
    stride: Sizes = 1,
    padding: str = "SAME",
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
    """The convolution of each channel of images by itself, all with one kernel; then biases and activation.

    The arguments are those of :func:`convolution`; the scope is by default the first free form of ``ConvInPlane``.

    Shape
    -----
    inputs [batch, height, width, channels] -> [batch, places, places, channels];
    weights [kernel_size..., 1, 1], biases [channels]

    Raises
    ------
    ValueError
        If an argument is none of these, or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.convolution2d_in_plane, TF 1.15 layers.py
    """
    name = "convolution2d_in_plane"
    asked = Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip
    sizes, strides = (
        window_sizes(name, "kernel_size", kernel_size, 2),
        window_sizes(name, "stride", stride, 2),
    )
    padding = word(name, "padding", padding, ("same", "valid")).upper()
    with variable_scope(scope, "ConvInPlane", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        channels = known_size(name, x, 3)
        kernel = asked.variable("weights", [*sizes, 1, 1], x.dtype, weights_initializer, weights_regularizer)
        outputs = depthwise_conv2d(x, tile(kernel, [1, 1, channels, 1]), [1, *strides, 1], padding)
        if asked.has_biases:
            biases = asked.variable("biases", [channels], x.dtype, biases_initializer, biases_regularizer)
            outputs = nn.bias_add(outputs, biases)
        return asked.finished(outputs, opened.name)


near_keywords_of_functions(__name__)

conv2d_in_plane = convolution2d_in_plane
