"""Cross entropies of labels under predicted probabilities, or under their logits.

Predictions that a softmax or sigmoid has just made are taken for what that was made of, which is more exact.

Source: tf.keras.losses, Keras 2.15 losses.py and backend.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core import log
from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions import nn
from estimator.functions.arrays import transpose
from estimator.functions.clipping import clip_by_value
from estimator.functions.indexing import boolean_mask, scatter_nd
from estimator.functions.logic import where
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_mean, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.activations.functions import LOGITS
from estimator.keras.backend.settings import epsilon
from estimator.keras.call_arguments import MASK
from estimator.keras.losses.errors import alike
from estimator.keras.values import valued


def _logits_of(predictions: Tensor, from_logits: bool, op_type: str, what: str) -> tuple[Tensor, bool]:
    """The predictions and whether they are logits; behind a softmax or sigmoid, what it was given."""
    logits = getattr(predictions, LOGITS, None)
    if logits is None and predictions.op.type == op_type:
        logits = predictions.op.inputs[0]
    if logits is None:
        return predictions, from_logits
    if from_logits:
        log.warning(
            f"{what}: from_logits=True, but {predictions.name} comes out of a {op_type.lower()}: these are "
            "probabilities. What it was given is taken."
        )
    return logits, True


@valued
def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """The mean over the last axis of the cross entropy of labels 0 and 1, or between, each for itself.

    Parameters
    ----------
    y_true, y_pred : Tensor or array
        Of one shape; predictions are probabilities, or logits if `from_logits`.
    label_smoothing : float
        Which part of a label is 0.5 instead.
    axis : int
        Over which the mean is taken.
    """
    labels, predictions = alike(y_true, y_pred)
    if label_smoothing:
        labels = labels * (1.0 - label_smoothing) + 0.5 * label_smoothing
    return reduce_mean(binary_terms(labels, predictions, from_logits), axis)


@valued
def binary_terms(y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
    """The cross entropy of each label, 0 and 1 or between, by itself."""
    labels, predictions = alike(y_true, y_pred)
    output, is_logits = _logits_of(predictions, from_logits, "Sigmoid", "binary_crossentropy")
    if is_logits:
        return nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=output)
    share = clip_by_value(output, epsilon(), 1.0 - epsilon())
    return b.Neg(labels * b.Log(share + epsilon()) + (1.0 - labels) * b.Log(1.0 - share + epsilon()))


@valued
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The binary cross entropy, of which what is predicted well counts little: times (1 - p of the label)^gamma.

    Parameters
    ----------
    apply_class_balancing : bool
        Weigh labels of 1 by `alpha`, those of 0 by 1 - alpha.
    gamma : float
        How fast the weight falls.
    from_logits, label_smoothing, axis
        As of :func:`binary_crossentropy`.
    """
    labels, predictions = alike(y_true, y_pred)
    if label_smoothing:
        labels = labels * (1.0 - label_smoothing) + 0.5 * label_smoothing
    share = b.Sigmoid(predictions) if from_logits else predictions
    right = labels * share + (1.0 - labels) * (1.0 - share)
    terms = b.Pow(1.0 - right, gamma) * binary_terms(labels, predictions, from_logits)
    if apply_class_balancing:
        terms = (labels * alpha + (1.0 - labels) * (1.0 - alpha)) * terms
    return reduce_mean(terms, axis)


@valued
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """The cross entropy of one-hot labels (or probabilities) of classes.

    Parameters
    ----------
    y_true, y_pred : Tensor or array
        Of one shape; predictions are probabilities, or logits if `from_logits`.
    label_smoothing : float
        Which part of a label is spread over all classes.
    axis : int
        The axis of the classes.
    """
    labels, predictions = _one_hot(y_true, y_pred, label_smoothing, axis)
    output, is_logits = _logits_of(predictions, from_logits, "Softmax", "categorical_crossentropy")
    if is_logits:
        return nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=output, axis=axis)
    return b.Neg(reduce_sum(labels * b.Log(_shares(output, axis)), axis))


