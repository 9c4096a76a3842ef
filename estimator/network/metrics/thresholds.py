"""Metrics of scores in [0, 1] against many thresholds: the area under ROC and precision-recall curves.

For each of `num_thresholds` thresholds the four cases are counted in a vector; a score above the threshold
is a yes. The area is summed from those vectors when the value is computed.

Source: tf.metrics.auc, TF 1.15 metrics_impl.py; careful interpolation after Davis & Goadrich, The
Relationship Between Precision-Recall and ROC Curves, ICML 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from estimator.core.dtypes import bool as bool_
from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords
from estimator.functions.reductions import reduce_all, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
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

_CASES = ("true_positives", "false_negatives", "true_negatives", "false_positives")
_EPSILON = 1e-6  # TensorFlow's, added to numerators and denominators of the rates
_BEYOND = 1e-7  # the first and last threshold lie so much outside [0, 1]


def default_thresholds(count: int) -> list[float]:
    """`count` thresholds, evenly spread, the outer ones just outside [0, 1].

    Raises
    ------
    ValueError
        If there are less than two.
    """
    if count < 2:
        raise ValueError(f"num_thresholds must be at least 2, given: {count!r}.")
    inner = [(i + 1) / (count - 1) for i in range(count - 2)]
    return [0.0 - _BEYOND, *inner, 1.0 + _BEYOND]


@near_keywords
def auc(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> Pair:
    """The area under the ROC or precision-recall curve of all scores seen, approximated at thresholds.

    Parameters
    ----------
    labels : Tensor
        Taken as bool.
    predictions : Tensor
        Scores in [0, 1].
    curve : str
        ``"ROC"`` or ``"PR"``.
    summation_method : str
        ``"trapezoidal"``, ``"careful_interpolation"`` (right for PR), ``"minoring"`` or ``"majoring"``.
    thresholds : sequence of float, optional
        The inner thresholds, instead of `num_thresholds` even ones.

    Raises
    ------
    ValueError
        If `curve` or `summation_method` is unknown; when it runs: InvalidArgumentError for scores outside
        [0, 1].
    """
    if curve not in ("ROC", "PR"):
        raise ValueError(f"auc: curve must be either ROC or PR, {curve!r} unknown.")
    if summation_method not in ("trapezoidal", "careful_interpolation", "minoring", "majoring"):
        raise ValueError(
            "auc: summation_method must be 'trapezoidal', 'careful_interpolation', 'minoring' or "
            f"'majoring', given: {summation_method!r}."
        )
    with metric_scope(name, "auc", [labels, predictions]):
        if thresholds is None:
            levels = default_thresholds(num_thresholds)
        else:
            levels = [0.0 - _BEYOND, *sorted(thresholds), 1.0 + _BEYOND]
        amounts = cases_at(labels, predictions, weights, levels, _CASES, "auc")
        compute = partial(_area, curve=curve, method=summation_method)
        return value_and_update(compute, amounts, metrics_collections, updates_collections)


def interpolated_auc(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    curve: str = "ROC",
    name: str | None = None,
) -> Pair:
    """The area as tf.keras.metrics.AUC has it: of exact rates, and with a hyperbola between two points of PR.

    Parameters
    ----------
    labels, predictions, weights, curve
        As of :func:`auc`, with its 200 thresholds.

    Source
    ------
    tf.keras.metrics.AUC(summation_method="interpolation"), TF 2.15
    """
    with metric_scope(name, "auc", [labels, predictions]):
        amounts = cases_at(labels, predictions, weights, default_thresholds(200), _CASES, "auc")
        return value_and_update(_exact_roc if curve == "ROC" else _interpolated_pr, amounts, None, None)


def cases_at(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None,
    thresholds: Sequence[float],
    cases: Sequence[str],
    what: str,
) -> dict[str, Tensor]:
    """For each case how much weight of a batch it has at each threshold.

    Shape
    -----
    labels, predictions [...] -> [n_thresholds] each
    """
    graph = graph_of([labels, predictions])
    truth, score = squeezed(graph.cast(graph.convert(labels), bool_), *floats(predictions), what=what)
    weight = broadcast_weights(weights, score, what)
    row = [1, -1]
    score = b.Reshape(_in_unit_interval(score, what), row)
    above = b.Greater(score, np.array(thresholds, np.float32)[:, None])
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
    fits = reduce_all(b.LogicalAnd(b.GreaterEqual(score, 0.0), b.LessEqual(score, 1.0)))
    message = np.array(
        f"{what}: predictions must be in [0, 1]: use the sigmoid of logits. Where they are nan, the weights or the "
        "features are. predictions:",
        object,
    )
    with score.graph.control_dependencies([b.Assert(fits, [message, score], name="assert_in_unit_interval")]):
        result: Tensor = b.Identity(score)
    return result


def _area(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor, *, curve: str, method: str) -> Tensor:
    if curve == "PR" and method == "careful_interpolation":
        return _careful_pr(tp, fn, fp)
    recall = b.RealDiv(tp + _EPSILON, tp + fn + _EPSILON)
    if curve == "ROC":
        x, y = b.RealDiv(fp, fp + tn + _EPSILON), recall
    else:
        x, y = recall, b.RealDiv(tp + _EPSILON, tp + fp + _EPSILON)
    if method == "minoring":
        height = b.Minimum(y[:-1], y[1:])
    elif method == "majoring":
        height = b.Maximum(y[:-1], y[1:])
    else:
        height = (y[:-1] + y[1:]) / 2.0
    return reduce_sum(b.Mul(x[:-1] - x[1:], height))


def _exact_roc(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
    x, y = b.DivNoNan(fp, fp + tn), b.DivNoNan(tp, tp + fn)
    return reduce_sum(b.Mul(x[:-1] - x[1:], (y[:-1] + y[1:]) / 2.0))


def _interpolated_pr(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
    return _careful_pr(tp, fn, fp)


def _careful_pr(tp: Tensor, fn: Tensor, fp: Tensor) -> Tensor:
    """Between two thresholds tp grows linearly with tp + fp: the area under that hyperbola."""
    positives = tp + fp
    gained = tp[:-1] - tp[1:]
    slope = b.DivNoNan(gained, b.Maximum(positives[:-1] - positives[1:], 0.0))
    intercept = tp[1:] - b.Mul(slope, positives[1:])
    both = b.LogicalAnd(b.Greater(positives[:-1], 0.0), b.Greater(positives[1:], 0.0))
    ratio = b.DivNoNan(positives[:-1], b.Maximum(positives[1:], 0.0))
    safe_ratio = b.SelectV2(both, ratio, b.OnesLike(ratio))
    grown = b.Mul(slope, gained + b.Mul(intercept, b.Log(safe_ratio)))
    return reduce_sum(b.DivNoNan(grown, b.Maximum(tp[1:] + fn[1:], 0.0)))


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


def _share_at_thresholds(default: str, rest: str, meaning: str) -> MetricAtThresholds:
    """The metric true positives / (true positives + rest)."""

    def metric(
        labels: TensorLike,
        predictions: TensorLike,
        thresholds: Sequence[float],
        weights: TensorLike | None = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Pair:
        with metric_scope(name, default, [labels, predictions]):
            amounts = cases_at(labels, predictions, weights, thresholds, ("true_positives", rest), default)
            prefix = f"{default.partition('_')[0]}_"
            return value_and_update(_share, amounts, metrics_collections, updates_collections, prefix)

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = meaning
    return near_keywords(metric)


def _share(hits: Tensor, rest: Tensor) -> Tensor:
    result: Tensor = b.RealDiv(hits, hits + rest + _BEYOND)
    return result


precision_at_thresholds = _share_at_thresholds(
    "precision_at_thresholds",
    "false_positives",
    "Precision where a score above each threshold is a yes; one value for each threshold.",
)
recall_at_thresholds = _share_at_thresholds(
    "recall_at_thresholds",
    "false_negatives",
    "Recall where a score above each threshold is a yes; one value for each threshold.",
)
