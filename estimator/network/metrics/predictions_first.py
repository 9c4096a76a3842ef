"""Metrics as tf.contrib.metrics has them: predictions before labels, ``streaming_`` before the name; and their lists.

::

    names_to_values, names_to_updates = aggregate_metric_map({
        "accuracy": streaming_accuracy(predictions, labels),
        "loss": streaming_mean(loss),
    })

Source
------
tf.contrib.metrics, TF 1.15 metric_ops.py
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.dtypes import float32
from estimator.core.keywords import demand_known, near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import ones_like
from estimator.functions.indexing import in_top_k
from estimator.functions.logic import equal
from estimator.functions.math import cast, multiply, truediv
from estimator.functions.reductions import reduce_mean, reduce_sum
from estimator.functions.scoping import name_scope
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network import metrics
from estimator.network.metrics.state import Collections, Pair


def _predictions_first(metric: Callable[..., Any], name: str | None = None) -> Callable[..., Pair]:
    """The metric under its name in tf.contrib, with the first two arguments exchanged."""
    signature = inspect.signature(metric)
    labels, predictions, *rest = signature.parameters.values()
    exchanged = signature.replace(parameters=[predictions, labels, *rest])
    own = metric.__name__
    name = name or f"streaming_{own}"

    def call(*args: Any, **kwargs: Any) -> Pair:
        demand_known(name, kwargs, exchanged.parameters)
        try:
            given = exchanged.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{name}() {error}.") from None
        pair: Pair = metric(**given)
        return pair

    call.__name__ = call.__qualname__ = name
    call.__doc__ = (
        f"As tf.metrics.{own}, with the predictions before the labels.\n\n"
        f"Source\n------\ntf.contrib.metrics.{name}, TF 1.15 metric_ops.py\n"
    )
    vars(call)["__signature__"] = exchanged
    return call


streaming_accuracy = _predictions_first(metrics.accuracy)
streaming_auc = _predictions_first(metrics.auc)
streaming_false_negatives = _predictions_first(metrics.false_negatives)
streaming_false_positives = _predictions_first(metrics.false_positives)
streaming_mean_absolute_error = _predictions_first(metrics.mean_absolute_error)
streaming_mean_cosine_distance = _predictions_first(metrics.mean_cosine_distance)
streaming_mean_iou = _predictions_first(metrics.mean_iou)
streaming_mean_relative_error = _predictions_first(metrics.mean_relative_error)
streaming_mean_squared_error = _predictions_first(metrics.mean_squared_error)
streaming_precision = _predictions_first(metrics.precision)
streaming_precision_at_thresholds = _predictions_first(metrics.precision_at_thresholds)
streaming_recall = _predictions_first(metrics.recall)
streaming_recall_at_thresholds = _predictions_first(metrics.recall_at_thresholds)
streaming_root_mean_squared_error = _predictions_first(metrics.root_mean_squared_error)
streaming_sensitivity_at_specificity = _predictions_first(metrics.sensitivity_at_specificity)
streaming_specificity_at_sensitivity = _predictions_first(metrics.specificity_at_sensitivity)
streaming_true_negatives = _predictions_first(metrics.true_negatives)
streaming_true_positives = _predictions_first(metrics.true_positives)
streaming_false_negatives_at_thresholds = _predictions_first(metrics.false_negatives_at_thresholds)
streaming_false_positives_at_thresholds = _predictions_first(metrics.false_positives_at_thresholds)
streaming_true_negatives_at_thresholds = _predictions_first(metrics.true_negatives_at_thresholds)
streaming_true_positives_at_thresholds = _predictions_first(metrics.true_positives_at_thresholds)
streaming_sparse_average_precision_at_k = _predictions_first(metrics.sparse_average_precision_at_k)
streaming_sparse_precision_at_k = _predictions_first(metrics.sparse_precision_at_k)
streaming_sparse_recall_at_k = _predictions_first(metrics.recall_at_k, "streaming_sparse_recall_at_k")


def streaming_recall_at_k(
    predictions: TensorLike,
    labels: TensorLike,
    k: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of examples whose class is among the `k` best.

    Parameters
    ----------
    predictions : Tensor, float32
        The score of each class.
    labels : Tensor, int32 or int64
        The class of each example.
    k : int
    weights : Tensor, optional
    metrics_collections, updates_collections : optional
        Where value and update are listed.
    name : str, optional

    Shape
    -----
    predictions [batch, classes], labels and weights [batch] -> []

    Source
    ------
    tf.contrib.metrics.streaming_recall_at_k, TF 1.15 metric_ops.py
    """
    is_found = cast(in_top_k(predictions, labels, k), float32)
    return metrics.mean(is_found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


def accuracy(
    predictions: TensorLike, labels: TensorLike, weights: TensorLike | None = None, name: str | None = None
) -> Tensor:
    """The part of a batch that is right; :func:`streaming_accuracy` is over many.

    Raises
    ------
    ValueError
        If the labels are neither classes nor texts, or the predictions of another type.

    Source
    ------
    tf.contrib.metrics.accuracy, TF 1.15 classification.py
    """
    guesses, truth = tensor_of(predictions), tensor_of(labels)
    if truth.dtype.is_floating or truth.dtype.is_complex:
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {truth.dtype.name}.")
    if guesses.dtype is not truth.dtype:
        raise ValueError(
            f"Dtypes of predictions and labels should match. Given: predictions {guesses.dtype.name} and labels "
            f"{truth.dtype.name}."
        )
    with name_scope(name, "accuracy", [guesses, truth]):
        is_right = cast(equal(guesses, truth), float32)
        if weights is None:
            return reduce_mean(is_right)
        weighed = multiply(is_right, weights)
        counted = multiply(weights, ones_like(weighed))
        return truediv(reduce_sum(weighed), reduce_sum(counted))


def aggregate_metrics(*value_update_tuples: Pair) -> tuple[list[Any], list[Any]]:
    """The values of several metrics, and their updates.

    Raises
    ------
    ValueError
        If there are none.

    Source
    ------
    tf.contrib.metrics.aggregate_metrics, TF 1.15 metric_ops.py
    """
    if not value_update_tuples:
        raise ValueError("aggregate_metrics: expected at least one value_tensor/update_op pair.")
    values, updates = zip(*value_update_tuples, strict=True)
    return list(values), list(updates)


def aggregate_metric_map(names_to_tuples: Mapping[str, Pair]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of several metrics by name, and their updates by name.

    Source
    ------
    tf.contrib.metrics.aggregate_metric_map, TF 1.15 metric_ops.py
    """
    values = {name: value for name, (value, _) in names_to_tuples.items()}
    return values, {name: update for name, (_, update) in names_to_tuples.items()}


near_keywords_of_functions(__name__)
