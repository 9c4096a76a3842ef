"""Checks of a range are one comparison, and fail as each of them does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.session import Session
from tests.runtime.programs import plan_lines


def check(comparison: str, numbers: Tensor, limit: int, name: str) -> Operation:
    truth = b.All(getattr(b, comparison)(numbers, limit), list(range(len(numbers.dims))))
    found: Operation = b.Assert(truth, [f"{comparison} {limit}", numbers], name=name)
    return found


def outcome(make: Callable[[Tensor], Any], values: Any, executor: str) -> tuple[str, list[str]]:
    """What the third run says, and the lines of the plan."""
    with Session(graph=Graph(), executor=executor) as session:
        x = b.Placeholder(dtype=as_dtype(values.dtype), shape=values.shape)
        fetches = make(x)
        said = ""
        for _ in range(3):
            try:
                session.run(fetches, {x: values})
            except InvalidArgumentError as error:
                said = str(error)
        return said, plan_lines(session, fetches, {x: values})


def comparisons(lines: list[str]) -> int:
    return sum("out=" in line for line in lines)


def between(low: tuple[str, int], high: tuple[str, int]) -> Callable[[Tensor], Any]:
    return lambda x: [check(*high[:1], x, high[1], "upper"), check(*low[:1], x, low[1], "lower")]


RANGE = between(("GreaterEqual", 0), ("LessEqual", 2))


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8"])
@pytest.mark.parametrize(
    ("values", "failing"),
    [
        ([0, 2, 1], ""),
        ([0, 3, 1], "upper"),
        ([0, -1, 1], "lower"),
        ([-1, 5, 1], "upper"),
        ([-128, 127, 0], "upper"),
    ],
)
def test_the_check_that_fails_says_so(values: list[int], failing: str, kind: str) -> None:
    said, lines = outcome(RANGE, np.array(values, kind), "numpy")
    assert said == outcome(RANGE, np.array(values, kind), "interpreter")[0]
    assert comparisons(lines) == 1
    assert (f"Assert '{failing}' failed" in said) if failing else said == ""


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (("GreaterEqual", 0), ("Less", 3), 1),
        (("Greater", -1), ("LessEqual", 2), 1),
        (("Greater", 0), ("LessEqual", 2), 2),  # from 1
        (("GreaterEqual", -1), ("LessEqual", 2), 2),
        (("GreaterEqual", 0), ("LessEqual", -1), 2),  # of nothing
        (("LessEqual", 3), ("LessEqual", 2), 2),
    ],
)
def test_only_ranges_from_zero_are_one_comparison(low: Any, high: Any, expected: int) -> None:
    for values in ([0, 1, 2], [0, 3, 1], [1, -1, 2], [1, 2, 2]):
        said, lines = outcome(between(low, high), np.array(values), "numpy")
        assert said == outcome(between(low, high), np.array(values), "interpreter")[0]
        assert comparisons(lines) == expected


@pytest.mark.parametrize("kind", ["f4", "u1"])
def test_what_is_no_whole_number_with_a_sign_is_compared_twice(kind: str) -> None:
    values = np.array([0, 1, 2], kind)

    def make(x: Tensor) -> Any:
        numbers = x if kind == "f4" else b.Cast(x, DstT=as_dtype(np.uint8))
        zero, two = (np.array(value, kind) for value in (0, 2))
        return [
            b.Assert(b.All(b.LessEqual(numbers, two), [0]), ["upper"]),
            b.Assert(b.All(b.GreaterEqual(numbers, zero), [0]), ["lower"]),
        ]

    assert sum("out=" in line for line in outcome(make, values, "numpy")[1]) >= 2


def test_what_may_fail_between_fails_first() -> None:
    def make(x: Tensor) -> Any:
        upper = check("LessEqual", x, 2, "upper")
        with Graph.control_dependencies(x.graph, [upper]):
            other = b.Assert(b.Equal(x[0], np.int64(7)), ["between"], name="between")
        with Graph.control_dependencies(x.graph, [other]):
            return [upper, other, check("GreaterEqual", x, 0, "lower")]

    for values in ([0, -1, 1], [7, 0, 0], [1, 1, 1]):
        said, _ = outcome(make, np.array(values), "numpy")
        assert said == outcome(make, np.array(values), "interpreter")[0] != ""


def test_a_truth_that_somebody_reads_is_computed() -> None:
    def make(x: Tensor) -> Any:
        checks = RANGE(x)
        return [*checks, checks[0].inputs[0]]

    for values in ([0, 2, 1], [0, 3, 1], [0, -1, 1]):
        said, lines = outcome(make, np.array(values), "numpy")
        assert said == outcome(make, np.array(values), "interpreter")[0]
        assert comparisons(lines) == 2


def test_what_is_checked_is_kept_until_then() -> None:
    def make(x: Tensor) -> Any:
        numbers = b.Neg(x)  # in a buffer that the next result of its size would take
        upper = b.Assert(b.All(b.LessEqual(numbers, 2), [0]), ["upper"], name="upper")
        with Graph.control_dependencies(x.graph, [upper]):
            other = b.Square(b.Square(x))
        with Graph.control_dependencies(x.graph, [other.op]):
            lower = b.Assert(b.All(b.GreaterEqual(numbers, 0), [0]), ["lower"], name="lower")
        return [upper, lower, other]

    for values in ([0, -2, -1], [0, -3, -1], [0, 1, -1]):
        said, lines = outcome(make, np.array(values), "numpy")
        assert said == outcome(make, np.array(values), "interpreter")[0]
        assert sum("if " in line for line in lines) == 2


@pytest.mark.parametrize(("classes", "is_known"), [(2, False), (3, True), (4, True)])
def test_labels_that_have_been_checked_are_not_checked_again(classes: int, is_known: bool) -> None:
    def make(x: Tensor) -> Any:
        with Graph.control_dependencies(x.graph, RANGE(x)):
            labels = b.Reshape(b.Identity(x), [3])
        logits = b.Fill([3, classes], np.float32(0.5))
        return b.SparseSoftmaxCrossEntropyWithLogits(logits, labels)[0]

    for values in ([[0], [2], [1]], [[0], [3], [1]], [[0], [-1], [1]]):
        said, lines = outcome(make, np.array(values), "numpy")
        assert said == outcome(make, np.array(values), "interpreter")[0]
        assert sum("not in" in line for line in lines) == 2 - is_known
