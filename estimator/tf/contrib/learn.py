"""Settings and modes: what of tf.contrib.learn tf.estimator has as it was."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.core.errors": "NanLossDuringTrainingError",
        "estimator.estimators.kmeans": "KMeansClustering",
        "estimator.models.learn_mode_keys": "ModeKeys",
        "estimator.settings.run_config": "RunConfig",
    },
)
