"""Reading a command line.

``--flag=value`` and ``--flag value``, with one dash or two; ``--flag`` and ``--noflag`` for booleans; ``--`` ends it.
``--undefok=a,b`` names flags that need not exist. ``--flagfile=path`` is replaced by the lines of the file, each an
argument; lines that begin with ``#`` or ``//`` are comments.

Source
------
absl.flags, absl-py 2.0
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from estimator.command_line import errors
from estimator.command_line.flag import Flag
from estimator.core.log import logger
from estimator.core.named_tuple import NamedTuple
from estimator.core.tracebacks import cause_of

_END = "--"
_UNDEFOK = "undefok"
_FLAGFILE = "flagfile"


class Rest(NamedTuple):
    """What is no flag: `unknown` are (name, argument), `others` what main gets."""

    unknown: list[tuple[str, str]]
    others: list[str]


def read(arguments: Iterable[str], flags: Mapping[str, Flag], *, known_only: bool, gnu_getopt: bool) -> Rest:
    """Give the flags their values, and the rest back.

    Parameters
    ----------
    arguments : iterable of str
        Without the name of the program.
    flags : mapping
        Name to flag.
    known_only : bool
        Whether unknown flags are left among the others, and ``--`` too.
    gnu_getopt : bool
        Whether flags may stand behind other arguments.

    Raises
    ------
    Error, IllegalFlagValueError
        If a value is missing, or not one of the flag's.
    """
    left: list[tuple[str | None, str]] = []  # with the name, if it looks like a flag
    accepted: set[str] = set()
    rest = iter(arguments)
    for argument in rest:
        if argument == _END:
            left += [(None, argument)] if known_only else []
            break
        name, value = _cut(argument)
        if name is None:
            left.append((None, argument))
            if gnu_getopt:
                continue
            break
        if name == _UNDEFOK:
            for other in _value(argument, value, rest).split(","):
                accepted |= {other.strip(), f"no{other.strip()}"}
        elif (found := _meant(name, value, argument, flags)) is None:
            left.append((name, argument))
        else:
            flag, implied = found
            flag.parse(_value(argument, value, rest) if implied is None else implied)
            flag.using_default_value = False
    left = [(name, argument) for name, argument in left if name not in accepted]
    unknown = [(name, argument) for name, argument in left if name is not None and not known_only]
    others = [argument for name, argument in left if name is None or known_only]
    return Rest(unknown, [*others, *rest])


def _cut(argument: str) -> tuple[str | None, str | None]:
    """The name of a flag and its value, if the argument has them."""
    if not argument.startswith("-"):
        return None, None
    name, equals, value = argument.removeprefix("-").removeprefix("-").partition("=")
    return name or None, value if equals else None


def _meant(
    name: str, value: str | None, argument: str, flags: Mapping[str, Flag]
) -> tuple[Flag, str | None] | None:
    """The flag, and the value that its mere name gives a boolean one."""
    if (flag := flags.get(name)) is not None:
        return flag, "true" if flag.boolean and value is None else None
    negated = flags.get(name.removeprefix("no")) if name.startswith("no") and len(name) > 2 else None
    if negated is None or not negated.boolean:
        return None
    if value is not None:
        raise ValueError(f"{argument} does not take an argument; use --{negated.name}={value}.")
    return negated, "false"


def _value(argument: str, value: str | None, rest: Iterator[str]) -> str:
    if value is None and (value := next(rest, None)) is None:
        raise errors.Error(f"missing value for flag {argument}; write {argument}=VALUE.")
    return value


def with_flagfiles(
    arguments: Sequence[str], flags: Mapping[str, Flag], *, only_at_front: bool = False
) -> list[str]:
    """The arguments, with the lines of the files that ``--flagfile`` names in their places.

    Parameters
    ----------
    only_at_front : bool
        Whether flags end where another argument stands.

    Raises
    ------
    CantOpenFlagFileError, IllegalFlagValueError
        If a file cannot be read, or none is named.
    """
    found: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        name, value = _cut(argument)
        if name == _FLAGFILE:
            if value is None and not rest:
                raise errors.IllegalFlagValueError(f"{argument} with no argument; write {argument}=PATH.")
            found += _lines_of(rest.pop(0) if value is None else value, ())
            continue
        found.append(argument)
        if argument == _END or (name is None and only_at_front):
            break
        if value is None and _wants_value(flags.get(name or "")) and rest and not rest[0].startswith("-"):
            found.append(rest.pop(0))  # its value, even if flags end at the first argument
    return [*found, *rest]


def _wants_value(flag: Flag | None) -> bool:
    return flag is not None and not flag.boolean


def _lines_of(path: str, including: tuple[str, ...]) -> list[str]:
    """The arguments that a file has, those of files it names itself included."""
    path = os.path.expanduser(path.strip())
    if not path:
        return []
    if path in including:
        logger.warning("flagfile %s includes itself; ignoring it there.", path)
        return []
    found = []
    for line in _text_of(path).splitlines():
        name, value = _cut(line)
        if name == _FLAGFILE:
            if value is None:
                raise errors.Error(f"{path!r}: {line.strip()!r} names no file; write --flagfile=PATH.")
            found += _lines_of(value, (*including, path))
        elif line.strip() and not line.startswith(("#", "//")):
            found.append(line.strip())
    return found


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise errors.CantOpenFlagFileError(f"cannot read flagfile {path!r}: {error.strerror}.") from cause_of(
            error
        )
