"""Which files a pattern means.

``*`` stands for any characters within one level, ``?`` for one, ``[a-z]`` and ``[^a-z]`` for one of some, ``\\*`` for
itself. Names that begin with a dot are found as others are.

Source
------
tensorflow/core/platform/file_system.h
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from estimator.core.files import local_path

_SPECIAL = re.compile(r"[*?\[\\]")
_TOKEN = re.compile(
    r"\\(?P<literal>.)|(?P<set>\[[!^]?\]?[^\]]*\])|(?P<any>\*+)|(?P<one>\?)|(?P<plain>.)", re.DOTALL
)


def matches(pattern: str) -> Iterator[str]:
    """The paths that fit a pattern, in no order.

    They are looked for level by level, so that no directory is listed that cannot hold one.
    """
    pattern = local_path(pattern)
    if not _SPECIAL.search(pattern):
        yield from [pattern] if os.path.lexists(pattern) else []
        return
    paths = ["/"] if pattern.startswith("/") else [""]
    for level in filter(None, pattern.split("/")):
        paths = [path for parent in paths for path in _below(parent, level)]
    yield from paths


def _below(parent: str, level: str) -> Iterator[str]:
    if not _SPECIAL.search(level):
        path = os.path.join(parent, level)
        if os.path.lexists(path):
            yield path
        return
    fits, directory = re.compile(_expression(level), re.DOTALL), parent or os.curdir
    try:
        names = os.listdir(directory)
    except OSError:  # no directory, or one that may not be read: nothing in it is found
        return
    yield from (os.path.join(directory, name) for name in names if fits.fullmatch(name))


def _expression(level: str) -> str:
    """The regular expression of one level of a pattern."""
    parts = []
    for match in _TOKEN.finditer(level):
        text = match[0]
        if match["set"]:
            chosen = text[1:-1]
            negated = chosen[0] in "!^"
            members = re.sub(r"([\\\[\]&~|^])", r"\\\1", chosen[negated:])
            parts.append(f"[{'^' if negated else ''}{members}]")
        elif match["any"]:
            parts.append(".*")
        elif match["one"]:
            parts.append(".")
        else:
            parts.append(re.escape(match["literal"] or text))
    return "".join(parts)
