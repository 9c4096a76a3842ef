"""The area under the ROC and precision-recall curves, summed from the four cases at many thresholds.

The thresholds are what differs from an exact area (scikit-learn's, say): of scores between two thresholds the order is
lost. With 200 of them it is off by a few thousandths, by more where most scores lie close together.

Source: tf.metrics.auc, TF 1.15 metrics_impl.py; careful interpolation after Davis & Goadrich, The
Relationship Between Precision-Recall and ROC Curves, ICML 2006.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from estimator.core import log
from estimator.core.keywords import near_keywords
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor
from estimator.network.metrics.state import Collections, Pair, metric_scope, value_and_update
from estimator.network.metrics.thresholds import CASES, beyond, cases_at, even_thresholds

_EPSILON = 1e-6  # TensorFlow's, added to numerators and denominators of the rates


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
    if curve == "PR" and summation_method == "trapezoidal":
        log.warning(
            "auc: lines between points of a precision-recall curve give too large an area; pass "
            "summation_method='careful_interpolation'."
        )
    with metric_scope(name, "auc", [labels, predictions]):
        levels = even_thresholds(num_thresholds, "auc") if thresholds is None else beyond(sorted(thresholds))
        amounts = cases_at(labels, predictions, weights, levels, CASES, "auc")
        compute = partial(_area, curve=curve, method=summation_method)
        return value_and_update(compute, amounts, metrics_collections, updates_collections)


def auc_of_lines(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    name: str | None = None,
    shown_as: str | None = None,
) -> Pair:
    """The area under the precision-recall curve as ready-made models have it: TensorFlow's, so without a warning.

    Parameters
    ----------
    labels, predictions, weights
        As of :func:`auc`.
    shown_as : str, optional
        The tag under which an evaluation shows the curve itself.

    Source
    ------
    the metric auc_precision_recall of tf.estimator.DNNClassifier, TF 1.15 canned/head.py
    """
    with metric_scope(name, "auc", [labels, predictions]):
        amounts = cases_at(labels, predictions, weights, even_thresholds(200, "auc"), CASES, "auc")
        compute = partial(_area, curve="PR", method="trapezoidal")
        return value_and_update(_showing(compute, shown_as), amounts, None, None, compute_update=compute)


def interpolated_auc(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike | None = None,
    curve: str = "ROC",
    name: str | None = None,
    shown_as: str | None = None,
) -> Pair:
    """The area as tf.keras.metrics.AUC has it: of exact rates, and with a hyperbola between two points of PR.

    Parameters
    ----------
    labels, predictions, weights, curve
        As of :func:`auc`, with its 200 thresholds.
    shown_as : str, optional
        The tag under which an evaluation shows the curve of precision and recall itself.

    Source
    ------
    tf.keras.metrics.AUC(summation_method="interpolation"), TF 2.15
    """
    with metric_scope(name, "auc", [labels, predictions]):
        amounts = cases_at(labels, predictions, weights, even_thresholds(200, "auc"), CASES, "auc")
        compute = partial(exact_area, curve=curve)
        return value_and_update(_showing(compute, shown_as), amounts, None, None, compute_update=compute)


def _showing(compute: Callable[..., Tensor], tag: str | None) -> Callable[..., Tensor]:
    """The function, which also lets an evaluation show the curve of the totals that it is called with."""
    if tag is None:
        return compute

    from estimator.summaries.pr_curve import pr_curve  # most models have no curve to show

    def shown(tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
        with tp.graph.name_scope(None):
            pr_curve(tag, tp, fn, fp)  # an update of this area counts no true negatives
        return compute(tp, fn, tn, fp)

    return shown


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


def exact_area(
    tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor, curve: str, method: str = "interpolation"
) -> Tensor:
    """The area of exact rates: under a hyperbola between two points of PR, or under lines or steps.

    Parameters
    ----------
    tp, fn, tn, fp : Tensor
        How many of each case there are at each threshold, which is the first axis.
    curve : str
        ``"ROC"`` or ``"PR"``.
    method : str
        ``"interpolation"``, ``"minoring"`` or ``"majoring"``.

    Source
    ------
    tf.keras.metrics.AUC, TF 2.15
    """
    if curve == "PR" and method == "interpolation":
        return _careful_pr(tp, fn, fp)
    recall = b.DivNoNan(tp, tp + fn)
    x, y = (recall, b.DivNoNan(tp, tp + fp)) if curve == "PR" else (b.DivNoNan(fp, fp + tn), recall)
    height = {
        "interpolation": lambda: (y[:-1] + y[1:]) / 2.0,
        "minoring": lambda: b.Minimum(y[:-1], y[1:]),
        "majoring": lambda: b.Maximum(y[:-1], y[1:]),
    }[method]()
    return reduce_sum(b.Mul(x[:-1] - x[1:], height), axis=0)


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
    return reduce_sum(b.DivNoNan(grown, b.Maximum(tp[1:] + fn[1:], 0.0)), axis=0)
