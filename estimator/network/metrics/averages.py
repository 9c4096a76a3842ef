"""Metrics that are means: of values, of errors, of hits.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import float32
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.network.metrics.state import (
    Collections,
    Pair,
    broadcast_weights,
    floats,
    metric_scope,
    squeezed,
    value_and_update,
)


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The weighted mean of all values seen; 0 before there are any.

    Parameters
    ----------
    values : Tensor
    weights : Tensor or number, optional
        A scalar, or of the shape of the values with some sizes 1.
    metrics_collections, updates_collections : sequence of str, optional
        Where value and update are listed.
    name : str, optional
        The scope; the variables are ``<name>/total`` and ``<name>/count``.

    Returns
    -------
    value, update_op : Tensor, Tensor
        The mean so far, and the mean after adding this batch.
    """
    with metric_scope(name, "mean", [values, weights]):
        (numbers,) = floats(values)
        weight = broadcast_weights(weights, numbers, "mean")
        if weight is None:
            count = numbers.graph.cast(b.Size(numbers), float32)
        else:
            count = reduce_sum(weight)
            numbers = b.Mul(numbers, weight)
        amounts = {"total": reduce_sum(numbers), "count": count}
        return value_and_update(_ratio, amounts, metrics_collections, updates_collections)


def _ratio(total: Tensor, count: Tensor) -> Tensor:
    result: Tensor = b.DivNoNan(total, count)
    return result


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the predictions that equal their labels.

    Shape
    -----
    labels and predictions alike, or one with an additional last dimension of 1
    """
    with metric_scope(name, "accuracy", [labels, predictions]) as scope:
        left, right = squeezed(labels, predictions, what="accuracy")
        if left.dtype is not right.dtype:
            right = right.graph.cast(right, left.dtype)
        hits = b.Cast(b.Equal(right, left), DstT=float32)
        return mean(hits, weights, metrics_collections, updates_collections, scope)


def _mean_of_errors(error: Callable[[Tensor, Tensor], Tensor], default: str) -> Callable[..., Pair]:
    """The metric that is the mean of an error per element."""

    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        with metric_scope(name, default, [labels, predictions]) as scope:
            left, right = squeezed(*floats(labels, predictions), what=default)
            return mean(error(left, right), weights, metrics_collections, updates_collections, scope)

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = f"The {default.replace('_', ' ')} over all elements seen."
    return metric


mean_squared_error = _mean_of_errors(
    lambda labels, predictions: b.Square(labels - predictions), "mean_squared_error"
)
mean_absolute_error = _mean_of_errors(
    lambda labels, predictions: b.Abs(labels - predictions), "mean_absolute_error"
)


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The square root of the mean squared error."""
    with metric_scope(name, "root_mean_squared_error", [labels, predictions]):
        left, right = squeezed(*floats(labels, predictions), what="root_mean_squared_error")
        errors = b.Square(left - right)
        weight = broadcast_weights(weights, errors, "root_mean_squared_error")
        count = left.graph.cast(b.Size(errors), float32) if weight is None else reduce_sum(weight)
        total = reduce_sum(errors if weight is None else b.Mul(errors, weight))
        amounts = {"total": total, "count": count}
        return value_and_update(
            lambda *totals: b.Sqrt(_ratio(*totals)), amounts, metrics_collections, updates_collections
        )


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The mean of |labels - predictions| / normalizer; 0 where the normalizer is 0."""
    with metric_scope(name, "mean_relative_error", [labels, predictions]) as scope:
        left, right = squeezed(*floats(labels, predictions), what="mean_relative_error")
        errors = b.DivNoNan(b.Abs(left - right), *floats(normalizer))
        return mean(errors, weights, metrics_collections, updates_collections, scope)


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the values that are less than `threshold`."""
    with metric_scope(name, "percentage_below_threshold", [values]) as scope:
        tensor = graph_of([values]).convert(values)
        below = b.Cast(b.Less(tensor, threshold), DstT=float32)
        return mean(below, weights, metrics_collections, updates_collections, scope)
