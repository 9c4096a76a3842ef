"""What the text behind a flag means: what Python's ``int()`` and ``float()`` say, alone and in lists.

So ``010`` is 10 and ``1_000`` is 1000, as in ``int("010")``; ``1e3`` is a number, and no whole one. Booleans are
``true`` and ``false``, and nothing else; nothing is ``none``. A list has commas: ``10,10``.

A reader takes a text and gives the value, or raises ValueError with a sentence that says what is expected. Which one
reads a setting follows from the type that it is annotated with (:func:`reader_of`). What stands behind ``--set`` the
experiment reads, which knows the type that is wanted.

Source
------
int() and float() of Python: https://docs.python.org/3/library/functions.html
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Reader: TypeAlias = Callable[[str], Any]  # of whatever type the flag is

_NOTHING = "none"
_MOST_SHOWN = 80
_END = 1 << 63
_BOOLEANS = {"true": True, "false": False}


def whole(text: str) -> int:
    """A whole number, as ``int()`` reads it.

    Raises
    ------
    ValueError
        If it reads none.

    Example
    -------
    >>> whole("010"), whole("1_000")
    (10, 1000)
    """
    try:
        value = int(text)
    except ValueError:
        raise _unlike("a whole number", text, _instead(text)) from None
    if not -_END <= value < _END:
        raise _unlike("a whole number of 64 bits", text)
    return value


def step(text: str) -> int:
    """The step of a checkpoint: a whole number from 0 on.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = whole(text)
    if found < 0:
        raise _unlike("a step, from 0 on,", text)
    return found


def _unlike(expected: str, text: str, hint: str = "") -> ValueError:
    given = repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}...")
    return ValueError(f"{expected} is expected, given: {given}.{hint}")


def _instead(text: str) -> str:
    """A hint for ``1e3`` and ``100.0``, with a leading blank."""
    try:
        number = float(text)
    except ValueError:
        return ""
    return f" Write {int(number)}." if number.is_integer() and abs(number) < 1e15 else ""


def number(text: str) -> float:
    """A number, as ``float()`` reads it: ``nan`` and ``inf`` are some.

    Raises
    ------
    ValueError
        If it reads none.
    """
    try:
        return float(text)
    except ValueError:
        raise _unlike("a number", text) from None


def truth(text: str) -> bool:
    """``true`` or ``false``, in any case.

    Raises
    ------
    ValueError
        If it is another text: ``yes``, ``1`` and ``on`` too.
    """
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise _unlike("true or false", text) from None


def word(text: str) -> str:
    """The text as it is.

    Raises
    ------
    ValueError
        If it is empty.
    """
    if not text:
        raise ValueError("a text is expected, and it is empty.")
    return text


def one_of(choices: Sequence[str]) -> Reader:
    """A reader of one of some words."""

    def read(text: str) -> str:
        if text not in choices:
            from estimator.core.registry import did_you_mean

            *others, last = choices
            expected = f"{', '.join(others)} or {last}" if others else last
            raise _unlike(expected, text, did_you_mean(text, choices))
        return text

    return read


def optional(read: Reader) -> Reader:
    """A reader that also takes ``none``."""

    def read_or_none(text: str) -> Any:
        return None if text.lower() == _NOTHING else read(text)

    return read_or_none


def listed(*parts: Reader) -> Reader:
    """A reader of several values with commas between, the last of which reads all that follow, too.

    Example
    -------
    >>> listed(whole)("10,010"), listed(word, number)("loss,0.1")
    ([10, 10], ['loss', 0.1])
    """

    def read(text: str) -> list[Any]:
        items = [item.strip() for item in text.split(",")] if text.strip() else []
        return [parts[min(place, len(parts) - 1)](item) for place, item in enumerate(items)]

    return read


def reader_of(kind: Any) -> Reader | None:
    """What reads values of a type; None for one that no text stands for.

    Parameters
    ----------
    kind : type
        ``int``, ``float``, ``bool``, ``str``, a tuple or list of them, or one of these or None.
    """
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    parts = typing.get_args(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _reader_of_union(parts)
    if typing.get_origin(kind) not in (tuple, list, Sequence):
        return None
    readers = [reader_of(part) for part in parts if part is not Ellipsis]
    return listed(*[read for read in readers if read is not None]) if None not in readers else None


def _reader_of_union(parts: tuple[Any, ...]) -> Reader | None:
    """What reads one type or nothing; of more types that may be nobody could tell which is meant."""
    some = [part for part in parts if part is not type(None)]
    read = reader_of(some[0]) if len(some) == 1 else None
    if read is None or len(some) == len(parts):
        return read
    return optional(read)


_BY_TYPE: dict[Any, Reader] = {int: whole, float: number, bool: truth, str: word}
