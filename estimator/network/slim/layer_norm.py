"""Layer normalization: each example brought to mean 0 and variance 1 by itself, then scaled and shifted.

Unlike batch normalization it knows no other examples and no averages, and does the same in training and afterwards::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta        mean and variance over the axes of one example
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.dtypes import float16
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import show
from estimator.functions import normalization
from estimator.functions.arguments import tensor_of
from estimator.graph import rules
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import demand_floating
from estimator.network.slim.formats import known_rank
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs
from estimator.network.slim.weights import VariablesCollections, collections_of
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.model_variables import ScopeLike, model_variable
from estimator.variables.scopes import variable_scope

_EPSILON, _EPSILON_OF_HALF = 1e-12, 1e-3  # the smaller one is 0 in half precision


@add_arg_scope
def layer_norm(
    inputs: TensorLike,
    center: bool = True,
    scale: bool = True,
    activation_fn: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: ScopeLike = None,
) -> Tensor:
    """The inputs normalized over the axes from `begin_norm_axis` on.

    Parameters
    ----------
    inputs : Tensor
        Floating point, of known rank.
    center, scale : bool
        Whether there is a `beta`, a `gamma`.
    activation_fn : callable, optional
        Applied to the result.
    reuse : bool, optional
        Take the variables that there are in the scope.
    variables_collections : list of str, or dict of them by "beta" and "gamma", optional
        Further collections of the variables.
    outputs_collections : str or list of str, optional
        Collections of the result.
    trainable : bool
        Whether beta and gamma are trained.
    begin_norm_axis, begin_params_axis : int
        The first axis that is normalized, and the first along which beta and gamma differ.
    scope : str or VariableScope, optional
        By default the first free form of ``LayerNorm``.

    Shape
    -----
    inputs [batch, ..., size] -> the same; beta, gamma [size], the sizes from `begin_params_axis` on

    Raises
    ------
    TypeError
        If the inputs are not floating point.
    ValueError
        If their rank, or a size along which beta and gamma differ, is not known, or there is no such axis.

    Source
    ------
    tf.contrib.layers.layer_norm, TF 1.15 contrib/layers/python/layers/layers.py; Ba, Kiros and Hinton 2016,
    arXiv:1607.06450
    """
    with variable_scope(scope, "LayerNorm", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        demand_floating(x.dtype, "layer_norm")
        norm_axes, params_shape = _layout(x, begin_norm_axis, begin_params_axis)

        def weight(name: str, initializer: Any) -> Any:
            collections = collections_of(variables_collections, name)
            return model_variable(
                name, params_shape, x.dtype, initializer, trainable=trainable, collections=collections
            )

        beta = weight("beta", Zeros()) if center else None
        gamma = weight("gamma", Ones()) if scale else None
        mean, variance = normalization.moments(x, norm_axes, keepdims=True)
        epsilon = _EPSILON_OF_HALF if x.dtype is float16 else _EPSILON
        outputs = normalization.batch_normalization(x, mean, variance, beta, gamma, epsilon)
        outputs.set_shape(x.dims)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        result: Tensor = collect_named_outputs(outputs_collections, opened.name, outputs)
        return result


def _layout(x: Tensor, begin_norm_axis: int, begin_params_axis: int) -> tuple[list[int], tuple[int, ...]]:
    """The axes that are normalized, and the shape of beta and gamma."""
    rank = known_rank("layer_norm", x)
    for name, axis in (("begin_norm_axis", begin_norm_axis), ("begin_params_axis", begin_params_axis)):
        if not -rank <= axis < rank:
            raise ValueError(f"layer_norm: {name}={axis} is no axis of {x.name}, of shape {show(x.dims)}.")
    shape = rules.known((x.dims or ())[begin_params_axis % rank :])
    if shape is None:
        raise ValueError(
            f"layer_norm: the shape of {x.name} from axis {begin_params_axis} on is not fully defined: it is "
            f"{show(x.dims)}, and beta and gamma have those sizes. Use set_shape."
        )
    return list(range(begin_norm_axis % rank, rank)), shape


near_keywords_of_functions(__name__)
