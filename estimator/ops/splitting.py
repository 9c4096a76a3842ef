"""Ops that split texts into words: a sparse tensor with a row for each text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _rows(s: ShapeScope) -> list[Dims]:
    rules.with_rank(s.shapes[0], 1, "input")
    if s.shapes[1]:
        raise ValueError(f"the separator must be one text, not of shape {s.shapes[1]}.")
    return [(None, 2), (None,), (2,)]


def _sparse(rows: Sequence[Sequence[bytes]]) -> tuple[Any, Any, Any]:
    """Indices, values and shape of the sparse tensor with these words."""
    counts = np.fromiter(map(len, rows), np.int64, len(rows))
    numbers = np.repeat(np.arange(len(rows)), counts)
    places = np.arange(numbers.size) - np.repeat(np.cumsum(counts) - counts, counts)
    values = np.fromiter((word for row in rows for word in row), object, numbers.size)
    return np.stack([numbers, places], axis=1), values, np.array([len(rows), counts.max(initial=0)])


@op(
    "StringSplit",
    "input: string, delimiter: string -> indices: int64, values: string, shape: int64",
    attrs={"skip_empty": True},
    shape=_rows,
    host=True,
    differentiable=False,
)
def string_split(xp: Any, input: Any, delimiter: Any, skip_empty: bool) -> Any:
    """What stands between bytes that are one of the delimiter's; single bytes if that is empty.

    Source  TF op StringSplit, string_ops.cc
    """
    between = delimiter.item()
    if not between:
        return _sparse([[text[place : place + 1] for place in range(len(text))] for text in input.tolist()])
    split = re.compile(b"[" + re.escape(between) + b"]").split
    rows = [split(text) if text else [] for text in input.tolist()]
    return _sparse([[word for word in row if word] for row in rows] if skip_empty else rows)


@op(
    "StringSplitV2",
    "input: string, sep: string -> indices: int64, values: string, shape: int64",
    attrs={"maxsplit": -1},
    shape=_rows,
    host=True,
    differentiable=False,
)
def string_split_v2(xp: Any, input: Any, sep: Any, maxsplit: int) -> Any:
    """What stands between separators, as Python splits; an empty one stands for any blanks.

    With `maxsplit` so many blanks are passed, and there is a rest, be it empty: one word more than Python has.

    Source  TF op StringSplitV2, string_ops.cc
    """
    texts, between = input.tolist(), sep.item()
    if not maxsplit:
        return _sparse([[text] for text in texts])
    rows = [text.split(between or None, maxsplit) for text in texts]
    if not between and maxsplit > 0:
        rows = [[*row, b""] if len(row) == maxsplit else row for row in rows]
    return _sparse(rows)
