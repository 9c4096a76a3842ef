"""What train, evaluate, predict and export share: the experiment that a YAML file and flags describe.

Flags go before what the file says. Without a file it is the one that a model_dir was last trained by, or the ready-made
model of its recipe.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from estimator.cli.endings import ended
from estimator.cli.flags import problems_of_settings, settings_of
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import whole, word
from estimator.core import log
from estimator.core.errors import OpError, UsageError, raise_problems
from estimator.core.registry import did_you_mean
from estimator.core.tracebacks import needs_no_traceback

if TYPE_CHECKING:
    from estimator.experiments.experiment import Experiment

_LEVELS = {"debug": log.DEBUG, "info": log.INFO, "warn": log.WARN, "error": log.ERROR}
_KINDS_BY_ENDING = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".tfrecord": "tfrecord",
    ".tfrecords": "tfrecord",
    ".tfr": "tfrecord",
}


def add_experiment(parser: CommandParser, command: str) -> None:
    """Give a parser the flags that say which experiment it is about."""
    group = parser.add_argument_group("experiment")
    without = "the experiment that model_dir was last trained by"
    if command != "train":
        without += ", or its ready-made model"
    group.add_argument("--config", action=Flag, metavar="FILE", help=f"the YAML file; without it: {without}")
    group.add_argument("--model_dir", action=Flag, metavar="DIR", help="where checkpoints and summaries are")
    group.add_argument(
        "--set", action=Flag, read=_change, nargs="+", default=[], metavar="PATH=VALUE",
        help="other values in the experiment: --set train.input.batch_size=64",
    )  # fmt: skip
    group.add_argument(
        "--allow_import", action=Flag, read=word, nargs="+", default=[], metavar="MODULE",
        help="modules of your own that dotted paths in the experiment may lead to",
    )  # fmt: skip
    group.add_argument(
        "--verbosity", action=Flag, words=tuple(_LEVELS), metavar="LEVEL",
        help=f"{', '.join(_LEVELS)}: which lines of the log are shown (default: info)",
    )  # fmt: skip


def add_input(parser: CommandParser, section: str, label: bool) -> None:
    """Give a parser the flags that say which data a section reads."""
    group = parser.add_argument_group("data", f"In place of {section}.input of the experiment.")
    group.add_argument(
        "--input", action=Flag, nargs="+", metavar="FILE",
        help="CSV, Parquet or TFRecord, by the ending of the name; patterns in quotes, as 'data/*.csv'",
    )  # fmt: skip
    if label:
        group.add_argument("--label", action=Flag, metavar="COLUMN", help="the column of the labels")
    group.add_argument("--batch_size", action=Flag, read=count, metavar="N", help="rows at a time")


def add_checkpoint(parser: argparse._ArgumentGroup | CommandParser) -> None:
    """Give a parser the flag that says which checkpoint is read."""
    parser.add_argument(
        "--checkpoint", action=Flag, default="latest", metavar="WHICH",
        help="latest, best (by keep_best), a step, or the prefix of one (default: latest)",
    )  # fmt: skip


def changes_of_input(given: argparse.Namespace, section: str, problems: list[str]) -> dict[str, Any]:
    """The changes that the flags of :func:`add_input` stand for."""
    from estimator.settings.given import given_value

    where, found = f"{section}.input", dict[str, Any]()
    if given.input is not None:
        kinds = {_KINDS_BY_ENDING.get(os.path.splitext(name)[1].lower(), "csv") for name in given.input}
        if len(kinds) > 1:
            problems.append(
                f"--input: files of one kind are read together, given: {' and '.join(sorted(kinds))}."
            )
        kind = kinds.pop()
        found[f"{where}.{kind}"] = given_value(given.input, "--input")
        if kind == "csv" and f"{where}.rows" not in dict(given.set):
            found[f"{where}.rows"] = given_value(
                None, "--input"
            )  # all of them: a share is one of other files
    for name in ("label", "batch_size"):
        if getattr(given, name, None) is not None:
            found[f"{where}.{name}"] = given_value(getattr(given, name), f"--{name}")
    return found


def check(parser: CommandParser, given: argparse.Namespace) -> None:
    """Refuse flags of :func:`add_experiment` and settings that make no sense.

    Raises
    ------
    SystemExit
        With 2 if the file is none.
    """
    if given.config is not None:
        parser.problems += _problems_of_config(given.config)
    elif given.model_dir is None:
        parser.problems.append(
            "--config is missing, the experiment's YAML file; of a model_dir that was trained before, --model_dir "
            "alone will do."
        )
    parser.problems += problems_of_settings(settings_of(given))
    parser.end_if_misused()


def carried_out(command: str, given: argparse.Namespace, work: Callable[[], int]) -> int:
    """Do the work of a command with the log that ``--verbosity`` says, and give its exit code.

    Raises
    ------
    SystemExit
        As :func:`estimator.cli.endings.ended`.
    """
    before = log.get_verbosity()
    if given.verbosity is not None:
        log.set_verbosity(_LEVELS[given.verbosity])
    try:
        return ended(command, work, misuse=(UsageError,))
    finally:
        if given.verbosity is not None:  # of a program that has called the command as a function
            log.set_verbosity(before)


def _problems_of_config(path: str) -> list[str]:
    if os.path.isdir(path):
        found = sorted(name for name in os.listdir(path) if name.endswith((".yaml", ".yml")))
        hint = f" It has {', '.join(found[:5])}." if found else ""
        return [f"--config: {path!r} is a directory; name a YAML file in it.{hint}"]
    if os.path.exists(path):
        return []
    folder, name = os.path.split(path)
    there = os.listdir(folder or os.curdir) if os.path.isdir(folder or os.curdir) else []
    hint = did_you_mean(name, [found for found in there if found.endswith((".yaml", ".yml"))])
    return [f"--config: there is no file {path!r} (looked for in {os.getcwd()}).{hint}"]


def read_experiment(given: argparse.Namespace, changes: Mapping[str, Any]) -> Experiment:
    """The experiment that the flags describe.

    Parameters
    ----------
    given : Namespace
        The flags of :func:`add_experiment`.
    changes : mapping of str to object
        What the command's own flags change, by dotted paths.

    Raises
    ------
    UsageError
        With all that is wrong with file and flags.
    NotFoundError
        If there is no file, and the model_dir tells no experiment.
    Exception
        What a module of the user's raises when it is imported.
    """
    from estimator.experiments.experiment import Experiment  # loads what trains, which a help can do without
    from estimator.experiments.trained import experiment_of_model_dir

    allowed = [name for text in given.allow_import for name in text.split(",")]
    try:
        all_changes = _all_changes(given, changes)
        if given.config is None:
            return experiment_of_model_dir(given.model_dir, all_changes, allowed)
        return Experiment.read(Path(given.config), all_changes, allowed)
    except UsageError:
        raise
    except (ValueError, OpError) as error:
        if not needs_no_traceback(error) or given.config is None:
            raise
        raise UsageError("experiment", [str(error)]) from None


def _all_changes(given: argparse.Namespace, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted paths and values: of the flags that the commands share, of their own, and of --set.

    Raises
    ------
    UsageError
        If one is given twice.
    """
    from estimator.settings.given import given_text, given_value

    found: dict[str, Any] = {}
    if given.model_dir is not None:
        found["model_dir"] = given_value(given.model_dir, "--model_dir")
    for name, value in settings_of(given).items():
        found[f"run_config.{name}"] = given_value(value, f"--{name}")
    found |= changes
    problems = []
    for path, text in given.set:
        if path in found:
            problems.append(f"--set {path} is given twice, or has a flag of its own that is given.")
        found[path] = given_text(text, f"--set {path}")
    raise_problems("flags", problems)
    return found


def _change(text: str) -> tuple[str, str]:
    """The path and the value of ``PATH=VALUE``."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ValueError(f"PATH=VALUE is expected, as in train.input.batch_size=64; given: {text!r}.")
    return path.strip(), value


def count(text: str) -> int:
    """A whole number from 1 on.

    Raises
    ------
    ValueError
        If it is none.
    """
    value = whole(text)
    if value < 1:
        raise ValueError(f"a whole number from 1 on is expected, given: {text!r}.")
    return value


def checkpoint_of(asked: str, model_dir: str) -> dict[str, Any]:
    """The checkpoint that ``--checkpoint`` asks for, as an argument of the Estimator's calls.

    Raises
    ------
    OpError, ValueError
        If there is none; nobody wants to evaluate first values.
    """
    from estimator.calls.asked_for import start_asked_for

    start = start_asked_for(model_dir, asked)
    if asked in ("latest", "best"):  # which may be another one when it is read
        return {"checkpoint": asked}
    return {"checkpoint_path": str(start.prefix)}
