"""Metrics of yes-or-no predictions: true and false positives and negatives, precision, recall.

Labels and predictions are taken as bool: anything but 0 is yes.

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import broadcast_weights, squeezed
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update

_CASES = {
    "true_positives": (True, True),
    "false_positives": (False, True),
    "true_negatives": (False, False),
    "false_negatives": (True, False),
}


def _bools(labels: TensorLike, predictions: TensorLike, what: str) -> tuple[Tensor, Tensor]:
    graph = graph_of([labels, predictions])
    tensors = [graph.cast(graph.convert(value), bool_) for value in (labels, predictions)]
    return squeezed(*tensors, what=what)


def count_of(case: str, labels: Tensor, predictions: Tensor, weights: TensorLike | None) -> Tensor:
    """How many (or how much weight) of a batch are that case, as a float32 scalar."""
    label, prediction = _CASES[case]
    both = b.LogicalAnd(
        labels if label else b.LogicalNot(labels),
        predictions if prediction else b.LogicalNot(predictions),
    )
    ones = b.Cast(both, DstT=float32)
    weight = broadcast_weights(weights, ones, case)
    return reduce_sum(ones if weight is None else b.Mul(ones, weight))


class Metric(Protocol):
    """A metric of labels and predictions."""

    def __call__(
        self,
        labels: TensorLike,
        predictions: TensorLike,
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        """The value so far, and the operation that counts one more batch."""


def _metric(default: str, counted: Mapping[str, str], compute: Callable[..., Tensor], meaning: str) -> Metric:
    """The metric that is computed from the numbers of some cases; `counted` says under which name each is kept."""

    def metric(
        labels: TensorLike,
        predictions: TensorLike,
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        with metric_scope(name, default, [labels, predictions]):
            tensors = _bools(labels, predictions, default)
            amounts = {kept: count_of(case, *tensors, weights) for kept, case in counted.items()}
            return value_and_update(compute, amounts, metrics_collections, updates_collections)

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = meaning
    return near_keywords(metric)


def _counting(case: str) -> Metric:
    return _metric(
        case, {"count": case}, lambda count: count, f"The number of {case.replace('_', ' ')} seen."
    )


def _share_of_true_positives(default: str, rest: str, meaning: str) -> Metric:
    counted = {f"{case}/count": case for case in ("true_positives", rest)}
    return _metric(default, counted, _share, meaning)


def _share(hits: Tensor, others: Tensor) -> Tensor:
    result: Tensor = b.DivNoNan(hits, b.Maximum(b.AddV2(hits, others), 0.0))  # of negative weight it is 0
    return result


true_positives = _counting("true_positives")
false_positives = _counting("false_positives")
true_negatives = _counting("true_negatives")
false_negatives = _counting("false_negatives")
precision = _share_of_true_positives(
    "precision",
    "false_positives",
    "The part of the yes-predictions that are right: tp / (tp + fp); 0 without any.",
)
recall = _share_of_true_positives(
    "recall", "false_negatives", "The part of the yes-labels that are found: tp / (tp + fn); 0 without any."
)
