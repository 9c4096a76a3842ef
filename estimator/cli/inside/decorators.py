"""Decorators of functions that go away or look like others, and what a function's arguments are.

Source: tensorflow/python/util/deprecation.py, tf_decorator.py and function_utils.py
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from estimator.core.log import logger

F = TypeVar("F", bound=Callable[..., Any])


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[[F], F]:
    """A decorator of functions that are going away: the first call is a warning, or with ``warn_once=False`` each.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """

    def decorate(function: F) -> F:
        return _warning(function, date, instructions, lambda given: "is deprecated", warn_once)

    return decorate


def deprecated_args(
    date: str | None, instructions: str, *names: Any, warn_once: bool = True, **accepted: Any
) -> Callable[[F], F]:
    """A decorator of functions some of whose arguments are going away: a call that has one of them is a warning.

    Parameters
    ----------
    date : str, optional
        When they go.
    instructions : str
        What to do instead.
    *names : str, or (str, value)
        The arguments; of one with a value, that value is no reason to warn.
    warn_once : bool
        Whether to warn at the first such call only.
    **accepted
        Arguments with such values, too.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """
    harmless = dict([name if isinstance(name, tuple) else (name, _NOTHING) for name in names], **accepted)

    def decorate(function: F) -> F:
        signature = inspect.signature(function)

        def stale(call: tuple[tuple[Any, ...], dict[str, Any]]) -> str:
            given = signature.bind_partial(*call[0], **call[1]).arguments
            old = [name for name in harmless if name in given and given[name] is not harmless[name]]
            return f"with {', '.join(old)} is deprecated" if old else ""

        return _warning(function, date, instructions, stale, warn_once)

    return decorate


_NOTHING = object()
_is_loud = True  # not in a block of silence()


def _warning(
    function: F,
    date: str | None,
    instructions: str,
    complaint: Callable[[tuple[tuple[Any, ...], dict[str, Any]]], str],
    warn_once: bool,
) -> F:
    seen: list[str] = []

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        text = complaint((args, kwargs)) if _is_loud else ""
        if text and not (seen and warn_once):
            seen.append(text)
            when = f"after {date}" if date else "in a future version"
            logger.warning(
                "%s (from %s) %s and will be removed %s. Instructions for updating: %s",
                function.__name__,
                function.__module__,
                text,
                when,
                instructions,
            )
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


@contextmanager
def silence() -> Iterator[None]:
    """A block in which nothing that is called says that it is going away.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """
    global _is_loud
    before, _is_loud = _is_loud, False
    try:
        yield
    finally:
        _is_loud = before


def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that has an old name, too.

    Raises
    ------
    ValueError
        If it is given under both.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """
    if old_value is None:
        return new_value
    if new_value is not None:
        raise ValueError(
            f"{new_name} and {old_name} are one argument; given: {new_name}={new_value!r}, {old_name}={old_value!r}."
        )
    return old_value


def make_decorator(
    target: Callable[..., Any],
    decorator_func: F,
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> F:
    """The function that a decorator gives, which looks like the one that it was given.

    Source
    ------
    tensorflow/python/util/tf_decorator.py
    """
    return functools.wraps(target)(decorator_func)  # type: ignore[return-value]


def fn_args(fn: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that a function takes by position, without those that a partial has bound.

    Source
    ------
    tensorflow/python/util/function_utils.py
    """
    if isinstance(fn, functools.partial):
        return tuple(name for name in fn_args(fn.func)[len(fn.args) :] if name not in fn.keywords)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(name for name, one in inspect.signature(fn).parameters.items() if one.kind in kinds)


def has_kwargs(fn: Callable[..., Any]) -> bool:
    """Whether a function takes any keyword argument (``**kwargs``).

    Source
    ------
    tensorflow/python/util/function_utils.py
    """
    function = fn.func if isinstance(fn, functools.partial) else fn
    kinds = [one.kind for one in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
