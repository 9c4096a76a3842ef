"""Metrics of scores in [0, 1] at thresholds: a score above the threshold is a yes.

For each threshold the four cases are counted in a vector. A metric has a value for each, or that at one of them:
sensitivity is the part of the yes-labels that are found, tp / (tp + fn), specificity the part of the others that
are let alone, tn / (tn + fp).

Source: tf.metrics, TF 1.15 metrics_impl.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32, int32
from estimator.core.keywords import near_keywords
from estimator.functions.reductions import argmax, argmin, cumsum, reduce_max, reduce_min, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.fitting import broadcast_weights, checked, floats, squeezed
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update

CASES = ("true_positives", "false_negatives", "true_negatives", "false_positives")
_BEYOND = 1e-7  # the first and last threshold lie so much outside [0, 1]


def even_thresholds(count: int, what: str) -> list[float]:
    """`count` thresholds, evenly spread, the outer ones just outside [0, 1].

    Raises
    ------
    ValueError
        If there are less than two.
    """
    if count < 2:
        raise ValueError(f"{what}: num_thresholds must be at least 2, given: {count!r}.")
    return beyond([(i + 1) / (count - 1) for i in range(count - 2)])


def beyond(inner: Sequence[float]) -> list[float]:
    """The thresholds, with one below 0 before them and one above 1 after."""
    return [0.0 - _BEYOND, *inner, 1.0 + _BEYOND]


def cases_at(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None,
    thresholds: Sequence[float],
    cases: Sequence[str],
    what: str,
    *,
    is_in_unit_interval: bool = True,
    n_labels: int | None = None,
) -> dict[str, Tensor]:
    """For each case how much weight of a batch it has at each threshold.

    Parameters
    ----------
    is_in_unit_interval : bool
        Whether a run refuses scores outside [0, 1].
    n_labels : int, optional
        Count each of so many labels for itself.

    Shape
    -----
    labels, predictions [...] -> [n_thresholds] each; of labels [batch, n_labels] -> [n_thresholds, n_labels]
    """
    graph = graph_of([labels, predictions])
    truth, score = squeezed(graph.cast(graph.convert(labels), bool_), *floats(predictions), what=what)
    weight = broadcast_weights(weights, score, what)
    row = [1, -1] if n_labels is None else [1, -1, n_labels]
    levels = np.array(thresholds, np.float32)
    score = b.Reshape(_in_unit_interval(score, what) if is_in_unit_interval else score, row)
    above = b.Greater(score, levels.reshape(-1, *(1,) * (len(row) - 1)))
    yes = graph.cast(b.Reshape(truth, row), float32)
    no = b.Sub(1.0, yes)
    if weight is not None:
        flat = b.Reshape(weight, row)
        yes, no = b.Mul(yes, flat), b.Mul(no, flat)
    taken = graph.cast(above, float32)
    left = b.Sub(1.0, taken)
    products = {
        "true_positives": lambda: b.Mul(yes, taken),
        "false_negatives": lambda: b.Mul(yes, left),
        "true_negatives": lambda: b.Mul(no, left),
        "false_positives": lambda: b.Mul(no, taken),
    }
    return {case: reduce_sum(products[case](), axis=1) for case in cases}


def _in_unit_interval(score: Tensor, what: str) -> Tensor:
    return checked(
        score,
        b.LogicalAnd(b.GreaterEqual(score, 0.0), b.LessEqual(score, 1.0)),
        f"{what}: predictions must be in [0, 1]: use the sigmoid of logits. Where they are nan, the weights or the "
        "features are. predictions:",
        [score],
        "assert_in_unit_interval",
    )


class MetricAtThresholds(Protocol):
    """A metric with a value for each threshold."""

    def __call__(
        self,
        labels: TensorLike,
        predictions: TensorLike,
        thresholds: Sequence[float],
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        """The value so far, and the operation that counts one more batch."""


def _metric(
    public_name: str,
    scope: str,
    cases: Sequence[str],
    compute: Callable[..., Tensor],
    meaning: str,
    names: tuple[str, str] = ("value", "update_op"),
) -> MetricAtThresholds:
    """The metric that is computed from the numbers of some cases."""

    def metric(
        labels: TensorLike,
        predictions: TensorLike,
        thresholds: Sequence[float],
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        with metric_scope(name, scope, [labels, predictions]):
            amounts = cases_at(labels, predictions, weights, thresholds, cases, public_name)
            return value_and_update(compute, amounts, metrics_collections, updates_collections, names)

    metric.__name__ = metric.__qualname__ = public_name
    metric.__doc__ = meaning
    return near_keywords(metric)


def _counting(case: str) -> MetricAtThresholds:
    meaning = f"The number of {case.replace('_', ' ')} where a score above each threshold is a yes."
    return _metric(f"{case}_at_thresholds", case, [case], lambda count: count, meaning)


def _share_of_true_positives(share: str, rest: str) -> MetricAtThresholds:
    name = f"{share}_at_thresholds"
    meaning = f"The {share} where a score above each threshold is a yes; one value for each threshold, 0 of nothing."
    names = (f"{share}_value", f"{share}_update_op")
    return _metric(name, name, ["true_positives", rest], _share, meaning, names)


def _share(hits: Tensor, rest: Tensor) -> Tensor:
    result: Tensor = b.RealDiv(hits, hits + rest + _BEYOND)
    return result


true_positives_at_thresholds = _counting("true_positives")
false_positives_at_thresholds = _counting("false_positives")
true_negatives_at_thresholds = _counting("true_negatives")
false_negatives_at_thresholds = _counting("false_negatives")
precision_at_thresholds = _share_of_true_positives("precision", "false_positives")
recall_at_thresholds = _share_of_true_positives("recall", "false_negatives")


@near_keywords
def sensitivity_at_specificity(
    labels: TensorLike,
    predictions: TensorLike,
    specificity: float,
    weights: TensorLike | None = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The sensitivity at the threshold whose specificity comes nearest to `specificity`, the first of several.

    Raises
    ------
    ValueError
        If `specificity` is not in [0, 1].
    """

    def compute(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
        nearest = argmin(b.Abs(_share(tn, fp) - specificity), 0)
        return _share(tp[nearest], fn[nearest])

    _check_share(specificity, "sensitivity_at_specificity: specificity")
    with metric_scope(name, "sensitivity_at_specificity", [labels, predictions]):
        levels = even_thresholds(num_thresholds, "sensitivity_at_specificity")
        amounts = cases_at(labels, predictions, weights, levels, CASES, "sensitivity_at_specificity")
        return value_and_update(compute, amounts, metrics_collections, updates_collections)


@near_keywords
def specificity_at_sensitivity(
    labels: TensorLike,
    predictions: TensorLike,
    sensitivity: float,
    weights: TensorLike | None = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The specificity at the threshold whose sensitivity comes nearest to `sensitivity`, the last of several.

    Raises
    ------
    ValueError
        If `sensitivity` is not in [0, 1].
    """

    def compute(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
        distances = b.Abs(_share(tp, fn) - sensitivity)
        is_nearest = b.Cast(b.Equal(distances, reduce_min(distances)), DstT=int32)
        last = argmax(cumsum(is_nearest), 0)
        return _share(tn[last], fp[last])

    _check_share(sensitivity, "specificity_at_sensitivity: sensitivity")
    with metric_scope(name, "specificity_at_sensitivity", [labels, predictions]):
        # A score of 1 is above each threshold here, unlike in all other metrics.
        levels = [*even_thresholds(num_thresholds, "specificity_at_sensitivity")[:-1], 1.0 - _BEYOND]
        amounts = cases_at(labels, predictions, weights, levels, CASES, "specificity_at_sensitivity")
        return value_and_update(compute, amounts, metrics_collections, updates_collections)


@near_keywords
def f1_score(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Pair:
    """The best F1 score, the harmonic mean of precision and recall, of evenly spread thresholds.

    Source
    ------
    tf.contrib.metrics.f1_score, TF 1.15 classification.py
    """

    def compute(tp: Tensor, fp: Tensor, fn: Tensor) -> Tensor:
        precisions, recalls = _share(tp, fp), _share(tp, fn)
        return reduce_max(b.RealDiv(2.0 * precisions * recalls, precisions + recalls + _BEYOND))

    with metric_scope(name, "f1", [labels, predictions]):
        levels = even_thresholds(num_thresholds, "f1_score")
        cases = ("true_positives", "false_positives", "false_negatives")
        amounts = cases_at(labels, predictions, weights, levels, cases, "f1_score")
        return value_and_update(compute, amounts, metrics_collections, updates_collections)


def _check_share(value: float, what: str) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{what} must be in the range [0, 1], given: {value!r}.")
