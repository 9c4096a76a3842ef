"""Losses as tf.contrib.losses has them: tf.losses, with predictions or logits before labels.

Source
------
TF 1.15 contrib/losses loss_ops.py
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network import losses


def absolute_difference(
    predictions: TensorLike, labels: Any = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """As tf.losses.absolute_difference, with the predictions first."""
    return losses.absolute_difference(labels, predictions, weights, scope)


def cosine_distance(
    predictions: TensorLike,
    labels: Any = None,
    axis: int | None = None,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    dim: int | None = None,
) -> Tensor:
    """As tf.losses.cosine_distance, with the predictions first; `dim` is an older name of `axis`."""
    return losses.cosine_distance(labels, predictions, dim if axis is None else axis, weights, scope)


def hinge_loss(logits: TensorLike, labels: Any = None, scope: str | None = None) -> Tensor:
    """The hinge loss of each element, which is listed nowhere; tf.losses.hinge_loss is one number.

    Parameters
    ----------
    logits : Tensor, floating point
    labels : Tensor
        0 or 1.
    scope : str, optional

    Shape
    -----
    logits and labels of one shape -> that shape
    """
    return losses.hinge_loss(labels, logits, 1.0, scope, None, losses.Reduction.NONE)


def log_loss(
    predictions: TensorLike,
    labels: Any = None,
    weights: TensorLike = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
) -> Tensor:
    """As tf.losses.log_loss, with the predictions first."""
    return losses.log_loss(labels, predictions, weights, epsilon, scope)


def mean_pairwise_squared_error(
    predictions: TensorLike, labels: Any = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """As tf.losses.mean_pairwise_squared_error, with the predictions first."""
    return losses.mean_pairwise_squared_error(labels, predictions, weights, scope)


def mean_squared_error(
    predictions: TensorLike, labels: Any = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """As tf.losses.mean_squared_error, with the predictions first."""
    return losses.mean_squared_error(labels, predictions, weights, scope)


def sigmoid_cross_entropy(
    logits: TensorLike,
    multi_class_labels: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """As tf.losses.sigmoid_cross_entropy, with the logits first."""
    return losses.sigmoid_cross_entropy(multi_class_labels, logits, weights, label_smoothing, scope)


def softmax_cross_entropy(
    logits: TensorLike,
    onehot_labels: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """As tf.losses.softmax_cross_entropy, with the logits first."""
    return losses.softmax_cross_entropy(onehot_labels, logits, weights, label_smoothing, scope)


def sparse_softmax_cross_entropy(
    logits: TensorLike, labels: TensorLike, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """As tf.losses.sparse_softmax_cross_entropy, with the logits first."""
    return losses.sparse_softmax_cross_entropy(labels, logits, weights, scope)


near_keywords_of_functions(__name__)
