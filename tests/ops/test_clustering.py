"""Kmeans++: what its draws have to be, whatever the random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.ops.clustering import kmeans_plus_plus_initialization

POINTS = np.array([[0, 0], [0.1, 0], [9, 9], [9.1, 9], [-9, 9]], np.float32)


def drawn(count: int, seed: int, retries: int = 2) -> Any:
    return kmeans_plus_plus_initialization.kernel(
        np, POINTS, np.int64(count), np.int64(seed), np.int64(retries)
    )


@pytest.mark.parametrize("retries", [0, 2, -1])
def test_all_points_can_be_drawn_and_none_twice(retries: int) -> None:
    for seed in range(20):
        assert {tuple(point) for point in drawn(5, seed, retries).tolist()} == set(
            map(tuple, POINTS.tolist())
        )


def test_far_points_are_drawn_before_near_ones() -> None:
    # a heap's second point is 0.01 of at least 162 away from what is chosen: a chance of 1 in 8100 each
    for seed in range(20):
        heaps = {tuple(np.sign(np.round(point / 9)).tolist()) for point in drawn(3, seed)}
        assert len(heaps) == 3


def test_the_first_point_is_any() -> None:
    assert len({tuple(drawn(1, seed)[0].tolist()) for seed in range(60)}) == len(POINTS)


def test_the_draws_depend_on_the_seed_alone() -> None:
    np.testing.assert_array_equal(drawn(3, 7), drawn(3, 7))


@pytest.mark.parametrize("count", [0, 6])
def test_more_points_than_there_are_or_none_are_refused(count: int) -> None:
    with pytest.raises(InvalidArgumentError, match=f"cannot choose {count} of 5 points"):
        drawn(count, 1)
