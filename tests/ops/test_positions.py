"""What is not a number, and ties, as TensorFlow 2.15.1 answers (its values are written here)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

NAN, INF = np.nan, np.inf


def positions(values: Any, axis: int = -1) -> list[Any]:
    """ArgMax and ArgMin by the plan and by the interpreter, which must agree."""
    found = []
    for executor in ("numpy", "interpreter"):
        with Graph().as_default(), Session(executor=executor) as session:
            x = b.Placeholder(dtype=values.dtype, shape=values.shape)
            both = [b.ArgMax(x, axis), b.ArgMin(x, axis)]
            for _ in range(3):
                result = session.run(both, {x: values})
            found.append([each.tolist() for each in result])
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize(
    ("values", "greatest", "least"),
    [
        ([NAN, 0.2, 0.1], 1, 2),
        ([1, NAN, 3, NAN, 2, -INF, INF, 0, -0.0], 6, 5),
        ([NAN, 1, 3, 3, NAN], 2, 1),
        ([NAN, NAN], 0, 0),
        ([NAN, -INF], 0, 1),
        ([NAN, INF], 1, 0),
        ([NAN, -INF, NAN, -2], 3, 1),
    ],
)
def test_what_is_not_a_number_is_passed_over(values: Any, greatest: int, least: int, dtype: str) -> None:
    assert positions(np.array(values, dtype)) == [greatest, least]


def test_each_row_is_looked_at_alone() -> None:
    values = np.array([[NAN, 1, 2], [1, NAN, 2], [2, 1, NAN], [NAN] * 3, [INF, NAN, -INF]], "f4")
    assert positions(values) == [[2, 2, 0, 0, 0], [1, 0, 1, 0, 2]]
    assert positions(values, 0) == [[4, 0, 0], [1, 0, 4]]


@pytest.mark.parametrize(
    ("values", "dtype", "greatest", "least"),
    [
        ([3, 1, 3, 1], "i4", 0, 1),
        ([0, 0, -5, -5], "i8", 0, 2),
        ([-128, -128, 127], "i1", 2, 0),
        ([255, 3, 0, 0], "u1", 0, 2),
    ],
)
def test_of_equal_integers_the_first_is_taken(values: Any, dtype: str, greatest: int, least: int) -> None:
    assert positions(np.array(values, dtype)) == [greatest, least]
