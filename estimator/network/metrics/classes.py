"""Metrics of class ids that weigh all classes alike, however rare they are: the mean over classes of a share.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

import numpy as np

from estimator.core.dtypes import float32, float64, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions.arrays import stack
from estimator.functions.indexing import scatter_nd
from estimator.functions.logic import where
from estimator.functions.reductions import reduce_max, reduce_mean, reduce_min, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import broadcast_weights, checked, positive
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update


def mean_iou(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The mean over classes of the intersection over union of labels and predictions: tp / (tp + fp + fn).

    Parameters
    ----------
    labels, predictions : Tensor
        Class ids in [0, num_classes), of one shape; all elements count alike.
    weights : Tensor or number, optional

    Returns
    -------
    value : Tensor
        The mean over the classes that have occurred among labels or predictions; 0 before there are any.
    update_op : Tensor
        Counts a batch, and gives the confusion matrix: labels are rows, predictions columns.

    Raises
    ------
    ValueError
        If `num_classes` is not a whole number above 0, or shapes do not fit.
    InvalidArgumentError
        When the graph runs, if an id is no class.
    """

    def compute(matrix: Tensor) -> Tensor:
        predicted, labelled = (b.Cast(reduce_sum(matrix, axis), DstT=float32) for axis in (0, 1))
        both = b.Cast(b.DiagPart(matrix), DstT=float32)
        union = b.Sub(b.AddV2(predicted, labelled), both)
        seen = reduce_sum(b.Cast(b.NotEqual(union, 0.0), DstT=float32))
        shares = b.RealDiv(both, where(b.Greater(union, 0.0), union, b.OnesLike(union)))
        return b.DivNoNan(reduce_sum(shares), seen)

    num_classes = positive(num_classes, "mean_iou: num_classes")
    with metric_scope(name, "mean_iou", [labels, predictions]):
        places, weight = _flat(labels, predictions, weights, "mean_iou")
        rows, columns = (_known(ids, num_classes, "mean_iou") for ids in places)
        counted = scatter_nd(stack([rows, columns], 1), weight, [num_classes, num_classes])
        amounts = {"total_confusion_matrix": counted}
        return value_and_update(
            compute,
            amounts,
            metrics_collections,
            updates_collections,
            compute_update=lambda matrix: matrix,
            dtype=float64,
        )


def mean_per_class_accuracy(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The mean over all classes of the part of a class's labels that are predicted.

    Parameters
    ----------
    labels : Tensor
        Class ids in [0, num_classes).
    predictions : Tensor
        Of as many elements.
    weights : Tensor or number, optional

    Returns
    -------
    value : Tensor
        The mean; a class that has not occurred counts as 0.
    update_op : Tensor, [num_classes]
        Counts a batch, and gives the accuracy of each class.

    Raises
    ------
    ValueError
        If `num_classes` is not a whole number above 0, or shapes do not fit.
    InvalidArgumentError
        When the graph runs, if a label is no class.
    """

    def shares(total: Tensor, count: Tensor) -> Tensor:
        result: Tensor = b.DivNoNan(count, b.Maximum(total, 0.0))
        return result

    num_classes = positive(num_classes, "mean_per_class_accuracy: num_classes")
    with metric_scope(name, "mean_accuracy", [labels, predictions]):
        (label, prediction), weight = _flat(labels, predictions, weights, "mean_per_class_accuracy")
        row = b.ExpandDims(_known(label, num_classes, "mean_per_class_accuracy"), -1)
        hits = b.Mul(b.Cast(b.Equal(label, prediction), DstT=float64), weight)
        amounts = {
            key: scatter_nd(row, amount, [num_classes])
            for key, amount in (("total", weight), ("count", hits))
        }
        return value_and_update(
            lambda total, count: reduce_mean(shares(total, count)),
            amounts,
            metrics_collections,
            updates_collections,
            ("mean_accuracy", "update_op"),
            compute_update=shares,
        )


def _known(ids: Tensor, num_classes: int, what: str) -> Tensor:
    fits = b.LogicalAnd(b.GreaterEqual(ids, 0), b.Less(ids, np.int64(num_classes)))
    message = f"{what}: class ids must be in [0, {num_classes}); pass the right num_classes. The least and greatest:"
    return checked(ids, fits, message, [reduce_min(ids), reduce_max(ids)])


def _flat(
    labels: TensorLike, predictions: TensorLike, weights: TensorLike | None, what: str
) -> tuple[list[Tensor], Tensor]:
    """Class ids of labels and predictions, and what each pair weighs, as vectors."""
    graph = graph_of([labels, predictions])
    ids = [b.Reshape(graph.cast(graph.convert(value), int64), [-1]) for value in (labels, predictions)]
    if not compatible(ids[0].dims, ids[1].dims):
        raise ValueError(
            f"{what}: there are {show(ids[0].dims)} labels and {show(ids[1].dims)} predictions; each label needs one."
        )
    if weights is not None:
        weight = graph.cast(graph.convert(weights), float64)
        flat = b.Reshape(weight, [-1]) if weight.dims is None or len(weight.dims) > 1 else weight
        return ids, broadcast_weights(flat, ids[0], what, float64)  # type: ignore[return-value]  # there are some
    return ids, b.OnesLike(graph.cast(ids[0], float64))


near_keywords_of_functions(__name__)
