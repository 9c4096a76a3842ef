"""Dataclasses that are quickly made, frozen or not.

``dataclass(frozen=True)`` of the standard library compiles six functions for a class, which takes a third of a
millisecond; a first training needs a hundred such classes. ``frozen`` and ``mutable`` compile their constructor alone,
when it is first asked for: of nearly half of them no instance is made. The other functions are the same for all
classes, and ask the class for its fields::

    @frozen
    class Interval:
        start: int
        size: int = 1

    Interval(3)                   # Interval(start=3, size=1)
    Interval(3) == Interval(3)    # True, and both have one hash; by identity with @frozen(eq=False)
    Interval(3).size = 2          # FrozenInstanceError; not with @mutable, whose instances have no hash

Fields, also those of a base, ``__post_init__``, ``dataclasses.replace``, ``fields`` and ``asdict`` are as ever. There
are no ``InitVar`` fields.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache, partial
from reprlib import recursive_repr
from types import MethodType
from typing import Any, TypeVar, dataclass_transform, overload

K = TypeVar("K", bound=type)


class _LeftOut:
    """The default of a parameter whose field is made anew for each instance."""

    def __repr__(self) -> str:
        return "<factory>"  # in signatures, as the standard library's


CONSTRUCTOR = "<constructor>"  # what tracebacks call the file of one


@overload
def frozen(kind: K, /) -> K: ...
@overload
def frozen(*, eq: bool = True) -> Callable[[K], K]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(kind: Any = None, /, *, eq: bool = True) -> Any:
    """Class decorator: what ``dataclass(frozen=True)`` gives, by fewer functions.

    Parameters
    ----------
    eq : bool
        Whether instances with equal fields are equal, and have one hash.
    """
    if kind is None:
        return partial(frozen, eq=eq)
    _declare_fields(kind)
    kind.__dataclass_params__.frozen = True  # which dataclasses that have it for a base ask
    _add_methods(kind, {"__init__": _Constructor(kind, "_set(self, {name!r}, {value})"), "__repr__": _repr})
    _add_methods(kind, {"__eq__": _eq, "__hash__": _hash} if eq else {})
    kind.__setattr__, kind.__delattr__ = _setattr, _delattr
    return kind


@overload
def mutable(kind: K, /) -> K: ...
@overload
def mutable(*, eq: bool = True, unsafe_hash: bool = False) -> Callable[[K], K]: ...
@dataclass_transform(field_specifiers=(field,))
def mutable(kind: Any = None, /, *, eq: bool = True, unsafe_hash: bool = False) -> Any:
    """Class decorator: what ``dataclass`` gives, by fewer functions.

    Parameters
    ----------
    eq : bool
        Whether instances with equal fields are equal.
    unsafe_hash : bool
        Whether they have a hash, too, although their fields might change.
    """
    if kind is None:
        return partial(mutable, eq=eq, unsafe_hash=unsafe_hash)
    _declare_fields(kind)
    _add_methods(kind, {"__init__": _Constructor(kind, "self.{name} = {value}"), "__repr__": _repr})
    _add_methods(kind, {"__eq__": _eq, "__hash__": _hash if unsafe_hash else None} if eq else {})
    return kind


def _declare_fields(kind: Any) -> None:
    """Find the fields, and compile nothing: the standard library does that for a class without methods."""
    inherited = [
        found for base in reversed(kind.__mro__[1:]) if (found := vars(base).get("__dataclass_fields__"))
    ]
    if not inherited:
        dataclass(init=False, repr=False, eq=False)(kind)
        return
    own = vars(kind).get("__annotations__", {})
    declared = {name: value for name, value in vars(kind).items() if name in own}
    # With no docstring the standard library would make one of the signature, for which Python loads its tokenizer.
    body = {"__annotations__": own, "__module__": kind.__module__, "__doc__": kind.__name__, **declared}
    alone: Any = dataclass(init=False, repr=False, eq=False)(
        type(kind.__name__, (), body)
    )  # bases may be frozen
    for name in [name for name, value in declared.items() if isinstance(value, Field)]:
        if name in vars(alone):
            setattr(kind, name, vars(alone)[name])  # its default
        else:
            delattr(kind, name)
    kind.__dataclass_params__ = alone.__dataclass_params__
    kind.__dataclass_fields__ = {
        name: one for found in (*inherited, alone.__dataclass_fields__) for name, one in found.items()
    }
    places = tuple(one.name for one in fields(kind) if one.init and not one.kw_only)
    kind.__match_args__ = places  # type: ignore[misc]  # mypy knows it of classes alone


def _add_methods(kind: Any, methods: dict[str, Any]) -> None:
    """Those that the class has not; one that defines __eq__ has None for its __hash__."""
    for name, method in methods.items():
        if vars(kind).get(name) is None:
            setattr(kind, name, method)


class _Constructor:
    """Stands for the ``__init__`` of a class until somebody asks for it, to call it or to look at it."""

    def __init__(self, kind: Any, assignment: str) -> None:
        self._kind, self._assignment = kind, assignment

    def __get__(self, instance: object, owner: type) -> Any:
        made = _constructor(self._kind, self._assignment)
        if (
            vars(self._kind).get("__init__") is self
        ):  # else another thread was first, or somebody has put his own there
            self._kind.__init__ = made
        return made if instance is None else MethodType(made, instance)


def _constructor(kind: type, assignment: str) -> Callable[..., None]:
    """Its constructor; `assignment` says in Python how a field gets its value."""
    scope: dict[str, Any] = {"_set": object.__setattr__, "_left_out": _LeftOut()}
    lines = [
        assignment.format(name=one.name, value=_value(one, scope))
        for one in fields(kind)
        if one.init or one.default_factory is not MISSING
    ]
    lines += ["self.__post_init__()"] * hasattr(kind, "__post_init__")
    parameters = _parameters([one for one in fields(kind) if one.init], scope)
    text = (
        f"def make({', '.join(scope)}):\n"
        f"  def __init__({', '.join(['self', *parameters])}):\n"
        f"    {'; '.join(lines) or 'pass'}\n"
        "  return __init__"
    )
    made: dict[str, Any] = {}
    code = compile(text, CONSTRUCTOR, "exec")
    exec(code, vars(sys.modules[kind.__module__]), made)  # noqa: S102  there its annotations are found
    constructor = made["make"](**scope)
    constructor.__qualname__ = f"{kind.__qualname__}.__init__"
    constructor.__annotations__ = {one.name: one.type for one in fields(kind) if one.init} | {"return": None}
    return constructor


def _value(one: Field[Any], scope: dict[str, Any]) -> str:
    """What the constructor sets a field to, in Python; `scope` gets the names that stand there."""
    if one.default_factory is MISSING:
        return one.name
    scope[f"_make_{one.name}"] = one.default_factory
    call = f"_make_{one.name}()"
    return f"{call} if {one.name} is _left_out else {one.name}" if one.init else call


def _parameters(taken: Iterable[Field[Any]], scope: dict[str, Any]) -> list[str]:
    """The constructor's parameters, in Python; `scope` gets the defaults."""
    by_place: list[str] = []
    by_name: list[str] = []
    for one in taken:
        text = one.name
        if one.default_factory is not MISSING:
            text += "=_left_out"
        elif one.default is not MISSING:
            scope[f"_default_{one.name}"] = one.default
            text += f"=_default_{one.name}"
        (by_name if one.kw_only else by_place).append(text)
    return [*by_place, *(["*", *by_name] if by_name else [])]


