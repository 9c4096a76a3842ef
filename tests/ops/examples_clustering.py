"""Examples of ops/clustering.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.example import Example, normal

POINTS, CENTERS = normal(5, 2, seed=1), normal(3, 2, seed=2)
TWINS = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], np.float32)


def _nearest(points: Any, centers: Any, k: Any) -> Any:
    squared = ((points[:, None] - centers) ** 2).sum(-1)
    order = squared.argsort(1, kind="stable")[:, : int(k)]
    return order.astype(np.int64), np.take_along_axis(squared, order, 1)


def _all_in_some_order(points: Any, *_: Any) -> Any:
    """Of points that are all alike whatever is drawn is the same."""
    return points[:3]


EXAMPLES = [
    Example("NearestNeighbors", [POINTS, CENTERS, np.int64(1)], _nearest, constants=[2]),
    Example("NearestNeighbors", [POINTS, CENTERS, np.int64(2)], _nearest, note="k known in the run"),
    Example(
        "NearestNeighbors",
        [POINTS, CENTERS, np.int64(7)],
        _nearest,
        constants=[2],
        note="more than there are",
    ),
    Example("NearestNeighbors", [POINTS, TWINS, np.int64(3)], _nearest, constants=[2], note="equal centers"),
    Example(
        "KmeansPlusPlusInitialization",
        [np.ones((4, 2), np.float32), np.int64(3), np.int64(1), np.int64(2)],
        _all_in_some_order,
        constants=[1, 2, 3],
    ),
    Example(
        "KmeansPlusPlusInitialization",
        [POINTS, np.int64(1), np.int64(5), np.int64(-1)],
        None,
        note="a number known in the run",
    ),
]
