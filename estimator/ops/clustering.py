"""Ops of clustering: the centres nearest to points, and first centres that lie apart."""

from __future__ import annotations

import math
from typing import Any

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


def _nearest_shapes(s: ShapeScope) -> list[Dims]:
    points = rules.with_rank(s.shapes[0], 2, "the points")
    centers = rules.with_rank(s.shapes[1], 2, "the centers")
    k = s.value(2)
    known = k is not None and centers[0] is not None
    count = min(int(k.item()), centers[0]) if known else None  # type: ignore[union-attr, type-var]
    return [(points[0], count), (points[0], count)]


@op(
    "NearestNeighbors",
    "points: float32, centers: float32, k: int64 -> nearest_center_indices: int64, nearest_center_distances: float32",
    shape=_nearest_shapes,
    differentiable=False,
)
def nearest_neighbors(xp: Any, points: Any, centers: Any, k: Any) -> Any:
    """The `k` centers that are nearest to each point, nearest first, and their squared distances.

    Of equally near ones the first comes first.

    Shape   points [n, d], centers [m, d] -> [n, min(k, m)] each
    Source  TF op NearestNeighbors, clustering_ops.cc
    """
    squared = squared_distances(xp, points, centers)
    nearest = xp.argsort(squared, axis=1, kind="stable")[:, : int(k)]
    return [nearest.astype(xp.int64), xp.take_along_axis(squared, nearest, 1)]


def squared_distances(xp: Any, points: Any, centers: Any) -> Any:
    """Of each point to each center, [n, m]; rounding makes none negative."""
    of_points = xp.sum(points * points, axis=1, keepdims=True)
    of_centers = xp.sum(centers * centers, axis=1)
    return xp.maximum(of_points - xp.float32(2) * (points @ centers.T) + of_centers, xp.float32(0))


def _sample_shape(s: ShapeScope) -> Dims:
    count = s.value(1)
    return (None if count is None else int(count.item()), rules.with_rank(s.shapes[0], 2, "the points")[1])


@op(
    "KmeansPlusPlusInitialization",
    "points: float32, num_to_sample: int64, seed: int64, num_retries_per_sample: int64 -> samples: float32",
    shape=_sample_shape,
    differentiable=False,
)
def kmeans_plus_plus_initialization(
    xp: Any, points: Any, num_to_sample: Any, seed: Any, num_retries_per_sample: Any
) -> Any:
    """Points that lie apart: each next one is drawn with a chance that grows with its squared distance to those before.

    Of ``1 + num_retries_per_sample`` drawn points the one that leaves the least sum of distances is taken; a negative
    number stands for 2 + log(num_to_sample). The draws differ from TensorFlow's, their distribution does not.

    Shape   points [n, d] -> [num_to_sample, d]
    Raises  InvalidArgumentError if there are fewer points, or none is wanted.
    Source  TF op KmeansPlusPlusInitialization, clustering_ops.cc; Arthur & Vassilvitskii 2007
    """
    wanted, retries = int(num_to_sample), int(num_retries_per_sample)
    if not 0 < wanted <= len(points):
        raise InvalidArgumentError(f"kmeans++ cannot choose {wanted} of {len(points)} points.")
    tries = 1 + (retries if retries >= 0 else int(2 + math.log(wanted)))
    rng = xp.random.default_rng(int(seed) & 0xFFFFFFFFFFFFFFFF)
    chosen = [int(rng.integers(len(points)))]
    left = squared_distances(xp, points, points[chosen])[:, 0]
    while len(chosen) < wanted:
        total = float(left.sum(dtype=xp.float64))
        chances = None if total == 0 else left.astype(xp.float64) / total
        drawn = rng.choice(len(points), tries, p=chances)
        shrunk = xp.minimum(left[:, None], squared_distances(xp, points, points[drawn]))
        best = int(xp.argmin(shrunk.sum(axis=0)))
        chosen.append(int(drawn[best]))
        left = shrunk[:, best]
    return points[chosen]
