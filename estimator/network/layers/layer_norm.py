"""Layer normalization: each example brought to mean 0 and variance 1 by itself, then scaled and shifted.

Unlike batch normalization it knows no other examples and no averages, and does the same in training and afterwards::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta        mean and variance over the axes of one example
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.dtypes import float16
from estimator.core.keywords import near_keywords
from estimator.core.shapes import show
from estimator.functions import normalization
from estimator.functions.arguments import tensor_of
from estimator.graph import rules
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import demand_floating
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.scopes import VariableScope, variable_scope

_EPSILON, _EPSILON_OF_HALF = 1e-12, 1e-3  # the smaller one is 0 in half precision

VariablesCollections = Sequence[str] | Mapping[str, Sequence[str]] | None


@near_keywords
def layer_norm(
    inputs: TensorLike,
    center: bool = True,
    scale: bool = True,
    activation_fn: Callable[[Any], Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: str | Sequence[str] | None = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: str | VariableScope | None = None,
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
    with variable_scope(scope, default_name="LayerNorm", reuse=reuse):
        x = tensor_of(inputs, name="inputs")
        demand_floating(x.dtype, "layer_norm")
        norm_axes, params_shape = _layout(x, begin_norm_axis, begin_params_axis)

        def weight(name: str, initializer: Any) -> Any:
            collections = variables_collections
            if isinstance(collections, Mapping):
                collections = collections.get(name)
            keys = dict.fromkeys(
                [*(collections or ()), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES]
            )
            return get_variable(
                name, params_shape, x.dtype, initializer, trainable=trainable, collections=list(keys)
            )

        beta = weight("beta", Zeros()) if center else None
        gamma = weight("gamma", Ones()) if scale else None
        mean, variance = normalization.moments(x, norm_axes, keepdims=True)
        epsilon = _EPSILON_OF_HALF if x.dtype is float16 else _EPSILON
        result = normalization.batch_normalization(x, mean, variance, beta, gamma, epsilon)
        result.set_shape(x.dims)
        if activation_fn is not None:
            result = activation_fn(result)
        for key in (
            [outputs_collections] if isinstance(outputs_collections, str) else outputs_collections or ()
        ):
            result.graph.add_to_collection(key, result)
        return result


def _layout(x: Tensor, begin_norm_axis: int, begin_params_axis: int) -> tuple[list[int], tuple[int, ...]]:
    """The axes that are normalized, and the shape of beta and gamma."""
    if x.dims is None:
        raise ValueError(f"layer_norm: the rank of {x.name} is not known; use set_shape.")
    rank = len(x.dims)
    for name, axis in (("begin_norm_axis", begin_norm_axis), ("begin_params_axis", begin_params_axis)):
        if not -rank <= axis < rank:
            raise ValueError(f"layer_norm: {name}={axis} is no axis of {x.name}, of shape {show(x.dims)}.")
    shape = rules.known(x.dims[begin_params_axis % rank :])
    if shape is None:
        raise ValueError(
            f"layer_norm: beta and gamma have the sizes of {x.name} from axis {begin_params_axis} on, which must be "
            f"known; its shape is {show(x.dims)}. Use set_shape."
        )
    return list(range(begin_norm_axis % rank, rank)), shape
