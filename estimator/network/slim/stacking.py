"""The same layer several times, each on the output of the one before, in scopes that are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.graph.likes import TensorLike
from estimator.variables.model_variables import ScopeLike
from estimator.variables.scopes import VariableScope, variable_scope


def repeat(inputs: TensorLike, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The output of a layer that is applied so many times, with the same arguments.

    ``repeat(x, 3, conv2d, 64, [3, 3], scope="conv1")`` has its variables below ``conv1/conv1_1`` to ``conv1/conv1_3``;
    without a scope they are below ``Repeat/convolution2d_1`` and so on.

    Parameters
    ----------
    inputs : Tensor
    repetitions : int
    layer : callable
        Takes an input, `args`, `kwargs` and a scope.

    Source
    ------
    tf.contrib.layers.repeat, TF 1.15 layers.py
    """
    return _one_after_another(inputs, layer, [args] * repetitions, "Repeat", kwargs)


def stack(inputs: TensorLike, layer: Callable[..., Any], stack_args: Sequence[Any], **kwargs: Any) -> Any:
    """The output of a layer that is applied once for each of a list of arguments.

    ``stack(x, fully_connected, [32, 64], scope="fc")`` has its variables below ``fc/fc_1`` and ``fc/fc_2``; without a
    scope they are below ``Stack/fully_connected_1`` and so on.

    Parameters
    ----------
    inputs : Tensor
    layer : callable
        Takes an input, arguments, `kwargs` and a scope.
    stack_args : list
        One argument, or a list or tuple of several, for each time.

    Raises
    ------
    ValueError
        If `stack_args` is not a list or tuple.

    Source
    ------
    tf.contrib.layers.stack, TF 1.15 layers.py
    """
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError(f"stack: stack_args need to be a list or tuple, given: {stack_args!r}.")
    arguments = [given if isinstance(given, (list, tuple)) else [given] for given in stack_args]
    return _one_after_another(inputs, layer, arguments, "Stack", kwargs)


def _one_after_another(
    inputs: TensorLike,
    layer: Callable[..., Any],
    arguments: Iterable[Sequence[Any]],
    default_name: str,
    options: dict[str, Any],
) -> Any:
    scope: ScopeLike = options.pop("scope", None)
    base = scope.name if isinstance(scope, VariableScope) else scope or _name_of(layer, default_name)
    with variable_scope(scope, default_name):
        outputs: Any = tensor_of(inputs, name="inputs")
        for number, positional in enumerate(arguments, 1):
            outputs = layer(outputs, *positional, **options, scope=f"{base}_{number}")
        return outputs


def _name_of(layer: Any, default_name: str) -> str:
    function = layer.func if isinstance(layer, partial) else layer
    return getattr(function, "__name__", default_name.lower())


near_keywords_of_functions(__name__)
