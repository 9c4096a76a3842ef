"""What is joined is copied once, to its place, whatever type and shape it has before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32
from estimator.graph import build as b
from tests.runtime.programs import answers

FIRST, SECOND = np.arange(4.0) + 1e-9, np.float32([5, 6, 7, np.nan])


def as_column(x: Any, kind: Any = float32) -> Any:
    return b.Cast(b.Reshape(x, [4, 1]), DstT=kind)


def copies(lines: list[str]) -> int:
    return sum("[...] = " in line for line in lines)


@pytest.mark.parametrize(
    ("make", "shape", "lines"),
    [
        (lambda x, y: b.ConcatV2([as_column(x), as_column(y)], 1), (4, 2), 2),
        (lambda x, y: b.ConcatV2([as_column(x), as_column(y)], -2), (8, 1), 2),
        (lambda x, y: b.ConcatV2([b.Cast(x, DstT=float32), y], 0), (8,), 2),
        (lambda x, y: b.Pack([b.Cast(x, DstT=float32), y]), (2, 4), 2),
        (lambda x, y: b.Pack([b.Cast(x, DstT=float32), y], axis=-1), (4, 2), 2),
        (lambda x, y: b.Pack([b.Reshape(y, [2, 2])] * 3, axis=1), (2, 3, 2), 3 + 1),
        (lambda x, y: b.ConcatV2([b.Cast(x, DstT=float32), b.Neg(y)], 0), (8,), 2 + 1),
    ],
)
def test_each_piece_is_one_copy(make: Callable[..., Any], shape: Any, lines: int) -> None:
    slow, quick, written = answers(make, FIRST, SECOND)
    assert slow == quick
    assert slow[0][1] == shape
    assert len(written) == lines


@pytest.mark.parametrize(
    "kinds", [("i8", "f4"), ("f8", "i4"), ("f4", "?"), ("?", "f4"), ("f8", "f2"), ("u1", "f8")]
)
def test_a_copy_converts_as_a_cast_does(kinds: tuple[str, str]) -> None:
    x = np.array([0.0, 1.5, 200.7, 3.0]).astype(kinds[0])
    kind = np.dtype(kinds[1])
    joined = answers(lambda x: b.ConcatV2([as_column(x, kind)] * 2, 1), x)
    alone = answers(lambda x: [as_column(x, kind)] * 2, x)
    assert joined.interpreter == joined.plan
    assert copies(joined.lines) == len(joined.lines) == 2
    assert alone.plan[0][0][2] == np.frombuffer(joined.plan[0][2], kind).reshape(4, 2)[:, 0].tobytes()


def test_a_conversion_that_somebody_looks_at_is_made() -> None:
    def fetched(x: Any, y: Any) -> Any:
        cast = as_column(x)
        return [b.ConcatV2([cast, as_column(y)], 1), cast]

    def used(x: Any, y: Any) -> Any:
        cast = as_column(x)
        return [b.ConcatV2([cast, as_column(y)], 1), b.Neg(cast)]

    for make, lines in ((fetched, 3), (used, 4)):
        slow, quick, written = answers(make, FIRST, SECOND)
        assert slow == quick
        assert len(written) == lines  # the conversion and two copies; and what uses it


def test_texts_and_numbers_of_no_plain_type_are_converted_before() -> None:
    complex_numbers = np.array([1 + 2j, 3j], np.complex64)
    slow, quick, written = answers(lambda x: b.ConcatV2([b.Cast(x, DstT=float32)] * 2, 0), complex_numbers)
    assert slow == quick
    assert (len(written), copies(written)) == (3, 2)


def test_what_is_converted_lives_until_it_is_copied() -> None:
    def make(x: Any) -> Any:
        whole = b.Cast(b.Neg(x), DstT=float32)  # the buffer of Neg must not be used again by Exp and Sqrt
        others = [b.Exp(x), b.Sqrt(b.Exp(x))]
        return b.ConcatV2([b.Cast(others[0], DstT=float32), b.Cast(others[1], DstT=float32), whole], 0)

    slow, quick, written = answers(make, np.arange(4.0))
    assert slow == quick
    assert copies(written) == 3


def test_a_view_that_nothing_reads_leaves_no_line() -> None:
    slow, quick, written = answers(lambda x: b.Reshape(b.Reshape(x, [2, 2]), [4]), FIRST)
    assert slow == quick
    assert written == []
