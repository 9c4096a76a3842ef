"""A thing as a key: a reference that is equal to every other of the same thing, whatever equality means for it.

Source
------
tf.Tensor.ref, TF 2.15 framework/object_identity.py
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Reference(Generic[T]):
    """Stands for a thing in sets and dicts.

    Example
    -------
    >>> thing = [1, 2]
    >>> Reference(thing) in {Reference(thing)}, Reference(thing).deref() is thing
    (True, True)
    """

    __slots__ = ("_thing",)

    def __init__(self, thing: T) -> None:
        self._thing = thing

    def deref(self) -> T:
        """The thing itself."""
        return self._thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._thing is other._thing

    def __hash__(self) -> int:
        return id(self._thing)

    def __repr__(self) -> str:
        return f"<Reference of {self._thing!r}>"
