"""Parts of metrics, with which packages make metrics of their own.

Source: tensorflow/python/ops/metrics_impl.py and weights_broadcast_ops.py
"""

from __future__ import annotations

from collections.abc import Sequence

from estimator.core.dtypes import DTypeLike, float32
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.keys import GraphKeys
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Operation, Tensor
from estimator.network import weights as weights_of_values
from estimator.network.metrics import state
from estimator.network.metrics.fitting import beside, squeezed
from estimator.network.metrics.thresholds import cases_at
from estimator.variables.initializers import Zeros
from estimator.variables.variable import Variable

# What TensorFlow calls the numbers of the four cases.
_SHORT = {
    "tp": "true_positives",
    "fn": "false_negatives",
    "tn": "true_negatives",
    "fp": "false_positives",
}


def metric_variable(
    shape: Sequence[int], dtype: DTypeLike, validate_shape: bool = True, name: str | None = None
) -> Variable:
    """A local variable, zero at the start of an evaluation.

    Source
    ------
    tensorflow/python/ops/metrics_impl.py
    """
    return Variable(
        lambda: Zeros()(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        validate_shape=validate_shape,
        name=name,
    )


def remove_squeezable_dimensions(
    predictions: TensorLike, labels: TensorLike | None, weights: TensorLike | None
) -> tuple[Tensor, Tensor | None, Tensor | None]:
    """The three in shapes that fit: a last dimension of 1 is dropped, or given to the weights.

    Raises
    ------
    ValueError
        If predictions and labels have shapes that cannot be one.

    Source
    ------
    tensorflow/python/ops/metrics_impl.py
    """
    graph = graph_of([predictions, labels, weights])
    found = graph.convert(predictions)
    label = None
    if labels is not None:
        label, found = squeezed(labels, found, what="metrics")
    weight = None if weights is None else graph.convert(weights)
    if weight is not None and weight.dims != ():
        weight = beside(weight, found, may_grow=True)
    return found, label, weight


def confusion_matrix_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: Sequence[float],
    weights: TensorLike | None = None,
    includes: Sequence[str] | None = None,
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """How often each of the four cases came, for each threshold: the values so far, and what counts one more batch.

    Parameters
    ----------
    labels, predictions, weights : Tensor
        As for ``tf.metrics.auc``.
    thresholds : sequence of float
    includes : sequence of str, optional
        Some of ``tp``, ``fn``, ``tn`` and ``fp``; by default all.

    Raises
    ------
    ValueError
        If there are others in `includes`.

    Source
    ------
    tensorflow/python/ops/metrics_impl.py
    """
    wanted = list(_SHORT if includes is None else includes)
    if unknown := [case for case in wanted if case not in _SHORT]:
        raise ValueError(f"includes must be some of {', '.join(_SHORT)}; given: {', '.join(unknown)}.")
    cases = [_SHORT[case] for case in wanted]
    amounts = cases_at(labels, predictions, weights, thresholds, cases, "confusion_matrix_at_thresholds")
    values, updates = {}, {}
    for short, case in zip(wanted, cases, strict=True):
        total = state.metric_variable(case, [len(thresholds)], float32)
        values[short] = total.as_tensor()
        updates[short] = total.assign_add(amounts[case])
    return values, updates


def broadcast_weights(weights: TensorLike, values: TensorLike) -> Tensor:
    """Weights in the shape of values; each of their dimensions is that of the values or 1, or they are one number.

    Raises
    ------
    ValueError
        If they do not fit.

    Source
    ------
    tensorflow/python/ops/weights_broadcast_ops.py
    """
    graph = graph_of([weights, values])
    value = graph.convert(values)
    return weights_of_values.broadcast_weights(
        graph.cast(graph.convert(weights), value.dtype), value, "broadcast_weights"
    )


def assert_broadcastable(weights: TensorLike, values: TensorLike) -> Operation:
    """An operation that fails where weights do not fit values, as :func:`broadcast_weights` wants it.

    Raises
    ------
    ValueError
        If they do not fit, as far as is known.

    Source
    ------
    tensorflow/python/ops/weights_broadcast_ops.py
    """
    return broadcast_weights(weights, values).op


def safe_scalar_div(numerator: TensorLike, denominator: TensorLike, name: str | None = None) -> Tensor:
    """The quotient, 0 where the denominator is 0.

    Source
    ------
    tensorflow/python/ops/metrics_impl.py
    """
    return b.DivNoNan(numerator, denominator, name=name)


def aggregate_variable(v: Variable, collections: state.Collections) -> Tensor:
    """The value of a metric's variable, listed in collections; TensorFlow adds up those of replicas.

    Source
    ------
    tensorflow/python/ops/metrics_impl.py
    """
    value = v.as_tensor()
    value.graph.add_to_collections(collections or (), value)
    return value
