"""Losses of an example that are errors: how far predictions are from labels.

Each gives a loss for each example, the mean (or the sum) over the last axis.

Source: tf.keras.losses, Keras 2.15 losses.py.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.clipping import clip_by_value
from estimator.functions.math import cast
from estimator.functions.normalization import l2_normalize
from estimator.functions.reductions import reduce_all, reduce_max, reduce_mean, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.backend.settings import epsilon
from estimator.keras.values import valued


def alike(y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors of the type of the predictions."""
    predictions = graph_of([y_true, y_pred]).convert(y_pred)
    return cast(y_true, predictions.dtype), predictions


@valued
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (y_true - y_pred)² over the last axis."""
    labels, predictions = alike(y_true, y_pred)
    return reduce_mean(b.SquaredDifference(predictions, labels), -1)


@valued
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of |y_true - y_pred| over the last axis."""
    labels, predictions = alike(y_true, y_pred)
    return reduce_mean(b.Abs(predictions - labels), -1)


@valued
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |y_true - y_pred| / |y_true| over the last axis; of a 0, divided by 1e-7."""
    labels, predictions = alike(y_true, y_pred)
    parts = b.Abs((labels - predictions) / b.Maximum(b.Abs(labels), epsilon()))
    return 100.0 * reduce_mean(parts, -1)


@valued
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (log(1 + y_true) - log(1 + y_pred))² over the last axis; what is below 0 counts as 0."""
    first, second = (b.Log(b.Maximum(value, epsilon()) + 1.0) for value in alike(y_true, y_pred))
    return reduce_mean(b.SquaredDifference(second, first), -1)


@valued
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Half the mean of the squared error up to `delta`, linear beyond."""
    labels, predictions = cast(y_true, float32), cast(y_pred, float32)
    distance = b.Abs(predictions - labels)
    near, far = 0.5 * b.Square(distance), delta * distance - 0.5 * delta**2
    return reduce_mean(b.SelectV2(b.LessEqual(distance, delta), near, far), -1)


@valued
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """The mean of log(cosh(y_pred - y_true)) over the last axis: half the square near 0, linear far from it."""
    labels, predictions = alike(y_true, y_pred)
    error = predictions - labels
    return reduce_mean(error + b.Softplus(-2.0 * error) - math.log(2.0), -1)


@valued
def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(0, 1 - y_true · y_pred) over the last axis; if all labels are 0 or 1, 0 stands for -1."""
    labels, predictions = alike(y_true, y_pred)
    return reduce_mean(b.Maximum(1.0 - _signs(labels) * predictions, 0.0), -1)


@valued
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(0, 1 - y_true · y_pred)² over the last axis; if all labels are 0 or 1, 0 stands for -1."""
    labels, predictions = alike(y_true, y_pred)
    return reduce_mean(b.Square(b.Maximum(1.0 - _signs(labels) * predictions, 0.0)), -1)


def _signs(labels: Tensor) -> Tensor:
    is_binary = reduce_all(b.LogicalOr(b.Equal(labels, 0.0), b.Equal(labels, 1.0)))
    result: Tensor = b.SelectV2(is_binary, 2.0 * labels - 1.0, labels)
    return result


@valued
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """max(0, 1 + the highest score of the other classes - the score of the label's), of one-hot labels."""
    labels, predictions = alike(y_true, y_pred)
    right = reduce_sum(labels * predictions, -1)
    wrong = reduce_max((1.0 - labels) * predictions, -1)
    return b.Maximum(wrong - right + 1.0, 0.0)


@valued
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """The sum of y_true · log(y_true / y_pred) over the last axis, of probabilities."""
    labels, predictions = (clip_by_value(value, epsilon(), 1.0) for value in alike(y_true, y_pred))
    return reduce_sum(labels * b.Log(labels / predictions), -1)


@valued
def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean of y_pred - y_true · log(y_pred) over the last axis."""
    labels, predictions = alike(y_true, y_pred)
    return reduce_mean(predictions - labels * b.Log(predictions + epsilon()), -1)


@valued
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between labels and predictions: -1 where they have one direction."""
    labels, predictions = alike(y_true, y_pred)
    return b.Neg(reduce_sum(l2_normalize(labels, axis) * l2_normalize(predictions, axis), axis))


near_keywords_of_functions(__name__)
