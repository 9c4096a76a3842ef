"""Settings as YAML text: the one place that knows yaml, which is imported for what cannot be written without it.

YAML is untrusted input. It is read by the safe loader only, and before anything is built its size, depth
and aliases are limited (an alias of an alias of a list makes gigabytes from a hundred bytes) and a key that
stands twice is refused.

What a word without quotes means is what Python reads in it. YAML 1.1, which the loader knows, reads 8 in ``010``, 90 in
``1:30``, a text in ``1e3``, a date in ``2026-11-29`` and a boolean in ``no``; here these are 10, a text, 1000.0, a text
and a text. true, false and null stand for what they say.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from estimator.core.errors import NotFoundError
from estimator.core.files import open_regular
from estimator.core.tracebacks import cause_of

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
MAX_ALIASES = 20


def read_mapping(source: str | os.PathLike[str]) -> dict[str, Any]:
    """The mapping in a YAML file, or in YAML text.

    Parameters
    ----------
    source : str or path
        A path object, a file's name, or text: a str with a line break or ``": "`` in it is text.

    Raises
    ------
    NotFoundError
        If there is no such file.
    OpError
        If it cannot be read, as :func:`estimator.core.files.explained`.
    ValueError
        If it is not YAML or not a mapping, is beyond the limits, or has a key twice; the message says where.
    """
    name, text = _text_of(source)
    return parse_mapping(text, name)


def read_mapping_with_lines(
    source: str | os.PathLike[str],
) -> tuple[dict[str, Any], dict[tuple[Any, ...], int]]:
    """The mapping, as :func:`read_mapping`, and in which line each key of it stands, by the keys that lead there.

    Raises
    ------
    OpError, ValueError
        As :func:`read_mapping`.
    """
    name, text = _text_of(source)
    node, mapping = _parsed(text, name)
    return mapping, dict(_lines(node, ()))


def read_nodes(source: str | os.PathLike[str]) -> tuple[str, Any, Any]:
    """What messages call the source, yaml's node of the mapping in it (None for nothing), and what it says.

    Raises
    ------
    OpError, ValueError
        As :func:`read_mapping`.
    """
    name, text = _text_of(source)
    return name, *_parsed(text, name)


def _lines(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Each path of keys below one of yaml's nodes, with the number of its line."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield (*path, key.value), key.start_mark.line + 1
                yield from _lines(value, (*path, key.value))


def _text_of(source: str | os.PathLike[str]) -> tuple[str, str]:
    if isinstance(source, str) and _is_text(source):
        return "the YAML text", source
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"settings come from a YAML file's name or from YAML text, given: {source!r}.")
    name = os.fspath(source)
    try:
        with open_regular(name) as file:
            content = file.read(MAX_BYTES + 1)
    except NotFoundError as error:
        raise NotFoundError(
            f"there is no YAML file {name!r}; YAML text has lines such as 'save_summary_steps: 100'."
        ) from cause_of(error)
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text: byte {error.start}.") from cause_of(error)


def _is_text(source: str) -> bool:
    bare = source.strip()
    return not bare or "\n" in source or ": " in source or bare.endswith((":", "}"))


def parse_mapping(text: str, name: str) -> dict[str, Any]:
    """The mapping that YAML text holds; `name` is what messages call it.

    Raises
    ------
    ValueError
        As :func:`read_mapping` says.
    """
    return _parsed(text, name)[1]


def _parsed(text: str, name: str) -> tuple[Any, dict[str, Any]]:
    """yaml's node, and the mapping that it holds."""
    import yaml

    if len(text) > MAX_BYTES:
        raise ValueError(f"{name} has more than {MAX_BYTES} bytes, which no settings need.")
    try:
        _check_events(text, name)
        node, value = _constructed(text, name)
    except yaml.YAMLError as error:
        what = " ".join(str(error).replace('"<unicode string>"', name).split())
        raise ValueError(f"{name} is not YAML: {what}.") from None
    if value is None:
        return node, {}
    if not isinstance(value, dict):
        raise ValueError(f"{name} should hold lines such as 'save_summary_steps: 100', given: {value!r:.80}.")
    return node, value


def _constructed(text: str, name: str) -> tuple[Any, Any]:
    loader = _loader()(text)
    try:
        node = loader.get_single_node()
        _check_keys(node, name)
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _check_events(text: str, name: str) -> None:
    import yaml

    depth = aliases = 0
    for event in yaml.parse(text, Loader=_base()):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > MAX_DEPTH or aliases > MAX_ALIASES:
            raise ValueError(
                f"{name} has more than {MAX_DEPTH} levels or {MAX_ALIASES} aliases, which no settings need."
            )


def _check_keys(root: Any, name: str) -> None:
    """Refuse a key that stands twice in one mapping; `root` is yaml's node."""
    import yaml

    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            pending += node.value
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                pending += [key, value]
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        line = key.start_mark.line + 1
                        raise ValueError(f"{name}, line {line}: the key {key.value!r} stands there twice.")
                    keys.add(key.value)


