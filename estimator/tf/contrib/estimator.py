"""Heads, hooks and wrappers around Estimators: tf.contrib.estimator."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.calls.early_stopping": (
            "make_early_stopping_hook stop_if_higher_hook stop_if_lower_hook stop_if_no_decrease_hook "
            "stop_if_no_increase_hook"
        ),
        "estimator.estimators.add_metrics": "add_metrics",
        "estimator.estimators.export_functions": "export_all_saved_models export_saved_model_for_mode",
        "estimator.estimators.forward_features": "forward_features",
        "estimator.estimators.in_memory_evaluator": "InMemoryEvaluatorHook",
        "estimator.estimators.replicate_model_fn": "replicate_model_fn TowerOptimizer",
        "estimator.models.heads.binary": "binary_classification_head=BinaryClassHead",
        "estimator.models.heads.by_function": "poisson_regression_head regression_head",
        "estimator.models.heads.multi_class": "multi_class_head=MultiClassHead",
        "estimator.models.heads.multi_head": "multi_head=MultiHead",
        "estimator.models.heads.multi_label": "multi_label_head=MultiLabelHead",
        "estimator.models.heads.regression": "logistic_regression_head=LogisticRegressionHead",
        "estimator.models.receivers": (
            "build_raw_supervised_input_receiver_fn build_supervised_input_receiver_fn_from_input_fn"
        ),
        "estimator.optimizers.clip_gradients": "clip_gradients_by_norm",
        "estimator.training.hooks.stop_at_checkpoint_step": "make_stop_at_checkpoint_step_hook",
    },
)
