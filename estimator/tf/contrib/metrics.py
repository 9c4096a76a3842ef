"""Metrics that take the predictions first: tf.contrib.metrics."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.functions.counting": "confusion_matrix",
        "estimator.functions.sets": (
            "set_difference=difference set_intersection=intersection set_size=size set_union=union"
        ),
        "estimator.network.metrics.correlation": "streaming_covariance streaming_pearson_correlation",
        "estimator.network.metrics.thresholds": "f1_score",
        "estimator.network.metrics": (
            "streaming_mean=mean streaming_mean_tensor=mean_tensor streaming_percentage_less=percentage_below"
        ),
        "estimator.network.metrics.predictions_first": (
            "accuracy aggregate_metric_map aggregate_metrics streaming_accuracy streaming_auc "
            "streaming_false_negatives_at_thresholds streaming_false_positives_at_thresholds "
            "streaming_true_negatives_at_thresholds streaming_true_positives_at_thresholds "
            "streaming_recall_at_k streaming_sparse_average_precision_at_k streaming_sparse_precision_at_k "
            "streaming_sparse_recall_at_k "
            "streaming_false_negatives streaming_false_positives streaming_mean_absolute_error "
            "streaming_mean_cosine_distance streaming_mean_iou streaming_mean_relative_error "
            "streaming_mean_squared_error streaming_precision streaming_precision_at_thresholds "
            "streaming_recall streaming_recall_at_thresholds streaming_root_mean_squared_error "
            "streaming_sensitivity_at_specificity streaming_specificity_at_sensitivity "
            "streaming_true_negatives streaming_true_positives"
        ),
    },
)