@cache
def _names(kind: type, purpose: str) -> tuple[str, ...]:
    """The fields of a class that are shown, compared or hashed."""
    chosen = {
        "repr": lambda one: one.repr,
        "compare": lambda one: one.compare,
        "hash": lambda one: one.compare if one.hash is None else one.hash,
    }[purpose]
    return tuple(one.name for one in fields(kind) if chosen(one))


def _values(instance: Any, purpose: str) -> tuple[Any, ...]:
    return tuple([getattr(instance, name) for name in _names(instance.__class__, purpose)])


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _values(self, "compare") == _values(other, "compare")


def _hash(self: Any) -> int:
    return hash(_values(self, "hash"))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _names(self.__class__, "repr"))
    return f"{self.__class__.__qualname__}({shown})"


def _setattr(self: Any, name: str, value: Any) -> None:
    _demand_free(self, name, "assign to")
    object.__setattr__(self, name, value)


def _delattr(self: Any, name: str) -> None:
    _demand_free(self, name, "delete")
    object.__delattr__(self, name)


def _demand_free(instance: Any, name: str, deed: str) -> None:
    """Refuse a field, and any attribute unless the class is a plain one that only has a frozen base."""
    if "__dataclass_fields__" in vars(type(instance)) or name in instance.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot {deed} field {name!r}")
