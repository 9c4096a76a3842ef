"""Choices between two arrays: the bits of numpy's where, from both executors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from tests.runtime.programs import answers

EDGES = [0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, 1e-40, 3e38, 7.0, -1.0, 2.0, 5.0]


def edges(kind: str, shape: Any, shift: int = 0) -> Any:
    with np.errstate(all="ignore"):
        return np.roll(np.resize(np.array(EDGES), shape), shift).astype(kind)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "c8", "c16", "i4", "i8", "u1", "?"])
@pytest.mark.parametrize("op", [b.Select, b.SelectV2])
def test_a_choice_has_the_bits_of_what_is_chosen(op: Any, kind: str) -> None:
    condition = np.resize([True, False, False], (3, 4))
    t, e = edges(kind, (3, 4)), edges(kind, (3, 4), 5)
    slow, quick, _ = answers(op, condition, t, e)
    assert slow == quick
    assert slow[0][2] == np.where(condition, t, e).tobytes()


@pytest.mark.parametrize(
    ("condition", "t", "e"),
    [
        ((3, 4), (), (3, 4)),
        ((3, 1), (4,), ()),
        ((), (3, 4), (3, 1)),
        ((4,), (3, 1), (3, 4)),
        ((3, 4), (1, 4), (1,)),
    ],
)
def test_all_three_broadcast(condition: Any, t: Any, e: Any) -> None:
    arrays = np.resize([True, False, False], condition), edges("f4", t, 1), edges("f4", e, 5)
    slow, quick, _ = answers(b.SelectV2, *arrays)
    assert slow == quick
    assert slow[0][2] == np.where(*arrays).tobytes()


def test_a_vector_chooses_rows() -> None:
    rows, t, e = np.array([True, False, True]), edges("f4", (3, 4)), edges("f4", (3, 4), 5)
    slow, quick, _ = answers(b.Select, rows, t, e)
    assert slow == quick
    assert slow[0][2] == np.where(rows[:, None], t, e).tobytes()


@pytest.mark.parametrize(("zero", "lines"), [(0.0, 3), (-0.0, 5)])
@pytest.mark.parametrize("is_first", [True, False])
def test_where_one_is_zero_fewer_calls_do(zero: float, lines: int, is_first: bool) -> None:
    condition, x, zeros = (
        np.resize([True, False, False], (3, 4)),
        edges("f4", (3, 4)),
        np.full((3, 4), zero, "f4"),
    )
    pair = (zeros, x) if is_first else (x, zeros)

    def chosen(condition: Any, x: Any) -> Any:
        return b.Select(condition, zeros, x) if is_first else b.Select(condition, x, zeros)

    slow, quick, written = answers(chosen, condition, x)
    assert slow == quick
    assert slow[0][2] == np.where(condition, *pair).tobytes()
    assert sum(".view(" not in line for line in written) == lines  # what is fed is looked at anew in each run


@pytest.mark.parametrize("op", [b.DivNoNan, b.MulNoNan])
@pytest.mark.parametrize(("x", "y"), [((3, 4), (3, 4)), ((3, 4), (4,)), ((), (3, 1)), ((3, 1), ())])
@pytest.mark.parametrize("kind", ["f4", "f8", "f2"])
def test_nothing_times_or_by_zero_is_zero(op: Any, x: Any, y: Any, kind: str) -> None:
    arrays = edges(kind, x, 2), edges(kind, y)
    slow, quick, _ = answers(op, *arrays)
    assert slow == quick
    with np.errstate(all="ignore"):
        wanted = (np.true_divide if op is b.DivNoNan else np.multiply)(*arrays)
    wanted = np.where(arrays[1] == 0, wanted.dtype.type(0), wanted)
    np.testing.assert_array_equal(np.frombuffer(slow[0][2], kind).reshape(wanted.shape), wanted)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("op", [b.SqrtGrad, b.RsqrtGrad, b.ReciprocalGrad])
def test_nothing_passes_back_where_nothing_comes(op: Any, kind: str) -> None:
    with np.errstate(all="ignore"):
        slow, quick, _ = answers(
            lambda y, dy: op(b.Neg(y), b.Neg(dy)), edges(kind, (3, 4)), edges(kind, (3, 4), 1)
        )
    assert slow == quick
    passed = np.frombuffer(slow[0][2], kind).reshape(3, 4)
    assert not passed[edges(kind, (3, 4), 1) == 0].any()


def test_a_divisor_that_is_known_not_to_be_zero_is_not_looked_at() -> None:
    slow, quick, lines = answers(lambda x: b.DivNoNan(x, np.float32(32)), edges("f4", (3, 4)))
    assert slow == quick
    assert len(lines) == 1


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "i4"])
@pytest.mark.parametrize("shape", [(), (1,), (7,), (33,), (3, 4)])
def test_the_larger_of_zero_and_each(shape: Any, kind: str) -> None:
    slow, quick, lines = answers(b.Relu, edges(kind, shape))
    assert slow == quick
    np.testing.assert_array_equal(
        np.frombuffer(slow[0][2], kind).reshape(shape), np.maximum(edges(kind, shape), 0)
    )
    assert len(lines) == 1
