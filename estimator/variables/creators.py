"""Functions that have a say when a variable is made: tf.variable_creator_scope.

The innermost block's function is called first. What it is given makes the variable, or asks the function of the block
around it::

    def not_trained(next_creator, **kwargs):
        kwargs["trainable"] = False
        return next_creator(**kwargs)

    with variable_creator_scope(not_trained):
        v = tf.get_variable("v", [2])

Source
------
tf.variable_creator_scope, TF 1.15 variable_scope.py
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.graph import Graph, get_default_graph

_OWNER = object()  # of the list that a graph keeps of the functions in force, the innermost last


_UNTOLD = ("initializer_scope", "regularizer")  # arguments of our own, which such a function is not told


def creators_of(graph: Graph) -> list[Callable[..., Any]]:
    """The functions in force, the innermost last."""
    found: list[Callable[..., Any]] = graph.outermost.kept_for(_OWNER, list)
    return found


@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """A block in which a function makes the variables.

    Parameters
    ----------
    variable_creator : callable
        Called as ``variable_creator(next_creator, **kwargs)`` with the arguments of :class:`tf.Variable` by name;
        what it gives is what whoever makes a variable gets.

    Raises
    ------
    TypeError
        If it is no function.
    """
    if not callable(variable_creator):
        raise TypeError(f"variable_creator must be a function, given: {variable_creator!r}.")
    creators = creators_of(get_default_graph())
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators.pop()


def created(make: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """What the functions in force make of the arguments of a variable."""
    for creator in creators_of(get_default_graph()):
        make = partial(creator, make)
    return make(**arguments)


class MadeByCreators(type):
    """The type of a class whose instances the functions in force make."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if not creators_of(get_default_graph()):
            return super().__call__(*args, **kwargs)
        given = inspect.signature(cls.__init__).bind(None, *args, **kwargs)  # type: ignore[misc]
        given.apply_defaults()
        arguments = {name: value for name, value in given.arguments.items() if name != "self"}
        own = {name: arguments.pop(name) for name in _UNTOLD}
        return created(partial(super().__call__, **own), arguments)


near_keywords_of_functions(__name__)
