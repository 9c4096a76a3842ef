"""Experiments, settings and modes: tf.contrib.learn."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.errors": "NanLossDuringTrainingError NotFittedError",
        "estimator.core.unavailable": "DynamicRnnEstimator",
        "estimator.estimators.experiment": "Experiment",
        "estimator.estimators.learn.estimator": "Estimator SKCompat",
        "estimator.estimators.learn.export_strategy": (
            "ExportStrategy build_parsing_serving_input_fn make_export_strategy"
        ),
        "estimator.estimators.learn.metric_spec": "MetricSpec",
        "estimator.estimators.learn.model_fn_ops": "InputFnOps ModelFnOps ProblemType",
        "estimator.estimators.kmeans": "KMeansClustering",
        "estimator.models.learn_mode_keys": "ModeKeys",
        "estimator.settings.run_config": "RunConfig",
    },
    modules=(
        "estimator.tf.contrib.learn.datasets estimator.tf.contrib.learn.io estimator.tf.contrib.learn.learn_runner"
    ),
)
