"""What docstrings tell of a function: the first sentence, and a text for each parameter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

_PARAMETER = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: : (.*))?$")
_ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")  # :func:`~estimator.tf.io.matching_files`


def first_sentence(thing: Any) -> str:
    """The first paragraph of its docstring; empty if it has none."""
    return _flat(_docstring(thing).partition("\n\n")[0])


def parameters_told(thing: Callable[..., Any]) -> dict[str, str]:
    """What its docstring says of its parameters, by their names.

    Of a class, bases are asked for what it says nothing of itself.

    Example
    -------
    >>> parameters_told(parameters_told)
    {'thing': 'callable.'}

    Parameters
    ----------
    thing : callable
    """
    bases = inspect.getmro(thing)[1:-1] if isinstance(thing, type) else ()
    found: dict[str, str] = {}
    for one in (thing, *bases):
        found = _told(_docstring(one)) | found
    return found


def _docstring(thing: Any) -> str:
    text = getattr(thing, "__doc__", None)
    return inspect.cleandoc(text) if isinstance(text, str) else ""


def _told(text: str) -> dict[str, str]:
    _, _, rest = text.partition("Parameters\n----------\n")
    section = re.split(r"\n\n\w[\w ]*\n-{3,}\n", rest)[0]
    told: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        match = _PARAMETER.match(line)
        if match:
            names = match[1].split(", ")
            told |= {name.lstrip("*"): f"{match[2]}." if match[2] else "" for name in names}
        elif line.startswith(" "):
            for name in names:
                told[name.lstrip("*")] += (
                    f"{'' if told[name.lstrip('*')].endswith(' ') else ' '}{line.strip()}"
                )
    return {name: _flat(text) for name, text in told.items()}


def _flat(text: str) -> str:
    return " ".join(_ROLE.sub(r"`\1`", text).replace("``", "`").split())
