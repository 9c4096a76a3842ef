"""The parser of a command's arguments: all that is wrong is said at once, and misspelt flags get the nearest.

Flags are ``--model_dir=x`` or ``--model_dir x``, with underscores, and never shortened, so that a later flag changes
the meaning of no script. Who gives one twice has forgotten the first.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from typing import Any

from estimator.cli.endings import PROGRAM
from estimator.cli.values import Reader, one_of, word
from estimator.core.registry import nearest

_NEGATIVE = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)
_BARE = re.compile(r"--\w+=--")
_WIDTH = 80
_FLAG_WIDTH = 26


class CommandParser(argparse.ArgumentParser):
    """Parses what stands behind ``estimator COMMAND``.

    Parameters
    ----------
    command : str
        Its name.
    description : str
        What it does, in a sentence or two.
    example : str
        A call, without ``estimator COMMAND``, for the first line of the help.
    """

    def __init__(self, command: str, description: str, example: str | None = None) -> None:
        super().__init__(
            prog=f"{PROGRAM} {command}",
            usage=None if example is None else f"{PROGRAM} {command} {example}",
            description=description,
            allow_abbrev=False,
            formatter_class=_Help,
        )
        self.problems: list[str] = []

    def parse_args(self, args: Sequence[str], namespace: Any = None) -> argparse.Namespace:  # type: ignore[override]
        """What the arguments say.

        Raises
        ------
        SystemExit
            With 2 if something is wrong with them, after all of it has been said; with 0 after a help.
        """
        self.problems = []
        arguments = _joined(args)
        for text in filter(_BARE.fullmatch, arguments):  # which argparse would take for no value at all
            self.problems.append(f"{text[:-3]}: '--' is no value.")
        arguments = [text for text in arguments if not _BARE.fullmatch(text)]
        given, unknown = self.parse_known_args(arguments, namespace)
        self.problems += self._twice(arguments)
        for before, text in zip(["", *unknown], unknown, strict=False):
            if text == "--":
                self.problems.append("'--' stands alone; flags are read wherever they stand, without it.")
                break  # argparse reads no flags behind it
            if text.startswith("-") or not before.startswith("--") or "=" in before:  # else the other's value
                self.problems.append(self._problem_of(text))
        self.end_if_misused()
        return given

    def end_if_misused(self) -> None:
        """End the program if there are problems, with all of them.

        Raises
        ------
        SystemExit
            With 2.
        """
        if len(self.problems) == 1:
            self.error(self.problems[0])
        if self.problems:
            lines = "".join(f"\n  - {problem}" for problem in self.problems)
            self.error(f"{len(self.problems)} problems{lines}")

    def flags(self) -> list[str]:
        """All flags, as they are written."""
        return [option for action in self._actions for option in action.option_strings]

    def _twice(self, arguments: Sequence[str]) -> list[str]:
        """What to say of flags that are given twice, but for those that may be."""
        lists = {
            flag
            for action in self._actions
            if isinstance(action.default, list)
            for flag in action.option_strings
        }
        names = Counter(text.partition("=")[0] for text in arguments)
        return [f"{name} is given twice." for name in self.flags() if names[name] > 1 and name not in lists]

    def _problem_of(self, text: str) -> str:
        """What to say of an argument that nobody knows."""
        if not text.startswith("-"):
            return f"unexpected argument {text!r}; a value follows its flag, as in --flag={text}."
        flag = text.partition("=")[0]
        if (wanted := flag.replace("-", "_").replace("__", "--", 1)) in self.flags():
            return f"unknown flag {flag}. Did you mean {wanted}?"
        close = nearest(flag.lstrip("-").replace("-", "_"), [name.lstrip("-") for name in self.flags()])
        hint = f" Did you mean {' or '.join(f'--{name}' for name in close)}?" if close else ""
        return f"unknown flag {flag}.{hint}"


class Flag(argparse.Action):
    """A flag with a value, which a reader reads; what it refuses joins the parser's other problems.

    Parameters
    ----------
    read : callable, optional
        Gives the value of a text, or raises ValueError; by default the text itself, one of the words.
    words : sequence of str
        The texts that there are, if they are few: a shell offers them.
    default : object, optional
        What it is if it is not given. With a list it may be given several times, and gives a list of all.
    """

    def __init__(
        self,
        option_strings: Sequence[str],
        dest: str,
        read: Reader | None = None,
        words: Sequence[str] = (),
        default: Any = None,
        metavar: str | None = None,
        help: str | None = None,
        required: bool = False,
        nargs: str | None = None,
    ) -> None:
        shown = metavar or "|".join(words) or "TEXT"
        super().__init__(
            option_strings, dest, nargs, default=default, metavar=shown, help=help, required=required
        )
        self._read = read or (one_of(words) if words else word)
        self.words = tuple(words)

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        """Read the value."""
        try:
            value = [self._read(text) for text in values] if self.nargs else self._read(values)
        except ValueError as error:
            parser.problems.append(f"{option_string or self.metavar}: {error}")
            return
        if isinstance(self.default, list):
            value = [*getattr(namespace, self.dest), *(value if self.nargs else [value])]
        setattr(namespace, self.dest, value)


def _joined(arguments: Sequence[str]) -> list[str]:
    """The arguments, those with ``--flag -1e3`` as ``--flag=-1e3``, which argparse would take for two flags."""
    joined: list[str] = []
    for text in arguments:
        before = joined[-1] if joined else ""
        if _NEGATIVE.match(text) and before.startswith("--") and "=" not in before:
            joined[-1] = f"{before}={text}"
        else:
            joined.append(text)
    return joined


class _Help(argparse.HelpFormatter):
    """A help of 80 columns at most, whatever the terminal has, with flags in a column of their own."""

    def __init__(self, prog: str) -> None:
        width = min(_WIDTH, shutil.get_terminal_size().columns)
        super().__init__(prog, max_help_position=_FLAG_WIDTH, width=width)
