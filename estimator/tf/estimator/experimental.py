"""What may still change in TensorFlow: tf.estimator.experimental."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.calls.early_stopping": (
            "make_early_stopping_hook stop_if_higher_hook stop_if_lower_hook "
            "stop_if_no_decrease_hook stop_if_no_increase_hook"
        ),
        "estimator.estimators.in_memory_evaluator": "InMemoryEvaluatorHook",
        "estimator.estimators.kmeans": "KMeans=KMeansClustering",
        "estimator.estimators.logit_functions": (
            "call_logit_fn dnn_logit_fn_builder linear_logit_fn_builder"
        ),
        "estimator.models.receivers": "build_raw_supervised_input_receiver_fn",
        "estimator.training.hooks.stop_at_checkpoint_step": "make_stop_at_checkpoint_step_hook",
    },
)
