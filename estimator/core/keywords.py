"""Keyword arguments that nobody takes, answered with the nearest that are taken.

Python 3.13 does so by itself for functions; before, and for all misspelt ones of a call at once, this does::

    @near_keywords
    def dense(inputs, units, activation=None): ...

    dense(x, unit=3)    # TypeError: dense() got an unexpected keyword argument 'unit'. Did you mean 'units'?

The error of a call of theirs ends at the line of the caller's (:mod:`estimator.core.tracebacks`).

What does otherwise for arguments of some class is called in the function's place (:mod:`estimator.core.overloads`).
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import FunctionType
from typing import Any, TypeVar

from estimator.core.overloads import OVERLOADS, overload_for
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import shortened

T = TypeVar("T", bound=Callable[..., Any])
K = TypeVar("K", bound=type)


def near_keywords(target: T) -> T:
    """The function, or the class with a constructor, that answers misspelt keywords.

    A constructor that takes any keyword hands them to its base's, unless they are its own (:func:`own_keywords`); any
    other function that does so decides for itself.
    """
    if not isinstance(target, type):
        return _checked(target, target.__name__, [target]) if isinstance(target, FunctionType) else target
    for method in ("__init__", "__new__"):
        # A quickly made class compiles its constructor when it is asked for it, and vars() does not ask.
        own = getattr(target, method) if method in vars(target) else None
        if isinstance(own, FunctionType):
            chain = _constructors(target, target, method)
            checked = _checked(chain[0], None, chain, partial(_taken_beside, target, method))
            setattr(target, method, staticmethod(checked) if method == "__new__" else checked)
    return target


def own_keywords(constructor: T) -> T:
    """Decorator: any keywords that the constructor takes are not handed to its base's."""
    constructor.__dict__["own_keywords"] = True
    return constructor


def _constructors(kind: type, owner: type, method: str) -> list[Any]:
    """The constructors of a class, from that of `owner` on, in the order in which they call one another."""
    line = kind.__mro__[kind.__mro__.index(owner) :]
    return [inspect.unwrap(getattr(base, method)) for base in line if method in vars(base)]


def _taken_beside(owner: type, method: str, kind: type) -> list[str] | None:
    """What the constructor of `owner` takes where it makes a subclass, whose other bases may come after it."""
    return _names_taken(_constructors(kind, owner, method))


def near_keywords_of_methods(kind: K) -> K:
    """The class whose constructor and public methods answer misspelt keywords."""
    for name, member in list(vars(kind).items()):
        if not name.startswith("_") and isinstance(member, FunctionType):
            setattr(kind, name, _checked(member, f"{kind.__name__}.{name}", [member]))
    return near_keywords(kind)


def near_keywords_of_functions(module: str) -> None:
    """Let the public functions of a module answer misspelt keywords; the module says so at its end, by its name."""
    members = vars(sys.modules[module])
    own = {
        name: member
        for name, member in members.items()
        if isinstance(member, FunctionType) and member.__module__ == module and not name.startswith("_")
    }
    checked = {member: near_keywords(member) for member in own.values()}  # one of two names stays one
    members.update((name, checked[member]) for name, member in own.items())


def demand_known(shown_name: str, given: Iterable[str], taken: Iterable[str]) -> None:
    """Check the keywords of a call against those that are taken.

    Raises
    ------
    TypeError
        If there are others; it names the nearest that are taken.
    """
    unknown = [name for name in given if name not in taken]
    if unknown:
        raise TypeError(_refusal(shown_name, unknown, taken))


def _names_taken(chain: Sequence[Any]) -> list[str] | None:
    """The keywords that a chain of functions takes: what takes any hands them to the next. None if all are."""
    taken: list[str] = []
    for link in chain:
        function = inspect.unwrap(link)
        code = getattr(function, "__code__", None)
        if code is None or getattr(function, "own_keywords", False):
            return None
        taken += code.co_varnames[code.co_posonlyargcount : code.co_argcount + code.co_kwonlyargcount]
        if not code.co_flags & inspect.CO_VARKEYWORDS:
            return taken
    return None


def _checked(
    function: Any,
    shown_name: str | None,
    chain: Sequence[Any],
    taken_beside: Callable[[type], list[str] | None] | None = None,
) -> Any:
    """The function, which takes the keywords of the chain.

    A constructor has no `shown_name`: it is that of the class that is made, which may inherit it; `taken_beside` says
    what it takes where it makes an object of that class.
    """
    taken = _names_taken(chain)
    if taken is None:
        return function
    known = frozenset(taken)

    def check(args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        if taken_beside is None:
            demand_known(shown_name or "", kwargs, taken)
        elif (beside := taken_beside(_class_of(args[0]))) is not None:
            demand_known(_class_of(args[0]).__name__, kwargs, beside)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            if kwargs and not known.issuperset(kwargs):
                check(args, kwargs)
            overloads = OVERLOADS.get(call)
            if overloads is not None:
                return (overload_for(overloads, args, kwargs) or function)(*args, **kwargs)
            return function(*args, **kwargs)
        except Exception as error:
            shortened(error)
            raise

    return call


def _class_of(first: Any) -> type:
    """The class that a constructor makes, which ``__new__`` is given and ``__init__`` is not."""
    return first if isinstance(first, type) else type(first)


def _refusal(shown_name: str, unknown: Iterable[str], taken: Iterable[str]) -> str:
    public = [
        name for name in dict.fromkeys(taken) if name not in ("self", "cls") and not name.startswith("_")
    ]
    all_of_them = f" It takes: {', '.join(public)}."
    return " ".join(
        f"{shown_name}() got an unexpected keyword argument {name!r}.{did_you_mean(name, public) or all_of_them}"
        for name in unknown
    )
