"""Members of a class of TensorFlow that ours does not have yet answer as missing names of a module do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from estimator.core.tensorflow_names import WHERE_LISTED

C = TypeVar("C", bound=type)


def lacks(names: str, instead: str = "") -> Callable[[C], C]:
    """A decorator of a class that lacks members of TensorFlow's: who asks for one is told so.

    It is an AttributeError, of the class as of its instances, so that ``hasattr`` is false; a subclass may define
    them, and an instance may be given them.

    Parameters
    ----------
    names : str
        Of the members, between blanks.
    instead : str, optional
        What there is in their place, as the end of a sentence.

    Example
    -------
    >>> @lacks("fly swim", "use walk")
    ... class Animal: ...
    >>> Animal.fly
    Traceback (most recent call last):
        ...
    AttributeError: 'Animal' has no attribute 'fly': it is TensorFlow's, and not here yet; use walk. What is not here yet is listed in docs/not_here.md.
    """  # noqa: E501  a message is one line

    def with_answers(kind: C) -> C:
        for name in names.split():
            setattr(kind, name, _Missing(name, instead))
        return kind

    return with_answers


class _Missing:
    """Stands where a member would; no data descriptor, or an instance could not have an attribute of this name."""

    def __init__(self, name: str, instead: str) -> None:
        self._name, self._instead = name, instead

    def __get__(self, instance: Any, owner: type) -> NoReturn:
        instead = f"; {self._instead}" if self._instead else ""
        raise AttributeError(
            f"{owner.__name__!r} has no attribute {self._name!r}: it is TensorFlow's, and not here yet{instead}. "
            f"{WHERE_LISTED}",
            name=self._name,
        )
