"""``estimator train --config experiments/iris.yaml --steps 500``: train the model of an experiment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from estimator.cli.distribute import add_distribute, chief_alone, problems_of, start_ranks
from estimator.cli.endings import DONE, INTERRUPTED, PROGRAM, tidied_up
from estimator.cli.experiment import add_experiment, carried_out, check, count, read_experiment
from estimator.cli.flags import add_settings
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import optional
from estimator.distribution.collective import current

if TYPE_CHECKING:
    from estimator.experiments.experiment import Experiment


def main(arguments: Sequence[str]) -> int:
    """Train, and evaluate on the way where the experiment says so.

    The exit code is 0; 1 if it fails, as with a loss of NaN; 3 if the checkpoint does not fit; 130 after Ctrl-C, when
    the training is saved.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong; with 143 after SIGTERM, when the training is saved.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    parser.problems += problems_of(given, "train")
    if getattr(given, "steps", None) is not None and getattr(given, "max_steps", None) is not None:
        parser.problems.append(
            "--steps and --max_steps exclude one another: so many more, or up to that one."
        )
    check(parser, given)
    if not given.dry_run and not given.print_config:
        start_ranks(given, "train", arguments)
    return carried_out("train", given, lambda: _train(given))


def _train(given: argparse.Namespace) -> int:
    changes = _changes(given)
    if given.dry_run:
        from estimator.cli.dry_run import dry_run  # loads what trains, which a help can do without

        with chief_alone() as is_chief, tidied_up():  # the scratch directory goes, whatever ends it
            if is_chief:
                print(dry_run(lambda more: read_experiment(given, {**changes, **more})))
        return DONE
    experiment = read_experiment(given, changes)
    if given.print_config:
        with chief_alone() as is_chief:
            if is_chief:
                print(experiment.to_yaml(), end="")
        return DONE
    return _trained(experiment)


def _trained(experiment: Experiment) -> int:
    """Train, and say how far it has come."""
    from estimator.cli.shown import shown_metrics

    estimator = experiment.estimator()
    try:
        result = experiment.train()
    except (KeyboardInterrupt, SystemExit) as end:  # of a signal, after which the training has saved
        if not current().rank:
            _say_where_it_stands(estimator.model_dir)
        if isinstance(end, SystemExit):
            raise
        return INTERRUPTED
    if current().rank:
        return DONE  # the chief says it
    print(f"{estimator.model_dir}: step {estimator.get_variable_value('global_step')}")
    metrics = result[0] if isinstance(result, tuple) else None
    if metrics:
        print(shown_metrics(metrics))
    return DONE


def _say_where_it_stands(model_dir: str) -> None:
    from estimator.model_dir.finding import latest_prefix

    latest = latest_prefix(model_dir)
    where = (
        "before anything was saved"
        if latest is None
        else f"{latest} is saved, and the same call goes on from it"
    )
    print(f"{PROGRAM} train: interrupted; {where}.", file=sys.stderr)


def _changes(given: argparse.Namespace) -> dict[str, Any]:
    from estimator.settings.given import given_value

    names = [name for name in ("steps", "max_steps") if name in given]
    return {f"train.{name}": given_value(getattr(given, name), f"--{name}") for name in names}


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "train",
        "Train the model of an experiment, from its latest checkpoint if there is one.",
        "--config FILE [flag ...]",
    )
    for name, does in (
        ("print_config", "print the experiment with the flags' values and all defaults, and end"),
        (
            "dry_run",
            "two steps of training and of evaluation in a scratch directory, and what shapes there are",
        ),
    ):
        parser.add_argument(f"--{name}", action="store_true", help=does)
    add_experiment(parser, "train")
    steps = parser.add_argument_group("how long")
    for name, does in (
        ("steps", "so many steps from where the training stands"),
        ("max_steps", "until that step, counted from the very first"),
    ):
        steps.add_argument(
            f"--{name}", action=Flag, read=optional(count), default=argparse.SUPPRESS, metavar="N", help=does
        )
    add_distribute(parser)
    add_settings(parser)
    return parser
