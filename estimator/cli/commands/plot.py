"""``estimator plot models/iris models/other --output curves.svg``: the curves of some runs, as a picture or as text."""

from __future__ import annotations

import argparse
import fnmatch
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from estimator.cli.endings import DONE, ended, failed
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import listed, number, word
from estimator.core.registry import did_you_mean, shortened

if TYPE_CHECKING:
    from estimator.summaries.curves import Curve

_WIDTH = 80
_MOST_IN_A_PICTURE = 60


def main(arguments: Sequence[str]) -> int:
    """Draw the curves; the exit code is 1 if there are none, or matplotlib is missing for a picture.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    return ended("plot", lambda: _plot(parser, given))


def _plot(parser: CommandParser, given: argparse.Namespace) -> int:
    from estimator.summaries.curves import by_tag, runs_below

    found = by_tag(runs_below(given.model_dirs))
    if not found:
        return failed(
            "plot",
            f"the events files of {shortened(given.model_dirs)} have no scalars yet, of which curves are made.",
        )
    curves = _chosen(parser, found, given.tags)
    if given.json:
        print(json.dumps(_plain(curves), ensure_ascii=False))
    elif given.output is None:
        _print(curves, given.smooth)
    else:
        return _draw(given, curves)
    return DONE


def _chosen(
    parser: CommandParser, found: Mapping[str, dict[str, Curve]], patterns: Sequence[str] | None
) -> dict[str, dict[str, Curve]]:
    """The curves of the tags that are asked for, in that order; ``*`` stands for parts of a tag."""
    if patterns is None:
        return dict(found)
    chosen: dict[str, dict[str, Curve]] = {}
    for pattern in patterns:
        tags = [pattern] if pattern in found else fnmatch.filter(found, pattern)
        if not tags:
            hint = did_you_mean(pattern, found) or f" There is: {shortened(found)}."
            parser.problems.append(f"--tags: no run has a scalar {pattern!r}.{hint}")
        chosen |= {tag: found[tag] for tag in tags}
    parser.end_if_misused()
    return chosen


def _print(curves: Mapping[str, Mapping[str, Curve]], smooth: float) -> None:
    from estimator.summaries.curves import smoothed
    from estimator.summaries.sparklines import levels_for, table

    shown = {
        tag: {run: curve._replace(values=smoothed(curve.values, smooth)) for run, curve in runs.items()}
        for tag, runs in curves.items()
    }
    width = shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH
    print(table(shown, width, levels_for(sys.stdout.encoding)))


def _draw(given: argparse.Namespace, curves: Mapping[str, Mapping[str, Curve]]) -> int:
    from estimator.model_dir.storage import write_atomically
    from estimator.summaries.picture import draw, format_of

    if len(curves) > _MOST_IN_A_PICTURE:
        return failed(
            "plot",
            f"a picture of {len(curves)} tags cannot be read: choose up to {_MOST_IN_A_PICTURE} by --tags, "
            f"as in --tags 'loss,accuracy,dnn/*'. There is: {shortened(curves)}.",
        )
    try:
        picture = draw(curves, format_of(given.output), given.smooth)
    except ImportError as error:
        return failed("plot", error)
    write_atomically(given.output, picture)
    print(f"{given.output}: {len(curves)} tag{'s' * (len(curves) != 1)} of {_count_of_runs(curves)}")
    return DONE


def _count_of_runs(curves: Mapping[str, Mapping[str, Curve]]) -> str:
    count = len({run for runs in curves.values() for run in runs})
    return f"{count} run{'s' * (count != 1)}"


def _plain(curves: Mapping[str, Mapping[str, Curve]]) -> dict[str, Any]:
    """For programs: tag to run to steps and values; JSON has no numbers that are not finite, so they are texts."""
    return {
        tag: {
            run: {
                "steps": curve.steps.tolist(),
                "values": [_number(value) for value in curve.values.tolist()],
            }
            for run, curve in runs.items()
        }
        for tag, runs in curves.items()
    }


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _weight(text: str) -> float:
    """A number from 0 to below 1.

    Raises
    ------
    ValueError
        If it is none.
    """
    weight = number(text)
    if not 0 <= weight < 1:
        raise ValueError(f"a number from 0 to below 1 is expected, given: {text}.")
    return weight


def _picture(text: str) -> str:
    """The name of a picture.

    Raises
    ------
    ValueError
        If it does not end as one, or there is no such directory.
    """
    from estimator.summaries.picture import format_of

    format_of(text)
    folder = os.path.dirname(text)
    if folder and not os.path.isdir(folder):
        raise ValueError(f"there is no directory {folder!r} for {text!r}: make it first.")
    return text


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "plot",
        "Draw the curves in the events files of model_dirs, training and evaluations in one axis for each tag: as a "
        "picture with --output, else as lines of text.",
        "models/iris [models/other] --output curves.svg",
    )
    parser.add_argument(
        "model_dirs", metavar="MODEL_DIR", nargs="+", help="a model_dir, or a directory above some"
    )
    parser.add_argument(
        "--tags",
        action=Flag,
        read=listed(word),
        metavar="TAG,TAG",
        help="only these; * stands for parts of a name",
    )
    parser.add_argument(
        "--output",
        action=Flag,
        read=_picture,
        metavar="FILE",
        help="a picture, .svg or .png (needs matplotlib)",
    )
    parser.add_argument(
        "--smooth",
        action=Flag,
        read=_weight,
        default=0.0,
        metavar="WEIGHT",
        help="smooth as TensorBoard does, from 0 to below 1 (default: 0)",
    )
    parser.add_argument("--json", action="store_true", help="the points, for programs")
    return parser
