"""Normalization of each example by itself: of each channel, or of groups of channels.

As :mod:`~estimator.network.slim.layer_norm`, it does the same in training and afterwards::

    y = gamma (x - mean) / sqrt(variance + epsilon) + beta        mean and variance over space, and a group of channels
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.arg_scope import add_arg_scope
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions import normalization
from estimator.functions.arguments import tensor_of
from estimator.functions.math import rsqrt
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.layers.layer import demand_floating
from estimator.network.slim.formats import is_channels_first, known_rank, known_size
from estimator.network.slim.named_outputs import OutputsCollections, collect_named_outputs
from estimator.network.slim.weights import VariablesCollections, collections_of
from estimator.variables.initializers import Ones, Zeros
from estimator.variables.model_variables import ScopeLike, model_variable
from estimator.variables.scopes import variable_scope


@add_arg_scope
def instance_norm(
    inputs: TensorLike,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Callable[..., Any] | None = None,
    param_initializers: Mapping[str, Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    data_format: str | None = "NHWC",
    scope: ScopeLike = None,
) -> Tensor:
    """Each channel of each example normalized over space.

    Arguments that are not here are those of :func:`~estimator.network.slim.batch_norm.batch_norm`.

    Parameters
    ----------
    inputs : Tensor
        Floating point, with a known rank and number of channels.
    scope : str or VariableScope, optional
        By default the first free form of ``InstanceNorm``.

    Shape
    -----
    inputs [batch, space..., channels] -> the same; beta, gamma [channels]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If the data format is none of these, or the rank or the number of channels is not known.

    Source
    ------
    tf.contrib.layers.instance_norm, TF 1.15 normalization.py; Ulyanov et al. 2016, arXiv:1607.08022
    """
    channels_first = is_channels_first("instance_norm", data_format, 2)
    with variable_scope(scope, "InstanceNorm", reuse=reuse) as opened:
        x = tensor_of(inputs, name="inputs")
        demand_floating(x.dtype, "instance_norm")
        rank = known_rank("instance_norm", x)
        axis = 1 if channels_first else rank - 1
        shape = [-1 if place == axis else 1 for place in range(rank)]
        beta, gamma = _weights(
            x, axis, shape, center, scale, param_initializers, variables_collections, trainable
        )
        mean, variance = normalization.moments(
            x, [place for place in range(1, rank) if place != axis], keepdims=True
        )
        outputs = normalization.batch_normalization(
            x, mean, variance, beta, gamma, epsilon, name="instancenorm"
        )
        return _finished(outputs, activation_fn, outputs_collections, opened.name)


@add_arg_scope
def group_norm(
    inputs: TensorLike,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Sequence[int] = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Callable[..., Any] | None = None,
    param_initializers: Mapping[str, Any] | None = None,
    reuse: bool | None = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: OutputsCollections = None,
    trainable: bool = True,
    scope: ScopeLike = None,
    mean_close_to_zero: bool = False,
) -> Tensor:
    """Groups of channels of each example normalized, over space and the channels of the group.

    Arguments that are not here are those of :func:`~estimator.network.slim.batch_norm.batch_norm`.

    Parameters
    ----------
    inputs : Tensor
        Floating point, with a known rank and number of channels.
    groups : int
        How many groups of neighbouring channels there are.
    channels_axis : int
        Where the channels are.
    reduction_axes : list of int
        The axes of space.
    scope : str or VariableScope, optional
        By default the first free form of ``GroupNorm``.
    mean_close_to_zero : bool
        Accepted; the variance is always computed from differences to the mean, which is exact for any mean.

    Shape
    -----
    inputs [batch, space..., channels] -> the same; beta, gamma [channels]

    Raises
    ------
    TypeError
        If the input is not floating point.
    ValueError
        If there are no such axes, the number of channels is not known, or not a multiple of `groups`. The error has all
        problems.

    Source
    ------
    tf.contrib.layers.group_norm, TF 1.15 normalization.py; Wu and He 2018, arXiv:1803.08494
    """
    x = tensor_of(inputs, name="inputs")
    demand_floating(x.dtype, "group_norm")
    rank, channels = known_rank("group_norm", x), known_size("group_norm", x, channels_axis)
    axis = channels_axis % rank
    _check_groups(groups, channels, rank, axis, reduction_axes)
    sizes = b.Shape(x)
    known = [sizes[place] if size is None else size for place, size in enumerate(x.dims or ())]
    grouped = [*known[:axis], groups, channels // groups, *known[axis + 1 :]]
    shape = [1] * axis + [groups, channels // groups] + [1] * (rank - axis - 1)
    values = b.Reshape(x, b.Pack(grouped))
    with variable_scope(scope, "GroupNorm", reuse=reuse) as opened:
        beta, gamma = _weights(
            x, axis, shape, center, scale, param_initializers, variables_collections, trainable
        )
        axes = [axis + 1, *(place + (place > axis) for place in (given % rank for given in reduction_axes))]
        mean, variance = normalization.moments(values, axes, keepdims=True)
        gain = rsqrt(variance + epsilon)
        gain = gain if gamma is None else gain * gamma
        offset = -mean * gain if beta is None else beta - mean * gain
        outputs = b.Reshape(values * gain + offset, sizes)
        outputs.set_shape(x.dims)
        return _finished(outputs, activation_fn, outputs_collections, opened.name)


def _check_groups(groups: int, channels: int, rank: int, axis: int, reduction_axes: Sequence[int]) -> None:
    problems = []
    if groups < 1 or groups > channels or channels % groups:
        problems.append(
            f"Invalid groups {groups} for {channels} channels, which must be a multiple of their number"
        )
    outside = [place for place in reduction_axes if not -rank <= place < rank]
    if outside:
        problems.append(f"reduction_axes {outside} are out of bounds: there are {rank} axes")
    if axis in [place % rank for place in reduction_axes]:
        problems.append("reduction_axis must be mutually exclusive with channels_axis")
    raise_problems("group_norm", problems)


def _weights(
    x: Tensor,
    axis: int,
    shape: Sequence[int],
    center: bool,
    scale: bool,
    initializers: Mapping[str, Any] | None,
    collections: VariablesCollections,
    trainable: bool,
) -> tuple[Tensor | None, Tensor | None]:
    """beta and gamma, in the shape that broadcasts against the inputs, or None where there is none."""
    channels = known_size("instance_norm", x, axis)  # group_norm knows it already

    def made(name: str, first: Any) -> Tensor:
        variable = model_variable(
            name, [channels], x.dtype, (initializers or {}).get(name, first), trainable=trainable,
            collections=collections_of(collections, name),
        )  # fmt: skip
        result: Tensor = b.Reshape(variable, shape)
        return result

    return made("beta", Zeros()) if center else None, made("gamma", Ones()) if scale else None


def _finished(
    outputs: Tensor, activation_fn: Callable[..., Any] | None, collections: OutputsCollections, alias: str
) -> Tensor:
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    result: Tensor = collect_named_outputs(collections, alias, outputs)
    return result


near_keywords_of_functions(__name__)
