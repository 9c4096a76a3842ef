"""Every metric over two batches of different size; the expectations are TensorFlow 2.15's for the same data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network import metrics as m

LABELS = np.array([0, 1, 1, 0, 1, 0, 1, 1], np.float32)
SCORES = np.array([0.1, 0.4, 0.35, 0.8, 0.9, 0.25, 0.65, 0.3], np.float32)
WEIGHTS = np.array([1, 2, 0, 1, 0.5, 1, 3, 1], np.float32)
BATCHES = (slice(0, 5), slice(5, 8))

METRICS: dict[str, tuple[Callable[..., Any], Any]] = {
    "auc": (lambda y, p, w: m.auc(y, p), 0.733333170413971),
    "auc weighted": (lambda y, p, w: m.auc(y, p, w), 0.6923075318336487),
    "auc minoring": (lambda y, p, w: m.auc(y, p, summation_method="minoring"), 0.733333170413971),
    "pr": (lambda y, p, w: m.auc(y, p, curve="PR"), 0.7766665816307068),
    "pr careful": (
        lambda y, p, w: m.auc(y, p, curve="PR", summation_method="careful_interpolation"), 0.7802776098251343),
    "pr careful weighted": (
        lambda y, p, w: m.auc(y, p, w, curve="PR", summation_method="careful_interpolation"), 0.7523941397666931),
    "precision": (lambda y, p, w: m.precision(y, p > 0.3), 0.800000011920929),
    "recall weighted": (lambda y, p, w: m.recall(y, p > 0.3, w), 0.8461538553237915),
    "mse": (lambda y, p, w: m.mean_squared_error(y, p), 0.26468750834465027),
    "rmse weighted": (lambda y, p, w: m.root_mean_squared_error(y, p, w), 0.49150681495666504),
    "mae": (lambda y, p, w: m.mean_absolute_error(y, p), 0.4437499940395355),
    "mean weighted": (lambda y, p, w: m.mean(p, w), 0.4894736409187317),
    "accuracy weighted": (lambda y, p, w: m.accuracy(y, p > 0.5, w), 0.5789473652839661),
    "precision at": (lambda y, p, w: m.precision_at_thresholds(y, p, [0.3, 0.6]), [0.8, 0.6666666865348816]),
    "recall at": (lambda y, p, w: m.recall_at_thresholds(y, p, [0.3, 0.6], w), [0.84615385, 0.5384615659713745]),
}  # fmt: skip


@pytest.mark.parametrize("name", METRICS)
def test_values_over_batches_are_tensorflows(graph: Graph, run: Callable[..., Any], name: str) -> None:
    make, expected = METRICS[name]
    feeds = [placeholder("float32", [None]) for _ in range(3)]
    value, update = make(*feeds)
    np.testing.assert_array_equal(run(value), np.zeros_like(expected))
    last = None
    for batch in BATCHES:
        last = run(
            update, {feed: data[batch] for feed, data in zip(feeds, (LABELS, SCORES, WEIGHTS), strict=True)}
        )
    found = run(value)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_array_equal(found, last)


@pytest.mark.parametrize(
    ("case", "expected"),
    [("true_positives", 4), ("false_positives", 1), ("true_negatives", 2), ("false_negatives", 1)],
)
def test_the_four_cases_are_counted(run: Callable[..., Any], case: str, expected: int) -> None:
    value, update = getattr(m, case)(LABELS, SCORES > 0.3)
    run(update)
    assert run(value) == expected


def test_relative_error_and_percentage_below(run: Callable[..., Any]) -> None:
    pairs = [
        m.mean_relative_error([1.0, 2.0, 3.0], [2.0, 2.0, 5.0], [1.0, 4.0, 0.0]),
        m.percentage_below(LABELS, 0.5),
    ]
    run([update for _, update in pairs])
    np.testing.assert_allclose(run([value for value, _ in pairs]), [1 / 3, 3 / 8])


def test_the_trapezoidal_rule_is_warned_of_where_it_is_wrong(
    graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    m.auc([1.0], [0.5])
    m.auc([1.0], [0.5], curve="PR", summation_method="careful_interpolation")
    assert not caplog.records
    m.auc([1.0], [0.5], curve="PR")
    assert "summation_method='careful_interpolation'" in caplog.text


def test_thresholds_are_two_at_least(graph: Graph) -> None:
    with pytest.raises(ValueError, match="num_thresholds must be at least 2, given: 1"):
        m.auc([1.0], [0.5], num_thresholds=1)


@pytest.mark.parametrize(
    "make",
    [m.precision_at_k, m.recall_at_k, m.average_precision_at_k, m.mean_iou, m.mean_per_class_accuracy],
    ids=lambda make: make.__name__,
)
@pytest.mark.parametrize("number", [0, -1, 2.5, True, "3"])
def test_classes_and_best_ones_are_counted_by_a_whole_number(
    graph: Graph, make: Callable[..., Any], number: Any
) -> None:
    argument = "k" if make.__name__.endswith("_at_k") else "num_classes"
    wanted = f"{make.__name__}: {argument} must be a whole number above 0, given: {number!r}"
    with pytest.raises(ValueError, match=re.escape(wanted)):
        make(placeholder("int64", [None, 1]), placeholder("float32", [None, 4]), number)
    assert not graph.get_operations()[2:]  # nothing was begun


# TensorFlow 2.15, to the last bit: labels 0, 1, 1 and scores that are thresholds themselves
EXACT = {
    "precision_at_thresholds": [1.0, 0.9999998807907104, 0.0],
    "recall_at_thresholds": [1.0, 0.5, 0.0],
}


@pytest.mark.parametrize("name", EXACT)
def test_shares_at_thresholds_have_tensorflows_bits(graph: Graph, run: Callable[..., Any], name: str) -> None:
    scores = [0.2, 0.5, 0.8]
    value, update = getattr(m, name)([0, 1, 1], scores, scores)
    assert run(update).tolist() == run(value).tolist() == EXACT[name]


# TensorFlow 2.15: what weighs less than nothing counts as nothing
NEGATIVE = {
    "mean": lambda w: m.mean([1.0, 2.0], w),
    "accuracy": lambda w: m.accuracy([1, 0], [1, 1], w),
    "precision": lambda w: m.precision([1, 0], [1, 1], w),
    "recall": lambda w: m.recall([1, 0], [1, 0], w),
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_negative_weights_give_zero(graph: Graph, run: Callable[..., Any], name: str) -> None:
    value, update = NEGATIVE[name]([-1.0, 0.0])
    assert run(update) == 0 and run(value) == 0


def test_the_order_of_a_sum_is_tensorflows(graph: Graph, run: Callable[..., Any]) -> None:
    # TensorFlow 2.15 runs 0.1 + 0.5 + 1e-7, though its source has the small term first; that would end in ...664
    value, update = m.precision_at_thresholds([1, 0], [0.9, 0.9], [0.5], weights=[0.1, 0.5])
    assert run(update).tolist() == [0.16666662693023682]
