from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.tf.contrib import metrics

PREDICTIONS, LABELS = np.array([0.9, 0.4, 0.6, 0.1], np.float32), np.array([1.0, 0.0, 0.0, 1.0], np.float32)
YES, TRUE = PREDICTIONS > 0.5, LABELS > 0.5

SCORES, CLASSES = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]], np.float32), np.array([0, 0])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("streaming_accuracy(yes, true)", 0.5),
        ("streaming_accuracy(yes, true, weights=[1.0, 1.0, 0.0, 0.0], name='mine')", 1.0),
        ("streaming_precision(yes, true)", 0.5),
        ("streaming_recall(predictions=yes, labels=true)", 0.5),
        ("streaming_precision_at_thresholds(p, true, [0.0, 0.5])", [0.5, 0.5]),
        ("streaming_recall_at_thresholds(p, true, thresholds=[0.05, 0.95])", [1.0, 0.0]),
        ("streaming_true_positives(yes, true)", 1.0),
        ("streaming_true_negatives(yes, true)", 1.0),
        ("streaming_false_positives(yes, true)", 1.0),
        ("streaming_false_negatives(yes, true)", 1.0),
        ("streaming_mean_squared_error(p, y)", np.mean((PREDICTIONS - LABELS) ** 2)),
        ("streaming_root_mean_squared_error(p, y)", np.sqrt(np.mean((PREDICTIONS - LABELS) ** 2))),
        ("streaming_mean_absolute_error(p, y)", np.mean(np.abs(PREDICTIONS - LABELS))),
        ("streaming_mean_relative_error(p, y, normalizer=[2.0, 2.0, 2.0, 2.0])", np.mean(np.abs(PREDICTIONS - LABELS) / 2)),
        ("streaming_mean_iou(yes, true, 2)", 1 / 3),
        ("streaming_mean(p)", PREDICTIONS.mean()),
        ("streaming_mean(values=p, weights=y)", 0.5),
        ("streaming_mean_tensor(p)", PREDICTIONS),
        ("streaming_percentage_less(p, 0.5)", 0.5),
        ("streaming_false_negatives_at_thresholds(p, true, [0.5, 0.95])", [1.0, 2.0]),
        ("streaming_false_positives_at_thresholds(p, true, [0.5, 0.95])", [1.0, 0.0]),
        ("streaming_true_negatives_at_thresholds(p, true, [0.5, 0.95])", [1.0, 2.0]),
        ("streaming_true_positives_at_thresholds(p, true, [0.5, 0.95])", [1.0, 0.0]),
        ("streaming_recall_at_k(scores, classes, 1)", 0.5),
        ("streaming_recall_at_k(scores, classes, 2, weights=[1.0, 3.0])", 0.75),
        ("streaming_sparse_recall_at_k(scores, classes[:, None], 2)", 0.5),
        ("streaming_sparse_precision_at_k(scores, classes[:, None], k=2)", 0.25),
        ("streaming_sparse_average_precision_at_k(scores, classes[:, None], 2)", 0.5),
    ],
)  # fmt: skip
def test_a_metric_takes_the_predictions_first(run: Callable[..., Any], call: str, expected: Any) -> None:
    tensors = {"p": PREDICTIONS, "y": LABELS, "yes": YES, "true": TRUE, "scores": SCORES, "classes": CLASSES}
    value, update = eval(f"metrics.{call}", {"metrics": metrics, **tensors})  # noqa: S307  those above
    run(update)
    np.testing.assert_allclose(run(value), expected, rtol=1e-5)


def test_the_area_is_that_of_tf_metrics(run: Callable[..., Any]) -> None:
    ours, update = metrics.streaming_auc(PREDICTIONS, TRUE, num_thresholds=20, curve="ROC")
    theirs, other = tf.metrics.auc(TRUE, PREDICTIONS, num_thresholds=20)
    run([update, other])
    assert run(ours) == run(theirs) == pytest.approx(0.5, abs=0.1)


def test_pairs_become_values_and_updates(graph: Graph) -> None:
    first, second = metrics.streaming_mean(PREDICTIONS), metrics.streaming_accuracy(YES, TRUE)
    assert metrics.aggregate_metrics(first, second) == ([first[0], second[0]], [first[1], second[1]])
    values, updates = metrics.aggregate_metric_map({"a": first, "b": second})
    assert (list(values), list(updates)) == (["a", "b"], ["a", "b"])
    assert (values["b"], updates["a"]) == (second[0], first[1])
    with pytest.raises(ValueError, match="expected at least one"):
        metrics.aggregate_metrics()


def test_a_misspelt_argument_is_answered_and_a_missing_one_named(graph: Graph) -> None:
    with pytest.raises(TypeError, match=r"streaming_accuracy\(\) got .* Did you mean 'weights'"):
        metrics.streaming_accuracy(YES, TRUE, weight=1.0)
    with pytest.raises(TypeError, match=r"streaming_accuracy\(\) missing a required argument: 'labels'"):
        metrics.streaming_accuracy(YES)


def test_the_accuracy_of_a_batch_is_a_number(run: Callable[..., Any]) -> None:
    assert run(metrics.accuracy(YES, TRUE)) == 0.5
    assert run(metrics.accuracy(tf.constant(["a", "b"]), ["a", "c"], weights=[3.0, 1.0])) == 0.75
    with pytest.raises(ValueError, match="bool, integer, or string dtype, not float32"):
        metrics.accuracy(PREDICTIONS, LABELS)
    with pytest.raises(ValueError, match="predictions bool and labels int64"):
        metrics.accuracy(YES, CLASSES)
