"""Fully connected layers, in the form of tf.contrib.layers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import nn
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.dense import Dense
from estimator.network.slim.initializers import xavier_initializer
from estimator.network.slim.named_outputs import OutputsCollections
from estimator.network.slim.weights import Asked, VariablesCollections
from estimator.variables.initializers import Zeros
from estimator.variables.model_variables import ScopeLike

XAVIER, ZEROS = xavier_initializer(), Zeros()


@add_arg_scope
def fully_connected(
    inputs: TensorLike,
    num_outputs: int,
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
    """activation_fn(inputs · weights + biases), along the last axis.

    Parameters
    ----------
    inputs : Tensor
        Floating point, with a last size that is known.
    num_outputs : int
        The size of the output.
    activation_fn : callable, optional
        relu; None for none.
    normalizer_fn : callable, optional
        Instead of biases: for example :func:`~estimator.network.slim.batch_norm.batch_norm`.
    normalizer_params : dict, optional
        The arguments of `normalizer_fn`, by name.
    weights_initializer, biases_initializer : callable, optional
        Without one for the biases there are none.
    weights_regularizer, biases_regularizer : callable, optional
        From the variable to a loss, which is listed among the regularization losses.
    reuse : bool, optional
        Take the variables that there are in the scope, which must be given.
    variables_collections : list of str, or dict of them by "weights" and "biases", optional
        Further collections of the variables.
    outputs_collections : str or list of str, optional
        Collections of the result.
    trainable : bool
        Whether the variables are trained.
    scope : str or VariableScope, optional
        By default the first free form of ``fully_connected``.

    Shape
    -----
    inputs [..., size] -> [..., num_outputs]; weights [size, num_outputs], biases [num_outputs]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If `num_outputs` is not a whole number above 0, or the last size of the input is not known.

    Source
    ------
    tf.contrib.layers.fully_connected, TF 1.15 layers.py
    """
    if not hasattr(num_outputs, "__index__") or operator.index(num_outputs) < 1:
        raise ValueError(
            f"fully_connected: num_outputs must be a whole number above 0, given: {num_outputs!r}."
        )
    asked = Asked(
        activation_fn, normalizer_fn, normalizer_params, biases_initializer, biases_regularizer,
        reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip

    def layer(_: Tensor, **common: Any) -> Dense:
        weights = {"kernel_initializer": weights_initializer, "kernel_regularizer": weights_regularizer}
        return Dense(num_outputs, **weights, **common)

    return asked.of_layer("fully_connected", inputs, layer)


near_keywords_of_functions(__name__)

relu = partial(fully_connected, activation_fn=nn.relu)
relu6 = partial(fully_connected, activation_fn=nn.relu6)
elu = partial(fully_connected, activation_fn=nn.elu)
linear = partial(fully_connected, activation_fn=None)
