"""The settings of a RunConfig as flags: one for each that a text can stand for.

Names, types and what they mean stand in :class:`estimator.settings.run_config.RunConfig` alone. A new setting there is
a new flag here.
"""

from __future__ import annotations

import argparse
import inspect
import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import Reader, one_of, optional, reader_of
from estimator.core.errors import UsageError
from estimator.settings.checks import CHOICES
from estimator.settings.run_config import RunConfig, default_settings, setting_names

_SHOWN = {int: "N", float: "X", bool: "true|false", str: "TEXT"}
_OF_THE_EXPERIMENT = ("model_dir",)  # it has a flag of its own in front
_SECTION = re.compile(r"(?m)^\w+\n-+$")
_HEADER = re.compile(r"(\w+(?:, \w+)*) : .+")


def add_settings(parser: CommandParser) -> None:
    """Give a parser the flags of all settings but the model_dir, in a group of their own."""
    group = parser.add_argument_group(
        "settings of the run",
        "RunConfig's; they go before what the experiment says. Nothing is written none.",
    )
    told, defaults = _told(), default_settings()
    for name, kind in _kinds().items():
        read, words = _reader(name, kind), _words(name, kind)
        if name in _OF_THE_EXPERIMENT:
            continue
        if read is None:
            group.add_argument(
                f"--{name}",
                action=Flag,
                read=optional(_refuse),
                default=argparse.SUPPRESS,
                help=argparse.SUPPRESS,
            )
            continue
        text = f"{told.get(name, '')} (default: {_written(defaults[name])})".strip()
        group.add_argument(
            f"--{name}", action=Flag, read=read, words=words, default=argparse.SUPPRESS,
            metavar=_shown(kind, words), help=text,
        )  # fmt: skip


def _refuse(text: str) -> NoReturn:
    """Reads a setting that no text stands for, of which only Python can make one."""
    raise ValueError("an object of Python's is expected, for which no text stands: it can only be none.")


def settings_of(given: argparse.Namespace) -> dict[str, Any]:
    """The settings that flags were given for, by name; the model_dir is none of them."""
    return {
        name: value
        for name, value in vars(given).items()
        if name in setting_names() and name not in _OF_THE_EXPERIMENT
    }


def problems_of_settings(settings: dict[str, Any]) -> list[str]:
    """What is wrong with them, whatever else an experiment says."""
    try:
        RunConfig(**settings)
    except UsageError as error:
        return [_with_flag(text, settings) for text in error.problems]
    return []


def _with_flag(text: str, settings: Mapping[str, Any]) -> str:
    """A sentence of RunConfig's behind the flags that it names."""
    named = [f"--{name}" for name in settings if re.search(rf"\b{name}\b", text)]
    return f"{', '.join(named)}: {text}" if named else text


def _kinds() -> dict[str, Any]:
    """The type of each setting."""
    hints = typing.get_type_hints(RunConfig)
    return {name: hints[name] for name in setting_names()}


def _reader(name: str, kind: Any) -> Reader | None:
    if name not in CHOICES:
        return reader_of(kind)
    read = one_of(CHOICES[name])
    return optional(read) if _may_be_none(kind) else read


def _words(name: str, kind: Any) -> Sequence[str]:
    """The texts that a shell may offer."""
    none = ("none",) if _may_be_none(kind) else ()
    if bool in (kind, *typing.get_args(kind)):
        return ("true", "false", *none)
    return (*CHOICES.get(name, ()), *none) if name in CHOICES else ()


def _may_be_none(kind: Any) -> bool:
    return type(None) in typing.get_args(kind)


def _shown(kind: Any, words: Sequence[str]) -> str:
    """What stands for the value in the help."""
    parts = [part for part in typing.get_args(kind) if part not in (type(None), ...)]
    if words:
        return "|".join(words)
    if typing.get_origin(kind) is tuple:
        return ",".join(_shown(part, ()) for part in parts)
    return _SHOWN.get(kind) or _shown(parts[0], ())


def _written(value: Any) -> str:
    """A value as a flag has it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _told() -> dict[str, str]:
    """What the class says of each setting, on one line; nothing where Python keeps no such texts."""
    found: dict[str, str] = {}
    names: list[str] = []
    text = inspect.cleandoc(RunConfig.__doc__ or "").partition("\nParameters\n----------\n")[2]
    for line in _SECTION.split(text, maxsplit=1)[0].splitlines():
        header = _HEADER.fullmatch(line)
        if header is not None:
            names = [name for name in header[1].split(", ") if name in setting_names()]
        for name in names if header is None else []:
            found[name] = f"{found.get(name, '')} {line.strip()}".lstrip()
    return {name: text.replace("``", "").replace('"', "") for name, text in found.items()}
