"""``estimator diff models/a models/b``: what two checkpoints, or model_dirs, have not the same."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from estimator.cli.endings import DONE, FAILED, ended
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import listed, step


def main(arguments: Sequence[str]) -> int:
    """Tell the differences; the exit code is 1 if a checkpoint is missing or damaged, and on request if they differ.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    if given.b is None and given.steps is None:
        parser.problems.append(
            "give a second model_dir or checkpoint, or two steps of the one: --steps 100,200."
        )
    parser.end_if_misused()
    return ended("diff", lambda: _diff(given))


def _diff(given: argparse.Namespace) -> int:
    from estimator.inspection.comparison import PARTS, compare  # these load what reads checkpoints
    from estimator.inspection.json_form import json_text
    from estimator.inspection.shown_comparison import text_of, values_of
    from estimator.inspection.tables import terminal_width

    found = compare(given.a, given.b, given.steps, (given.only,) if given.only else PARTS)
    print(json_text(values_of(found)) if given.json else text_of(found, terminal_width()))
    if found.is_unreadable or (given.exit_code and not found.is_same):
        return FAILED
    return DONE


def _two_steps(text: str) -> tuple[int, int]:
    found = listed(step)(text)
    if len(found) != 2:
        raise ValueError(f"two steps are expected, as in --steps 100,200, given: {text!r}.")
    return found[0], found[1]


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "diff",
        "Tell what two checkpoints have not the same: weights, what they were trained with, graphs. The exit code is 0 "
        "whether they differ or not, unless --exit_code is given.",
    )
    parser.add_argument("a", metavar="A", help="a model_dir, a checkpoint, or the folder of a SavedModel")
    parser.add_argument("b", metavar="B", nargs="?", help="the other; default: A, with --steps")
    parser.add_argument(
        "--steps",
        action=Flag,
        read=_two_steps,
        metavar="N,M",
        help="of the checkpoints of A and B, else the latest",
    )
    parser.add_argument(
        "--only",
        action=Flag,
        words=("weights", "settings", "graph"),
        help="compare nothing else; default: all",
    )
    parser.add_argument("--exit_code", action="store_true", help="end with 1 if they differ")
    parser.add_argument("--json", action="store_true", help="JSON in place of text")
    return parser
