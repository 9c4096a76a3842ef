"""``estimator checkpoints models/iris``: the checkpoints of a model_dir listed, verified, pruned, copied."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from estimator.cli.endings import DONE, FAILED, ended
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import whole


def main(arguments: Sequence[str]) -> int:
    """Do what is asked for, or list the checkpoints; the exit code is 1 if ``--verify`` finds a bad one.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    parser.problems += _contradictions(given)
    parser.end_if_misused()
    return ended("checkpoints", lambda: _act(given))


def _contradictions(given: argparse.Namespace) -> list[str]:
    deeds = ("verify", "prune", "remove_unacknowledged", "copy")
    asked = [f"--{deed}" for deed in deeds if getattr(given, deed)]
    problems = []
    if len(asked) > 1:
        problems.append(f"{' and '.join(asked)} are several commands; give one.")
    if given.keep is not None and not given.prune:
        problems.append("--keep goes with --prune.")
    if given.by is not None and not given.copy:
        problems.append("--by goes with --copy best TARGET.")
    if given.dry_run and not (given.prune or given.remove_unacknowledged):
        problems.append("--dry_run goes with --prune and --remove_unacknowledged, which delete.")
    return problems


def _act(given: argparse.Namespace) -> int:
    from estimator.inspection.json_form import json_text  # these load what reads checkpoints
    from estimator.inspection.places import demand_model_dir

    directory = demand_model_dir(given.model_dir)
    if given.verify:
        values, lines, code = _verify(directory)
    elif given.prune or given.remove_unacknowledged:
        values, lines, code = _delete(directory, given)
    elif given.copy:
        values, lines, code = _copy(directory, given)
    else:
        values, lines, code = _list(directory)
    print(json_text({"directory": directory, **values}) if given.json else "\n".join(lines))
    return code


def _list(directory: str) -> tuple[dict[str, Any], list[str], int]:
    from estimator.inspection.listing import read_listing
    from estimator.inspection.shown_report import listing_lines, listing_values
    from estimator.inspection.tables import terminal_width

    found = read_listing(directory)
    return listing_values(found), [*listing_lines(found, terminal_width())], DONE


def _verify(directory: str) -> tuple[dict[str, Any], list[str], int]:
    from estimator.inspection.tables import counted, printable
    from estimator.inspection.upkeep import verify

    found = verify(directory)
    lines = []
    for one in found:
        state = f"{len(one.damages)} damaged" if one.damages else "whole"
        lines.append(f"{printable(one.checkpoint.name)}: {state} ({one.checkpoint.state})")
        lines += [f"  {printable(damage)}" for damage in one.damages]
    bad = sum(bool(one.damages) for one in found)
    lines.append(f"{counted(len(found), 'checkpoint')}, {bad} bad")
    values = [
        {
            "name": one.checkpoint.name,
            "step": one.checkpoint.step,
            "state": one.checkpoint.state,
            "is_whole": not one.damages,
            "damages": one.damages,
        }
        for one in found
    ]
    return {"verified": values, "bad": bad}, lines, FAILED if bad else DONE


def _delete(directory: str, given: argparse.Namespace) -> tuple[dict[str, Any], list[str], int]:
    from estimator.inspection.tables import printable
    from estimator.inspection.upkeep import prune, remove_unacknowledged, usual_keep

    if given.prune:
        keep = usual_keep(directory) if given.keep is None else given.keep
        names = prune(directory, keep, dry_run=given.dry_run)
    else:
        names = remove_unacknowledged(directory, dry_run=given.dry_run)
    verb = "would delete" if given.dry_run else "deleted"
    line = f"{verb} {', '.join(map(printable, names)) or 'nothing'}"
    return {"deleted": names, "is_dry_run": given.dry_run}, [line], DONE


def _copy(directory: str, given: argparse.Namespace) -> tuple[dict[str, Any], list[str], int]:
    from estimator.inspection.copies import choose, copy_model_dir
    from estimator.inspection.tables import printable

    which, target = given.copy
    choice = choose(directory, which, given.by)
    prefix = copy_model_dir(choice, target)
    line = (
        f"{printable(prefix)} is the copy of {printable(choice.start.prefix or '')} ({printable(choice.why)})"
    )
    return {"copy": prefix, "source": choice.start.prefix, "why": choice.why}, [line], DONE


def _keep(text: str) -> int:
    found = whole(text)
    if found < 1:
        raise ValueError(f"1 at least stays, given: {text!r}.")
    return found


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "checkpoints",
        "List the checkpoints of a model_dir with step, time, size and state, or do one of these things with them. "
        "What deletes is refused while a trainer is at work.",
    )
    parser.add_argument("model_dir", metavar="MODEL_DIR", help="where somebody has trained")
    parser.add_argument(
        "--verify", action="store_true", help="compare every checksum; the exit code is 1 if one is bad"
    )
    parser.add_argument(
        "--prune",
        action="store_true",
        help="delete all but the newest that the state file lists, and the best",
    )
    parser.add_argument(
        "--keep",
        action=Flag,
        read=_keep,
        metavar="N",
        help="how many --prune leaves; default: as the last training",
    )
    parser.add_argument(
        "--remove_unacknowledged",
        action="store_true",
        help="delete whole checkpoints that no save came to acknowledge, and unfinished files",
    )
    parser.add_argument(
        "--copy",
        nargs=2,
        metavar=("WHICH", "TARGET"),
        help="copy a checkpoint (a step, latest or best) with what belongs to it into a new model_dir",
    )
    parser.add_argument(
        "--by",
        action=Flag,
        metavar="METRIC",
        help="which is the best: accuracy, or accuracy:max; default: keep_best's",
    )
    parser.add_argument("--dry_run", action="store_true", help="say what would be deleted, and leave it")
    parser.add_argument("--json", action="store_true", help="JSON in place of text")
    return parser
