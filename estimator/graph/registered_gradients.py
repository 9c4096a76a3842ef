"""Gradients that a script gives to single operations in place of those of their ops.

An operation made inside ``graph.gradient_override_map({"Relu": "Guided"})`` has the gradient that is registered as
``Guided``; files keep the name alone. That of tf.custom_gradient stands in the graph's resources, and goes with it.

Source: tf.RegisterGradient, TF 1.15 ops.py; the attribute ``_gradient_op_type`` in graph/node_def.proto files
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from estimator.core.errors import GradientError
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.graph.graph import get_default_graph
from estimator.graph.op import OPS
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Operation

Rule: TypeAlias = Callable[..., Any]  # (op, *gradients of the outputs) -> gradients of the inputs

_REGISTERED: dict[str, Rule] = {}


@near_keywords
class RegisterGradient:
    """Decorator: the function is the gradient of operations that a `gradient_override_map` gives this name.

    It is called with the operation and the gradients of its outputs, and gives one for each input, or None.

    Parameters
    ----------
    op_type : str
        The name; an op that has a gradient already keeps it.

    Raises
    ------
    KeyError
        If that name is taken.
    TypeError
        If it is no text.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError(f"op_type must be a name, given: {op_type!r}.")
        self._name = op_type

    def __call__(self, f: Rule) -> Rule:
        """Register the function, and give it back."""
        known = OPS.get(self._name) if self._name in OPS else None
        if self._name in _REGISTERED or (known and (known.gradient_rule or not known.differentiable)):
            raise KeyError(
                f"the gradient {self._name!r} is registered already: take another name, and let "
                "graph.gradient_override_map give it to operations."
            )
        _REGISTERED[self._name] = f
        return f


def NotDifferentiable(op_type: str) -> None:
    """Register for operations that a `gradient_override_map` gives this name that none of their inputs has a gradient.

    Raises
    ------
    KeyError
        If that name is taken.
    TypeError
        If it is no text.
    """
    RegisterGradient(op_type)(lambda op, *dys: [None] * len(op.inputs))


def own_gradients(b: Any, op: Operation, *dys: Any) -> list[Any]:
    """The gradient rule of operations that have a gradient of their own.

    Raises
    ------
    GradientError
        If nothing is registered under its name.
    ValueError
        If there is not one gradient for each input.
    """
    name = op.gradient_name
    rule = op.graph.resources.get(name) or _REGISTERED.get(name)
    if rule is None:
        raise GradientError(
            f"{op.describe()} has the gradient {name!r}, which nobody has registered. A file has the name alone: "
            f"the program that imports one must say it, under @tf.RegisterGradient({name!r})."
        )
    given = rule(op, *dys)
    grads = list(given) if isinstance(given, (list, tuple)) else [given]
    if len(grads) != len(op.inputs):
        raise ValueError(
            f"the gradient {name!r} of {op.describe()} gives {len(grads)} gradients for {len(op.inputs)} inputs."
        )
    return [
        grad
        if grad is None or isinstance(grad, IndexedSlices)
        else get_default_graph().convert(grad, tensor.dtype)
        for grad, tensor in zip(grads, op.inputs, strict=True)
    ]


near_keywords_of_functions(__name__)
