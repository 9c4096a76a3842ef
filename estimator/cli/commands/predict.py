"""``estimator predict --model_dir models/iris --input new.csv --keep id``: predictions as rows of CSV or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from estimator.cli.endings import DONE, tidied_up
from estimator.cli.experiment import (
    add_checkpoint,
    add_experiment,
    add_input,
    carried_out,
    changes_of_input,
    check,
    checkpoint_of,
    read_experiment,
)
from estimator.cli.flags import add_settings
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import listed, word

# the same in all rows: which classes there are
_OF_ALL_ROWS = ("all_class_ids", "all_classes")


def main(arguments: Sequence[str]) -> int:
    """Predict, and write a row for each example; the exit code is 1 if it fails, 3 if the checkpoint does not fit.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    changes = changes_of_input(given, "predict", parser.problems)
    check(parser, given)
    return carried_out("predict", given, lambda: _predict(given, changes))


def _predict(given: argparse.Namespace, changes: dict[str, Any]) -> int:
    from estimator.cli.rows import FORMS, form_of, write  # loads numpy, which a help can do without
    from estimator.settings.given import given_value

    if given.keys is not None:
        changes["predict.predict_keys"] = given_value([*given.keys, *given.keep], "--keys")
    if given.keep:
        changes["predict.input.select_columns"] = given_value(given.keep, "--keep")
    form = given.format or form_of(given.output)
    with tidied_up():
        write(FORMS[form](_rows(given, changes)), given.output)
    return DONE


def _rows(given: argparse.Namespace, changes: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from estimator.cli.rows import ALONE
    from estimator.estimators.forward_features import forward_features

    experiment = read_experiment(given, changes)
    estimator = experiment.estimator()
    chosen = checkpoint_of(given.checkpoint, estimator.model_dir)
    input_fn, keys = experiment.predict_input_fn(), experiment.predict_keys()
    if given.keep:
        estimator = forward_features(estimator, given.keep)
    for row in estimator.predict(input_fn, keys, **chosen):
        named = row if isinstance(row, dict) else {ALONE: row}
        wanted = keys or [key for key in named if key not in _OF_ALL_ROWS]
        first = [key for key in given.keep if key in named]
        yield {key: named[key] for key in dict.fromkeys([*first, *wanted]) if key in named}


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "predict",
        "Print a row for each example: CSV, or a JSON object a line.",
        "(--config FILE | --model_dir DIR) [flag ...]",
    )
    add_checkpoint(parser)
    parser.add_argument(
        "--keys", action=Flag, read=listed(word), metavar="KEY,...",
        help="only these predictions: class_ids,probabilities",
    )  # fmt: skip
    parser.add_argument(
        "--keep", action=Flag, read=listed(word), metavar="COLUMN,...", default=(),
        help="columns of the data that come in front of the predictions: id",
    )  # fmt: skip
    parser.add_argument(
        "--output", action=Flag, metavar="FILE", help="where the rows go, in place of standard output"
    )
    parser.add_argument(
        "--format", action=Flag, words=("csv", "json"),
        help="default: by the ending of --output; json has an object a line",
    )  # fmt: skip
    add_input(parser, "predict", label=False)
    add_experiment(parser, "predict")
    add_settings(parser)
    return parser
