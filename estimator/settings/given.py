"""What a YAML file, a flag or a program gives, every value with the place where it stands.

A word without quotes has no meaning of its own here: where a text is wanted, it is that text (``country: no``, ``key:
007``), and where a number is wanted, what Python's int() and float() read in it. Whoever reads a value says which::

    tree = read_given("experiments/iris.yaml")
    tree.value["train"].value["max_steps"].value    # Word("1000")
    tree.value["train"].place                       # experiments/iris.yaml:9
    plain(tree)                                     # as yaml would read it
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.settings.yaml_text import MAX_DEPTH, meaning, read_nodes

_MOST_VALUES = 300_000  # more than a file of the most bytes has without aliases
_OWN_TAGS = tuple(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "merge"))


class Word(str):
    """A word of YAML's that stands without quotes."""

    __slots__ = ()

    @property
    def meaning(self) -> Any:
        """What it is where no type is wanted: None, a bool, an int, a float or a text."""
        return meaning(str(self))


class FlagWord(Word):
    """A word behind a flag, which is what Python reads in it: ``nan`` is a number, and ``.nan`` none."""

    __slots__ = ()

    @property
    def meaning(self) -> Any:
        """The first that fits of nothing, a boolean, a whole number, a number, and a text."""
        if (folded := self.lower()) in _FLAG_WORDS:
            return _FLAG_WORDS[folded]
        for read in (int, float):
            try:
                return read(self)
            except ValueError:
                continue
        return str(self)


# none is how flags write nothing, null how the YAML beside them does
_FLAG_WORDS = {"": None, "none": None, "null": None, "true": True, "false": False}


@frozen
class Given:
    """A value, and the place where it stands.

    Attributes
    ----------
    value : Word, str, int, float, bool, None, list of Given, or dict of str to Given
    place : str
        ``experiments/iris.yaml:12``, or the name of a flag.
    """

    value: Any
    place: str


def read_given(source: str | os.PathLike[str]) -> Given:
    """The mapping in a YAML file, or in YAML text.

    Raises
    ------
    OpError, ValueError
        As :func:`estimator.settings.yaml_text.read_mapping`; or if it holds more values than that.
    """
    name, node, _ = read_nodes(source)
    if node is None:
        return Given({}, name)
    reader = _Reader(name)
    return Given(reader.value(node, 0), reader.place(node))


def given_value(value: Any, place: str, says_keys: bool = False) -> Given:
    """A plain value of a program's.

    Parameters
    ----------
    value : None, bool, int, float, str, list or mapping of these
    place : str
        What messages call it.
    says_keys : bool
        Whether the places of values in mappings have their keys: ``the experiment, train.max_steps``.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(value, Given):
        return value
    if isinstance(value, Mapping):
        mark = "." if ", " in place else ", "
        places = {key: f"{place}{mark}{key}" if says_keys else place for key in value}
        return Given({str(key): given_value(value[key], places[key], says_keys) for key in value}, place)
    if isinstance(value, (list, tuple)):
        return Given([given_value(item, place, says_keys) for item in value], place)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of numpy's
        value = value.item()
    if value is not None and not isinstance(value, (bool, int, float, str)):
        raise TypeError(
            f"{place} is given a {type(value).__name__}; it takes numbers, texts, lists and mappings of these."
        )
    return Given(value, place)


def given_text(text: str, place: str) -> Given:
    """What a text means as the value of a flag: a word, ``[10, 10]``, ``{Adam: {learning_rate: 0.1}}``.

    Raises
    ------
    ValueError
        If it begins with a bracket or a quote and is not YAML.
    """
    if text.strip()[:1] not in tuple("[{\"'"):
        return Given(FlagWord(text.strip()), place)
    try:
        _, node, _ = read_nodes(f"value: {text}\n")
    except ValueError as error:
        raise ValueError(f"{place}: {text!r} cannot be read: {error}") from None
    found = _Reader(place, has_lines=False).value(node, 0)
    return Given(found["value"].value, place)


def plain(given: Given) -> Any:
    """The value as plain Python, its words by their meanings."""
    value = given.value
    if isinstance(value, Word):
        return value.meaning
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def shown_given(given: Given) -> str:
    """The value as messages show it: a word without quotes stands in quotes if it is a text."""
    text = repr(plain(given))
    return text if len(text) <= 80 else f"{text[:77]}..."


class _Reader:
    """Makes values of yaml's nodes, and counts them: aliases of aliases make many of few."""

    def __init__(self, name: str, has_lines: bool = True) -> None:
        self._name = name
        self._has_lines = has_lines
        self._count = 0
        self._places: dict[int, str] = {}
        self._read: dict[int, tuple[Any, int]] = {}  # containers, with how many values they hold

    def place(self, node: Any) -> str:
        """Where a node begins."""
        if not self._has_lines:
            return self._name
        line = node.start_mark.line + 1
        return self._places.setdefault(line, f"{self._name}:{line}")

    def value(self, node: Any, depth: int) -> Any:
        """What stands there.

        Raises
        ------
        ValueError
            If there is too much of it, or a key is no word.
        """
        before = self._count
        if id(node) in self._read:
            value, size = self._read[id(node)]
            self._count += size
        else:
            self._count += 1
            value = None
        if self._count > _MOST_VALUES or depth > MAX_DEPTH:
            raise ValueError(f"{self.place(node)}: too many values, or an alias of what it stands in.")
        if value is None:
            value = self._new_value(node, depth)
            if node.id != "scalar":
                self._read[id(node)] = value, self._count - before
        return value

    def _new_value(self, node: Any, depth: int) -> Any:
        if node.id == "sequence":
            return [Given(self.value(item, depth + 1), self.place(item)) for item in node.value]
        if node.id == "mapping":
            return self._mapping(node.value, depth)
        is_text = bool(node.style) or node.tag not in _OWN_TAGS
        is_text = is_text or (node.tag == _OWN_TAGS[0] and type(meaning(node.value)) is not str)  # !!str 5
        word = Word if self._has_lines else FlagWord
        return str(node.value) if is_text else word(node.value)

    def _mapping(self, pairs: Sequence[Any], depth: int) -> dict[str, Given]:
        found: dict[str, Given] = {}
        for key, value in pairs:
            if key.id != "scalar":
                raise ValueError(f"{self.place(key)}: a key is a word, given: a {key.id}.")
            if key.tag == "tag:yaml.org,2002:merge":
                for source in value.value if value.id == "sequence" else [value]:
                    found = self.value(source, depth + 1) | found
            else:
                found[key.value] = Given(self.value(value, depth + 1), self.place(key))
        return found
