"""Losses that take the predictions first: tf.contrib.losses."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.network.losses": (
            "add_loss compute_weighted_loss get_losses get_regularization_losses get_total_loss"
        ),
        "estimator.network.losses_predictions_first": (
            "absolute_difference cosine_distance hinge_loss log_loss mean_pairwise_squared_error mean_squared_error "
            "sigmoid_cross_entropy softmax_cross_entropy sparse_softmax_cross_entropy"
        ),
    },
    modules="estimator.tf.contrib.losses.metric_learning",
)
