"""Plain values of an experiment, read as the types that are wanted."""

from __future__ import annotations

from typing import Any

from estimator.core.counts import whole_number
from estimator.core.shown import shorten
from estimator.settings.given import FlagWord, Given, Word, plain
from estimator.settings.yaml_text import meaning

_WANTED = {
    "text": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "none": "null",
}


def as_plain(given: Given, kind: str) -> Any:
    """The value as one of the types that a kind lists, such as ``"int|none"``; ``"[int]"`` is a list.

    Raises
    ------
    ValueError
        If it is none of them; a finished sentence without its place.
    """
    kinds = kind.split("|")
    if kind == "any" or not is_plain_kind(kind):
        return plain(given)
    value = given.value
    if isinstance(value, Word) and "," in value and "text" not in kinds and "[" in kind:  # 10,10 of a flag
        value = [Given(type(value)(part.strip()), given.place) for part in value.split(",")]
        given = Given(value, given.place)
    if isinstance(value, (list, dict)):
        return _listed(given, kinds)
    for one in kinds:
        try:
            return _READERS[one.strip("[]")](value)
        except ValueError:
            continue
    if isinstance(value, FlagWord) and "text" in kinds and value:
        return str(value)  # a word that is none, where nothing cannot be
    raise ValueError(_refusal(given, kinds))


def is_plain_kind(kind: str) -> bool:
    """Whether a kind lists types of plain values."""
    return kind == "any" or set(kind.split("|")) <= {*_WANTED, *(f"[{one}]" for one in _WANTED)}


def _listed(given: Given, kinds: list[str]) -> Any:
    wanted = next((kind.strip("[]") for kind in kinds if kind.startswith("[")), None)
    if wanted is None or isinstance(given.value, dict):
        raise ValueError(_refusal(given, kinds))
    return [as_plain(item, wanted) for item in given.value]


def _refusal(given: Given, kinds: list[str]) -> str:
    wanted = [
        f"a list of {_PLURALS[kind.strip('[]')]}" if kind[0] == "[" else _WANTED[kind] for kind in kinds
    ]
    value = plain(given)
    hint = ""
    if isinstance(given.value, Word) and "bool" in kinds:
        hint = " YAML's yes, no, on and off are texts here."
    elif type(given.value) is Word and str(given.value).lower() in ("none", "nil"):
        hint = " Nothing is written null."
    elif type(given.value) is str and meaning(given.value) != given.value:
        hint = " What stands in quotes is a text."
    elif str(value).startswith(("0x", "0o", "0b")):
        hint = " Numbers are written with the digits 0 to 9."
    return f"should be {' or '.join(wanted)}, given: {shorten(value)}.{hint}"


_PLURALS = {
    "text": "texts",
    "int": "whole numbers",
    "float": "numbers",
    "bool": "true or false",
    "none": "null",
}


def _text(value: Any) -> str:
    if isinstance(value, Word) and value.meaning is None:
        raise ValueError
    if not isinstance(value, str):
        raise ValueError
    return str(value)


def _int(value: Any) -> int:
    found = _any_int(value)
    if whole_number(found) is None:  # more than an int64 holds
        raise ValueError
    return found


def _any_int(value: Any) -> int:
    if isinstance(value, FlagWord):
        return int(value)
    if isinstance(value, Word):
        number = value.meaning
        value = int(value) if type(number) is str else number
    if isinstance(value, float) and value.is_integer():  # 1e3
        return int(value)
    if type(value) is not int:
        raise ValueError
    return value


def _float(value: Any) -> float:
    if isinstance(value, FlagWord):
        return float(value)
    if isinstance(value, Word):
        number = value.meaning
        value = float(value) if type(number) is str else number
    if type(value) not in (int, float):
        raise ValueError
    number_: float = value
    return number_


def _bool(value: Any) -> bool:
    found = value.meaning if isinstance(value, Word) else value
    if not isinstance(found, bool):
        raise ValueError
    return found


def _none(value: Any) -> None:
    if not (value is None or (isinstance(value, Word) and value.meaning is None)):
        raise ValueError


_READERS: dict[str, Any] = {"text": _text, "int": _int, "float": _float, "bool": _bool, "none": _none}
