"""``estimator convert net.pth models/net``: a model of PyTorch's as a model_dir, or the reverse."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from estimator.cli.endings import failed
from estimator.cli.parser import CommandParser
from estimator.core.errors import EstimatorError
from estimator.exchange.conversion import convert


def main(arguments: Sequence[str]) -> int:
    """Convert, and say what became what; the exit code is 1 if it cannot be done.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    given = make_parser().parse_args(arguments)
    try:
        done = convert(
            given.source,
            given.target,
            map=given.map,
            like=given.like,
            keep=given.keep,
            drop=given.drop,
            flatten=dict(given.flatten),
            forget_bias=given.forget_bias,
            step=given.step,
            weights_only=given.weights_only,
            replace=given.replace,
            dry_run=given.dry_run,
        )
    except (EstimatorError, TypeError, ValueError) as error:
        return failed("convert", error)
    print(done)
    return 1 if done.problems else 0


def _features(text: str) -> tuple[str, tuple[int, ...]]:
    """``fc1=64,7,7`` or ``fc1=none``."""
    layer, equals, features = text.partition("=")
    sizes = [] if features == "none" else features.split(",")
    if not equals or not all(size.isascii() and size.isdecimal() and int(size) for size in sizes):
        raise argparse.ArgumentTypeError(
            f"LAYER=CHANNELS,HEIGHT,WIDTH or LAYER=none is expected, given: {text!r}"
        )
    return layer, tuple(map(int, sizes))


def _step(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"a step is a whole number from 0 on, given: {text!r}")
    return int(text)


def make_parser() -> CommandParser:
    """What reads the command's arguments."""
    parser = CommandParser(
        "convert", "Convert a model of PyTorch's (.pth, .pt, .safetensors) to a model_dir, or the reverse."
    )
    parser.add_argument("source", metavar="SOURCE", help="a file, a model_dir or the prefix of a checkpoint")
    parser.add_argument("target", metavar="TARGET", help="a model_dir or a file")
    parser.add_argument(
        "--like",
        metavar="PATH",
        help="what has the target's names and shapes; default: TARGET if it is there",
    )
    names = parser.add_argument_group("names")
    for option, metavar, does in (
        (
            "map",
            "NAME=NAME",
            "a layer or a tensor of SOURCE, and what it is in TARGET; * and ** stand for parts",
        ),
        ("keep", "NAME", "what stays as it is in what TARGET is like"),
        ("drop", "NAME", "what of SOURCE takes no part"),
    ):
        names.add_argument(
            f"--{option}", metavar=metavar, action="append", default=[], help=f"{does}; repeatable"
        )
    layers = parser.add_argument_group("layers")
    layers.add_argument(
        "--flatten",
        metavar="LAYER=C,H,W",
        type=_features,
        action="append",
        default=[],
        help="features that are flattened in front of a dense layer of PyTorch's, or LAYER=none; repeatable",
    )
    layers.add_argument(
        "--forget_bias", type=float, default=1.0, help="what cells of tf.nn.rnn_cell add (default: 1)"
    )
    parser.add_argument("--step", type=_step, help="the global step; default: what SOURCE tells")
    parser.add_argument("--weights_only", action="store_true", help="leave the optimizer's state out")
    parser.add_argument("--replace", action="store_true", help="replace a file or checkpoint of that name")
    parser.add_argument(
        "--dry_run", action="store_true", help="list both sides and what is wrong; write nothing"
    )
    return parser
