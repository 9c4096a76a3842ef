"""How two things vary together, over many batches: from how many there are, their sums and the sums of their products.

Weights are frequencies: an example of weight 2 counts as two.

Source: tf.contrib.metrics, TF 1.15 metric_ops.py.
"""

from __future__ import annotations

from estimator.core.dtypes import float32, float64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.logic import where_v2
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import broadcast_weights, squeezed
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update


def streaming_covariance(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The unbiased covariance of predictions and labels; NaN of one example.

    Parameters
    ----------
    predictions, labels : Tensor
    weights : Tensor, optional
        How often each example counts.
    metrics_collections, updates_collections : optional
        Where value and update are listed.
    name : str, optional

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

    def compute(count: Tensor, x: Tensor, y: Tensor, xy: Tensor) -> Tensor:
        covariance = (xy - x * y / count) / (count - 1.0)
        return b.Cast(where_v2(count <= 1.0, float("nan"), covariance), DstT=float32)

    with metric_scope(name, "covariance", [predictions, labels]):
        weight, x, y = _taken(predictions, labels, weights, "streaming_covariance")
        amounts = {
            "count": reduce_sum(weight),
            "predictions": reduce_sum(weight * x),
            "labels": reduce_sum(weight * y),
            "products": reduce_sum(weight * x * y),
        }
        return value_and_update(compute, amounts, metrics_collections, updates_collections, dtype=float64)


def streaming_pearson_correlation(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The correlation of predictions and labels: their covariance by both standard deviations.

    Parameters
    ----------
    predictions, labels, weights, metrics_collections, updates_collections, name
        As for :func:`streaming_covariance`.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

    def compute(count: Tensor, x: Tensor, y: Tensor, xy: Tensor, xx: Tensor, yy: Tensor) -> Tensor:
        both, of_x, of_y = xy - x * y / count, xx - x * x / count, yy - y * y / count
        return b.Cast(where_v2(count <= 1.0, float("nan"), both / b.Sqrt(of_x * of_y)), DstT=float32)

    with metric_scope(name, "pearson_r", [predictions, labels]):
        weight, x, y = _taken(predictions, labels, weights, "streaming_pearson_correlation")
        amounts = {
            "count": reduce_sum(weight),
            "predictions": reduce_sum(weight * x),
            "labels": reduce_sum(weight * y),
            "products": reduce_sum(weight * x * y),
            "squares_of_predictions": reduce_sum(weight * x * x),
            "squares_of_labels": reduce_sum(weight * y * y),
        }
        return value_and_update(compute, amounts, metrics_collections, updates_collections, dtype=float64)


def _taken(
    predictions: TensorLike, labels: TensorLike, weights: TensorLike | None, what: str
) -> tuple[Tensor, Tensor, Tensor]:
    """The weight of each, the predictions and the labels, in double precision, so that their products stay exact."""
    graph = graph_of([predictions, labels])
    y, x = squeezed(
        *(graph.cast(graph.convert(value), float64) for value in (labels, predictions)), what=what
    )
    weight = broadcast_weights(weights, x, what, float64)
    return b.OnesLike(x) if weight is None else weight, x, y


near_keywords_of_functions(__name__)
