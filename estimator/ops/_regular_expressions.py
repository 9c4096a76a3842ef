r"""Regular expressions as TensorFlow has them (RE2), written for Python's module.

Both look for the leftmost match, and of those for the one that an expression names first. They differ in a few words:
``$`` is the very end of a text for RE2, ``\z`` says the same, ``\s`` has one blank less, classes may hold names such as
``[:alpha:]``, and ``\Q...\E`` is literal. References backwards and looks around are no regular languages, and RE2
refuses them. A text is read as UTF-8; ``\w`` and ``\d`` are of ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from estimator.core.errors import InvalidArgumentError

_BLANKS = r"\t\n\f\r "
_NAMED = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "0-9a-zA-Z", "upper": "A-Z", "lower": "a-z", "word": r"\w",
    "space": r"\t\n\v\f\r ", "blank": r"\t ", "xdigit": "0-9a-fA-F", "punct": r"!-/:-@\[-`{-~",
    "cntrl": r"\x00-\x1f\x7f", "print": " -~", "graph": "!-~", "ascii": r"\x00-\x7f",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\Q(?P<literal>.*?)(?:\\E|\Z)|\\(?P<escape>.)|\[:(?P<named>\w+):\]|(?P<around>\(\?(?:<?[=!]|P=))|(?P<plain>.)",
    re.DOTALL,
)


@lru_cache(maxsize=64)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """The pattern for texts that :func:`text_of` has read.

    Raises
    ------
    InvalidArgumentError
        If it is none, or one that only one of the two languages has.
    """
    text = text_of(pattern)
    try:
        return re.compile(_translated(text), re.ASCII)
    except (re.error, ValueError) as error:
        raise InvalidArgumentError(f"Invalid pattern: {text}, error: {error}.") from None


def text_of(value: bytes) -> str:
    """A text as characters; bytes that are none stay what they are."""
    return value.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """The bytes of what :func:`text_of` has read."""
    return text.encode("utf-8", "surrogateescape")


def _translated(pattern: str) -> str:
    end = "$" if re.search(r"\(\?[a-zA-Z]*m", pattern) else r"\Z"
    parts: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(pattern):
        kind, word = token.lastgroup, token.group()
        if kind == "literal":
            parts.append(re.escape(token["literal"]))
        elif kind == "escape":
            parts.append(_escape(token["escape"], in_class))
        elif kind == "named" and in_class:
            parts.append(_named(token["named"]))
        elif kind == "around":
            raise ValueError(f"{word} looks around or back, which TensorFlow's expressions cannot")
        else:
            parts.append(end if word == "$" and not in_class else word)
            in_class = _is_in_class(word, in_class)
    return "".join(parts)


def _is_in_class(word: str, before: bool) -> bool:
    return before if word not in "[]" else word == "["


def _escape(letter: str, in_class: bool) -> str:
    if letter in "123456789pPCX":
        raise ValueError(f"\\{letter} is not supported here")
    special = {
        "z": r"\Z",
        "s": _BLANKS if in_class else f"[{_BLANKS}]",
        "S": r"\S" if in_class else f"[^{_BLANKS}]",
    }
    return special.get(letter, f"\\{letter}")


def _named(name: str) -> str:
    if name not in _NAMED:
        raise ValueError(f"there is no class [:{name}:]; there are {', '.join(_NAMED)}")
    return _NAMED[name]


def replacer(pattern: bytes, rewrite: bytes, replace_global: bool) -> Callable[[bytes], bytes]:
    r"""What replaces the matches in a text, or the first one; ``\1`` in the rewrite is the first group, ``\0`` all.

    Raises
    ------
    InvalidArgumentError
        If the pattern is none, or the rewrite names a group that it has not, or another escape.
    """
    expression, parts = compiled(pattern), _rewrite_parts(text_of(rewrite))
    missing = [part for part in parts if isinstance(part, int) and part > expression.groups]
    if missing:
        raise InvalidArgumentError(
            f"the rewrite {text_of(rewrite)!r} names group {missing[0]}; {text_of(pattern)!r} has {expression.groups}."
        )

    def replaced(value: bytes) -> bytes:
        text, place, end, found = text_of(value), 0, -1, []
        while match := expression.search(text, place):
            found.append(text[place : match.start()])
            if match.start() == match.end() == end:  # nothing, right behind a match, is none for RE2
                found.append(text[end : end + 1])
                place = end + 1
                if place > len(text):
                    break
                continue
            found += [(match[part] or "") if isinstance(part, int) else part for part in parts]
            place = end = match.end()
            if not replace_global:
                break
        return bytes_of("".join([*found, text[place:]]))

    return replaced


def _rewrite_parts(rewrite: str) -> list[str | int]:
    """Literal parts, and numbers of groups."""
    parts: list[str | int] = []
    for token in re.finditer(r"\\(.?)|[^\\]+", rewrite, re.DOTALL):
        letter = token[1]
        if letter is None:
            parts.append(token[0])
        elif letter == "\\":
            parts.append("\\")
        elif letter.isdecimal() and letter.isascii():
            parts.append(int(letter))
        else:
            raise InvalidArgumentError(
                f"invalid rewrite pattern: {rewrite!r} has {token[0]}; there are \\0 to \\9 for groups, and \\\\."
            )
    return parts
