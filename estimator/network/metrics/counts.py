"""Metrics of yes-or-no predictions: true and false positives and negatives, precision, recall.

Labels and predictions are taken as bool: anything but 0 is yes.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.network.metrics.state import (
    Collections,
    Pair,
    broadcast_weights,
    metric_scope,
    squeezed,
    value_and_update,
)

_CASES = {
    "true_positives": (True, True),
    "false_positives": (False, True),
    "true_negatives": (False, False),
    "false_negatives": (True, False),
}


def _bools(labels: Any, predictions: Any, what: str) -> tuple[Tensor, Tensor]:
    graph = graph_of([labels, predictions])
    tensors = [graph.cast(graph.convert(each), bool_) for each in (labels, predictions)]
    return squeezed(*tensors, what=what)


def count_of(case: str, labels: Tensor, predictions: Tensor, weights: Any) -> Tensor:
    """How many (or how much weight) of a batch are that case, as a float32 scalar."""
    label, prediction = _CASES[case]
    both = b.LogicalAnd(
        labels if label else b.LogicalNot(labels),
        predictions if prediction else b.LogicalNot(predictions),
    )
    ones = b.Cast(both, DstT=float32)
    weight = broadcast_weights(weights, ones, case)
    return reduce_sum(ones if weight is None else b.Mul(ones, weight))


def _counting(case: str) -> Callable[..., Pair]:
    """The metric that counts a case."""

    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        with metric_scope(name, case, [labels, predictions]):
            amounts = {"count": count_of(case, *_bools(labels, predictions, case), weights)}
            return value_and_update(lambda count: count, amounts, metrics_collections, updates_collections)

    metric.__name__ = metric.__qualname__ = case
    metric.__doc__ = f"The number of {case.replace('_', ' ')} seen."
    return metric


true_positives = _counting("true_positives")
false_positives = _counting("false_positives")
true_negatives = _counting("true_negatives")
false_negatives = _counting("false_negatives")


def _share_of_true_positives(
    default: str, rest: str, labels: Any, predictions: Any, weights: Any, name: str | None, **collections: Any
) -> Pair:
    """true positives / (true positives + rest)."""
    with metric_scope(name, default, [labels, predictions]):
        tensors = _bools(labels, predictions, default)
        amounts = {f"{case}/count": count_of(case, *tensors, weights) for case in ("true_positives", rest)}
        return value_and_update(_share, amounts, **collections)


def _share(hits: Tensor, rest: Tensor) -> Tensor:
    result: Tensor = b.DivNoNan(hits, b.AddV2(hits, rest))
    return result


def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the yes-predictions that are right: tp / (tp + fp); 0 without any."""
    collections = {"metrics_collections": metrics_collections, "updates_collections": updates_collections}
    return _share_of_true_positives(
        "precision", "false_positives", labels, predictions, weights, name, **collections
    )


def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The part of the yes-labels that are found: tp / (tp + fn); 0 without any."""
    collections = {"metrics_collections": metrics_collections, "updates_collections": updates_collections}
    return _share_of_true_positives(
        "recall", "false_negatives", labels, predictions, weights, name, **collections
    )
