"""``estimator init data.csv``: a working experiment for a CSV file, its columns guessed, shown, and written as YAML."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence

from estimator.cli.endings import DONE, PROGRAM, ended, failed
from estimator.cli.parser import CommandParser, Flag

_PIPED_WIDTH = 1000  # of what nobody reads on a terminal


def main(arguments: Sequence[str]) -> int:
    """Look at the file, show what its columns were taken for, and write the experiment; 1 if there is none to write.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    if not given.json_schema and given.csv is None:
        parser.error(f"which file? For example: {PROGRAM} init data/iris.csv --label species")
    command = shlex.join([PROGRAM, "init", *arguments])
    return ended("init", lambda: _show_schema() if given.json_schema else _begin(given, command))


def _begin(given: argparse.Namespace, command: str) -> int:
    """Guess, show and write."""
    from estimator.core import log
    from estimator.experiments.experiment import Experiment
    from estimator.experiments.from_csv.guessing import guess
    from estimator.experiments.from_csv.shown import table_of
    from estimator.experiments.from_csv.written import experiment_of
    from estimator.model_dir.storage import make_directory, write_atomically

    stem = _stem(given.csv)
    output = given.output or os.path.join("experiments", f"{stem}.yaml")
    model_dir = given.model_dir or os.path.join("models", stem)
    if os.path.lexists(output) and not given.replace:
        return failed(
            "init", f"{output} is there already: --replace overwrites it, --output names another file."
        )
    has_header = None if given.header is None else given.header == "yes"
    guessed = guess(
        given.csv,
        label=given.label,
        test=given.test,
        task=given.task,
        delimiter=given.delimiter,
        has_header=has_header,
    )
    print(table_of(guessed, shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED_WIDTH))
    text = experiment_of(guessed, model_dir, command, output)
    with log.brief():
        experiment = Experiment.read(text)  # what cannot be trained is not written
        experiment.train_input_fn()
        experiment.eval_input_fn()
    make_directory(os.path.dirname(output) or os.curdir)
    write_atomically(output, text.encode())
    config = shlex.quote(output)
    print(f"\nwritten: {output}, to look at and edit. Then: {PROGRAM} train --config {config}")
    return DONE


def _stem(csv: str) -> str:
    """The file's name without what stands behind the first dot, fit for a folder's name."""
    return re.sub(r"[^\w-]+", "_", os.path.basename(csv).partition(".")[0]).strip("_") or "experiment"


def _show_schema() -> int:
    """Print the JSON schema of experiments, for editors."""
    from estimator.experiments.schema import schema_text

    sys.stdout.write(schema_text())
    return DONE


def _delimiter(text: str) -> str:
    named = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(named.encode()) != 1 or named in '"\r\n':
        raise ValueError(f"one character is expected, or tab, given: {text!r}.")
    return named


def make_parser() -> CommandParser:
    """What the command takes."""
    parser = CommandParser(
        "init",
        "Write a working experiment for a CSV file. Every column is looked at; what it was taken for is shown, and "
        "stands with the reason in the YAML file, which is made to be edited.",
        "data.csv [--label COLUMN]",
    )
    parser.add_argument("csv", nargs="?", metavar="CSV", help="the file with the rows to train on")
    parser.add_argument(
        "--label",
        action=Flag,
        metavar="COLUMN",
        help="what is to be predicted; default: by its name, or the last column",
    )
    parser.add_argument(
        "--test",
        action=Flag,
        metavar="CSV",
        help="rows for evaluations; default: a fifth of the rows is held out",
    )
    parser.add_argument(
        "--task",
        action=Flag,
        words=("classes", "numbers"),
        help="what there is to predict; default: numbers if there are many different ones",
    )
    parser.add_argument(
        "--output", action=Flag, metavar="YAML", help="the file to write; default: experiments/NAME.yaml"
    )
    parser.add_argument(
        "--model_dir", action=Flag, metavar="DIR", help="where the model goes; default: models/NAME"
    )
    parser.add_argument("--replace", action="store_true", help="overwrite the file to write")
    parser.add_argument(
        "--delimiter",
        action=Flag,
        read=_delimiter,
        metavar="CHARACTER",
        help="what parts the columns; default: by the rows",
    )
    parser.add_argument(
        "--header",
        action=Flag,
        words=("yes", "no"),
        help="whether the first row has names; default: by the rows",
    )
    parser.add_argument(
        "--json_schema",
        action="store_true",
        help="print the JSON schema of experiments, by which editors complete and check them, and end",
    )
    return parser
