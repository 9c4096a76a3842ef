"""``estimator inspect models/iris``: what a model_dir or a checkpoint holds, TensorFlow's of any age included."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from estimator.cli.endings import DONE, FAILED, ended
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import step


def main(arguments: Sequence[str]) -> int:
    """Tell what is there; the exit code is 1 if nothing is, or if what is there is damaged.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    given = make_parser().parse_args(arguments)
    return ended("inspect", lambda: _inspect(given))


def _inspect(given: argparse.Namespace) -> int:
    from estimator.inspection.json_form import json_text  # these load what reads checkpoints
    from estimator.inspection.report import inspect
    from estimator.inspection.shown_report import text_of, values_of
    from estimator.inspection.tables import terminal_width

    found = inspect(given.path, given.step, with_statistics=not given.index_only)
    print(json_text(values_of(found)) if given.json else text_of(found, terminal_width()))
    return FAILED if found.is_damaged else DONE


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "inspect",
        "Tell what a model_dir or a checkpoint holds: variables, checkpoints, who made them, what the next save "
        "deletes, files. Nothing is changed, and a training may go on meanwhile.",
    )
    parser.add_argument(
        "path",
        metavar="PATH",
        help="a model_dir, a checkpoint such as models/iris/model.ckpt-200, or the folder of a SavedModel",
    )
    parser.add_argument(
        "--step",
        action=Flag,
        read=step,
        metavar="N",
        help="tell this checkpoint of the model_dir, not the latest",
    )
    parser.add_argument(
        "--index_only",
        action="store_true",
        help="do not read the numbers of the variables, which may be many",
    )
    parser.add_argument("--json", action="store_true", help="JSON in place of text")
    return parser