def _one_hot(y_true: Any, y_pred: Any, label_smoothing: float, axis: int) -> tuple[Tensor, Tensor]:
    labels, predictions = alike(y_true, y_pred)
    if not compatible(labels.dims, predictions.dims):  # one column of labels would be repeated for each class
        raise ValueError(
            f"categorical_crossentropy: Shapes {show(labels.dims)} and {show(predictions.dims)} are incompatible: "
            "labels have a number for each class, as predictions do. Of the numbers of classes take "
            "sparse_categorical_crossentropy, or make labels of them by keras.utils.to_categorical."
        )
    if label_smoothing:
        n_classes = cast(b.Shape(labels)[axis], predictions.dtype)
        labels = labels * (1.0 - label_smoothing) + label_smoothing / n_classes
    return labels, predictions


def _shares(output: Tensor, axis: int) -> Tensor:
    """Probabilities that add up to 1, none of which is 0."""
    shares: Tensor = clip_by_value(
        output / reduce_sum(output, axis, keepdims=True), epsilon(), 1.0 - epsilon()
    )
    return shares


@valued
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """The categorical cross entropy times alpha · (1 - p of the class)^gamma, so that good predictions count little.

    Parameters
    ----------
    from_logits, label_smoothing, axis
        As of :func:`categorical_crossentropy`.
    """
    labels, predictions = _one_hot(y_true, y_pred, label_smoothing, axis)
    output, is_logits = _logits_of(predictions, from_logits, "Softmax", "categorical_focal_crossentropy")
    shares = _shares(nn.softmax(output, axis=axis) if is_logits else output, axis)
    terms = alpha * b.Pow(1.0 - shares, gamma) * b.Neg(labels * b.Log(shares))
    return reduce_sum(terms, axis)


@valued
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, axis: int = -1, ignore_class: int | None = None
) -> Any:
    """The cross entropy of class ids.

    Parameters
    ----------
    y_true : Tensor or array
        Ids in [0, n_classes); of any type, cut off to whole numbers.
    y_pred : Tensor or array
        Probabilities, or logits if `from_logits`.
    axis : int
        The axis of the classes.
    ignore_class : int, optional
        Examples with this label have no loss, and are not counted.

    Shape
    -----
    y_true [...] or [..., 1], y_pred [..., n_classes] -> [...]
    """
    graph = graph_of([y_true, y_pred])
    labels, predictions = cast(y_true, int64), graph.convert(y_pred)
    output, is_logits = _logits_of(predictions, from_logits, "Softmax", "sparse_categorical_crossentropy")
    if not is_logits:
        output = b.Log(clip_by_value(output, epsilon(), 1.0 - epsilon()))
    output = _classes_last(output, axis)
    if labels.dims is not None and output.dims is not None and len(labels.dims) != len(output.dims) - 1:
        labels = b.Reshape(labels, b.Shape(output)[:-1])
    if ignore_class is not None:
        return _without_class(labels, output, ignore_class)
    return nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=output)


def _classes_last(output: Tensor, axis: int) -> Tensor:
    if output.dims is None:
        if axis != -1:
            raise ValueError(
                f"sparse_categorical_crossentropy: the rank of the predictions {output.name} is not known, so that "
                f"axis={axis} means nothing; use the last one."
            )
        return output
    rank = len(output.dims)
    axis %= rank
    if axis == rank - 1:
        return output
    return transpose(output, [*range(axis), *range(axis + 1, rank), axis])


def _without_class(labels: Tensor, output: Tensor, ignored: int) -> Any:
    """The losses, 0 where the label is the ignored one; they carry which are valid as their mask."""
    valid = b.NotEqual(labels, graph_of([labels]).constant(ignored, int64))
    losses = nn.sparse_softmax_cross_entropy_with_logits(
        labels=boolean_mask(labels, valid), logits=boolean_mask(output, valid)
    )
    spread = scatter_nd(where(valid), losses, b.Shape(labels, out_type=int64))
    setattr(spread, MASK, valid)
    return spread


near_keywords_of_functions(__name__)
