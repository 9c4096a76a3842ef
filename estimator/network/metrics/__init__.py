"""Metrics over many batches: pairs of a value and an operation that adds a batch."""

from estimator.network.metrics.averages import (
    accuracy,
    mean,
    mean_absolute_error,
    mean_relative_error,
    mean_squared_error,
    percentage_below,
    root_mean_squared_error,
)
from estimator.network.metrics.counts import (
    false_negatives,
    false_positives,
    precision,
    recall,
    true_negatives,
    true_positives,
)
from estimator.network.metrics.thresholds import auc, precision_at_thresholds, recall_at_thresholds

__all__ = [
    "accuracy",
    "auc",
    "false_negatives",
    "false_positives",
    "mean",
    "mean_absolute_error",
    "mean_relative_error",
    "mean_squared_error",
    "percentage_below",
    "precision",
    "precision_at_thresholds",
    "recall",
    "recall_at_thresholds",
    "root_mean_squared_error",
    "true_negatives",
    "true_positives",
]
