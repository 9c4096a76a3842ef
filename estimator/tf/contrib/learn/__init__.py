"""Experiments, settings and modes: tf.contrib.learn."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.errors": "NanLossDuringTrainingError",
        "estimator.estimators.experiment": "Experiment",
        "estimator.estimators.kmeans": "KMeansClustering",
        "estimator.models.learn_mode_keys": "ModeKeys",
        "estimator.settings.run_config": "RunConfig",
    },
    modules="estimator.tf.contrib.learn.learn_runner",
)
