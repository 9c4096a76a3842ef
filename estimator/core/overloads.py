"""Functions that do otherwise for arguments of some class.

A ragged tensor is no Tensor, but functions of tensors take it. What each of them does with one stands with ragged
tensors, not in the function::

    @overload(RaggedTensor, math.negative)
    def negative(x, name=None): ...

Whoever answers misspelt keywords (:mod:`estimator.core.keywords`) asks here for each call, so that public functions all
may be overloaded; for one that is not, that is a look into a dict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])

OVERLOADS: dict[Callable[..., Any], dict[type, Callable[..., Any]]] = {}
"""What is called in place of a function, by the class of an argument; most functions are not in it."""


def overload(kind: type, function: Callable[..., Any]) -> Callable[[T], T]:
    """Let what is decorated be called in place of a function, where an argument, or one of a list, is of a class.

    Raises
    ------
    ValueError
        If the function has an overload for the class already.
    """

    def register(own: T) -> T:
        known = OVERLOADS.setdefault(function, {})
        if kind in known:
            raise ValueError(f"{function.__name__}() has an overload for {kind.__name__} already.")
        known[kind] = own
        return own

    return register


def overload_for(
    known: Mapping[type, Callable[..., Any]], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[..., Any] | None:
    """Which of a function's overloads is to be called with these arguments; None for the function itself."""
    for value in (*args, *kwargs.values()):
        for one in value if type(value) in (list, tuple) else (value,):
            if type(one) in known:
                return known[type(one)]
    return None
