"""Metrics over many batches: pairs of a value and an operation that adds a batch. A model imports those that it has."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.metrics.areas": "auc",
        "estimator.network.metrics.averages": (
            "accuracy mean mean_absolute_error mean_cosine_distance mean_relative_error "
            "mean_squared_error mean_tensor percentage_below root_mean_squared_error"
        ),
        "estimator.network.metrics.classes": "mean_iou mean_per_class_accuracy",
        "estimator.network.metrics.counts": (
            "false_negatives false_positives precision recall true_negatives true_positives"
        ),
        "estimator.network.metrics.ranking": (
            "average_precision_at_k precision_at_k precision_at_top_k recall_at_k recall_at_top_k "
            "sparse_average_precision_at_k sparse_precision_at_k"
        ),
        "estimator.network.metrics.thresholds": (
            "false_negatives_at_thresholds false_positives_at_thresholds precision_at_thresholds "
            "recall_at_thresholds sensitivity_at_specificity specificity_at_sensitivity "
            "true_negatives_at_thresholds true_positives_at_thresholds"
        ),
    },
)
