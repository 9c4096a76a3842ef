"""Transposed convolutions, which make space larger, in the form of tf.contrib.layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords
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


def _transposed(kind: type[TransposedConvolution], what: str, channels_last: str) -> Callable[..., Tensor]:
    """The function of that kind, which blocks of arguments name by itself."""
    name, default_name = f"convolution{kind.rank}d_transpose", f"Conv{kind.rank}d_transpose"

    def transposed(
        inputs: TensorLike,
        num_outputs: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: str = "SAME",
        data_format: str | None = channels_last,
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
        channels_first = is_channels_first(kind.__name__, data_format, kind.rank)

        def layer(_: Tensor, **common: Any) -> TransposedConvolution:
            return kind(
                num_outputs, kernel_size, stride, padding, of_layers(channels_first),
                kernel_initializer=weights_initializer, kernel_regularizer=weights_regularizer, **common,
            )  # fmt: skip

        return Asked(
            activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
            reuse, variables_collections, outputs_collections, trainable, scope,
        ).of_layer(default_name, inputs, layer)  # fmt: skip

    transposed.__name__ = transposed.__qualname__ = name
    transposed.__doc__ = _DOC.format(what=what, name=name, default_name=default_name)
    return near_keywords(add_arg_scope(transposed))


_DOC = """{what} made larger by the gradient of a convolution by its input; then biases and activation.

    The arguments are those of :func:`~estimator.network.slim.convolution.convolution`; the scope is by default the
    first free form of ``{default_name}``.

    Shape
    -----
    inputs [batch, space..., channels] -> [batch, larger..., num_outputs];
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
    tf.contrib.layers.{name}, TF 1.15 layers.py
"""

conv2d_transpose = convolution2d_transpose = _transposed(Conv2DTranspose, "Images", "NHWC")
conv3d_transpose = convolution3d_transpose = _transposed(Conv3DTranspose, "Volumes", "NDHWC")
