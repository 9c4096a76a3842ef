"""Losses: one number to minimise, from labels and predictions.

Each function computes a loss per element and leaves weighting, reducing and listing it in the collection ``losses`` to
:func:`~estimator.network.weighted_loss.compute_weighted_loss`. Without weights the default reduction is the mean.

Source: tf.losses, TF 1.15 losses_impl.py; checked against TensorFlow's numbers and gradients.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, compatible, show
from estimator.functions import nn
from estimator.functions.nn import NUMBER_THE_CLASSES
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.weighted_loss import (
    Reduction,
    add_loss,
    compute_weighted_loss,
    get_losses,
    get_regularization_loss,
    get_regularization_losses,
    get_total_loss,
    num_present,
)
from estimator.network.weights import fitting_weights

__all__ = [
    "Reduction",
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


@contextmanager
def _scope(name: str | None, default: str, *values: TensorLike) -> Iterator[str]:
    for value in values:
        if value is None:
            raise ValueError(
                f"{default}: labels and predictions (or logits) must not be None. Labels are None where input_fn gives "
                "none, and always in predict: a model_fn returns EstimatorSpec(mode, predictions=...) there before it "
                "makes a loss."
            )
        if isinstance(value, Tensor) and value.dtype.name == "string":
            raise TypeError(
                f"{default}: {value} is text, and a loss is made of numbers. {NUMBER_THE_CLASSES}"
            )
    with graph_of(list(values)).name_scope(name or default) as scope:
        yield scope


def _floats(labels: TensorLike, predictions: TensorLike, what: str) -> tuple[Tensor, Tensor]:
    """Both as float32 tensors of one shape."""
    graph = graph_of([labels, predictions])
    right = graph.cast(graph.convert(predictions), float32)
    left = graph.cast(graph.convert(labels), float32)
    _check_alike(left.dims, right.dims, what)
    return left, right


def _check_alike(labels: Dims, predictions: Dims, what: str) -> None:
    if not compatible(labels, predictions):
        raise ValueError(
            f"{what}: labels have the shape {show(labels)}, predictions {show(predictions)}; they must be "
            "alike. A column [batch, 1] and a vector [batch] are not: use tf.squeeze or tf.expand_dims."
        )


@near_keywords
def absolute_difference(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The weighted loss |predictions - labels|, reduced; its gradient is 0 where both are equal."""
    with _scope(scope, "absolute_difference", labels, predictions) as name:
        left, right = _floats(labels, predictions, "absolute_difference")
        losses = b.Abs(b.Sub(right, left))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def mean_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The weighted loss (predictions - labels)², reduced."""
    with _scope(scope, "mean_squared_error", labels, predictions) as name:
        left, right = _floats(labels, predictions, "mean_squared_error")
        losses = b.SquaredDifference(right, left)
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def huber_loss(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Half the squared difference up to `delta`, linear beyond."""
    with _scope(scope, "huber_loss", labels, predictions) as name:
        left, right = _floats(labels, predictions, "huber_loss")
        distance = b.Abs(b.Sub(right, left))
        near = b.Minimum(distance, delta)
        far = b.Sub(distance, near)
        losses = b.AddV2(b.Mul(0.5, b.Mul(near, near)), b.Mul(delta, far))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def hinge_loss(
    labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """max(0, 1 - y · logits), with y = -1 for label 0 and 1 for label 1."""
    with _scope(scope, "hinge_loss", labels, logits) as name:
        left, right = _floats(labels, logits, "hinge_loss")
        sign = b.Sub(b.Mul(2.0, left), b.OnesLike(left))
        losses = b.Relu(b.Sub(b.OnesLike(left), b.Mul(sign, right)))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def log_loss(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """-y log(p + epsilon) - (1 - y) log(1 - p + epsilon)."""
    with _scope(scope, "log_loss", labels, predictions) as name:
        left, right = _floats(labels, predictions, "log_loss")
        hit = b.Mul(left, b.Log(b.AddV2(right, epsilon)))
        miss = b.Mul(b.Sub(1.0, left), b.Log(b.AddV2(b.Sub(1.0, right), epsilon)))
        losses = b.Sub(b.Neg(hit), miss)
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def mean_pairwise_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
) -> Tensor:
    """The mean over pairs of elements of an example of (difference of labels - difference of predictions)².

    It asks for the right differences within an example, whatever is added to all of its predictions. The examples'
    means are added up.

    Shape
    -----
    labels, predictions [batch, ...]; weights [], [batch, 1, ...] or as the labels, and then a zero leaves an element
    out of the count of pairs only
    """
    with _scope(scope, "mean_pairwise_squared_error", labels, predictions):
        left, right = _floats(labels, predictions, "mean_pairwise_squared_error")
        errors = b.Sub(right, left)
        weight = left.graph.cast(left.graph.convert(weights), float32)
        axes = b.Range(1, b.Rank(errors), 1)
        present = num_present(errors, fitting_weights(weight, left, "mean_pairwise_squared_error"), axes)
        others = b.Maximum(present - 1.0, 0.0)
        squares = b.DivNoNan(reduce_sum(b.Square(errors), axes, keepdims=True), others)
        square_of_sum = b.Square(reduce_sum(errors, axes, keepdims=True))
        products = b.DivNoNan(square_of_sum, b.Mul(present, others))
        total = reduce_sum(b.Mul(2.0 * squares - 2.0 * products, weight))
        result: Tensor = b.SelectV2(
            b.Greater(reduce_sum(present), 0.0), total, b.ZerosLike(total), name="value_2"
        )
        add_loss(result, loss_collection)
        return result


@near_keywords
def cosine_distance(
    labels: TensorLike,
    predictions: TensorLike,
    axis: int | None = None,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim: int | None = None,
) -> Tensor:
    """1 - Σ labels · predictions along `axis`; both are taken to have length 1 there.

    Raises
    ------
    ValueError
        If no axis is given, or the shapes differ.
    """
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("cosine_distance: say along which axis the vectors lie (axis=1 for [batch, size]).")
    with _scope(scope, "cosine_distance_loss", labels, predictions) as name:
        left, right = _floats(labels, predictions, "cosine_distance")
        losses = b.Sub(1.0, reduce_sum(b.Mul(right, left), axis=axis, keepdims=True))
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def sigmoid_cross_entropy(
    multi_class_labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Cross entropy of independent probabilities sigmoid(logits); labels are 0, 1 or between."""
    with _scope(scope, "sigmoid_cross_entropy_loss", multi_class_labels, logits) as name:
        graph = graph_of([multi_class_labels, logits])
        logits = graph.convert(logits)
        labels = graph.cast(graph.convert(multi_class_labels), logits.dtype)
        _check_alike(labels.dims, logits.dims, "sigmoid_cross_entropy")
        if label_smoothing:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def softmax_cross_entropy(
    onehot_labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Cross entropy of one-hot labels (or probabilities) under softmax(logits).

    Shape
    -----
    onehot_labels, logits [batch, n_classes]; the losses, and so the weights, are [batch]
    """
    with _scope(scope, "softmax_cross_entropy_loss", onehot_labels, logits) as name:
        graph = graph_of([onehot_labels, logits])
        logits = graph.convert(logits)
        labels = graph.cast(graph.convert(onehot_labels), logits.dtype)
        _check_alike(labels.dims, logits.dims, "softmax_cross_entropy")
        if label_smoothing:
            n_classes = graph.cast(b.Shape(labels)[-1], logits.dtype)
            labels = labels * (1 - label_smoothing) + label_smoothing / n_classes
        labels = b.StopGradient(labels)
        losses = nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


@near_keywords
def sparse_softmax_cross_entropy(
    labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Cross entropy of integer labels under softmax(logits).

    Parameters
    ----------
    labels : Tensor, int32 or int64
        Class ids in [0, n_classes).
    logits : Tensor
        Unnormalised log probabilities.

    Shape
    -----
    labels [batch] or [batch, 1], logits [batch, n_classes]; the losses, and so the weights, are [batch]
    """
    with _scope(scope, "sparse_softmax_cross_entropy_loss", labels, logits) as name:
        graph = graph_of([labels, logits])
        logits, labels = graph.convert(logits), graph.convert(labels)
        labels = _without_last(labels, logits.dims, "labels", 0)
        weights = _without_last(graph.convert(weights), labels.dims, "weights", 1)
        losses = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, name, loss_collection, reduction)


def _without_last(tensor: Tensor, beside: Dims, what: str, excess: int) -> Tensor:
    """A column as a vector, if it has `excess` dimensions more than what it belongs to."""
    dims = tensor.dims
    if not dims or beside is None or len(dims) - len(beside) != excess:
        return tensor
    if dims[-1] not in (1, None):
        raise ValueError(
            f"sparse_softmax_cross_entropy: {what} of shape {show(dims)} do not fit: wanted are class ids, "
            "[batch] or [batch, 1]. For one-hot labels use softmax_cross_entropy."
        )
    result: Tensor = b.Squeeze(tensor, squeeze_dims=[-1])
    return result
