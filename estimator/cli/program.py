"""Which commands there are. Only the one that is called is imported.

A command is a module of the folder commands/ and a row in the table. The module has ``main(arguments)``, which gives
the exit code, and ``make_parser()``, which says what flags there are.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from estimator.cli.endings import INTERRUPTED, MISUSED, PROGRAM
from estimator.core.registry import did_you_mean
from estimator.core.version import VERSION

# name to what it does, in a line of the help
COMMANDS = {
    "checkpoints": "list, verify, prune and copy the checkpoints of a model_dir",
    "completion": "print what bash, zsh or fish need to complete commands and flags",
    "convert": "convert a model of PyTorch to a model_dir, or the reverse",
    "diff": "tell what two checkpoints or model_dirs have not the same",
    "evaluate": "print the metrics of a checkpoint",
    "export": "write a model as a SavedModel or as ONNX",
    "init": "write a working experiment for a CSV file",
    "inspect": "tell what a model_dir or a checkpoint holds",
    "metadata": "tell which code, data and settings made which checkpoint",
    "plot": "draw the curves of model_dirs as a picture, or as text without TensorBoard",
    "predict": "print predictions as CSV or JSON",
    "run": "run a script or a module that imports tensorflow, without TensorFlow",
    "serve": "serve models over gRPC and HTTP",
    "train": "train the model of an experiment",
}


def main(arguments: Sequence[str]) -> int:
    """Call the command that the arguments begin with, and give its exit code.

    Raises
    ------
    SystemExit
        With 2 if there is no such command, and 0 for ``--help``.
    """
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        parser.exit(MISUSED, f"{PROGRAM}: error: the following arguments are required: command\n")
    given = parser.parse_args(arguments[:1])
    if given.command not in COMMANDS:
        hint = did_you_mean(given.command, COMMANDS) or f" There is: {', '.join(sorted(COMMANDS))}."
        parser.error(f"unknown command {given.command!r}.{hint}")
    return int(import_module(f"estimator.cli.commands.{given.command}").main(arguments[1:]))


def program() -> NoReturn:
    """What the installed command ``estimator`` calls.

    Raises
    ------
    SystemExit
        With the exit code of the command.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what the terminal's alphabet lacks is escaped, no failure
            stream.reconfigure(errors="backslashreplace")
    command = "".join(sys.argv[1:2])
    if command != "run":
        _open_what_is_closed()
    if command in COMMANDS and command != "run":
        from estimator.graph.frame import disown_callers  # which a help can do without

        disown_callers()  # or an error would name the line of the script that started the command
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # while the command was loaded
        if command == "run":
            raise  # it ends as the script does
        sys.exit(INTERRUPTED)


def _open_what_is_closed() -> None:
    """Let output that the caller has closed go nowhere, and no file of a command take its place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND ...",
        description="commands:\n"
        + "".join(f"  {name:<{width}}  {does}\n" for name, does in COMMANDS.items()),
        epilog=f"{PROGRAM} COMMAND --help says more about each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {VERSION}", help="and end")
    return parser
