"""Metrics, each a value and the operation that updates it: tf.metrics."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.metrics": (
            "accuracy auc false_negatives false_positives mean mean_absolute_error mean_relative_error "
            "mean_squared_error percentage_below precision precision_at_thresholds recall "
            "recall_at_thresholds root_mean_squared_error true_negatives true_positives"
        ),
    },
)
