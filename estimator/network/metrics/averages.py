"""Metrics that are means: of values, of errors, of hits.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from collections.abc import Callable

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import is_static, show
from estimator.functions.arrays import zeros_like
from estimator.functions.logic import where
from estimator.functions.math import cast, truediv
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import broadcast_weights, floats, squeezed
from estimator.network.metrics.state import Collections, Pair, listed, metric_scope, value_and_update


def mean(
    values: TensorLike,
    weights: TensorLike | None = None,
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
        return value_and_update(
            _ratio, _sums(values, weights, "mean"), metrics_collections, updates_collections
        )


def _sums(values: TensorLike, weights: TensorLike | None, what: str) -> dict[str, Tensor]:
    """What a batch adds to the sum of the values and to that of the weights."""
    (numbers,) = floats(values)
    weight = broadcast_weights(weights, numbers, what)
    if weight is None:
        return {"total": reduce_sum(numbers), "count": numbers.graph.cast(b.Size(numbers), float32)}
    return {"total": reduce_sum(b.Mul(numbers, weight)), "count": reduce_sum(weight)}


def mean_tensor(
    values: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The weighted mean of each element over the batches; 0 where nothing has weight.

    Parameters
    ----------
    values : Tensor
        Of a shape that is known and the same for each batch.
    weights : Tensor or number, optional
        A scalar, or of the shape of the values with some sizes 1.

    Returns
    -------
    value, update_op : Tensor, Tensor
        The means so far and those after adding this batch, in the shape of the values.

    Raises
    ------
    ValueError
        If the shape is not known: the variables ``<name>/total_tensor`` and ``count_tensor`` have it.
    """
    with metric_scope(name, "mean", [values, weights]):
        (numbers,) = floats(values)
        if not is_static(numbers.dims):
            raise ValueError(
                f"mean_tensor: the shape of the values is {show(numbers.dims)}, and its variables need one that is "
                "known: reduce the values over the batch, or use tf.metrics.mean."
            )
        weight = broadcast_weights(weights, numbers, "mean_tensor")
        amounts = {
            "total_tensor": numbers if weight is None else b.Mul(numbers, weight),
            "count_tensor": b.OnesLike(numbers) if weight is None else weight,
        }
        return value_and_update(_ratio, amounts, metrics_collections, updates_collections)


def _ratio(total: Tensor, count: Tensor) -> Tensor:
    result: Tensor = b.DivNoNan(total, b.Maximum(count, 0.0))  # of negative weight it is 0, as TensorFlow's
    return result


def majority(labels: TensorLike, weights: TensorLike | None, name: str, of_nothing: float) -> Pair:
    """The accuracy of always answering the more frequent of two classes; `of_nothing` where nothing has weight."""
    with metric_scope(name, name, [labels, weights]):

        def share(total: Tensor, count: Tensor) -> Tensor:
            greater = b.DivNoNan(b.Maximum(total, b.Sub(count, total)), count)
            return where(b.Greater(count, 0.0), greater, of_nothing)

        return value_and_update(share, _sums(labels, weights, "majority"), None, None)


def accuracy(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the predictions that equal their labels.

    Shape
    -----
    labels and predictions alike, or one with an additional last dimension of 1
    """
    left, right = squeezed(labels, predictions, what="accuracy")
    hits = b.Cast(b.Equal(cast(right, left.dtype), left), DstT=float32)
    return mean(hits, weights, metrics_collections, updates_collections, name or "accuracy")


def _mean_of_errors(error: Callable[[Tensor, Tensor], Tensor], default: str) -> Callable[..., Pair]:
    """The metric that is the mean of an error per element."""

    def metric(
        labels: TensorLike,
        predictions: TensorLike,
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        left, right = squeezed(*floats(labels, predictions), what=default)
        return mean(error(left, right), weights, metrics_collections, updates_collections, name or default)

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = f"The {default.replace('_', ' ')} over all elements seen."
    return metric


mean_squared_error = _mean_of_errors(
    lambda labels, predictions: b.SquaredDifference(labels, predictions), "mean_squared_error"
)
mean_absolute_error = _mean_of_errors(
    lambda labels, predictions: b.Abs(labels - predictions), "mean_absolute_error"
)


def root_mean_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The square root of the mean squared error."""
    value, update = mean_squared_error(labels, predictions, weights, name=name or "root_mean_squared_error")
    return listed(b.Sqrt(value), b.Sqrt(update), metrics_collections, updates_collections)


def mean_cosine_distance(
    labels: TensorLike,
    predictions: TensorLike,
    dim: int,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """1 - the mean of Σ labels · predictions along `dim`; both are taken to have length 1 there.

    Shape
    -----
    labels, predictions [batch, size] -> []; weights [], [batch] or [batch, 1]
    """
    left, right = squeezed(*floats(labels, predictions), what="mean_cosine_distance")
    cosines = reduce_sum(b.Mul(right, left), axis=[dim], keepdims=True)
    value, update = mean(cosines, weights, name=name or "mean_cosine_distance")
    return listed(b.Sub(1.0, value), b.Sub(1.0, update), metrics_collections, updates_collections)


def mean_relative_error(
    labels: TensorLike,
    predictions: TensorLike,
    normalizer: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The mean of |labels - predictions| / normalizer; 0 where the normalizer is 0."""
    left, right = squeezed(*floats(labels, predictions), what="mean_relative_error")
    right, unit = squeezed(right, *floats(normalizer), what="mean_relative_error: predictions and normalizer")
    errors = where(b.Equal(unit, 0.0), zeros_like(left), truediv(b.Abs(left - right), unit))
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


def percentage_below(
    values: TensorLike,
    threshold: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the values that are less than `threshold`."""
    below = b.Cast(b.Less(values, threshold), DstT=float32)
    return mean(
        below, weights, metrics_collections, updates_collections, name or "percentage_below_threshold"
    )


near_keywords_of_functions(__name__)
