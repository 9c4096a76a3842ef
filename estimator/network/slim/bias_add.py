"""The bias as a layer of its own, in the form of tf.contrib.layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.functions.arguments import tensor_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.slim.formats import is_channels_first, known_rank, known_size
from estimator.network.slim.fully_connected import ZEROS
from estimator.network.slim.named_outputs import OutputsCollections
from estimator.network.slim.weights import Asked, VariablesCollections
from estimator.variables.model_variables import ScopeLike
from estimator.variables.scopes import variable_scope


@add_arg_scope
def bias_add(
    inputs: TensorLike,
    activation_fn: Callable[..., Any] | None = None,
    initializer: Any = ZEROS,
    regularizer: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    data_format: str | None = "NHWC",
    scope: ScopeLike = None,
) -> Tensor:
    """activation_fn(inputs + biases), a bias for each channel.

    Arguments that are not here are those of :func:`~estimator.network.slim.fully_connected.fully_connected`.

    Parameters
    ----------
    initializer, regularizer : callable, optional
        Of the biases.
    data_format : {"NHWC", "NCHW"}
        Where the channels are: last, or second.
    scope : str or VariableScope, optional
        By default the first free form of ``BiasAdd``.

    Shape
    -----
    inputs [..., channels] -> the same; biases [channels]

    Raises
    ------
    ValueError
        If the data format is none of these, the rank or the number of channels is not known, or the channels are to be
        second of something else than images.

    Source
    ------
    tf.contrib.layers.bias_add, TF 1.15 layers.py
    """
    channels_first = is_channels_first("bias_add", data_format, 2)
    asked = Asked(
        activation_fn, None, None, initializer, regularizer, reuse, variables_collections, outputs_collections,
        trainable, scope,
    )  # fmt: skip
    with variable_scope(scope, "BiasAdd", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        if channels_first and known_rank("bias_add", x) != 4:
            raise ValueError(
                f"bias_add: Data format NCHW only supports 4D Tensor, and {x.name} is of rank {len(x.dims or ())}."
            )
        channels = known_size("bias_add", x, 1 if channels_first else -1)
        biases = asked.variable("biases", [channels], x.dtype, initializer, regularizer)
        return asked.finished(nn.bias_add(x, biases, data_format), opened.name)


near_keywords_of_functions(__name__)
