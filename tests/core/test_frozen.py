"""A class that is quickly made is what the standard library's dataclass makes of the same body."""

from __future__ import annotations

import copy
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any, get_type_hints

import numpy as np
import pytest

from estimator.core import frozen as module
from estimator.core.frozen import frozen, mutable

Made = tuple[type, type]  # ours, and the standard library's


DECORATORS: dict[str, tuple[Any, dict[str, Any]]] = {
    "frozen": (frozen, {"frozen": True}),
    "frozen(eq=False)": (frozen(eq=False), {"frozen": True, "eq": False}),
    "mutable": (mutable, {}),
    "mutable(eq=False)": (mutable(eq=False), {"eq": False}),
    "mutable(unsafe_hash=True)": (mutable(unsafe_hash=True), {"unsafe_hash": True}),
}


def both(body: Callable[[], type], decorator: str = "frozen") -> Made:
    """One class by either decorator; the body is run twice, so that they share nothing."""
    ours, options = DECORATORS[decorator]
    return ours(body()), dataclass(**options)(body())


def interval() -> type:
    class Interval:
        """From start on."""

        start: int
        size: int = 1
        marks: list[int] = field(default_factory=list)
        note: str = field(default="", repr=False, compare=False, kw_only=True)
        unit: str = field(default="s", hash=False)
        kind: str = field(default="closed", init=False)
        seen: dict[str, int] = field(default_factory=dict, init=False, compare=False)

    return Interval


def plain() -> type:
    class Point:
        """Two numbers."""

        x: int
        y: int = 2

    return Point


def empty() -> type:
    class Nothing:
        """No fields."""

    return Nothing


def checked() -> type:
    class Checked:
        """Checks what it gets, and has an equality and a text of its own."""

        size: int

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError(f"size {self.size}")

        def __eq__(self, other: object) -> bool:
            return isinstance(other, int) and self.size == other

        def __repr__(self) -> str:
            return "checked"

    return Checked


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Exception as error:
        return type(error), str(error).replace("test_frozen.", "")


def hashes_of(*alive: Any) -> list[bool]:
    """Whether each has the hash of the first; all live meanwhile, since what is gone leaves its place to the next."""
    return [hash(one) == hash(alive[0]) for one in alive]


CALLS: dict[str, tuple[Callable[[], type], Callable[[type], Any]]] = {
    "all fields show": (interval, lambda made: repr(made(3, 4, [5], note="n", unit="m"))),
    "each has its own list": (interval, lambda made: made(1).marks is made(1).marks),
    "what is left out has its default": (interval, lambda made: vars(made(1))),
    "as a dict": (interval, lambda made: asdict(made(1, 2, [3]))),
    "with another value": (plain, lambda made: repr(replace(made(1), y=5))),
    "an argument is missing": (plain, lambda made: made()),
    "one too many": (plain, lambda made: made(1, 2, 3)),
    "one of another name": (plain, lambda made: made(1, z=3)),
    "what is given by name alone": (interval, lambda made: made(1, 2, [], "m", "note")),
    "a field is assigned": (plain, lambda made: setattr(made(1), "x", 2)),
    "a field is deleted": (plain, lambda made: delattr(made(1), "x")),
    "another attribute is assigned": (plain, lambda made: setattr(made(1), "other", 2)),
    "equal": (plain, lambda made: (made(1) == made(1, 2), made(1) == made(2), made(1) != made(1))),
    "of another class": (plain, lambda made: (made(1) == (1, 2), made(1) == type("Sub", (made,), {})(1))),
    "what is not compared": (interval, lambda made: made(1, note="a") == made(1, note="b")),
    "hashes": (plain, lambda made: hashes_of(made(1), made(1), made(2))),
    "in a set": (plain, lambda made: len({made(1), made(1, 2), made(3)})),
    "a list has no hash": (interval, lambda made: made.__hash__ is object.__hash__ or hash(made(1))),
    "an array is like itself alone": (plain, lambda made: (lambda it: it == it)(made(np.ones(3)))),
    "no fields": (empty, lambda made: (repr(made()), made() == made(), hashes_of(made(), made()))),
    "checks refuse": (checked, lambda made: made(-1)),
    "own methods stay": (checked, lambda made: (repr(made(1)), made(1) == 1, hashes_of(made(1), made(1)))),
    "signature": (interval, lambda made: str(inspect.signature(made))),
    "hints": (plain, lambda made: get_type_hints(made.__init__)),
    "names": (plain, lambda made: (made.__init__.__qualname__, made.__init__.__module__, made.__doc__)),
    "by a class below": (plain, lambda made: type("Sub", (made,), {})(1, 2).y),
    "by its constructor": (
        plain,
        lambda made: vars(instance := made.__new__(made)) or made.__init__(instance, 3) or instance.x,
    ),
    "patterns": (interval, lambda made: made.__match_args__),
    "fields": (interval, lambda made: [(one.name, one.type) for one in fields(made)]),
    "copied": (plain, lambda made: (copy.deepcopy(made(1)) == made(1), vars(copy.copy(made(1))))),
}


