"""K-means as operations to run by hand: tf.contrib.factorization.KMeans."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import concat, shape, split
from estimator.functions.control_flow.cond import cond
from estimator.functions.grouping import no_op
from estimator.graph.tensor import Operation, Tensor
from estimator.models import clustering
from estimator.models.clustering import Clusters, assign, choose_centers, move, size_of
from estimator.variables.variable import Variable


@near_keywords
class KMeans:
    """Finds centers so that each point is near to one of them, step by step.

    Run the initializer of the variables, the choice of the first centers until all are chosen, then steps.

    Parameters
    ----------
    inputs : Tensor or list of Tensor, float32
        The points, in one or several parts.
    num_clusters : int
        How many centers; if `initial_clusters` is an array, its rows count.
    initial_clusters : str, array or callable
        ``"random"``, ``"kmeans_plus_plus"``, an array [num_clusters, size], or a function of ([points], how many).
    distance_metric : str
        ``"squared_euclidean"``, or ``"cosine"``: 1 - u v / (|u| |v|).
    use_mini_batch : bool
        False: a step moves each center to the mean of its points, and wants all points.
    mini_batch_steps_per_iteration : int
        After how many steps points are assigned by the centers as they are by then.
    random_seed : int
        Of the choice of the first centers.
    kmeans_plus_plus_num_retries : int
        How many points are drawn for each center beside the first; the best is taken.
    kmc2_chain_length : int
        Of no use: ``"kmc2"`` is refused.

    Shape
    -----
    each of inputs [batch, size]

    Raises
    ------
    ValueError
        If an argument is not valid; the error has all problems. If the size of points is not known.

    Source
    ------
    tensorflow.python.ops.clustering_ops.KMeans, TF 2.15
    """

    def __init__(
        self,
        inputs: Any,
        num_clusters: int,
        initial_clusters: Any = clustering.RANDOM_INIT,
        distance_metric: str = clustering.SQUARED_EUCLIDEAN_DISTANCE,
        use_mini_batch: bool = False,
        mini_batch_steps_per_iteration: int = 1,
        random_seed: int = 0,
        kmeans_plus_plus_num_retries: int = 2,
        kmc2_chain_length: int = 200,
    ) -> None:
        first = initial_clusters
        if not isinstance(first, str) and not callable(first):
            first = np.asarray(first, np.float32)
            num_clusters = len(first) if first.ndim == 2 else num_clusters
        problems = clustering.problems_of(
            num_clusters, first, distance_metric, mini_batch_steps_per_iteration
        )
        raise_problems("KMeans", list(problems))
        self._parts = [
            tensor_of(part) for part in (inputs if isinstance(inputs, (list, tuple)) else [inputs])
        ]
        self._model = clustering.KMeans(
            int(num_clusters), first, distance_metric, random_seed, use_mini_batch,
            int(mini_batch_steps_per_iteration), kmeans_plus_plus_num_retries,
        )  # fmt: skip

    def training_graph(
        self,
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor], Variable, Operation, Operation]:
        """Make the variables and what is run.

        Returns
        -------
        all_scores : list of Tensor
            The distances of the points of each part to all centers, [batch, num_clusters].
        cluster_index : list of Tensor, int64
            The nearest center of each point, [batch].
        scores : list of Tensor
            The distances to those, [batch].
        cluster_centers_initialized : Variable
            Whether all first centers are chosen.
        init_op : Operation
            Chooses first centers among the points; nothing once all are chosen.
        training_op : Operation
            Moves the centers.
        """
        model, points = self._model, concat(self._parts, 0)
        clusters = Clusters(model, size_of(points))

        def choose() -> Operation:
            return choose_centers(model, clusters, points)

        init_op = cond(clusters.initialized.as_tensor(), no_op, choose).op
        assigned = assign(model, clusters, points)
        found = (assigned.all_distances, assigned.nearest, assigned.distances)
        all_scores, index, scores = (self._split(values) for values in found)
        return all_scores, index, scores, clusters.initialized, init_op, move(model, clusters, assigned)

    def _split(self, values: Tensor) -> list[Tensor]:
        """Values of all points, part by part."""
        if len(self._parts) == 1:
            return [values]
        return split(values, [shape(part)[0] for part in self._parts])
