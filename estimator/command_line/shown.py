"""What ``--help`` prints.

Source
------
absl.flags, absl-py 2.0
"""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from estimator.command_line.flag import Flag
from estimator.core.keywords import near_keywords_of_functions

_WIDTH = 80
_LINE_BREAK_IN_PARAGRAPH = re.compile(r"(?<=\S)\n(?=\S)")


def get_help_width() -> int:
    """How wide the terminal is, in characters; 80 if there is none."""
    return shutil.get_terminal_size(fallback=(_WIDTH, 1)).columns


def text_wrap(
    text: str, length: int | None = None, indent: str = "", firstline_indent: str | None = None
) -> str:
    """The text in lines of at most `length`, its own line ends kept.

    Raises
    ------
    ValueError
        If an indent leaves no room.
    """
    length = get_help_width() if length is None else length
    first = indent if firstline_indent is None else firstline_indent
    if max(len(indent), len(first)) >= length:
        raise ValueError(f"an indent of {max(len(indent), len(first))} leaves no room in lines of {length}.")
    lines: list[str] = []
    for number, paragraph in enumerate(text.expandtabs(4).splitlines()):
        lead = indent if number else first
        lines += textwrap.wrap(paragraph.strip(), length, initial_indent=lead, subsequent_indent=indent) or [
            ""
        ]
    return "\n".join(lines)


def doc_to_help(doc: str) -> str:
    """The text of a docstring: without its indent, a paragraph a line."""
    return _LINE_BREAK_IN_PARAGRAPH.sub(" ", inspect.cleandoc(doc.strip()))


def flag_help(flag: Flag, indent: str = "") -> str:
    """The lines that tell of a flag: names, help, default, and what values it takes."""
    short = f"-{flag.short_name}," if flag.short_name else ""
    head = f"{short}--{'[no]' if flag.boolean else ''}{flag.name}: {flag.help}"
    lines = [text_wrap(head, indent=f"{indent}  ", firstline_indent=indent)]
    if flag.default_as_str:
        lines.append(text_wrap(f"(default: {flag.default_as_str})", indent=f"{indent}  "))
    if flag.parser.syntactic_help:
        lines.append(text_wrap(f"({flag.parser.syntactic_help})", indent=f"{indent}  "))
    return "\n".join(lines)


def flags_help(flags: Iterable[Flag], indent: str = "") -> list[str]:
    """The help of each flag, sorted by name."""
    return [flag_help(flag, indent) for flag in sorted(set(flags), key=lambda flag: flag.name)]


def flag_dict_to_args(flag_map: Mapping[str, Any], multi_flags: Iterable[str] | None = None) -> Iterable[str]:
    """The arguments that give flags these values, lists joined by commas.

    Parameters
    ----------
    flag_map : mapping
        Name to value; None gives the bare name, a boolean ``--name`` or ``--noname``.
    multi_flags : iterable of str, optional
        Names of flags that are given once for each element of their list.
    """
    repeated = set(multi_flags or ())
    for name, value in flag_map.items():
        if value is None or value is True:
            yield f"--{name}"
        elif value is False:
            yield f"--no{name}"
        elif isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
            yield f"--{name}={value!s}"
        elif name in repeated:
            yield from (f"--{name}={one}" for one in value)
        else:
            yield f"--{name}={','.join(map(str, value))}"


near_keywords_of_functions(__name__)
