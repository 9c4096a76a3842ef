"""Metrics, each a value and the operation that updates it: tf.metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.core.facade import fixed_names
from estimator.network.metrics import (
    accuracy,
    auc,
    false_negatives,
    false_positives,
    mean,
    mean_absolute_error,
    mean_relative_error,
    mean_squared_error,
    percentage_below,
    precision,
    precision_at_thresholds,
    recall,
    recall_at_thresholds,
    root_mean_squared_error,
    true_negatives,
    true_positives,
)

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

if not TYPE_CHECKING:
    __getattr__, __dir__ = fixed_names(
        __name__,
        later=(
            "average_precision_at_k mean_cosine_distance mean_iou mean_per_class_accuracy mean_tensor "
            "precision_at_k recall_at_k sensitivity_at_specificity specificity_at_sensitivity"
        ),
    )
