"""``estimator export --model_dir models/iris``: the model of a checkpoint as a SavedModel, or as ONNX."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from estimator.cli.endings import DONE, tidied_up
from estimator.cli.experiment import (
    add_checkpoint,
    add_experiment,
    carried_out,
    check,
    checkpoint_of,
    read_experiment,
)
from estimator.cli.flags import add_settings
from estimator.cli.parser import CommandParser, Flag

if TYPE_CHECKING:
    from estimator.experiments.experiment import Experiment

_FOLDER = "export"  # in the model_dir


def main(arguments: Sequence[str]) -> int:
    """Export, and print where; the exit code is 1 if it fails, 3 if the checkpoint does not fit.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    parser = make_parser()
    given = parser.parse_args(arguments)
    if given.onnx is not None:
        for flag in ("export_dir", "as_text"):
            if getattr(given, flag):
                parser.problems.append(f"--{flag} is of SavedModels, and --onnx writes a file of its own.")
        if given.receiver == "examples":
            parser.problems.append("--receiver examples: ONNX knows nothing of Examples; it takes features.")
    check(parser, given)
    return carried_out("export", given, lambda: _export(given))


def _export(given: argparse.Namespace) -> int:
    with tidied_up():
        print(_exported(given))
    return DONE


def _exported(given: argparse.Namespace) -> str:
    """The file or the folder that is written."""
    experiment = read_experiment(given, {})
    estimator = experiment.estimator()
    chosen = checkpoint_of(given.checkpoint, estimator.model_dir)
    receiver_fn = _receiver_fn(experiment, given)
    if given.onnx is not None:
        return estimator.export_onnx(given.onnx, receiver_fn, **chosen)
    settings = experiment.export_settings()
    base = given.export_dir or settings["export_dir_base"] or os.path.join(estimator.model_dir, _FOLDER)
    written = estimator.export_saved_model(
        base, receiver_fn, settings["assets_extra"], given.as_text or settings["as_text"], **chosen
    )
    return os.fsdecode(written)


def _receiver_fn(experiment: Experiment, given: argparse.Namespace) -> Callable[[], Any]:
    wants_features = given.receiver == "features" or (given.onnx is not None and given.receiver is None)
    return experiment.raw_input_receiver_fn() if wants_features else experiment.serving_input_receiver_fn()


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "export",
        "Write the model of a checkpoint for servers and other programs, and print where it is.",
        "(--config FILE | --model_dir DIR) [flag ...]",
    )
    add_checkpoint(parser)
    parser.add_argument(
        "--export_dir", action=Flag, metavar="DIR",
        help="the SavedModel is a new folder in it, called by the time (default: export in the model_dir)",
    )  # fmt: skip
    parser.add_argument(
        "--onnx", action=Flag, metavar="FILE", help="write this file of ONNX in place of a SavedModel"
    )
    parser.add_argument(
        "--receiver", action=Flag, words=("examples", "features"),
        help="what the model is fed: serialised Examples (default), or features by name, as arrays (with --onnx)",
    )  # fmt: skip
    parser.add_argument(
        "--as_text", action="store_true", help="write saved_model.pbtxt, which people can read"
    )
    add_experiment(parser, "export")
    add_settings(parser)
    return parser
