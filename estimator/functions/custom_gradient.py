"""Functions with gradients of their own.

::

    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.log(1 + e), lambda dy: dy * (1 - 1 / (1 + e))

The results pass an IdentityN that also has the arguments and the variables as inputs, and whose gradient is the
function's. This is what TensorFlow makes, too.

Source: tf.custom_gradient, tf.grad_pass_through, tf.recompute_grad, TF 2.15 custom_gradient.py
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import Graph, graph_of
from estimator.graph.handles import handle_op, is_handle, outside
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation, Tensor

Function = Callable[..., Any]


def custom_gradient(f: Function | None = None) -> Function:
    """Decorator: a function that gives its result and, as a second value, a function for the gradients.

    Parameters
    ----------
    f : callable
        Takes tensors, which may nest; gives ``(result, grad_fn)``. ``grad_fn(*dys)`` takes the gradient of each tensor
        of the result, and gives one for each argument. If `f` uses trainable variables, it is called
        ``grad_fn(*dys, variables=[...])``, and gives a pair: the gradients of the arguments and of the variables.

    Returns
    -------
    callable
        Takes what `f` takes, gives the result. Keyword arguments reach `f` as they are; nothing flows to them.

    Raises
    ------
    TypeError
        When it is called, if `f` does not give a pair with a function, or uses variables that `grad_fn` does not take.
    ValueError
        When gradients are made, if their number is wrong.
    """
    if f is None:
        return custom_gradient

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        return _call(f, args, kwargs)

    return call


def _call(f: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with graph_of([*nest.flatten(args)]).as_default():
        graph = graph_of([])
        arguments = [graph.convert(value) for value in nest.flatten(args)]
        given = f(*nest.pack_as(args, arguments), **kwargs)
        if not isinstance(given, tuple) or len(given) != 2 or not callable(given[1]):
            raise TypeError(
                f"{_name(f)} must give (result, grad_fn), as tf.custom_gradient asks for; it gave {given!r}."
            )
        result, grad_fn = given
        results = [b.Identity(graph.convert(value)) for value in nest.flatten(result)]
        variables = _variables_between(graph, results, arguments)
        if variables and not _takes_variables(grad_fn):
            names = ", ".join(variable.name for variable in variables)
            raise TypeError(
                f"{_name(f)} uses the variables {names}: its gradient function must take variables=, and give a pair, "
                "the gradients of the arguments and of the variables."
            )
        rule = _rule(grad_fn, len(results), len(arguments), variables)
        inputs = [*results, *arguments, *(variable.as_tensor() for variable in variables)]
        return nest.pack_as(result, _with_gradient(graph, inputs, rule)[: len(results)])


def _name(f: Function) -> str:
    return getattr(f, "__qualname__", repr(f))


def _with_gradient(graph: Graph, tensors: Sequence[Tensor], rule: Function) -> list[Tensor]:
    """The tensors as they are, of one operation that has this gradient."""
    count = sum(key.startswith("CustomGradient-") for key in graph.resources)
    name = f"CustomGradient-{count}"
    graph.resources[name] = rule
    with graph.gradient_override_map({"IdentityN": name}):
        return list(b.IdentityN(list(tensors)))


def _variables_between(graph: Graph, results: Sequence[Tensor], arguments: Sequence[Tensor]) -> list[Any]:
    """The trainable variables that the results depend on, other than through the arguments."""
    seen: set[Operation] = {tensor.op for tensor in arguments}
    handles: set[Operation | None] = set()
    stack = [*results]
    while stack:
        tensor = outside(stack.pop())
        if is_handle(tensor):
            handles.add(handle_op(tensor))
        elif tensor.op not in seen:
            seen.add(tensor.op)
            stack += tensor.op.inputs
    trainable = graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
    return [variable for variable in trainable if handle_op(variable.handle) in handles]


def _takes_variables(grad_fn: Function) -> bool:
    parameters = inspect.signature(grad_fn).parameters
    return "variables" in parameters or any(part.kind is part.VAR_KEYWORD for part in parameters.values())


def _rule(grad_fn: Function, n_results: int, n_arguments: int, variables: Sequence[Any]) -> Function:
    """The gradient of the IdentityN: none to the results themselves, the function's to arguments and variables."""

    def rule(op: Operation, *dys: Any) -> list[Any]:
        dys = dys[:n_results]
        given = grad_fn(*dys, variables=list(variables)) if variables else grad_fn(*dys)
        of_arguments, of_variables = given if variables else (given, [])
        groups = [
            (_flat(of_arguments), n_arguments, "arguments"),
            (_flat(of_variables), len(variables), "variables"),
        ]
        for grads, count, what in groups:
            if len(grads) != count:
                raise ValueError(
                    f"{_name(grad_fn)}, the gradient function of {op.describe()}, gives {len(grads)} gradients for "
                    f"{count} {what}."
                )
        return [*[None] * n_results, *groups[0][0], *groups[1][0]]

    return rule


def _flat(grads: Any) -> list[Any]:
    return nest.flatten(list(grads) if isinstance(grads, (list, tuple)) else [grads])


def grad_pass_through(f: Function) -> Function:
    """The function with the gradient of the identity: what flows into its result flows to its argument.

    Example
    -------
    >>> from estimator import tf
    >>> x = tf.constant([1.5, 2.5])
    >>> rounded = tf.grad_pass_through(tf.round)(x)
    """

    @custom_gradient
    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        def grad(*dys: Any, variables: Sequence[Any] = ()) -> Any:
            return (dys, [None] * len(variables)) if variables else dys

        return f(*args, **kwargs), grad

    return call


def recompute_grad(f: Function) -> Function:
    """The function itself: nothing is computed again on the way back, what is kept is what memory it takes."""
    return f


near_keywords_of_functions(__name__)
