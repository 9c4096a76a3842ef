"""Ops that make text of values for people to read, and print it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import OpRun, ShapeScope, op
from estimator.model_dir.storage import append
from estimator.ops._shown import edges, first_values
from estimator.ops._texts import text_scalar

_STREAMS: dict[str, Callable[[str], Any]] = {
    "stdout": lambda text: _put(sys.stdout, text),
    "stderr": lambda text: _put(sys.stderr, text),
    "log(info)": log.info,
    "log(warning)": log.warning,
    "log(error)": log.error,
}


def _put(stream: Any, text: str) -> None:
    """Write to what is standard output or error now: scripts and notebooks exchange them."""
    stream.write(text)
    stream.flush()


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _printable(text: str) -> str:
    """The text with marks in place of bytes that are no UTF-8, which no stream would take."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@op(
    "Print",
    "input: T, data: U[] -> output: T",
    attrs={"message": "", "first_n": -1, "summarize": 3},
    shape=rules.like_first,
    effect="outside",
    host=True,
)
def print_(
    xp: Any,
    input: Any,
    data: list[Any],
    message: str,
    first_n: int,
    summarize: int,
    U: list[DType],
    *,
    run: OpRun,
) -> Any:
    """The input as it is; prints the data to standard error, in the first `first_n` runs of a session or in all.

    Source  TF op Print, logging_ops.cc
    """
    if first_n < 0 or run.count() <= first_n:
        parts = [f"[{first_values(value, dtype, summarize)}]" for value, dtype in zip(data, U, strict=True)]
        _STREAMS["stderr"](_printable(f"{_text(message)}{''.join(parts)}\n"))
    return input


@print_.gradient
def print_gradient(b: Any, op: Any, dy: Any) -> Any:
    return [dy, *[None] * (len(op.inputs) - 1)]


@op(
    "PrintV2",
    "input: string",
    attrs={"output_stream": "stderr", "end": "\n"},
    shape=rules.no_output,
    effect="outside",
    host=True,
    differentiable=False,
)
def print_v2(xp: Any, input: Any, output_stream: str, end: str) -> None:
    """Print a text to a stream, to the log, or at the end of a file.

    Raises  InvalidArgumentError if it is none of these.
    Source  TF op PrintV2, logging_ops.cc
    """
    stream, text = _text(output_stream), _printable(_text(input[()] if hasattr(input, "shape") else input))
    if stream.startswith("file://"):
        append(stream.removeprefix("file://"), (text + _text(end)).encode())
        return
    if stream not in _STREAMS:
        known = ", ".join(_STREAMS)
        raise InvalidArgumentError(f"output_stream is {stream!r}; it can be file://PATH or one of: {known}")
    _STREAMS[stream](text if stream.startswith("log") else text + _text(end))


def _scalar(s: ShapeScope) -> Dims:
    return ()


@op("Timestamp", "-> ts: float64", shape=_scalar, effect="outside", host=True, differentiable=False)
def timestamp(xp: Any) -> Any:
    """The time when it runs, in seconds since 1970.

    Source  TF op Timestamp, logging_ops.cc
    """
    return np.float64(time.time())


@op(
    "StringFormat",
    "inputs: T[] -> output: string",
    attrs={"template": "%s", "placeholder": "%s", "summarize": 3},
    shape=_scalar,
    host=True,
    differentiable=False,
)
def string_format(
    xp: Any, inputs: list[Any], template: str, placeholder: str, summarize: int, T: list[DType]
) -> Any:
    """The template with the inputs, shortened, in place of the placeholders.

    Raises  InvalidArgumentError if there are not as many inputs as placeholders.
    Source  TF op StringFormat, string_ops.cc
    """
    first, *rest = _text(template).split(_text(placeholder))
    if len(rest) != len(inputs):
        raise InvalidArgumentError(
            f"the template {_text(template)!r} has {len(rest)} placeholders, and there are {len(inputs)} inputs"
        )
    shown = [edges(value, dtype, summarize) for value, dtype in zip(inputs, T, strict=True)]
    text = first + "".join(value + piece for value, piece in zip(shown, rest, strict=True))
    return text_scalar(text.encode("utf-8", "surrogateescape"))
