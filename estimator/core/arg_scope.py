"""Default arguments for a block: each call inside of the functions it lists gets them, unless it says otherwise.

::

    with arg_scope([conv2d, fully_connected], activation_fn=tf.nn.elu, weights_regularizer=l2_regularizer(0.01)):
        net = conv2d(images, 32, 3)                         # with both
        net = conv2d(net, 64, 3, activation_fn=None)        # without the activation

A block inside another adds to it and wins over it. Only functions that :func:`add_arg_scope` decorates take part.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, TypeAlias, TypeVar

from estimator.core.keywords import near_keywords_of_functions

T = TypeVar("T", bound=Callable[..., Any])

# The function that was decorated, to the arguments that calls of it get.
ArgScope: TypeAlias = dict[Any, dict[str, Any]]

_IN_FORCE: ContextVar[ArgScope] = ContextVar("arg_scope")


def add_arg_scope(func: T) -> T:
    """The function, which takes what the blocks around a call give it.

    Source
    ------
    tf.contrib.framework.add_arg_scope, TF 1.15
    """

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **{**current_arg_scope().get(func, {}), **kwargs})

    vars(call)["_key_op"] = func
    return call  # type: ignore[return-value]  # it is called as the function is


@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Sequence[Any] | Mapping[Any, Any], **kwargs: Any) -> Iterator[ArgScope]:
    """A block in which calls of some functions have other defaults.

    Parameters
    ----------
    list_ops_or_scope : list of functions, or what such a block gave
        What a block gave (``with arg_scope(...) as scope``) is in force again, and nothing else.
    **kwargs
        The arguments for all functions of the list.

    Raises
    ------
    TypeError
        If it is neither a list nor what a block gave.
    ValueError
        If a function takes no part, or there are arguments beside what a block gave.

    Source
    ------
    tf.contrib.framework.arg_scope, TF 1.15
    """
    token = _IN_FORCE.set(_inside(list_ops_or_scope, kwargs))
    try:
        yield current_arg_scope()
    finally:
        _IN_FORCE.reset(token)


def _inside(given: Any, arguments: Mapping[str, Any]) -> ArgScope:
    if isinstance(given, Mapping):
        if arguments:
            raise ValueError(
                f"arg_scope(): a scope that is used again takes no arguments, given: {', '.join(arguments)}. Open a "
                "second block inside for them."
            )
        return dict(given)
    if not isinstance(given, (list, tuple)):
        raise TypeError(
            "arg_scope(): list_ops_or_scope must either be a list/tuple of functions or reused scope (i.e. dict), "
            f"given: {given!r}."
        )
    strangers = [getattr(func, "__name__", repr(func)) for func in given if not has_arg_scope(func)]
    if strangers:
        raise ValueError(
            f"arg_scope(): {', '.join(strangers)} is not decorated with @add_arg_scope, and would not see the "
            "arguments."
        )
    scope = dict(current_arg_scope())
    for func in given:
        key = arg_scope_func_key(func)
        scope[key] = {**scope.get(key, {}), **arguments}
    return scope


def current_arg_scope() -> ArgScope:
    """The arguments in force, by the functions that :func:`arg_scope_func_key` gives; to be looked at."""
    return _IN_FORCE.get({})


def arg_scope_func_key(op: Any) -> Any:
    """Under which key the arguments of a function stand in a scope: the function as it was before it was decorated."""
    return getattr(op, "_key_op", op)


def has_arg_scope(func: Any) -> bool:
    """Whether a function takes part: whether :func:`add_arg_scope` decorates it."""
    return hasattr(func, "_key_op")


def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """The arguments of a function that a block can give: those with a default.

    Raises
    ------
    ValueError
        If the function takes no part.
    """
    if not has_arg_scope(func):
        raise ValueError(f"{getattr(func, '__name__', func)!r} is not decorated with @add_arg_scope.")
    parameters = inspect.signature(func).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.default is not parameter.empty)


near_keywords_of_functions(__name__)
