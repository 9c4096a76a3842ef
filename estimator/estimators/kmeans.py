"""K-means clustering as an Estimator.

points = np.random.default_rng(0).normal(size=(100, 2)).astype(np.float32)
kmeans = KMeansClustering(num_clusters=5, use_mini_batch=False)
kmeans.train(lambda: tf.data.Dataset.from_tensors(points).repeat(10))
kmeans.cluster_centers()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from estimator.columns.input_layer import input_layer
from estimator.core.arguments import keeps_arguments
from estimator.core.errors import InvalidArgumentError, OutOfRangeError, raise_problems
from estimator.core.keywords import near_keywords
from estimator.estimators.estimator import Estimator
from estimator.functions.arrays import concat
from estimator.functions.grouping import group
from estimator.functions.math import cast
from estimator.functions.over_processes import of_all
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor
from estimator.models.clustering import (
    CLUSTERS_VAR_NAME,
    COSINE_DISTANCE,
    KMEANS_PLUS_PLUS_INIT,
    RANDOM_INIT,
    SQUARED_EUCLIDEAN_DISTANCE,
    Clusters,
    KMeans,
    assign,
    choose_centers,
    move,
    problems_of,
    size_of,
)
from estimator.models.export_outputs import DEFAULT_KEY, PredictOutput
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.network.metrics.averages import mean
from estimator.settings.run_config import RunConfig
from estimator.summaries.ops import scalar
from estimator.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from estimator.variables.global_step import get_global_step


@keeps_arguments
@near_keywords
class KMeansClustering(Estimator):
    """Finds centers so that each point is near to one of them.

    The input is points without labels: features of shape [batch, size], or a dict of features that are put side by side
    in the order of their names. The loss is the sum of the distances to the nearest centers.

    Parameters
    ----------
    num_clusters : int
        How many centers; if `initial_clusters` is an array, its rows count.
    model_dir : str or path, optional
        Where checkpoints and summaries go.
    initial_clusters : str, array or callable
        ``"random"``: points of the first batches; ``"kmeans_plus_plus"``: points of the first batch that lie apart; an
        array [num_clusters, size]; or a function of ([points], how many) that gives up to so many centers, called for
        batch after batch until there are enough.
    distance_metric : str
        ``"squared_euclidean"``, or ``"cosine"``: 1 - u v / (|u| |v|).
    seed : int, optional
        Of the choice of the first centers.
    use_mini_batch : bool
        False: a step moves each center to the mean of its points, and wants all points in one batch.
    mini_batch_steps_per_iteration : int
        After how many steps points are assigned by the centers as they are by then.
    kmeans_plus_plus_num_retries : int
        How many points are drawn for each center beside the first; the best is taken.
    relative_tolerance : float, optional
        Training stops when the loss changes by less than this part of it from a step to the next.
    config : RunConfig, optional
    feature_columns : sequence of columns, optional
        What points are made of, if features are a dict; default: all features.

    Raises
    ------
    ValueError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.experimental.KMeans, TF 2.15
    """

    SQUARED_EUCLIDEAN_DISTANCE = SQUARED_EUCLIDEAN_DISTANCE
    COSINE_DISTANCE = COSINE_DISTANCE
    RANDOM_INIT = RANDOM_INIT
    KMEANS_PLUS_PLUS_INIT = KMEANS_PLUS_PLUS_INIT
    SCORE = "score"
    CLUSTER_INDEX = "cluster_index"
    ALL_DISTANCES = "all_distances"
    CLUSTER_CENTERS_VAR_NAME = CLUSTERS_VAR_NAME

    def __init__(
        self,
        num_clusters: int,
        model_dir: Any = None,
        initial_clusters: Any = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        seed: int | None = None,
        use_mini_batch: bool = True,
        mini_batch_steps_per_iteration: int = 1,
        kmeans_plus_plus_num_retries: int = 2,
        relative_tolerance: float | None = None,
        config: RunConfig | None = None,
        feature_columns: Any = None,
    ) -> None:
        first = initial_clusters
        if not isinstance(first, str) and not callable(first):
            first = np.asarray(first, np.float32)
            num_clusters = len(first) if first.ndim == 2 else num_clusters
        problems = problems_of(num_clusters, first, distance_metric, mini_batch_steps_per_iteration)
        raise_problems("KMeans", list(problems))
        model = KMeans(
            int(num_clusters), first, distance_metric, seed, use_mini_batch,
            int(mini_batch_steps_per_iteration), kmeans_plus_plus_num_retries,
        )  # fmt: skip
        self._is_squared = not model.is_cosine
        super().__init__(_kmeans(model, relative_tolerance, feature_columns), model_dir, config)

    def cluster_centers(self) -> Any:
        """The centers of the latest checkpoint, [num_clusters, size].

        Raises
        ------
        ValueError
            If there is no checkpoint.
        """
        return self.get_variable_value(CLUSTERS_VAR_NAME)

    def predict_cluster_index(self, input_fn: Callable[..., Any]) -> Iterator[Any]:
        """The index of the nearest center, point by point."""
        for prediction in self.predict(input_fn, predict_keys=[self.CLUSTER_INDEX]):
            yield prediction[self.CLUSTER_INDEX]

    def score(self, input_fn: Callable[..., Any]) -> Any:
        """The sum of the distances of the first batch's points to their nearest centers; small is good.

        Of ``"squared_euclidean"`` the distances are squared.
        """
        return self.evaluate(input_fn, steps=1)[self.SCORE]

    def transform(self, input_fn: Callable[..., Any]) -> Iterator[Any]:
        """The distances to all centers, point by point; they are not squared."""
        for prediction in self.predict(input_fn, predict_keys=[self.ALL_DISTANCES]):
            distances = prediction[self.ALL_DISTANCES]
            yield np.sqrt(distances) if self._is_squared else distances


def _kmeans(model: KMeans, relative_tolerance: float | None, columns: Any) -> Callable[..., EstimatorSpec]:
    def model_fn(features: Any, mode: str) -> EstimatorSpec:
        """K-means."""
        points = _points(features, columns)
        clusters = Clusters(model, size_of(points))
        assigned = assign(model, clusters, points)
        loss = reduce_sum(assigned.distances)
        predictions = {
            KMeansClustering.ALL_DISTANCES: assigned.all_distances,
            KMeansClustering.CLUSTER_INDEX: assigned.nearest,
        }
        outputs = {key: PredictOutput(tensor) for key, tensor in predictions.items()}
        if mode == ModeKeys.PREDICT:
            outputs[DEFAULT_KEY] = outputs[KMeansClustering.CLUSTER_INDEX]
            return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
        if mode == ModeKeys.EVAL:
            return EstimatorSpec(
                mode, predictions, loss, eval_metric_ops={KMeansClustering.SCORE: mean(loss)}
            )
        (loss,) = of_all([loss], is_mean=False)
        scalar("loss/raw", loss)
        hooks: list[SessionRunHook] = [_ChooseCenters(model, clusters, points)]
        if relative_tolerance is not None:
            hooks.append(_StopAtSmallChange(loss, relative_tolerance))
        train_op = _step(move(model, clusters, assigned))
        return EstimatorSpec(mode, predictions, loss, train_op, training_hooks=hooks)

    return model_fn


def _step(moved: Operation) -> Operation:
    step = get_global_step()
    assert step is not None  # every call makes it before the model
    return group(moved, step.assign_add(1, read_value=False))


def _points(features: Any, columns: Any) -> Tensor:
    """Features as points [batch, size].

    Raises
    ------
    ValueError
        If there are none, or columns do not find theirs.
    """
    graph = get_default_graph()
    if not isinstance(features, Mapping):
        result: Tensor = cast(graph.convert(features), "float32")
        return result
    if columns:
        return input_layer(features, columns)
    if not features:
        raise ValueError("features must not be empty: points are made of them. Given: {}.")
    tensors = [cast(graph.convert(features[key]), "float32") for key in sorted(features)]
    return concat([b.ExpandDims(tensor, -1) if _is_vector(tensor) else tensor for tensor in tensors], 1)


def _is_vector(tensor: Tensor) -> bool:
    return tensor.dims is not None and len(tensor.dims) == 1


class _ChooseCenters(SessionRunHook):
    """Chooses the first centers, from as many batches as it takes, before the first step."""

    def __init__(self, model: KMeans, clusters: Clusters, points: Tensor) -> None:
        self._wanted = model.num_clusters
        self._clusters = clusters
        self._choose = choose_centers(model, clusters, points)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Run the choice until all are chosen.

        Raises
        ------
        InvalidArgumentError
            If the input ends before.
        """
        while not session.run(self._clusters.initialized):
            try:
                session.run(self._choose)
            except OutOfRangeError as error:
                chosen = len(session.run(self._clusters.chosen))
                raise InvalidArgumentError(
                    f"the input ended when {chosen} of {self._wanted} initial centers were chosen; give more points, "
                    "or fewer clusters."
                ) from error


class _StopAtSmallChange(SessionRunHook):
    """Stops when the loss changes by less than a part of it."""

    def __init__(self, loss: Tensor, tolerance: float) -> None:
        self._args = SessionRunArgs(loss)
        self._tolerance = tolerance
        self._before: float | None = None

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Ask for the loss."""
        return self._args

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Compare it with the one before."""
        loss, before = float(run_values.results), self._before
        if before is not None and abs(loss - before) < self._tolerance * (1 + abs(before)):
            run_context.request_stop()
        self._before = loss
