"""``estimator evaluate --model_dir models/iris --input data/test.csv --label species``: the metrics of a checkpoint."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from estimator.cli.endings import DONE
from estimator.cli.experiment import (
    add_checkpoint,
    add_experiment,
    add_input,
    carried_out,
    changes_of_input,
    check,
    checkpoint_of,
    count,
    read_experiment,
)
from estimator.cli.flags import add_settings
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import optional


def main(arguments: Sequence[str]) -> int:
    """Evaluate, and print the metrics; the exit code is 1 if it fails, 3 if the checkpoint does not fit.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    changes = changes_of_input(given, "evaluate", parser.problems)
    check(parser, given)
    return carried_out("evaluate", given, lambda: _evaluate(given, changes))


def _evaluate(given: argparse.Namespace, changes: dict[str, Any]) -> int:
    from estimator.cli.shown import metrics_json, shown_metrics  # loads numpy, which a help can do without
    from estimator.settings.given import given_value

    own = {
        f"evaluate.{name}": given_value(getattr(given, name), f"--{name}")
        for name in ("steps", "name")
        if name in given
    }
    experiment = read_experiment(given, changes | own)
    estimator = experiment.estimator()
    chosen = checkpoint_of(given.checkpoint, estimator.model_dir)
    spec = experiment.eval_spec()
    metrics = estimator.evaluate(spec.input_fn, spec.steps, spec.hooks, name=spec.name, **chosen)
    print(metrics_json(metrics) if given.json else shown_metrics(metrics))
    return DONE


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "evaluate",
        "Print the metrics of a checkpoint; their curves are in the model_dir, for TensorBoard.",
        "(--config FILE | --model_dir DIR) [flag ...]",
    )
    add_checkpoint(parser)
    parser.add_argument("--json", action="store_true", help="one object of JSON, for programs")
    parser.add_argument(
        "--steps", action=Flag, read=optional(count), default=argparse.SUPPRESS, metavar="N",
        help="so many batches; none: all",
    )  # fmt: skip
    parser.add_argument(
        "--name", action=Flag, default=argparse.SUPPRESS, metavar="NAME", help="the curves go to eval_NAME"
    )
    add_input(parser, "evaluate", label=True)
    add_experiment(parser, "evaluate")
    add_settings(parser)
    return parser
