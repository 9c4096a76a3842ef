"""What the functions that users write take, as their signatures say."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from estimator.core.shown import shorten


def argument_names(function: Callable[..., Any], what: str) -> tuple[str, ...]:
    """The names of the arguments that can be passed by name; bound ones of a method or a partial are left out.

    Parameters
    ----------
    function : callable
    what : str
        What it is, for the message: ``"input_fn"``.

    Raises
    ------
    TypeError
        If it is not callable.
    """
    if not callable(function):
        raise TypeError(
            f"unsupported callable: `{what}` must be callable, given: {shorten(function)}. "
            f"Pass the function itself, or {what}=lambda: ... if it needs arguments."
        )
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # a builtin without a signature
        return ()
    bound = _bound_by_name(function)
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return tuple(taken.name for taken in parameters if taken.kind in kinds and taken.name not in bound)


def _bound_by_name(function: Any) -> set[str]:
    """The arguments that partials have filled in; signatures still list them, as defaults."""
    bound: set[str] = set()
    while isinstance(function, functools.partial):
        bound |= set(function.keywords)
        function = function.func
    return bound
