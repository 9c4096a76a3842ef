"""A named tuple that is quickly made is what typing makes of the same body."""

from __future__ import annotations

import builtins
import inspect
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from estimator.core import named_tuple


class Moment(named_tuple.NamedTuple):
    """A step, and when it was."""

    step: int
    seconds: float = 0.5
    note: str | None = None

    @property
    def doubled(self) -> float:
        """Twice the seconds."""
        return 2 * self.seconds

    @classmethod
    def at(cls, step: int) -> Moment:
        """A moment of that step."""
        return cls(step, 1.5)

    def __add__(self, other: object) -> Any:
        return self.step + other.step if isinstance(other, Moment) else NotImplemented

    unit = "s"


def of_typing() -> type:
    """The same by typing: the source of the class, run again where NamedTuple is typing's."""
    scope = vars(typing) | {"named_tuple": typing, "__name__": __name__, "Any": Any}
    text = "from __future__ import annotations\n" + inspect.getsource(Moment)
    exec(text, scope)
    made: type = scope["Moment"]
    return made


CALLS: dict[str, Callable[[Any], Any]] = {
    "shown": lambda made: repr(made(1)),
    "parts": lambda made: tuple(made(1, note="n")),
    "by name": lambda made: made(step=2, seconds=3)._asdict(),
    "replaced": lambda made: made(1)._replace(step=5),
    "made of a list": lambda made: made._make([1, 2, 3]),
    "fields": lambda made: (made._fields, made._field_defaults, made.__match_args__),
    "names": lambda made: (made.__module__, made.__qualname__, made.__doc__, made.__slots__),
    "bases": lambda made: (made.__mro__[1:], len(made.__orig_bases__)),
    "hints": lambda made: typing.get_type_hints(made),
    "hints of the constructor": lambda made: typing.get_type_hints(made.__new__),
    "parameters": lambda made: [
        (one.name, one.default) for one in inspect.signature(made).parameters.values()
    ],
    "a property": lambda made: made(1).doubled,
    "a class method": lambda made: made.at(7),
    "an operator": lambda made: made(1).__add__(3),
    "an attribute": lambda made: made(1).unit,
    "one too few": lambda made: made(),
    "one too many": lambda made: made(1, 2, 3, 4),
    "one of another name": lambda made: made(1, size=3),
    "equal": lambda made: (made(1) == (1, 0.5, None), hash(made(1)) == hash((1, 0.5, None))),
    "an assignment": lambda made: setattr(made(1), "step", 2),
    "all its members": lambda made: sorted(dir(made)),
}


@pytest.mark.parametrize("name", CALLS)
def test_it_does_what_typings_does(name: str) -> None:
    found = []
    for made in (Moment, of_typing()):
        try:
            found.append(CALLS[name](made))
        except Exception as error:
            found.append((type(error), str(error)))
    assert found[0] == found[1]


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Moment(3))) == Moment(3)  # noqa: S301


def test_a_default_before_a_field_without_one_is_refused() -> None:
    with pytest.raises(TypeError, match="a field without a default follows one"):

        class Wrong(named_tuple.NamedTuple):
            first: int = 0
            second: int  # type: ignore[misc]


def test_its_annotations_are_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "compile", lambda *_, **__: pytest.fail("something is compiled"))

    class Made(named_tuple.NamedTuple):
        """Of a type that nobody knows."""

        step: NoSuchType  # type: ignore[name-defined]  # noqa: F821

    assert Made(1).step == 1
