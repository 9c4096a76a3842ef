"""Functions that do otherwise for arguments of some class.

A ragged tensor is no Tensor, but functions of tensors take it. What each of them does with one stands with ragged
tensors, not in the function::

    @overload(RaggedTensor, math.negative)
    def negative(x, name=None): ...

Whoever answers misspelt keywords (:mod:`estimator.core.keywords`) asks here for each call, so that public functions all
may be overloaded. Until the first overload it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])

OVERLOADS: dict[type, dict[Callable[..., Any], Callable[..., Any]]] = {}
"""By the class of an argument: what is called in place of which function."""


def overload(kind: type, function: Callable[..., Any]) -> Callable[[T], T]:
    """Let what is decorated be called in place of a function, where an argument, or one of a list, is of a class.

    Raises
    ------
    ValueError
        If the function has an overload for the class already.
    """

    def register(own: T) -> T:
        known = OVERLOADS.setdefault(kind, {})
        if function in known:
            raise ValueError(f"{function.__name__}() has an overload for {kind.__name__} already.")
        known[function] = own
        return own

    return register


def overload_for(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[..., Any] | None:
    """What is to be called in place of a function with these arguments; None for itself."""
    for value in _and_listed((*args, *kwargs.values())):
        known = OVERLOADS.get(type(value))
        if known is not None:
            return known.get(function)
    return None


def _and_listed(values: Iterable[Any]) -> Iterable[Any]:
    """The values, and what lists and tuples among them hold."""
    for value in values:
        if type(value) in (list, tuple):
            yield from value
        else:
            yield value
