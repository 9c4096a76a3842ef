"""Distinct values and the largest ones, where numbers are missing, as TensorFlow 2.15.1 answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

NAN, INF = np.nan, np.inf


def run(op: str, values: Any, *arguments: Any) -> list[Any]:
    with Graph().as_default(), Session() as session:
        x = b.Placeholder(dtype=values.dtype, shape=values.shape)
        return [each.tolist() for each in session.run(list(getattr(b, op)(x, *arguments)), {x: values})]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_what_is_not_a_number_equals_nothing(dtype: str) -> None:
    values = np.array([NAN, NAN, 1, NAN, 1, 0, -0.0], dtype)
    distinct, places, counts = run("UniqueWithCounts", values)
    np.testing.assert_array_equal(distinct, [NAN, NAN, 1, NAN, 0])
    assert (places, counts) == ([0, 1, 2, 3, 2, 4, 4], [1, 1, 2, 1, 2])
    assert run("Unique", values)[1] == [0, 1, 2, 3, 2, 4, 4]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize(
    ("values", "k", "indices"),
    [
        ([NAN, 1, 3, 3, NAN], 3, [0, 2, 3]),
        ([NAN, 1, 3, 3, NAN], 2, [0, 2]),
        ([NAN, 1, 2], 2, [0, 2]),
        ([2, 1, NAN], 2, [0, 1]),
        ([INF, NAN, -INF], 2, [0, 1]),
        ([NAN, NAN, NAN], 2, [0, 1]),
        ([NAN, 0.2, 0.1], 1, [1]),
        ([1, NAN, 3, NAN, 2, -INF, INF, 0], 1, [6]),
        ([INF, NAN, -INF], 1, [0]),  # TensorFlow: 2, since its comparisons contradict one another
        ([NAN, NAN, NAN], 1, [0]),
    ],
)
def test_what_is_not_a_number_has_no_rank(values: Any, k: int, indices: list[int], dtype: str) -> None:
    found, places = run("TopKV2", np.array(values, dtype), k)
    assert places == indices
    np.testing.assert_array_equal(found, np.array(values, dtype)[indices])


@pytest.mark.parametrize(
    ("values", "dtype", "indices"),
    [
        ([-128, 127, -128, 5], "i1", [1, 3, 0]),
        ([255, 3, 0, 0], "u1", [0, 1, 2]),
        ([1, 1, 2, 2], "i8", [2, 3, 0]),
    ],
)
def test_integers_are_ranked_to_the_ends_of_their_type(values: Any, dtype: str, indices: list[int]) -> None:
    assert run("TopKV2", np.array(values, dtype), 3)[1] == indices


@pytest.mark.parametrize("dtype", ["i1", "u1", "i4", "i8", "u8"])
@pytest.mark.parametrize("size", [1, 7, 300])
def test_integers_are_distinct_to_the_ends_of_their_type(
    dtype: str, size: int, rng: np.random.Generator
) -> None:
    least, greatest = np.iinfo(dtype).min, np.iinfo(dtype).max
    for choice in ([least, greatest, 0, greatest - 1, 3], [0, 1, 2, 100], range(100)):
        values = rng.choice(np.array(choice, dtype), size)
        numbers: dict[int, int] = {}
        expected = [numbers.setdefault(value, len(numbers)) for value in values.tolist()]
        distinct, places, counts = run("UniqueWithCounts", values)
        assert (distinct, places) == (list(numbers), expected)
        assert counts == [expected.count(number) for number in range(len(numbers))]


@pytest.mark.parametrize(("shape", "k"), [([None, 3], -1), ([None, None], -1), ([None, 3], 4)])
def test_a_count_that_cannot_be_is_found_while_the_graph_is_built(shape: list[int | None], k: int) -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=f"there are no {k} largest of"):
        b.TopKV2(b.Placeholder(dtype="float32", shape=shape), k)


@pytest.mark.parametrize("dtype", ["i1", "i4", "i8", "u8"])
@pytest.mark.parametrize("size", [0, 1, 90, 500])
def test_distinct_numbers_keep_the_order_of_their_first_occurrence(
    rng: np.random.Generator, dtype: str, size: int
) -> None:
    values = rng.integers(-100 if dtype[0] == "i" else 0, 100, size).astype(dtype)
    found: dict[int, int] = {}
    for value in values.tolist():
        found.setdefault(value, len(found))
    distinct, places, counts = run("UniqueWithCounts", values)
    assert distinct == list(found)
    assert places == [found[value] for value in values.tolist()]
    assert counts == np.bincount(places, minlength=len(found)).tolist()
