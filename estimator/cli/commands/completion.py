"""``estimator completion bash``: what a shell needs to complete commands, flags and their values."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from estimator.cli.endings import DONE, PROGRAM, ended
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.program import COMMANDS
from estimator.cli.shells import SHELLS, Commands, completions_of


def main(arguments: Sequence[str]) -> int:
    """Print the script for a shell, which sources it.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    given = make_parser().parse_args(arguments)

    def write() -> int:
        print(SHELLS[given.shell](PROGRAM, _commands()), end="")
        return DONE

    return ended("completion", write)


def _commands() -> Commands:
    """All commands, with what their parsers take."""
    parsers: dict[str, argparse.ArgumentParser] = {
        name: import_module(f"estimator.cli.commands.{name}").make_parser() for name in COMMANDS
    }
    return {name: (COMMANDS[name], completions_of(parser)) for name, parser in parsers.items()}


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "completion",
        "Print what a shell needs to complete commands, flags and values: source <(estimator completion bash) in "
        "~/.bashrc, the same with zsh in ~/.zshrc, and for fish: estimator completion fish | source.",
    )
    parser.add_argument("shell", action=Flag, words=tuple(SHELLS), metavar="SHELL", help=", ".join(SHELLS))
    return parser
