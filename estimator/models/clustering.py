"""K-means as a graph: its variables, how the first centers are chosen, and a step of either kind.

A full-batch step moves each center to the mean of the points that are nearest to it. A mini-batch step moves it a part
of the way, the smaller the more points it has had: with n points before and k new ones of sum s, a center x becomes
x + (s - k x) / (n + k). Where several steps make an iteration, they move copies, ``clusters_updated``, while
points are still assigned by ``clusters``; the iteration ends when the copies take their place.

With the cosine distance all is done on points of length 1.

Source: tf.compat.v1.estimator.experimental.KMeans, TF 2.15; its variables have the same names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32, int32, int64
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.core.shapes import show
from estimator.core.shown import shorten
from estimator.functions.arrays import range as range_
from estimator.functions.arrays import shape
from estimator.functions.grouping import group
from estimator.functions.indexing import gather
from estimator.functions.logic import where
from estimator.functions.math import cast
from estimator.functions.normalization import l2_normalize
from estimator.functions.over_processes import of_all, rows_of_all
from estimator.functions.random import random_uniform
from estimator.functions.reductions import reduce_all
from estimator.functions.seeds import op_seeds
from estimator.functions.segments import unsorted_segment_sum
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.variables.initializers import Constant, Zeros
from estimator.variables.variable import Variable

SQUARED_EUCLIDEAN_DISTANCE = "squared_euclidean"
COSINE_DISTANCE = "cosine"
RANDOM_INIT = "random"
KMEANS_PLUS_PLUS_INIT = "kmeans_plus_plus"
CLUSTERS_VAR_NAME = "clusters"
_DISTANCES = (SQUARED_EUCLIDEAN_DISTANCE, COSINE_DISTANCE)
_FIRST_CENTERS = (RANDOM_INIT, KMEANS_PLUS_PLUS_INIT)
_EPSILON = 1e-6  # TensorFlow's: the mean of no points is 0


@frozen
class KMeans:
    """What is clustered how; the arguments of :class:`estimator.estimators.kmeans.KMeansClustering`."""

    num_clusters: int
    initial_clusters: Any
    distance_metric: str
    seed: int | None
    use_mini_batch: bool
    steps_per_iteration: int
    num_retries: int

    @property
    def is_cosine(self) -> bool:
        """Whether only directions count."""
        return self.distance_metric == COSINE_DISTANCE

    @property
    def has_copies(self) -> bool:
        """Whether steps move copies of the centers."""
        return self.use_mini_batch and self.steps_per_iteration > 1

    @property
    def keeps_length_1(self) -> bool:
        """Whether the centers are stored with length 1."""
        return self.is_cosine and (not self.use_mini_batch or self.has_copies)


def problems_of(num_clusters: Any, first: Any, distance_metric: Any, steps: Any) -> Iterator[str]:
    """What is wrong with the arguments that a :class:`KMeans` is made of."""
    if isinstance(first, str) and first not in _FIRST_CENTERS:
        hint = did_you_mean(first, _FIRST_CENTERS)
        yield f"Unsupported initialization algorithm '{first}'.{hint} Known: {', '.join(_FIRST_CENTERS)}."
    if isinstance(first, np.ndarray) and first.ndim != 2:
        yield f"initial_clusters must be an array [num_clusters, size], given one of shape {first.shape}."
    if distance_metric not in _DISTANCES:
        hint = did_you_mean(str(distance_metric), _DISTANCES)
        yield f"Unsupported distance metric '{distance_metric}'.{hint} Known: {', '.join(_DISTANCES)}."
    counts = {"num_clusters": num_clusters, "mini_batch_steps_per_iteration": steps}
    for name, value in counts.items():
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
            yield f"{name} must be a whole number > 0, given: {shorten(value)}."


class Clusters:
    """The variables.

    Attributes
    ----------
    centers : Variable
        [num_clusters, size]; where points belong is decided by them. As TensorFlow's, it is of no fixed shape, and
        [0] before any center is chosen: TensorFlow begins a training by saving that.
    moved : Variable
        The centers that a step moves: the same, or copies.
    initialized : Variable
        Whether all centers are chosen.
    counts : Variable or None
        How many points each center has had.
    steps_left : Variable or None
        Of the iteration.
    shape : tuple of int
        Of all centers, (num_clusters, size).
    chosen : Tensor
        The centers that are chosen by now, [0 to num_clusters, size].
    """

    def __init__(self, model: KMeans, size: int) -> None:
        k = model.num_clusters
        self.shape = (k, size)

        def centers(name: str) -> Variable:
            return Variable(lambda: Zeros()([0], float32), validate_shape=False, name=name)

        self.centers = self.moved = centers(CLUSTERS_VAR_NAME)
        self.initialized = Variable(False, trainable=False, dtype=bool_, name="initialized")
        self.steps_left: Variable | None = None
        self.counts: Variable | None = None
        if model.has_copies:
            self.moved = centers("clusters_updated")
            steps = model.steps_per_iteration
            self.steps_left = Variable(steps, trainable=False, dtype=int64, name="update_in_steps")
        if model.use_mini_batch:  # one point each, so that the first step does not forget the first centers
            first = Constant(0 if model.has_copies else 1)
            self.counts = Variable(lambda: first([k], int64), trainable=False, name="Variable")
        self.chosen: Tensor = b.Reshape(self.centers.as_tensor(), (-1, size))

    def complete(self, variable: Variable) -> Tensor:
        """The value of `centers` or `moved` once all are chosen, [num_clusters, size].

        The run fails if the checkpoint has more or fewer, or points of another size.
        """
        value, wanted = variable.as_tensor(), get_default_graph().constant(self.shape, int32)
        found = b.Shape(value)
        told = ["the checkpoint has centers of another shape; expected:", wanted, "found:", found]
        with get_default_graph().control_dependencies([b.Assert(reduce_all(b.Equal(found, wanted)), told)]):
            result: Tensor = b.Reshape(value, wanted)
        return result


class Assignment(NamedTuple):
    """Which center each point belongs to.

    Attributes
    ----------
    points : Tensor
        [n, size], of length 1 if the distance is the cosine one.
    all_distances : Tensor
        [n, num_clusters]
    nearest : Tensor
        [n], int64: the index of the nearest center
    distances : Tensor
        [n], to the nearest center.
    """

    points: Tensor
    all_distances: Tensor
    nearest: Tensor
    distances: Tensor


def assign(model: KMeans, clusters: Clusters, points: Tensor) -> Assignment:
    """Find the nearest center of each point."""
    centers = clusters.complete(clusters.centers)
    if not model.is_cosine:
        index, distances = _nearest(points, centers)
        return Assignment(points, _squared_distances(points, centers), index, distances)
    points = l2_normalize(points, 1)
    centers = centers if model.keeps_length_1 else l2_normalize(centers, 1)
    index, squared = _nearest(points, centers)
    cosines = b.MatMul(points, centers, transpose_b=True)
    # of points of length 1 the squared distance is twice the cosine distance
    return Assignment(points, b.Sub(1.0, cosines), index, b.Mul(squared, 0.5))


def _nearest(points: Tensor, centers: Tensor) -> tuple[Tensor, Tensor]:
    index, distances = b.NearestNeighbors(points, centers, get_default_graph().constant(1, int64))
    return b.Squeeze(index, squeeze_dims=[-1]), b.Squeeze(distances, squeeze_dims=[-1])


def _squared_distances(points: Tensor, centers: Tensor) -> Tensor:
    of_points = b.Sum(b.Square(points), [1], keep_dims=True)
    products = b.MatMul(points, centers, transpose_b=True)
    result: Tensor = b.AddV2(b.Sub(of_points, b.Mul(2.0, products)), b.Sum(b.Square(centers), [1]))
    return b.Maximum(result, 0.0)  # rounding makes none negative


# -- the first centers ---------------------------------------------------------------------------------------------


def choose_centers(model: KMeans, clusters: Clusters, points: Tensor) -> Operation:
    """Choose centers from a batch; run it until all are chosen."""
    wanted, chosen = model.num_clusters, clusters.chosen
    points = rows_of_all(points)
    found = _first_centers(model, points, b.Sub(wanted, shape(chosen, out_type=int64)[0]))
    if model.is_cosine:
        found = l2_normalize(found, 1)
    together = b.ConcatV2([chosen, found], 0)
    after = shape(together, out_type=int64)[0]
    told = f"initial_clusters gave too many centers; wanted {wanted}, there are:"
    with get_default_graph().control_dependencies([b.Assert(b.LessEqual(after, wanted), [told, after])]):
        together = b.Identity(together)
    variables = dict.fromkeys((clusters.centers, clusters.moved))
    stores = [variable.assign(together, read_value=False) for variable in variables]
    return group(*stores, clusters.initialized.assign(b.Equal(after, wanted), read_value=False))


def _first_centers(model: KMeans, points: Tensor, remaining: Tensor) -> Tensor:
    """Up to `remaining` centers, [0 to remaining, size]."""
    given = model.initial_clusters
    if callable(given):
        made: Tensor = cast(get_default_graph().convert(given([points], remaining)), float32)
        return made
    if not isinstance(given, str):
        return get_default_graph().constant(given, float32, name="initial_clusters")
    if given == RANDOM_INIT:
        return _random_points(points, remaining, model.seed)
    if model.is_cosine:
        points = l2_normalize(points, 1)
    seeds = op_seeds(get_default_graph(), model.seed, "kmeans_plus_plus")
    seed = get_default_graph().constant(seeds["seed2"], int64)
    retries = get_default_graph().constant(model.num_retries, int64)
    plus_plus: Tensor = b.KmeansPlusPlusInitialization(points, remaining, seed, retries)
    return plus_plus


def _random_points(points: Tensor, remaining: Tensor, seed: int | None) -> Tensor:
    """Any points, one perhaps twice; all of them, where there are no more than are wanted."""
    count = shape(points, out_type=int64)[0]
    taken = b.Minimum(count, remaining)
    drawn = random_uniform(b.ExpandDims(taken, 0), 0, count, int64, seed)
    get_default_graph().equal_draws.add(drawn.op)  # all processes begin with the same centers
    zero = get_default_graph().constant(0, int64)
    return gather(points, where(b.Fill([taken], b.LessEqual(count, remaining)), range_(zero, taken), drawn))


# -- a step --------------------------------------------------------------------------------------------------------


def move(model: KMeans, clusters: Clusters, assigned: Assignment) -> Operation:
    """Move the centers towards their points."""
    k = model.num_clusters
    sums = unsorted_segment_sum(assigned.points, assigned.nearest, k)
    new = unsorted_segment_sum(b.OnesLike(assigned.nearest), assigned.nearest, k)
    (sums,), (new,) = of_all([sums], is_mean=False), of_all([new], is_mean=False)
    if not model.use_mini_batch:
        return _full_step(model, clusters, sums, new)
    return _mini_step(model, clusters, sums, new)


def _full_step(model: KMeans, clusters: Clusters, sums: Tensor, new: Tensor) -> Operation:
    means = b.RealDiv(sums, b.AddV2(_column(new), _EPSILON))
    if model.keeps_length_1:
        means = l2_normalize(means, 1)
    stored: Operation = clusters.centers.assign(means, read_value=False)
    return stored


def _mini_step(model: KMeans, clusters: Clusters, sums: Tensor, new: Tensor) -> Operation:
    assert clusters.counts is not None  # where there are mini-batches
    counts, moved = clusters.counts.as_tensor(), clusters.complete(clusters.moved)
    stores = []
    if clusters.steps_left is not None:
        left = clusters.steps_left.as_tensor()
        ends = b.LessEqual(left, 0)
        kept = l2_normalize(moved, 1) if model.keeps_length_1 else moved
        centers = b.SelectV2(ends, kept, clusters.complete(clusters.centers))
        counts = b.SelectV2(ends, b.ZerosLike(counts), counts)
        left = b.SelectV2(ends, model.steps_per_iteration - 1, b.Sub(left, 1))
        stores += [
            clusters.centers.assign(centers, read_value=False),
            clusters.steps_left.assign(left, read_value=False),
        ]
    after = b.AddV2(counts, new)
    change = b.DivNoNan(b.Sub(sums, b.Mul(_column(new), moved)), _column(after))
    stores += [
        clusters.counts.assign(after, read_value=False),
        clusters.moved.assign(b.AddV2(moved, change), read_value=False),
    ]
    return group(*stores)


def _column(counts: Tensor) -> Tensor:
    return b.ExpandDims(b.Cast(counts, DstT=float32), -1)


def size_of(points: Tensor) -> int:
    """How many numbers a point has.

    Raises
    ------
    ValueError
        If the static shape does not say it, or is not that of points.
    """
    dims = points.dims
    if dims is None or len(dims) != 2 or dims[1] is None:
        raise ValueError(
            f"points must be of shape [batch, size] with a known size, given: {show(dims)}. Give features of that "
            "shape, or a dict of features of shape [batch] or [batch, size]."
        )
    return dims[1]
