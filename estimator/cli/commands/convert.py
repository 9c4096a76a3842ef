"""``estimator convert net.pth models/net``: a model of PyTorch's as a model_dir, or the reverse."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

from estimator.cli.endings import DONE, FAILED, ended, tidied_up
from estimator.cli.parser import CommandParser, Flag
from estimator.cli.values import number, step, whole
from estimator.exchange.conversion import convert


def main(arguments: Sequence[str]) -> int:
    """Convert, and say what became what; the exit code is 1 if it cannot be done.

    Raises
    ------
    SystemExit
        With 2 if the arguments are wrong.
    """
    given = make_parser().parse_args(arguments)
    return ended("convert", lambda: _convert(given))


def _convert(given: argparse.Namespace) -> int:
    with tidied_up():
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
    print(done)
    return FAILED if done.problems else DONE


def _features(text: str) -> tuple[str, tuple[int, ...]]:
    """``fc1=64,7,7`` or ``fc1=none``."""
    layer, equals, features = text.partition("=")
    try:
        sizes = [] if features == "none" else [whole(size) for size in features.split(",")]
    except ValueError:
        sizes = [0]
    if not equals or not layer or any(size < 1 for size in sizes):
        raise ValueError(f"LAYER=CHANNELS,HEIGHT,WIDTH or LAYER=none is expected, given: {text!r}.")
    return layer, tuple(sizes)


def _finite(text: str) -> float:
    value = number(text)
    if not math.isfinite(value):
        raise ValueError(f"a finite number is expected, given: {text!r}.")
    return value


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
        action=Flag,
        read=_features,
        default=[],
        help="features that are flattened in front of a dense layer of PyTorch's, or LAYER=none; repeatable",
    )
    layers.add_argument(
        "--forget_bias",
        action=Flag,
        read=_finite,
        default=1.0,
        metavar="NUMBER",
        help="what cells of tf.nn.rnn_cell add (default: 1)",
    )
    parser.add_argument(
        "--step", action=Flag, read=step, metavar="N", help="the global step; default: what SOURCE tells"
    )
    parser.add_argument("--weights_only", action="store_true", help="leave the optimizer's state out")
    parser.add_argument("--replace", action="store_true", help="replace a file or checkpoint of that name")
    parser.add_argument(
        "--dry_run", action="store_true", help="list both sides and what is wrong; write nothing"
    )
    return parser