@pytest.mark.parametrize("decorator", DECORATORS)
@pytest.mark.parametrize("name", CALLS)
def test_it_does_what_a_dataclass_does(name: str, decorator: str) -> None:
    body, act = CALLS[name]
    made = both(body, decorator)
    ours, theirs = (_tried(lambda kind=kind: act(kind)) for kind in made)  # type: ignore[misc]
    assert ours == theirs


@pytest.mark.parametrize("decorator", DECORATORS)
def test_fields_of_a_base_come_first_and_may_be_declared_again(decorator: str) -> None:
    def body() -> type:
        decorated = DECORATORS[decorator][0]

        @decorated
        class Base:
            """Three fields."""

            x: int
            y: int = field(default=1, repr=False)
            z: list[int] = field(default_factory=list)

        class Below(Base):
            """One more, and one with another default."""

            w: int = 5
            y: int = 6

        return Below

    ours, theirs = both(body, decorator)
    for act in (
        lambda made: repr(made(1, 2, [3], 4)),
        lambda made: vars(made(1)),
        lambda made: (made.y, made.w, hasattr(made, "z"), made.__match_args__),
        lambda made: str(inspect.signature(made)),
        lambda made: (made(1) == made(1), made(1) == made(2)),
    ):
        assert act(ours) == act(theirs)


def test_by_identity_if_told_so() -> None:
    for made in both(plain, "frozen(eq=False)"):
        one = made(1)
        assert one == one and one != made(1) and hash(one) == object.__hash__(one)
        assert repr(one) == "plain.<locals>.Point(x=1, y=2)"


def test_a_dataclass_may_have_it_for_a_base_and_the_other_way_round() -> None:
    @frozen
    class Base:
        """The first."""

        x: int

    @dataclass(frozen=True)
    class Theirs(Base):
        """By the standard library."""

        y: int

    @frozen
    class Ours(Theirs):
        """By ours again."""

        z: int = 0

    assert Theirs(1, 2) == Theirs(1, 2) != Theirs(1, 3)
    assert repr(Ours(1, 2)).endswith("Ours(x=1, y=2, z=0)") and hash(Ours(1, 2)) == hash(Ours(1, 2, 0))
    for made in (Theirs(1, 2), Ours(1, 2)):
        with pytest.raises(FrozenInstanceError):
            made.x = 3  # type: ignore[misc]


def test_a_plain_class_below_it_may_have_attributes_of_its_own() -> None:
    for kind in both(plain):
        made = type("Sub", (kind,), {})(1)
        made.other = 3
        del made.other
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
            made.x = 2


def test_an_abstract_base_keeps_what_it_asks_for() -> None:
    class Shape(ABC):
        @abstractmethod
        def area(self) -> int: ...

    @frozen
    class Lacking(Shape):
        """Has no area."""

        side: int

    @frozen
    class Square(Shape):
        """Has one."""

        side: int

        def area(self) -> int:
            return self.side**2

    with pytest.raises(TypeError, match="abstract"):
        Lacking(3)  # type: ignore[abstract]
    assert Square(3).area() == 9


def test_a_text_that_holds_itself_ends() -> None:
    @frozen
    class Node:
        """Of a graph."""

        next: list[Any]

    node = Node([])
    node.next.append(node)
    assert repr(node).endswith("Node(next=[...])")


def test_its_constructor_is_compiled_once_and_not_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = []
    plain_one = module._constructor
    monkeypatch.setattr(module, "_constructor", lambda *kind: compiled.append(kind[0]) or plain_one(*kind))
    made: Any = frozen(plain())
    assert (fields(made)[0].name, compiled) == ("x", [])
    assert (made(1).x, made(2).y, compiled) == (1, 2, [made])
    assert inspect.isfunction(vars(made)["__init__"])


def test_a_class_below_another_is_made_without_a_look_at_its_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @frozen
    class Base:
        """One field."""

        x: int

    def refused(*_: object) -> None:
        raise AssertionError("to read one takes as long as twenty classes")

    class Below(Base):
        """Two."""

        y: int

    monkeypatch.setattr(inspect, "signature", refused)
    assert frozen(Below)(1, 2).y == 2  # type: ignore[call-arg]
