"""Element-wise calls on small arrays: other lines, the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.variable import Variable, global_variables_initializer
from tests.runtime.programs import Answers, answers, plan_lines

EDGES = np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan, 1e-40, 3e38, 7.0], np.float32)


def edges(*shape: int, shift: int = 0) -> np.ndarray[Any, Any]:
    """Numbers in that shape, of which the first ones are at the edges of the type."""
    return np.roll(np.resize(EDGES, shape), shift)


OPS = [
    "AddV2",
    "Sub",
    "Mul",
    "RealDiv",
    "Maximum",
    "Minimum",
    "Less",
    "GreaterEqual",
    "Equal",
    "NotEqual",
    "Pow",
]


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(
    "shapes",
    [
        ((6, 10), (10,)),
        ((6, 10), (6, 1)),
        ((10,), (6, 10)),
        ((6, 1), (10,)),
        ((6, 1), (1,)),
        ((2, 3, 4), (3, 1)),
    ],
)
def test_rows_and_columns_beside_a_matrix(op: str, shapes: Any) -> None:
    slow, quick, _ = answers(getattr(build, op), edges(*shapes[0]), edges(*shapes[1], shift=3))
    assert slow == quick


@pytest.mark.parametrize(("rows", "copies"), [(3, 1), (409, 1), (410, 0)])
def test_few_rows_are_written_below_one_another_first(rows: int, copies: int) -> None:
    *_, lines = answers(build.AddV2, edges(rows, 10), edges(10))
    assert (len(lines), sum("[...] = " in line for line in lines)) == (1 + copies, copies)


@pytest.mark.parametrize("op", ["Maximum", "Minimum", "Pow", "FloorMod"])
def test_what_depends_on_how_the_loop_goes_is_left_alone(op: str) -> None:
    *_, lines = answers(getattr(build, op), edges(6, 10), edges(10))
    assert not any("[...] = " in line for line in lines)


def test_neither_of_two_that_spread_each_other_is_copied() -> None:
    *_, lines = answers(build.AddV2, edges(6, 1), edges(10))
    assert len(lines) == 1


def of_constant(value: Any, shape: tuple[int, ...]) -> Answers:
    """A product with a constant."""
    return answers(lambda x: build.Mul(x, np.asarray(value, np.float32)), edges(*shape))


@pytest.mark.parametrize(
    ("value", "copies"),
    [
        (np.full((6, 1), 0.5), 0),
        (np.full((6, 10), 0.5), 0),
        (np.full((6, 1), np.nan), 0),
        ([[0.0]] * 5 + [[-0.0]], 1),
    ],
)
def test_a_constant_of_one_number_is_a_scalar(value: Any, copies: int) -> None:
    slow, quick, lines = of_constant(value, (6, 10))
    assert slow == quick
    assert len(lines) == 1 + copies


@pytest.mark.parametrize(
    ("make", "lines"),
    [
        (lambda x: build.Mul(build.Neg(x), np.float32(1)), 1),
        (lambda x: build.Mul(np.ones((6, 1), np.float32), build.Neg(x)), 1),
        (lambda x: build.RealDiv(build.Neg(x), np.float32(1)), 1),
        (lambda x: build.RealDiv(np.float32(1), build.Neg(x)), 2),
        (lambda x: build.Mul(build.Neg(x), np.float32(-1)), 2),
        (lambda x: build.AddV2(build.Neg(x), np.float32(0)), 2),  # -0.0 and 0.0 are 0.0
    ],
)
def test_what_would_change_nothing_in_place_is_left_out(make: Any, lines: int) -> None:
    slow, quick, written = answers(make, edges(6, 10))
    assert slow == quick
    assert len(written) == lines


def test_a_constant_keeps_the_shape_that_it_gives_to_the_result() -> None:
    slow, quick, _ = of_constant(np.full((6, 10), 0.5), (10,))
    assert slow == quick
    assert slow[0][1] == (6, 10)


def test_masks_become_numbers_before_they_are_multiplied() -> None:
    slow, quick, lines = answers(build.ReluGrad, edges(6, 10), edges(6, 10, shift=4))
    assert slow == quick
    assert [line.split("(")[0][0] for line in lines] == ["n", "b", "n"]  # greater, the numbers, multiply


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_single_number_is_added_to_beside_its_place(shape: tuple[int, ...]) -> None:
    for executor in ("interpreter", "numpy"):
        with Session(graph=Graph(), executor=executor) as session:
            v = Variable(np.zeros(shape, np.int64), name="v")
            session.run(global_variables_initializer())
            add = build.AssignAddVariableOp(v.handle, np.ones(shape, np.int64))
            for _ in range(3):
                session.run(add)
            assert session.run(v).tolist() == np.full(shape, 3).tolist()
            lines = plan_lines(session, add, {})
    assert ["[...] = " in line for line in lines] == [False, True]