# What yaml takes for a number, a boolean or nothing is what these say, first letter by first letter.
_INT = r"[-+]?[0-9]+(?:_[0-9]+)*"
_FLOAT = (
    r"[-+]?(?:(?:[0-9]+(?:_[0-9]+)*)(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORDS = (
    ("bool", r"(?i:true|false)", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", _INT, "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
    ("merge", r"<<", "<"),
)


def meaning(word: str) -> Any:
    """What a word without quotes is: None, a bool, an int, a float or a text.

    Example
    -------
    >>> meaning("010"), meaning("1e3"), meaning("no"), meaning("~")
    (10, 1000.0, 'no', None)
    """
    kind = next((name for name, pattern, _ in _WORDS if re.fullmatch(pattern, word)), "")
    if kind == "bool":
        return word.lower() == "true"
    readers: dict[str, Any] = {"null": lambda text: None, "int": int, "float": _float_of}
    return readers.get(kind, str)(word)


def _float_of(text: str) -> float:
    return float(text.replace(".", "", 1) if text.lower().endswith(("inf", "nan")) else text)


@cache
def _base() -> Any:
    """yaml's safe loader; the one that libyaml helps takes a tenth of the time for a long vocabulary."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _loader() -> Any:
    """yaml's safe loader, which reads in a word without quotes what Python does."""
    from yaml.constructor import ConstructorError

    class Loader(_base()):  # type: ignore[misc]  # one of two classes
        """Knows other words than its base."""

        yaml_implicit_resolvers: dict[Any, Any] = {}

        def construct_object(self, node: Any, deep: bool = False) -> Any:
            """What a node says; yaml's own readers trip over a tag whose text is of another kind."""
            try:
                return super().construct_object(node, deep)
            except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError):
                kind = node.tag.rpartition(":")[2]
                message = f"what stands there is not of the kind {kind!r}"
                raise ConstructorError(None, None, message, node.start_mark) from None

    def read_int(loader: Any, node: Any) -> int:
        return int(loader.construct_scalar(node))

    def read_float(loader: Any, node: Any) -> float:
        return _float_of(loader.construct_scalar(node))

    Loader.add_constructor("tag:yaml.org,2002:int", read_int)
    Loader.add_constructor("tag:yaml.org,2002:float", read_float)
    _add_words(Loader)
    return Loader


@cache
def _dumper() -> Any:
    """yaml's safe dumper, which quotes what this reader or another one would take for no text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Knows more words than its base."""

    _add_words(Dumper)
    return Dumper


def _add_words(kind: Any) -> None:
    for name, pattern, first in _WORDS:
        letters = [*first, ""] if name == "null" else [*first]
        kind.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(f"(?:{pattern})$"), letters)


def write_mapping(mapping: Mapping[str, Any]) -> str:
    """The mapping as YAML text, its keys in the order given.

    Every training writes some, and importing yaml takes longer than its first step: where nothing has to be quoted or
    wrapped, the text that yaml would write is written here.

    Raises
    ------
    ValueError
        If a value is more than numbers, text, None, lists and dicts of these.
    """
    try:
        return "\n".join([*_block(dict(mapping), set()), ""])
    except _Unusual:
        return _written_by_yaml(mapping)


def _written_by_yaml(mapping: Mapping[str, Any]) -> str:
    import yaml

    text = io.StringIO()
    try:
        yaml.dump(
            dict(mapping), text, _dumper(), sort_keys=False, allow_unicode=True, default_flow_style=False
        )
    except yaml.YAMLError as error:
        raise ValueError(f"cannot be written as YAML: {' '.join(str(error).split())}.") from None
    return text.getvalue()


class _Unusual(Exception):
    """Something that only yaml knows how to write."""


# Names, paths, versions (3.11.7 is no number), commits, which may begin with a digit, types with shapes, and words that
# fit on a line, such as a command.
_PLAIN = re.compile(
    r"(?:\.\./){0,20}[A-Za-z/][A-Za-z0-9_/.-]{0,99}|\d+\.\d+\.[A-Za-z0-9.]{1,20}|(?!0b|\d{40}|\d+e\d+$)[0-9a-f]{40}"
    r"|[A-Za-z][A-Za-z0-9]{0,20}(?: [A-Za-z0-9]{1,20})? \([0-9?, ]{0,40}\)"
    r"|(?=.{1,60}\Z)[A-Za-z][A-Za-z0-9_/.=-]*(?: [A-Za-z0-9_/.=-]+)+"
)
_NO_TEXTS = frozenset("y n yes no on off true false null".split())  # they stand for something else
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def _block(value: Any, seen: set[int]) -> list[str]:
    """The lines of a value; `seen` are the containers so far: one that comes again has a name in YAML."""
    if type(value) in (dict, list):
        if id(value) in seen:
            raise _Unusual
        seen.add(id(value))
    if type(value) not in (dict, list) or not value:
        return [_flow(value)]
    lines = []
    for key, item in value.items() if type(value) is dict else ((None, item) for item in value):
        nested = _block(item, seen)
        if type(value) is list:
            lines += [("  " if number else "- ") + line for number, line in enumerate(nested)]
        elif type(item) in (dict, list) and item:
            indent = "" if type(item) is list else "  "
            lines += [f"{_key(key)}:", *(indent + line for line in nested)]
        else:
            lines.append(f"{_key(key)}: {nested[0]}")
    return lines


def _key(key: Any) -> str:
    if type(key) is not str:
        raise _Unusual
    return _flow(key)


def _flow(value: Any) -> str:
    """A value that stands on one line."""
    if type(value) is str:
        if _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXTS:
            return value
        if _TIME.fullmatch(value):
            return f"'{value}'"  # or it would be read as a time
    elif value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    elif type(value) is int or (type(value) is float and "." in repr(value) and "e" not in repr(value)):
        return repr(value)
    elif type(value) in (dict, list) and not value:
        return "{}" if type(value) is dict else "[]"
    raise _Unusual
